"""The lines of :class:`auscult.segment.Durations`, from annotated cycles."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from auscult.errors import DatasetError
from auscult.segment import Durations
from auscult.types import STATES, StateSpan

_TYPICAL_S = (0.35, 1.2)
"""Cycles outside are too few, or broken rows, and would bend the lines."""
_TOUCHING_S = 1e-3
_FEWEST = 100


def fit_durations(truths: Iterable[Sequence[StateSpan]]) -> Durations:
    """Return the durations whose lines fit the whole cycles in ``truths`` best.

    Means are least-squares lines over the length of the cycle; the spread is a line through the
    absolute residuals, scaled as for a normal distribution.

    Raises
    ------
    DatasetError
        If there are fewer than 100 whole cycles.
    """
    cycles = np.array([cycle for truth in truths for cycle in _whole_cycles(truth)])
    if len(cycles) < _FEWEST:
        raise DatasetError(f"the truth holds {len(cycles)} whole cycles; {_FEWEST} are needed")
    cycle_s = cycles.sum(axis=1)
    typical = (cycle_s > _TYPICAL_S[0]) & (cycle_s < _TYPICAL_S[1])
    cycles, cycle_s = cycles[typical], cycle_s[typical]
    line = np.stack([np.ones_like(cycle_s), cycle_s], axis=1)
    mean = np.linalg.lstsq(line, cycles, rcond=None)[0]
    residual = np.abs(cycles - line @ mean) * np.sqrt(np.pi / 2)
    spread = np.linalg.lstsq(line, residual, rcond=None)[0]
    return Durations(
        at_zero_s=_four(mean[0]),
        per_second=_four(mean[1]),
        spread_s=_four(spread[0]),
        spread_per_second=_four(spread[1]),
    )


def _whole_cycles(truth: Sequence[StateSpan]) -> Iterator[list[float]]:
    """Yield the four durations of every cycle that is annotated from S1 to the next S1."""
    for index in range(len(truth) - len(STATES)):
        spans = truth[index : index + len(STATES) + 1]
        touching = all(abs(a.end_s - b.start_s) < _TOUCHING_S for a, b in pairwise(spans))
        if touching and tuple(span.state for span in spans) == (*STATES, STATES[0]):
            yield [span.end_s - span.start_s for span in spans[:-1]]


def _four(row: NDArray[np.float64]) -> tuple[float, float, float, float]:
    first, second, third, fourth = (round(float(value), 4) for value in row)
    return first, second, third, fourth
