"""Rhythm: when the valves close. The truth that all else hangs on.

Intervals from beat to beat vary with the breath (respiratory sinus arrhythmia), with the slow waves
of blood pressure near 0.1 Hz (Mayer waves) and a little at random, in variances 45:45:10. Systole
shortens as the heart quickens: from the QRS complex to S2 there pass 540 - 2.1·rate milliseconds
(rate in beats a minute), of which 60 pass before S1; above 110 a minute, where a resting heart was
hardly measured, systole keeps its share of the beat. An extrasystole comes early in diastole and is
followed by a full compensatory pause.

Source
------
Variability: McSharry, Clifford, Tarassenko, Smith, IEEE TBME 50(3):289, 2003,
doi:10.1109/TBME.2003.808805 (two-peaked spectrum of the intervals). Systole: Chest 80(5):613, 1981,
doi:10.1378/chest.80.5.613 (men 541 - 2.2·rate, women 540 - 2.0·rate from the QRS to S2), in the
tradition of Weissler and of Lewis et al., Circulation 56:146, 1977. Splitting of 20 to 40 ms in
inspiration, nearly none in expiration, is textbook physiology.

Differences
-----------
McSharry et al. draw a Gaussian process for the respiratory part; here it follows the breath itself,
because the splitting of S2 and the breath sounds must keep step with it. The 60 ms from the QRS to
S1, and the pace of one beat taken half from the mean and half from the interval before it, are our
choices.
"""

from math import sqrt

import numpy as np
from numpy.typing import NDArray

from auscult.synth.beats import Beat
from auscult.synth.spec import HeartSound
from auscult.synth.take import Breath, Signal

S1_S = 0.12
VALVE_S = 0.08
"""Time one valve of S2 rings; the sound lasts this long and the split on top."""

_S3_AFTER_S2_S = 0.05
_S4_BEFORE_S1_S = 0.11
_LONGEST_SAMPLE_S = 1 / 1000
_N_MAYER = 5
_MAX_DEVIATION = 2.5
_MEASURED_UP_TO_BPM = 110.0
_COUPLING = (0.3, 0.5)
"""An extrasystole falls between these shares of the diastole before it."""


def systole_s(rate_bpm: float) -> float:
    """Return the time from the onset of S1 to that of S2 at a heart rate.

    Examples
    --------
    >>> round(systole_s(70), 3), round(systole_s(120), 3)
    (0.333, 0.228)
    """
    measured_bpm = min(rate_bpm, _MEASURED_UP_TO_BPM)
    return (480 - 2.1 * measured_bpm) / 1000 * measured_bpm / rate_bpm


def draw_beats(spec: HeartSound, breath: Breath, rng: np.random.Generator) -> tuple[Beat, ...]:
    """Draw the beats that cover a recording of ``spec.duration_s``."""
    onsets_s = _draw_onsets(spec, breath, rng)
    onsets_s, premature = _with_extrasystoles(onsets_s, spec, rng)
    spread = 1 + spec.loudness_spread * rng.uniform(-1, 1, (onsets_s.size, 2))
    mean_s = 60 / spec.heart_rate_bpm
    beats = []
    for index in range(1, onsets_s.size - 1):
        before_s, start_s, end_s = map(float, onsets_s[index - 1 : index + 2])
        # subtle: rounded to whole samples the recording may end half a sample late
        if end_s <= 0 or start_s > spec.duration_s + _LONGEST_SAMPLE_S:
            continue
        wanted_s = systole_s(120 / (mean_s + start_s - before_s))
        effort = _effort(premature=premature[index], after_premature=premature[index - 1])
        beats.append(_beat(spec, (start_s, end_s), wanted_s, breath, effort * spread[index]))
    return tuple(beats)


def _draw_onsets(spec: HeartSound, breath: Breath, rng: np.random.Generator) -> Signal:
    """Return onsets of S1 from more than one beat before 0 to beyond the end."""
    mean_s = 60 / spec.heart_rate_bpm
    spread = spec.rate_variability_ms / 1000 / mean_s
    mayer_hz, mayer_rad = rng.normal(0.1, 0.01, _N_MAYER), rng.uniform(0, 2 * np.pi, _N_MAYER)
    onsets_s = [-(2 + rng.uniform()) * mean_s]
    while onsets_s[-1] < spec.duration_s + 2 * mean_s:
        breathing = sqrt(2) * breath.volume(onsets_s[-1])
        mayer = sqrt(2 / _N_MAYER) * np.sin(2 * np.pi * mayer_hz * onsets_s[-1] + mayer_rad).sum()
        deviation = sqrt(0.45) * (breathing + mayer) + sqrt(0.1) * rng.standard_normal()
        within = min(max(float(deviation), -_MAX_DEVIATION), _MAX_DEVIATION)
        # subtle: the rate swings evenly about its mean, not the interval: 60 beats a minute stay 60
        onsets_s.append(onsets_s[-1] + mean_s / (1 + spread * within))
    return np.array(onsets_s)


def _with_extrasystoles(
    onsets_s: Signal, spec: HeartSound, rng: np.random.Generator
) -> tuple[Signal, NDArray[np.bool_]]:
    """Return the onsets with every n-th beat early, and which beats those are.

    Only the early beat moves, so the pause after it is fully compensatory.
    """
    premature = np.zeros(onsets_s.size, bool)
    if spec.extrasystole_every is not None:
        premature[2 + rng.integers(spec.extrasystole_every) :: spec.extrasystole_every] = True
        premature[-1] = False
    systole = systole_s(spec.heart_rate_bpm) * spec.heart_rate_bpm / 60
    share = systole + rng.uniform(*_COUPLING, onsets_s.size) * (1 - systole)
    early_s = onsets_s[:-1] + share[1:] * np.diff(onsets_s)
    moved_s = onsets_s.copy()
    moved_s[1:][premature[1:]] = early_s[premature[1:]]
    return moved_s, premature


def _effort(*, premature: bool, after_premature: bool) -> Signal:
    """Return gains of S1 and S2: an ill-filled ventricle ejects little, the next beat more."""
    if premature:
        return np.array([0.85, 0.5])
    return np.array([1.15, 1.1]) if after_premature else np.ones(2)


def _beat(
    spec: HeartSound,
    cycle_s: tuple[float, float],
    systole_wanted_s: float,
    breath: Breath,
    gains: Signal,
) -> Beat:
    """Place the sounds between two onsets; where the beat is short, they are shorter."""
    start_s, end_s = cycle_s
    systole = min(systole_wanted_s, 0.6 * (end_s - start_s))
    s2_s = start_s + systole
    volume = float(breath.volume(start_s))
    split_s = (spec.s2_split_ms + spec.s2_split_breathing_ms * (1 + volume) / 2) / 1000
    shrink = min(1.0, 0.55 * (end_s - s2_s) / (VALVE_S + split_s))
    s2_end_s = s2_s + shrink * (VALVE_S + split_s)
    rest_s = end_s - s2_end_s
    softer = 1 - spec.breathing_depth * volume
    return Beat(
        s1_s=start_s,
        s1_end_s=start_s + min(S1_S, 0.45 * systole),
        s2_s=s2_s,
        s2_end_s=s2_end_s,
        end_s=end_s,
        split_s=shrink * split_s,
        s1_gain=float(gains[0]) * softer,
        s2_gain=float(gains[1]) * softer,
        volume=volume,
        s3_s=None if spec.s3_level_db is None else s2_end_s + min(_S3_AFTER_S2_S, 0.15 * rest_s),
        s4_s=None if spec.s4_level_db is None else end_s - min(_S4_BEFORE_S1_S, 0.3 * rest_s),
    )
