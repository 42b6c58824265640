"""Segmentation: the states of the cardiac cycle, as CirCor annotates them; no challenge's own.

Conventions
-----------
A state is S1, systole, S2 or diastole (1 to 4 in CirCor's tables; rows of state 0 are left out
before), from ``start_s`` to ``end_s``. S1 and S2 are where their states begin.
Frames are 20 ms long and have the state at their middle; those without a true state do not count.

Source
------
Springer et al., IEEE Trans. Biomed. Eng. 63(4), 2016, doi:10.1109/TBME.2015.2475278; Oliveira et
al., IEEE J. Biomed. Health Inform. 26(6), 2022, doi:10.1109/JBHI.2021.3137048.
"""

from functools import reduce

import numpy as np

from auscult.challenges.challenge import Challenge, Figure
from auscult.challenges.clips import (
    ONSET_FIGURES,
    RECORDING,
    WHO_COLUMN,
    Clip,
    Clips,
    grouped,
)
from auscult.challenges.table import Column, Table
from auscult.metrics.beats import STATES, frame_accuracy, frame_confusion
from auscult.types import StateSpan

FRAME_S = 0.02
STATE = Column(
    "state", "S1, systole, S2 or diastole (1 to 4)", STATES, dict(zip("1234", STATES, strict=True))
)


def state_accuracy(clips: Clips) -> float:
    """Return the share of annotated frames with the right state, pooled over clips."""
    empty = np.zeros((len(STATES), len(STATES) + 1), dtype=np.int64)
    each = (frame_confusion(clip.true_states, clip.answered_states, FRAME_S) for clip in clips)
    return frame_accuracy(reduce(np.add, each, empty))


def _read(table: Table) -> Clips:
    start_s, end_s = table.numeric("start_s"), table.numeric("end_s")
    for index in np.flatnonzero(end_s <= start_s)[:1]:
        raise table.fault(int(index), f"end_s {end_s[index]:g} must be after start_s")
    spans = [
        StateSpan(STATES[state], start, end)
        for state, start, end in zip(
            STATE.indices(table), start_s.tolist(), end_s.tolist(), strict=True
        )
    ]
    return tuple(Clip.of_states(name, *sides) for name, sides in grouped(table, spans).items())


CHALLENGE = Challenge(
    title="segmentation: S1, systole, S2, diastole",
    source="Springer et al., IEEE Trans. Biomed. Eng. 63(4), 2016",
    row="a state",
    columns=(
        RECORDING,
        WHO_COLUMN,
        STATE,
        Column("start_s", "where it begins, in seconds"),
        Column("end_s", "where it ends, in seconds"),
    ),
    read=_read,
    figures=(
        *ONSET_FIGURES,
        Figure(
            "frame_accuracy",
            "frame accuracy of the states",
            "frames of 20 ms with the right state / annotated frames",
            state_accuracy,
            "an annotated frame",
        ),
    ),
)
