"""The rhythm that beats make: rate, durations, irregularity, and what cannot be said.

Conventions
-----------
times    : milliseconds where the name says so, else seconds; rates a minute
interval : 95 %, of the mean rate over the recording, from the scatter of its beats
median   : of whole beats, so that one misheard beat changes nothing
rate     : of all whole beats where there are three or more. Of one or two it is told only if the
           beats at both ends are sure: one beat and a noise like a second make no rhythm

Which measures of variability can be trusted
--------------------------------------------
An onset is found within about 15 ms (standard deviation on CirCor against its annotations, which
are themselves rounded to 20 ms in part; see docs/results/segment.md). The difference of two cycles
that follow one another holds three onsets, of which the middle one counts twice: an error of
√6 · 15 ≈ 37 ms. Therefore

- told: the standard deviation of the cycles (SDNN), since an error of √2 · 15 ≈ 21 ms is taken off
  in quadrature, when what is left is greater than the error itself; and early or missing beats,
  whose cycles differ by a fifth of a second or so
- not told: RMSSD, pNN50 and any spectrum of the intervals. Their healthy values, 20 to 50 ms, are
  no larger than the error, and recordings of ten to thirty seconds hold too few beats for them

Source
------
Task Force of the ESC and NASPE, Circulation 93:1043, 1996 (measures of variability; five minutes
are asked for).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from auscult.segment.beats import Beat

Floats = NDArray[np.float64]

ONSET_ERROR_S = 0.015
"""Standard deviation of an onset's error; from docs/results/segment.md."""
NOT_TOLD: Mapping[str, str] = MappingProxyType(
    {
        "RMSSD": "neighbouring cycles differ by no more than the error of the onsets",
        "pNN50": "50 ms are hardly more than the error of a difference of two cycles",
        "LF/HF": "needs minutes of beats without a gap, timed to some milliseconds",
    }
)
"""Measure of variability → why it is not given."""
_EARLY, _LATE = 0.8, 1.5
_FEWEST_FOR_RHYTHM = 3
_SURE = 0.6
"""Confidence of a beat that is believed by itself."""
_TWO_SIDED = 1.96


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What the beats of one recording say; None where too few beats say it.

    Parameters
    ----------
    n_beats, n_whole
        Beats heard, and how many of them are whole.
    rate_bpm, rate_low_bpm, rate_high_bpm
        Mean heart rate and its 95 % interval.
    systole_ms, diastole_ms
        Median from S1 to S2, and from S2 to S1.
    s1_to_s2_db
        Median level of S1 above that of S2.
    sdnn_ms
        Standard deviation of the cycles, the onsets' error taken off; None if it drowns in it.
    early_at_s
        Onsets of beats that came at less than four fifths of the median cycle.
    pauses_at_s
        Onsets of beats after which the next came at more than one and a half median cycles.
    """

    n_beats: int = 0
    n_whole: int = 0
    rate_bpm: float | None = None
    rate_low_bpm: float | None = None
    rate_high_bpm: float | None = None
    systole_ms: float | None = None
    diastole_ms: float | None = None
    s1_to_s2_db: float | None = None
    sdnn_ms: float | None = None
    early_at_s: tuple[float, ...] = ()
    pauses_at_s: tuple[float, ...] = ()

    @property
    def irregular(self) -> bool | None:
        """Whether a beat is early or missing; None with fewer than three whole beats."""
        if self.n_whole < _FEWEST_FOR_RHYTHM:
            return None
        return bool(self.early_at_s or self.pauses_at_s)


def rhythm_of(beats: Sequence[Beat]) -> Rhythm:
    """Return the rhythm of ``beats``."""
    n_whole = sum(beat.cycle_s is not None for beat in beats)
    cycles_s = _cycles_s(beats, sure=n_whole < _FEWEST_FOR_RHYTHM)
    if not cycles_s.size:
        return Rhythm(len(beats), n_whole, systole_ms=_median_ms([b.systole_s for b in beats]))
    low, high = _rate_interval(cycles_s)
    early, pauses = _odd_beats(beats, float(np.median(cycles_s)))
    ratios = [beat.s1_to_s2_db for beat in beats if beat.s1_to_s2_db is not None]
    return Rhythm(
        n_beats=len(beats),
        n_whole=n_whole,
        rate_bpm=float(60 / cycles_s.mean()),
        rate_low_bpm=low,
        rate_high_bpm=high,
        systole_ms=_median_ms([beat.systole_s for beat in beats]),
        diastole_ms=_median_ms([beat.diastole_s for beat in beats]),
        s1_to_s2_db=float(np.median(ratios)) if ratios else None,
        sdnn_ms=_sdnn_ms(cycles_s),
        early_at_s=early,
        pauses_at_s=pauses,
    )


def _cycles_s(beats: Sequence[Beat], *, sure: bool) -> Floats:
    """Return the lengths of the whole beats; if ``sure``, of those between two sure ones only."""
    least = _SURE if sure else 0.0
    return np.array(
        [
            beat.cycle_s
            for beat, then in pairwise(beats)
            if beat.cycle_s is not None and min(beat.confidence, then.confidence) >= least
        ]
    )


def _rate_interval(cycles_s: Floats) -> tuple[float, float]:
    """Return the 95 % interval of the mean rate; errors of neighbouring onsets cancel."""
    n = cycles_s.size
    scatter = float(cycles_s.std(ddof=1)) if n > 1 else 0.0
    own = max(scatter**2 - 2 * ONSET_ERROR_S**2, 0.0)
    error_s = _TWO_SIDED * sqrt(own / n + 2 * (ONSET_ERROR_S / n) ** 2)
    mean_s = float(cycles_s.mean())
    return 60 / (mean_s + error_s), 60 / max(mean_s - error_s, mean_s / 2)


def _sdnn_ms(cycles_s: Floats) -> float | None:
    if cycles_s.size < _FEWEST_FOR_RHYTHM:
        return None
    error = 2 * ONSET_ERROR_S**2
    own = float(cycles_s.var(ddof=1)) - error
    return 1000 * sqrt(own) if own > error else None


def _odd_beats(
    beats: Sequence[Beat], typical_s: float
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the onsets of early beats, and of beats followed by a pause."""
    early, pauses = [], []
    for beat in beats:
        if beat.cycle_s is not None and beat.cycle_s < _EARLY * typical_s:
            early.append(beat.s1_s + beat.cycle_s)
        if beat.cycle_s is not None and beat.cycle_s > _LATE * typical_s:
            pauses.append(beat.s1_s)
    return tuple(early), tuple(pauses)


def _median_ms(times_s: Sequence[float | None]) -> float | None:
    known = [time_s for time_s in times_s if time_s is not None]
    return 1000 * float(np.median(known)) if known else None
