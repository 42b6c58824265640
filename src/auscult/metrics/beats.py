"""Beats: are S1 and S2 where the truth has them, the states as long, and the heart as fast.

Conventions
-----------
onsets    : seconds from the start of the recording, shape (n,), in any order
stretch   : (start, end) in seconds: where somebody annotated. Outside, and within a tolerance of
            its borders, an answer may belong to an onset nobody wrote down, and is no extra
tolerance : seconds; an onset exactly that far off is a hit
matching  : one to one, and as many pairs as there can be (maximum matching)
counts    : pooled over recordings by adding them up; F1 = 2 hits / (2 hits + misses + extras)

Source
------
Matching as in onset detection: Raffel et al., mir_eval, ISMIR 2014. Frames and tolerances as in
Springer et al., IEEE Trans. Biomed. Eng. 63(4), 2016, doi:10.1109/TBME.2015.2475278.

Differences from mir_eval.util.match_events and mir_eval.onset.f_measure
------------------------------------------------------------------------
- A nanosecond is granted on top of the tolerance: 1.04 s less 1 s is more than 40 ms in binary.
- Stretches. An answer outside of one may still be the hit of an onset inside.
- F1 is undefined where there is neither an onset nor an answer; mir_eval says 0.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from auscult.errors import EvaluationError
from auscult.metrics.counts import Array
from auscult.types import StateSpan

Stretch: TypeAlias = tuple[float, float]

STATES: tuple[Literal["S1", "systole", "S2", "diastole"], ...] = (
    "S1",
    "systole",
    "S2",
    "diastole",
)
TOLERANCES_S = (0.04, 0.06, 0.1)
SLACK_S = 1e-9


@dataclass(frozen=True, slots=True)
class OnsetCounts:
    """Onsets found, not found, and answered where there is none; adds up over recordings."""

    hits: int = 0
    misses: int = 0
    extras: int = 0

    def __add__(self, other: "OnsetCounts") -> "OnsetCounts":
        return OnsetCounts(
            self.hits + other.hits, self.misses + other.misses, self.extras + other.extras
        )

    @property
    def f1(self) -> float:
        """F1 in [0, 1]; NaN (undefined) without an onset and without an answer."""
        below = 2 * self.hits + self.misses + self.extras
        return 2 * self.hits / below if below else float("nan")


def onset_counts(
    truth_s: ArrayLike,
    answer_s: ArrayLike,
    tolerance_s: float,
    stretches: Sequence[Stretch] | None = None,
) -> OnsetCounts:
    """Compare the onsets of one sound in one recording.

    Parameters
    ----------
    truth_s, answer_s
        Onsets, shape (n,).
    tolerance_s
        How far off a hit may be.
    stretches
        Where the truth was annotated; None means everywhere.
    """
    truth, answer = _onsets(truth_s), _onsets(answer_s)
    hits = n_matched(truth, answer, tolerance_s)
    liable = answer[_liable(answer, tolerance_s, stretches)]
    # subtle: where an onset could be hit by an answer that would be an extra or by one that would
    # not, the former is taken. Answers that can be matched at all can be matched by a largest
    # matching (they form a matroid), so the extras are those that no matching of theirs takes.
    extras = liable.size - n_matched(truth, liable, tolerance_s)
    return OnsetCounts(hits, truth.size - hits, extras)


def n_matched(truth_s: ArrayLike, answer_s: ArrayLike, tolerance_s: float) -> int:
    """Return the size of the largest one-to-one matching within the tolerance."""
    truth, answer = _onsets(truth_s).tolist(), _onsets(answer_s).tolist()
    reach = tolerance_s + SLACK_S
    n_pairs = first = second = 0
    while first < len(truth) and second < len(answer):
        off = answer[second] - truth[first]
        n_pairs += abs(off) <= reach
        # subtle: both step on after a pair; otherwise the earlier of the two, which is too early
        # for everything that follows, is given up. With one tolerance for all that is optimal.
        first, second = first + (off >= -reach), second + (off <= reach)
    return n_pairs


def matched_distance(
    truth_s: ArrayLike,
    answer_s: ArrayLike,
    tolerance_s: float,
    stretches: Sequence[Stretch] | None = None,
) -> float:
    """Return the least total distance in seconds; each miss and each extra costs the tolerance.

    An edit distance: pairs within the tolerance cost what lies between them. An extra outside the
    stretches costs nothing. It is 0 only if no onset was left out, moved or made up.
    """
    truth, answer = _onsets(truth_s), _onsets(answer_s)
    apart = np.abs(truth[:, None] - answer[None, :])
    apart[apart > tolerance_s + SLACK_S] = np.inf
    prices = tolerance_s * _liable(answer, tolerance_s, stretches)
    extras = np.append(0.0, np.cumsum(prices))
    costs = extras
    for row in apart:
        costs = np.minimum(costs + tolerance_s, np.append(np.inf, costs[:-1] + row))
        # subtle: an extra steps along the row; taking its price off first makes the running
        # minimum do all of these steps at once.
        costs = np.minimum.accumulate(costs - extras) + extras
    return float(costs[-1])


def heart_rate_bpm(s1_s: ArrayLike, stretches: Sequence[Stretch] | None = None) -> float:
    """Return 60 / median interval between neighbouring S1 onsets; NaN without an interval.

    The median, because a missed or a made-up beat changes two intervals of many. Intervals that
    leave a stretch do not count.
    """
    onsets = _onsets(s1_s)
    where = np.zeros(onsets.size) if stretches is None else _stretch_of(onsets, stretches)
    intervals = np.diff(onsets)[(np.diff(where) == 0) & (where[1:] >= 0)]
    intervals = intervals[intervals > 0]
    return float(60 / np.median(intervals)) if intervals.size else float("nan")


def frame_confusion(
    truth: Sequence[StateSpan], answer: Sequence[StateSpan], frame_s: float
) -> NDArray[np.int64]:
    """Return annotated frames, shape (4, 5): true state by answered state, last column none.

    A frame has the state at its middle. Where spans overlap, the one that starts later counts.
    """
    n_frames = int(np.ceil(max((span.end_s for span in truth), default=0) / frame_s))
    middles: Array = (np.arange(n_frames) + 0.5) * np.float64(frame_s)
    true, answered = _states_at(middles, truth), _states_at(middles, answer)
    annotated = true < len(STATES)
    cells = true[annotated] * (len(STATES) + 1) + answered[annotated]
    shape = (len(STATES), len(STATES) + 1)
    return np.bincount(cells, minlength=shape[0] * shape[1]).reshape(shape).astype(np.int64)


def frame_accuracy(confusion: NDArray[np.int64]) -> float:
    """Return the share of annotated frames with the right state, in [0, 1].

    Raises
    ------
    EvaluationError
        If no frame is annotated.
    """
    if not confusion.sum():
        raise EvaluationError("frame accuracy is undefined: it needs an annotated frame")
    return float(np.trace(confusion) / confusion.sum())


def stretches_of(spans: Iterable[StateSpan], join_s: float = SLACK_S) -> tuple[Stretch, ...]:
    """Return where ``spans`` annotate; gaps of at most ``join_s`` are bridged."""
    found: list[Stretch] = []
    for span in sorted(spans, key=lambda span: span.start_s):
        if found and span.start_s <= found[-1][1] + join_s:
            found[-1] = (found[-1][0], max(found[-1][1], span.end_s))
        else:
            found.append((span.start_s, span.end_s))
    return tuple(found)


def _onsets(times_s: ArrayLike) -> Array:
    onsets = np.sort(np.asarray(times_s, dtype=np.float64))
    if onsets.ndim != 1 or not np.isfinite(onsets).all():
        raise EvaluationError(
            f"onsets have shape {onsets.shape}; wanted (n_onsets,), finite, in seconds"
        )
    return onsets


def _liable(
    times_s: Array, tolerance_s: float, stretches: Sequence[Stretch] | None
) -> NDArray[np.bool_]:
    """Return which answers are extras if they hit nothing: those well inside a stretch."""
    liable = np.full(times_s.shape, stretches is None)
    reach = tolerance_s + SLACK_S
    for start_s, end_s in stretches or ():
        liable |= (times_s > start_s + reach) & (times_s < end_s - reach)
    return liable


def _stretch_of(times_s: Array, stretches: Sequence[Stretch]) -> NDArray[np.intp]:
    """Return the index of the stretch each time lies in, -1 for none."""
    where = np.full(times_s.shape, -1, dtype=np.intp)
    for index, (start_s, end_s) in enumerate(stretches):
        where[(times_s >= start_s - SLACK_S) & (times_s <= end_s + SLACK_S)] = index
    return where


def _states_at(times_s: Array, spans: Sequence[StateSpan]) -> NDArray[np.intp]:
    """Return an index into ``STATES`` for each time, ``len(STATES)`` where no span lies."""
    states = np.full(times_s.shape, len(STATES), dtype=np.intp)
    for span in sorted(spans, key=lambda span: span.start_s):
        states[(times_s >= span.start_s) & (times_s < span.end_s)] = STATES.index(span.state)
    return states
