"""Spans → beats, one row a cardiac cycle.

Conventions
-----------
times     : seconds; a beat runs from the onset of S1 to that of the next
whole     : a beat whose four states follow one another without a gap, and are followed by an S1.
            Only whole beats have a cycle length; what the ends of the recording or a stretch that
            could not be told cut, has not
levels    : root mean square of the sound in its span, in dB relative to full scale, about 25 to
            400 Hz are what the stethoscope let through: no filter is applied
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auscult.types import STATES, Recording, StateSpan

_TOUCHING_S = 1e-6
_SILENCE_POWER = 1e-12


@dataclass(frozen=True, slots=True)
class Beat:
    """One cycle: onsets and durations in seconds; None where a part is missing.

    ``systole_s`` is from S1 to S2, ``diastole_s`` from S2 to the next S1, and ``cycle_s`` their
    sum. ``s1_to_s2_db`` is the level of S1 above that of S2. ``confidence`` is the mean of the
    beat's spans, weighted by their length.
    """

    s1_s: float
    s2_s: float | None
    systole_s: float | None
    diastole_s: float | None
    cycle_s: float | None
    s1_to_s2_db: float | None
    confidence: float


def beats_of(spans: Sequence[StateSpan], recording: Recording) -> tuple[Beat, ...]:
    """Return the beats that begin with an S1 whose onset was heard, in order of time."""
    starts = [i for i, span in enumerate(spans) if span.state == "S1" and span.start_s > 0]
    power = np.cumsum(np.square(recording.samples, dtype=np.float64))
    return tuple(_beat(spans, at, power, recording.rate_hz) for at in starts)


def _beat(spans: Sequence[StateSpan], at: int, power: NDArray[np.float64], rate_hz: int) -> Beat:
    """Return the beat whose S1 is ``spans[at]``."""
    n_parts = 1
    while n_parts <= len(STATES) and _follows(spans, at + n_parts - 1):
        n_parts += 1
    own = spans[at : at + min(n_parts, len(STATES))]
    s1_s, s2 = own[0].start_s, own[2] if len(own) > 2 else None  # noqa: PLR2004 - the third
    end_s = spans[at + len(STATES)].start_s if n_parts > len(STATES) else None
    lasting_s = sum(span.end_s - span.start_s for span in own)
    sure = sum(span.confidence * (span.end_s - span.start_s) for span in own) / lasting_s
    ratio_db = (
        None if s2 is None else _level_db(own[0], power, rate_hz) - _level_db(s2, power, rate_hz)
    )
    return Beat(
        s1_s=s1_s,
        s2_s=None if s2 is None else s2.start_s,
        systole_s=None if s2 is None else s2.start_s - s1_s,
        diastole_s=None if s2 is None or end_s is None else end_s - s2.start_s,
        cycle_s=None if end_s is None else end_s - s1_s,
        s1_to_s2_db=ratio_db,
        confidence=sure,
    )


def _follows(spans: Sequence[StateSpan], at: int) -> bool:
    """Say whether the span after ``at`` is the next state and begins where ``at`` ends."""
    if at + 1 >= len(spans):
        return False
    now, then = spans[at], spans[at + 1]
    expected = STATES[(STATES.index(now.state) + 1) % len(STATES)]
    return then.state == expected and abs(then.start_s - now.end_s) <= _TOUCHING_S


def _level_db(span: StateSpan, power: NDArray[np.float64], rate_hz: int) -> float:
    """Return the level of the sound in a span; ``power`` is the running sum of squares."""
    first = min(round(span.start_s * rate_hz), power.size - 1)
    last = min(max(round(span.end_s * rate_hz), first + 1), power.size - 1)
    mean = (power[last] - power[first]) / max(last - first, 1)
    return float(10 * np.log10(max(mean, _SILENCE_POWER)))
