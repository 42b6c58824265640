"""Many hearts from one: the spread of a preset.

A classifier or a segmenter must not meet the same heart twice. Each variation draws another rate,
breath, loudness of S2, murmur grade and background; the label stays what it was.
"""

from dataclasses import replace

import numpy as np

from auscult.synth.disturbance import LEVELS_DB, SNRS_DB, Disturbance, WhiteNoise
from auscult.synth.murmur import MAX_GRADE, Murmur
from auscult.synth.spec import HEART_RATES_BPM, Artifact, HeartSound

_LEVEL_SPREAD_DB = 6.0


def vary(spec: HeartSound | Artifact, rng: np.random.Generator) -> HeartSound | Artifact:
    """Return a relative of ``spec``: heart rate ±20 %, grade ±1, background ±6 dB, and so on.

    Parameters
    ----------
    spec
        What to vary; its duration, rhythm disorder and extra sounds are kept.
    rng
        Where the variation is drawn from.
    """
    disturbances = tuple(_vary_level(each, rng) for each in spec.disturbances)
    breathing = _within(spec.breathing_rate_per_min * rng.uniform(0.75, 1.3), 4, 60)
    if isinstance(spec, Artifact):
        return replace(spec, disturbances=disturbances, breathing_rate_per_min=breathing)
    rate_bpm = _within(spec.heart_rate_bpm * rng.uniform(0.8, 1.2), *HEART_RATES_BPM)
    return replace(
        spec.at_rate(rate_bpm),
        breathing_rate_per_min=breathing,
        s2_level_db=_within(spec.s2_level_db + rng.uniform(-4, 4), -30, 20),
        murmurs=tuple(_vary_grade(murmur, rng) for murmur in spec.murmurs),
        disturbances=disturbances,
    )


def _vary_grade(murmur: Murmur, rng: np.random.Generator) -> Murmur:
    grade = _within(murmur.grade + int(rng.integers(-1, 2)), 1, MAX_GRADE)
    return replace(murmur, grade=int(grade))


def _within(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)


def _vary_level(disturbance: Disturbance, rng: np.random.Generator) -> Disturbance:
    """Return the disturbance up to 6 dB louder or softer."""
    change_db = rng.uniform(-_LEVEL_SPREAD_DB, _LEVEL_SPREAD_DB)
    if isinstance(disturbance, WhiteNoise):
        return replace(disturbance, snr_db=_within(disturbance.snr_db + change_db, *SNRS_DB))
    return replace(disturbance, level_db=_within(disturbance.level_db + change_db, *LEVELS_DB))
