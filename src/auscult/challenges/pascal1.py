"""PASCAL challenge 1: where S1 and S2 are.

Conventions
-----------
positions : seconds in, samples in the result: 44,100 a second in set A, 4,000 in set B
N_k       : true S1 and S2 of clip k
δ_k       : Σ |true - answered| / N_k over the sounds of clip k
δ         : Σ_k δ_k, lower is better, 0 is perfect

Source
------
Bentley, Nordehn, Coimbra, Mannor, The PASCAL Classifying Heart Sounds Challenge, 2011, and its
evaluation sheets.

Quirks of the sheet's δ, with the beat-matched value beside it
--------------------------------------------------------------
- A clip is a row of cells S1, S2, S1, S2, …; the first is an S1, and a clip that begins with S2 has
  it empty. Truth and answer are compared cell by cell, and an empty cell counts as sample 0: a beat
  missed at the start shifts all that follow, one too many costs its whole position.
- In set A the first 23 cells are read and no more. N_k counts all true sounds of the clip.
- The sheet's δ has no tolerance. In the matched value a sound is compared with one of its kind
  within 100 ms, one to one, and every sound missed or made up costs 100 ms. F1 at 40, 60 and 100 ms
  stands beside both.
- The matched value and F1 look from the first to the last true sound of a clip, and 150 ms beyond:
  before and after, nobody annotated. An answer there that hits nothing is no mistake.
"""

from collections.abc import Iterable
from functools import partial
from math import inf

import numpy as np

from auscult.challenges.challenge import Challenge, Figure
from auscult.challenges.clips import (
    ONSET_FIGURES,
    RECORDING,
    SOUNDS,
    WHO_COLUMN,
    Clip,
    Clips,
    grouped,
    times_s,
)
from auscult.challenges.pascal2 import SOURCE
from auscult.challenges.table import Column, Table
from auscult.errors import EvaluationError
from auscult.metrics.beats import TOLERANCES_S, matched_distance
from auscult.metrics.counts import Array
from auscult.types import Mark

RATE_A_HZ, RATE_B_HZ = 44_100, 4_000
CELLS_READ_A = 23
SOUND = Column("sound", "S1 or S2", SOUNDS)


def sheet_cells(marks: Iterable[Mark]) -> Array:
    """Return the row of cells S1, S2, S1, S2, … in seconds, 0 for an empty cell.

    Examples
    --------
    >>> sheet_cells([Mark("S2", 0.3), Mark("S1", 0.8), Mark("S1", 1.6)]).tolist()
    [0.0, 0.3, 0.8, 0.0, 1.6]
    """
    cells: list[float] = []
    for mark in marks:
        if SOUNDS.index(mark.sound) != len(cells) % 2:
            cells.append(0.0)
        cells.append(mark.at_s)
    return np.array(cells, dtype=np.float64)


def sheet_delta(clips: Clips, rate_hz: int, cells_read: int | None = None) -> float:
    """Return δ in samples as the sheet has it: cell by cell, an empty cell counts as 0.

    Parameters
    ----------
    clips
        Marks in the order in which their cells are filled.
    rate_hz
        Samples per second of the set.
    cells_read
        Cells of a row the sheet reads; None means all.
    """
    total = 0.0
    for clip in clips:
        true, answered = (sheet_cells(side)[:cells_read] for side in (clip.truth, clip.answer))
        width = max(true.size, answered.size)
        apart = np.pad(true, (0, width - true.size)) - np.pad(answered, (0, width - answered.size))
        total += float(np.abs(apart).sum()) * rate_hz / _n_sounds(clip)
    return total if clips else float("nan")


def matched_delta(clips: Clips, rate_hz: int, tolerance_s: float) -> float:
    """Return δ in samples, beats matched; a sound missed or made up costs the tolerance."""
    total = 0.0
    for clip in clips:
        for sound in SOUNDS:
            true, answered = times_s(clip.truth, sound), times_s(clip.answer, sound)
            off_s = matched_distance(true, answered, tolerance_s, clip.stretches)
            total += off_s * rate_hz / _n_sounds(clip)
    return total if clips else float("nan")


def _n_sounds(clip: Clip) -> int:
    if not clip.truth:
        raise EvaluationError(f"δ is undefined: {clip.recording} has no true S1 or S2")
    return len(clip.truth)


def _read(table: Table, rate_hz: int) -> Clips:
    """Return the clips of a table of positions, in samples or in seconds."""
    given = [name for name in ("sample", "at_s") if name in table.header]
    if len(given) != 1:
        raise EvaluationError(
            f"{table.source}, row 1: wanted one of the columns sample and at_s; "
            f"there are: {', '.join(table.header)}"
        )
    at_s = table.numeric(given[0]) / (rate_hz if given == ["sample"] else 1)
    sounds = SOUND.indices(table)
    marks = [Mark(SOUNDS[sound], at) for sound, at in zip(sounds, at_s.tolist(), strict=True)]
    return tuple(Clip.of_marks(name, *sides) for name, sides in grouped(table, marks).items())


def _challenge(name: str, rate_hz: int, cells_read: int | None) -> Challenge[Clips]:
    read = f", first {cells_read} cells of a clip" if cells_read else ""
    figures: tuple[Figure[Clips], ...] = (
        Figure(
            "delta_sheet",
            "δ, the sheet's way, in samples",
            f"Σ over clips of Σ |true - answered| / N, cell by cell{read}",
            partial(sheet_delta, rate_hz=rate_hz, cells_read=cells_read),
            "a clip",
            quirk="an empty cell counts as sample 0, so one beat too many or too few shifts or "
            "costs all that follow" + ("; later cells are not read" if cells_read else ""),
            twin="delta_matched",
            better="lower",
            bounds=(0, inf),
        ),
        Figure(
            "delta_matched",
            "δ, beats matched, in samples",
            "the same over pairs of like sounds within 100 ms; a sound missed or made up costs "
            "100 ms",
            partial(matched_delta, rate_hz=rate_hz, tolerance_s=max(TOLERANCES_S)),
            "a clip",
            better="lower",
            bounds=(0, inf),
        ),
        *ONSET_FIGURES,
    )
    columns = (
        RECORDING,
        WHO_COLUMN,
        SOUND,
        Column("sample", f"position at {rate_hz:,} Hz; or column at_s, in seconds"),
    )
    return Challenge(
        title=f"PASCAL challenge 1, set {name}: positions of S1 and S2",
        source=SOURCE,
        row="a sound",
        columns=columns,
        read=partial(_read, rate_hz=rate_hz),
        figures=figures,
    )


SET_A = _challenge("A", RATE_A_HZ, CELLS_READ_A)
SET_B = _challenge("B", RATE_B_HZ, None)
