"""An average beat in a few figures: how loud systole and diastole are, when, and at which pitch.

Conventions
-----------
part    : a share of systole or diastole; what lies nearest to S2 in diastole is left out, since
          the sound itself rings there
band    : 80 to 150, 150 to 250, 250 to 400 and 400 to 800 Hz; below, S1 and S2 hide everything
excess  : dB above the band's quietest tenth of the cycle
systole : its course, six parts from S1 to S2, in dB below the loudest; then, in the first five, the
          excess of each band, and the centre of the power above the floor (log2 of hertz)
diastole: its course, five parts, in dB above the last; then the excess of each band from S2 to
          three fifths of diastole
"""

from collections.abc import Sequence
from itertools import pairwise
from math import log2

import numpy as np

from auscult.cycle.average import AverageBeat, Floats
from auscult.types import State

BANDS_HZ = (80, 150, 250, 400, 800)
CENTRES_LOG2_HZ = tuple(log2(low * high) / 2 for low, high in pairwise(BANDS_HZ))
SYSTOLE_PARTS = (0, 1 / 6, 1 / 3, 1 / 2, 2 / 3, 5 / 6, 1)
DIASTOLE_PARTS = (0.15, 0.3, 0.45, 0.6, 0.8, 1)
N_EARLY = 3
"""How many parts of diastole an early murmur fills."""
FLOOR_PERCENT = 10.0
COURSE, EXCESS, CENTRE = slice(6), slice(6, 10), slice(10, 11)
"""Where the figures of systole stand."""
_SILENCE = 1e-12


def systole_figures(beat: AverageBeat) -> Floats:
    """Return the figures of systole: shape (11,), the last in log2 of hertz, the others in dB."""
    levels_db = _parts(beat, "systole", SYSTOLE_PARTS)
    course = levels_db[-1] - levels_db[-1].max()
    # subtle: a frame of 64 ms in the last part holds the beginning of S2.
    inside_db, floor_db = levels_db[:-1, :-1], _floor_db(beat)
    excess = (inside_db - floor_db[:, None]).mean(axis=1)
    above = (10 ** (inside_db / 10)).mean(axis=1) - 10 ** (floor_db / 10)
    centre = np.average(CENTRES_LOG2_HZ, weights=np.maximum(above, _SILENCE))
    return np.concatenate([course, excess, [centre]])


def diastole_figures(beat: AverageBeat) -> Floats:
    """Return the nine figures of diastole in dB: shape (9,)."""
    levels_db = _parts(beat, "diastole", DIASTOLE_PARTS)
    course = levels_db[-1] - levels_db[-1, -1]
    early = levels_db[:-1, :N_EARLY] - _floor_db(beat)[:, None]
    return np.concatenate([course, early.mean(axis=1)])


def murmur_course_db(beat: AverageBeat) -> Floats:
    """Return the level from 80 to 800 Hz in each part of systole, then of diastole: (11,)."""
    systole = _parts(beat, "systole", SYSTOLE_PARTS)
    diastole = _parts(beat, "diastole", DIASTOLE_PARTS)
    return np.concatenate([systole[-1], diastole[-1]])


def band_levels_db(beat: AverageBeat) -> Floats:
    """Return the level of each band, and of all together, over the cycle: (5, n_columns)."""
    power = 10 ** (beat.levels_db / 10)
    of_band = [
        power[(beat.frequencies_hz >= low) & (beat.frequencies_hz < high)].sum(axis=0)
        for low, high in pairwise(BANDS_HZ)
    ]
    both = np.stack([*of_band, np.sum(of_band, axis=0)])
    out: Floats = 10 * np.log10(np.maximum(both, _SILENCE))
    return out


def _floor_db(beat: AverageBeat) -> Floats:
    out: Floats = np.percentile(band_levels_db(beat)[:-1], FLOOR_PERCENT, axis=1)
    return out


def _parts(beat: AverageBeat, state: State, edges: Sequence[float]) -> Floats:
    """Return the mean level of each band, and of all, in each part: shape (5, n_parts)."""
    levels_db = band_levels_db(beat)
    means = [
        levels_db[:, beat.during(state, first, last)].mean(axis=1)
        for first, last in pairwise(edges)
    ]
    return np.stack(means, axis=1)
