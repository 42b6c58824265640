"""Rhythm, sounds, murmurs, breath and disturbances → a recording with its exact truth.

The heart (S1 to S4 and the murmurs) is summed, passed through the band of the stethoscope, and the
disturbances are added as they reach the recording; the sum is scaled to a peak of 0.9. Nothing is
clipped. The filter works in the frequency domain and has no delay, so the truth stays true.

Conventions
-----------
rate_hz : 1,000 to 48,000 samples per second; never assumed
seed    : 0 or more; the same seed, spec and rate give the same samples, the same seed and spec at
          another rate the same truth
"""

from dataclasses import dataclass

import numpy as np

from auscult.errors import ConfigError
from auscult.synth.beats import Beat, marks_of, spans_of
from auscult.synth.bounds import check_bounds
from auscult.synth.noise import band_gain
from auscult.synth.rhythm import draw_beats
from auscult.synth.sounds import heart_sounds
from auscult.synth.spec import Artifact, HeartSound, Stethoscope
from auscult.synth.take import Breath, Signal, Take, stream
from auscult.types import Mark, Recording, StateSpan

PEAK = 0.9
_PADDING_S = 0.25


@dataclass(frozen=True, slots=True, eq=False)
class Synthetic:
    """A made recording and all there is to know about it.

    ``spans`` cover it from 0 to its end, contiguously; an artifact has none. ``marks`` are the
    onsets of S1, S2, S3 and S4 that lie within it, in order of time. ``label`` is one of
    ``auscult.types.CLASSES_5``.
    """

    recording: Recording
    beats: tuple[Beat, ...]
    label: str

    @property
    def spans(self) -> tuple[StateSpan, ...]:
        """States of the cardiac cycle."""
        return spans_of(self.beats, self.recording.duration_s)

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Onsets of the heart sounds."""
        return marks_of(self.beats, self.recording.duration_s)


def synthesise(spec: HeartSound | Artifact, rate_hz: int, seed: int) -> Synthetic:
    """Make one recording.

    Parameters
    ----------
    spec
        What to make.
    rate_hz
        1,000 to 48,000 samples per second.
    seed
        0 or more.

    Raises
    ------
    ConfigError
        If the rate or the seed is out of range.

    Examples
    --------
    >>> made = synthesise(HeartSound(duration_s=5, heart_rate_bpm=60), rate_hz=2000, seed=7)
    >>> made.label, made.recording.duration_s, len([m for m in made.marks if m.sound == "S1"])
    ('normal', 5.0, 5)
    """
    check_bounds("rate_hz", rate_hz, 1000, 48_000, " Hz")
    if seed < 0:
        raise ConfigError(f"seed={seed} must not be negative")
    phase_rad = stream(seed, "breath").uniform(0, 2 * np.pi)
    breath = Breath(spec.breathing_rate_per_min, phase_rad)
    take = Take(round(spec.duration_s * rate_hz), rate_hz, breath)
    beats: tuple[Beat, ...] = ()
    total = np.zeros(take.n_samples)
    if isinstance(spec, HeartSound):
        beats = draw_beats(spec, breath, stream(seed, "rhythm"))
        total = through(spec.stethoscope, _heart(spec, take, beats, seed), rate_hz)
    for index, disturbance in enumerate(spec.disturbances):
        total += disturbance(take, stream(seed, f"disturbance {index}"))
    # subtle: a squeal above the Nyquist frequency leaves silence, which has no peak to scale
    total *= PEAK / (np.abs(total).max() or 1.0)
    source = f"synthetic {spec.label}, seed {seed}"
    return Synthetic(Recording(total.astype(np.float32), rate_hz, source), beats, spec.label)


def _heart(spec: HeartSound, take: Take, beats: tuple[Beat, ...], seed: int) -> Signal:
    """Return heart sounds and murmurs as they leave the chest."""
    total = heart_sounds(spec, take, beats, stream(seed, "sounds"))
    for index, murmur in enumerate(spec.murmurs):
        total += murmur(take, beats, stream(seed, f"murmur {index}"))
    return total


def through(stethoscope: Stethoscope, signal: Signal, rate_hz: int) -> Signal:
    """Return ``signal`` within the band of the stethoscope, without delay."""
    padding = int(_PADDING_S * rate_hz)
    n_padded = signal.size + padding
    frequencies_hz = np.maximum(np.fft.rfftfreq(n_padded, 1 / rate_hz), 1e-3)
    gain = band_gain(frequencies_hz, stethoscope.low_hz, stethoscope.high_hz, stethoscope.order)
    return np.fft.irfft(np.fft.rfft(signal, n_padded) * gain, n_padded)[: signal.size]
