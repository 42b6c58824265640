"""Clips: S1 and S2 of a recording, true and answered, and the figures every beat finder shares.

Conventions
-----------
A clip is one recording. Its beats stand in a table, one sound a row: ``recording``, ``who`` (truth
or answer), ``sound``, and where. A recording without an answer is one where nothing was found; a
recording without a truth cannot be scored and is refused.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias, TypeVar

import numpy as np

from auscult.challenges.challenge import Figure
from auscult.challenges.table import Column, Table
from auscult.metrics.beats import (
    TOLERANCES_S,
    OnsetCounts,
    Stretch,
    heart_rate_bpm,
    onset_counts,
    stretches_of,
)
from auscult.metrics.counts import Array
from auscult.types import Mark, StateSpan

SOUNDS = ("S1", "S2")
WHO = ("truth", "answer")
ALONE_S = 0.15
"""No two heart sounds are nearer: systole at 220 beats a minute."""
RECORDING = Column("recording", "name of the recording")
WHO_COLUMN = Column("who", "truth or answer", WHO)

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Clip:
    """One recording.

    Parameters
    ----------
    recording
        Its name.
    truth, answer
        S1 and S2, as they were listed.
    stretches
        Where the truth was annotated; an answer elsewhere, or at their borders, is no mistake.
    true_states, answered_states
        The same as states of the cycle, where they are known.
    """

    recording: str
    truth: tuple[Mark, ...]
    answer: tuple[Mark, ...]
    stretches: tuple[Stretch, ...]
    true_states: tuple[StateSpan, ...] = ()
    answered_states: tuple[StateSpan, ...] = ()

    @classmethod
    def of_marks(cls, recording: str, truth: Iterable[Mark], answer: Iterable[Mark]) -> "Clip":
        """Return a clip annotated from its first to its last true sound without a break.

        And ``ALONE_S`` beyond: so near a heart sound there is no other that nobody wrote down.
        """
        truth, answer = tuple(truth), tuple(answer)
        at_s = [mark.at_s for mark in truth]
        stretches = ((min(at_s) - ALONE_S, max(at_s) + ALONE_S),) if at_s else ()
        return cls(recording, truth, answer, stretches)

    @classmethod
    def of_states(
        cls, recording: str, truth: Iterable[StateSpan], answer: Iterable[StateSpan]
    ) -> "Clip":
        """Return a clip annotated where a true state lies; S1 and S2 are where theirs begin."""
        truth, answer = tuple(truth), tuple(answer)
        return cls(recording, _onsets(truth), _onsets(answer), stretches_of(truth), truth, answer)

    def counts(self, sound: str, tolerance_s: float) -> OnsetCounts:
        """Return hits, misses and extras of one sound."""
        return onset_counts(
            times_s(self.truth, sound), times_s(self.answer, sound), tolerance_s, self.stretches
        )

    def heart_rates_bpm(self) -> tuple[float, float]:
        """Return the true and the answered heart rate over the stretches, NaN where there is none.

        The answer's stretches are wider by the largest tolerance: a first beat a little early is a
        beat.
        """
        grace_s = max(TOLERANCES_S)
        wider = [(start_s - grace_s, end_s + grace_s) for start_s, end_s in self.stretches]
        return (
            heart_rate_bpm(times_s(self.truth, "S1"), self.stretches),
            heart_rate_bpm(times_s(self.answer, "S1"), wider),
        )


Clips: TypeAlias = tuple[Clip, ...]


def times_s(marks: Iterable[Mark], sound: str) -> Array:
    """Return where one sound lies, in seconds, shape (n,)."""
    return np.array([mark.at_s for mark in marks if mark.sound == sound], dtype=np.float64)


def onset_f1(clips: Clips, sound: str, tolerance_s: float) -> float:
    """Return F1 over all clips, hits, misses and extras pooled."""
    return sum((clip.counts(sound, tolerance_s) for clip in clips), OnsetCounts()).f1


def heart_rate_error_bpm(clips: Clips) -> float:
    """Return the mean absolute error over the clips where truth and answer have a heart rate."""
    return _mean(abs(true - answered) for true, answered in _rates(clips) if answered > 0)


def share_with_rate(clips: Clips) -> float:
    """Return the share of clips with a true heart rate where the answer has one too."""
    return _mean(float(answered > 0) for _, answered in _rates(clips))


def share_answered(clips: Clips) -> float:
    """Return the share of clips in which anything was answered."""
    return _mean(float(bool(clip.answer)) for clip in clips)


def grouped(table: Table, items: Sequence[Item]) -> dict[str, tuple[list[Item], list[Item]]]:
    """Return recording → true and answered items, in the order of the rows.

    Parameters
    ----------
    table
        With columns ``recording`` and ``who``.
    items
        What each row holds.

    Raises
    ------
    EvaluationError
        If a recording has no name or no truth; the message names file and row.
    """
    found: dict[str, tuple[list[Item], list[Item]]] = {}
    first: dict[str, int] = {}
    who = WHO_COLUMN.indices(table)
    for index, recording in enumerate(table.column("recording")):
        if not recording:
            raise table.fault(index, "recording is empty")
        first.setdefault(recording, index)
        sides = found.setdefault(recording, ([], []))
        sides[who[index]].append(items[index])
    for recording, (truth, _) in found.items():
        if not truth:
            raise table.fault(
                first[recording],
                f"recording {recording!r} has answers but no truth; leave it out, "
                "nothing can be said about it",
            )
    return found


def _onsets(spans: tuple[StateSpan, ...]) -> tuple[Mark, ...]:
    return tuple(Mark(span.state, span.start_s) for span in spans if span.state in SOUNDS)


def _rates(clips: Clips) -> list[tuple[float, float]]:
    return [rates for clip in clips if (rates := clip.heart_rates_bpm())[0] > 0]


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed) if listed else float("nan")


ONSET_FIGURES: tuple[Figure[Clips], ...] = (
    *(
        Figure(
            f"{sound.lower()}_f1_{tolerance_s * 1000:.0f}ms",
            f"{sound} F1 within {tolerance_s * 1000:.0f} ms",
            "2·hits / (2·hits + misses + extras), pooled over recordings, one to one",
            partial(onset_f1, sound=sound, tolerance_s=tolerance_s),
            f"an {sound}",
        )
        for sound in SOUNDS
        for tolerance_s in TOLERANCES_S
    ),
    Figure(
        "heart_rate_error_bpm",
        "heart-rate error per minute",
        "mean of |answered - true|, each 60 / median S1 interval",
        heart_rate_error_bpm,
        "a recording with two true and two answered S1 in one annotated stretch",
        better="lower",
        bounds=(0, np.inf),
    ),
    Figure(
        "share_with_rate",
        "share of recordings with a heart rate answered",
        "of those with a true heart rate",
        share_with_rate,
        "a recording with two true S1 in one annotated stretch",
    ),
    Figure(
        "share_answered",
        "share of recordings answered at all",
        "recordings with an S1 or S2 answered / recordings",
        share_answered,
        "a recording",
    ),
)
