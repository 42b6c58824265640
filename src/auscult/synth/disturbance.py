"""What is in a recording besides the heart: one small step each.

A disturbance is a frozen dataclass; called with the take and a generator it returns what it adds.
Together without a heart they make the recordings that PASCAL files under "artifact": feedback,
speech, music, handling, noise.

Conventions
-----------
level_db : loudness relative to the level of S1; of a steady sound its root mean square, of a sound
           that comes and goes its root mean square while it is loudest
result   : float64, shape (take.n_samples,); tones above 0.45 of the sampling rate are left out

Source
------
Speech is a source-filter model in the tradition of Fant (1960): harmonics of a gliding voice,
weighted by two formants of a random vowel, in syllables. The rest is descriptive.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias, get_args

import numpy as np

from auscult.synth.bounds import check_bounds
from auscult.synth.noise import band_noise
from auscult.synth.take import Signal, Take

LEVELS_DB = (-80.0, 40.0)
SNRS_DB = (-40.0, 120.0)

_TONES_UP_TO = 0.45
_HISSES = 0.2
"""Share of syllables that are hisses."""


def _gain(level_db: float) -> float:
    return float(10 ** (level_db / 20))


def _check_level(level_db: float) -> None:
    check_bounds("level_db", level_db, *LEVELS_DB, " dB of S1")


def _events(
    take: Take, rng: np.random.Generator, per_s: float, length_s: tuple[float, float]
) -> Iterator[tuple[slice, Signal, float]]:
    """Draw moments at random, at least one: samples, seconds since its start, and its length."""
    n_events = max(1, int(rng.poisson(per_s * take.duration_s)))
    for start in np.sort(rng.uniform(0, 1, n_events)):
        lasting_s = min(rng.uniform(*length_s), take.duration_s)
        start_s = float(start) * (take.duration_s - lasting_s)
        where, times_s = take.window(start_s, start_s + lasting_s)
        yield where, times_s - start_s, lasting_s


def _tones(
    times_s: Signal, base_hz: Signal | float, gains: Signal, rate_hz: int, phase_rad: float = 0.0
) -> Signal:
    """Return harmonics 1, 2, … of ``base_hz`` (constant, or one value a sample)."""
    track_hz = np.broadcast_to(np.asarray(base_hz, float), times_s.shape)
    cycles = np.cumsum(track_hz) / rate_hz
    top_hz = float(track_hz.max(initial=0.0))
    out = np.zeros(times_s.size)
    for order, gain in enumerate(gains, start=1):
        if order * top_hz < _TONES_UP_TO * rate_hz:
            out += gain * np.sin(2 * np.pi * order * cycles + order * phase_rad)
    return out


@dataclass(frozen=True, slots=True)
class Hum:
    """Mains hum and its harmonics, each 10 dB below the one before; 20 to 1,000 Hz."""

    frequency_hz: float = 50.0
    level_db: float = -20.0
    n_harmonics: int = 3

    def __post_init__(self) -> None:
        check_bounds("frequency_hz", self.frequency_hz, 20, 1000, " Hz")
        check_bounds("n_harmonics", self.n_harmonics, 1, 50)
        _check_level(self.level_db)

    def __call__(self, take: Take, rng: np.random.Generator) -> Signal:
        """Return the hum."""
        gains = 10 ** (-np.arange(self.n_harmonics) / 2)
        gains *= _gain(self.level_db) / np.sqrt(np.sum(gains**2) / 2)
        phase_rad = rng.uniform(0, 2 * np.pi)
        return _tones(take.times_s, self.frequency_hz, gains, take.rate_hz, phase_rad)


@dataclass(frozen=True, slots=True)
class WhiteNoise:
    """Noise of the converter, flat to the Nyquist frequency, ``snr_db`` below S1."""

    snr_db: float = 40.0

    def __post_init__(self) -> None:
        check_bounds("snr_db", self.snr_db, *SNRS_DB, " dB")

    def __call__(self, take: Take, rng: np.random.Generator) -> Signal:
        """Return the noise."""
        return _gain(-self.snr_db) * rng.standard_normal(take.n_samples)


@dataclass(frozen=True, slots=True)
class Rumble:
    """Body and room: dark noise from 20 Hz up, falling by 6 dB an octave."""

    level_db: float = -22.0

    def __post_init__(self) -> None:
        _check_level(self.level_db)

    def __call__(self, take: Take, rng: np.random.Generator) -> Signal:
        """Return the rumble."""
        noise = band_noise(rng, take, 20, 1000, order=2, tilt_db_per_octave=-6)
        return _gain(self.level_db) * noise


@dataclass(frozen=True, slots=True)
class Breathing:
    """Breath sounds, 100 to 600 Hz, in step with the breath; breathing out is half as loud."""

    level_db: float = -24.0

    def __post_init__(self) -> None:
        _check_level(self.level_db)

    def __call__(self, take: Take, rng: np.random.Generator) -> Signal:
        """Return the breath sounds."""
        flow = take.breath.flow(take.times_s)
        course = np.where(flow > 0, flow, -0.5 * flow) ** 1.5
        noise = band_noise(rng, take, 100, 600, order=2, tilt_db_per_octave=-4)
        return _gain(self.level_db) * course * noise


@dataclass(frozen=True, slots=True)
class Rubbing:
    """Clothes and skin along the membrane: rough bursts of 0.1 to 0.6 s, ``per_s`` a second."""

    level_db: float = 0.0
    per_s: float = 0.5

    def __post_init__(self) -> None:
        check_bounds("per_s", self.per_s, 0.01, 20, " bursts a second")
        _check_level(self.level_db)

    def __call__(self, take: Take, rng: np.random.Generator) -> Signal:
        """Return the bursts."""
        course = np.zeros(take.n_samples)
        for where, after_s, lasting_s in _events(take, rng, self.per_s, (0.1, 0.6)):
            strokes_hz, phase_rad = rng.uniform(8, 30), rng.uniform(0, 2 * np.pi)
            rough = 0.6 + 0.4 * np.sin(2 * np.pi * strokes_hz * after_s + phase_rad)
            burst = rng.uniform(0.4, 1) * rough * np.sin(np.pi * after_s / lasting_s)
            course[where] = np.maximum(course[where], burst)
        noise = band_noise(rng, take, 40, 1000, order=2, tilt_db_per_octave=-3)
        return _gain(self.level_db) * course * noise


@dataclass(frozen=True, slots=True)
class Knocks:
    """Fingers and cables against the microphone: sharp wide bursts that die in 0.02 to 0.2 s."""

    level_db: float = 0.0
    per_s: float = 1.0

    def __post_init__(self) -> None:
        check_bounds("per_s", self.per_s, 0.01, 20, " knocks a second")
        _check_level(self.level_db)

    def __call__(self, take: Take, rng: np.random.Generator) -> Signal:
        """Return the knocks."""
        course = np.zeros(take.n_samples)
        for where, after_s, lasting_s in _events(take, rng, self.per_s, (0.02, 0.2)):
            strength = 10 ** rng.uniform(-1, 0)
            course[where] += strength * np.exp(-6 * after_s / lasting_s)
        noise = band_noise(rng, take, 80, 2000, order=2, tilt_db_per_octave=-3)
        return _gain(self.level_db) * course * noise


@dataclass(frozen=True, slots=True)
class Speech:
    """A speech-like voice: vowels and hisses in syllables, no words."""

    level_db: float = -10.0
    pitch_hz: float = 130.0
    syllables_per_s: float = 3.5

    def __post_init__(self) -> None:
        check_bounds("pitch_hz", self.pitch_hz, 60, 400, " Hz")
        check_bounds("syllables_per_s", self.syllables_per_s, 0.1, 10)
        _check_level(self.level_db)

    def __call__(self, take: Take, rng: np.random.Generator) -> Signal:
        """Return the voice."""
        out, hiss = np.zeros(take.n_samples), np.zeros(take.n_samples)
        for where, after_s, lasting_s in _events(take, rng, self.syllables_per_s, (0.12, 0.3)):
            course = np.maximum(np.sin(np.pi * after_s / lasting_s), 0) ** 0.7
            if rng.uniform() < _HISSES:
                hiss[where] += 0.3 * course
                continue
            pitch_hz = self.pitch_hz * rng.uniform(0.85, 1.25)
            glide_hz = pitch_hz * (1 + rng.uniform(-0.15, 0.1) * after_s / lasting_s)
            gains = _vowel(pitch_hz, rng)
            out[where] += course * _tones(after_s, glide_hz, gains, take.rate_hz)
        out += hiss * band_noise(rng, take, 2000, 6000)
        return _gain(self.level_db) * out


def _vowel(pitch_hz: float, rng: np.random.Generator) -> Signal:
    """Return gains of the harmonics up to 4 kHz for a random vowel, root mean square 1."""
    harmonics_hz = pitch_hz * np.arange(1, int(4000 / pitch_hz) + 1)
    first_hz, second_hz = rng.uniform(300, 800), rng.uniform(900, 2300)
    formants = sum(
        1 / (1 + ((harmonics_hz - centre_hz) / width_hz) ** 2)
        for centre_hz, width_hz in ((first_hz, 80), (second_hz, 120), (2600.0, 200))
    )
    gains = (0.05 + formants) * pitch_hz / harmonics_hz
    return np.asarray(gains / np.sqrt(np.sum(gains**2) / 2))


@dataclass(frozen=True, slots=True)
class Squeal:
    """Feedback between loudspeaker and microphone: tones that swell, hold and drift."""

    level_db: float = 0.0
    per_s: float = 0.4

    def __post_init__(self) -> None:
        check_bounds("per_s", self.per_s, 0.01, 5, " squeals a second")
        _check_level(self.level_db)

    def __call__(self, take: Take, rng: np.random.Generator) -> Signal:
        """Return the squeals."""
        out = np.zeros(take.n_samples)
        for where, after_s, lasting_s in _events(take, rng, self.per_s, (0.5, 2.5)):
            start_hz = 300 * 10 ** rng.uniform(0, 1)
            track_hz = start_hz * (1 + rng.uniform(-0.1, 0.1) * after_s / lasting_s)
            swell = np.minimum(np.exp(12 * (after_s / lasting_s - 0.5)), 1)
            release = np.minimum((lasting_s - after_s) / 0.05, 1)
            gains = np.sqrt(2) * np.array([1.0, 0.15, 0.25])
            out[where] += swell * release * _tones(after_s, track_hz, gains, take.rate_hz)
        return _gain(self.level_db) * out


@dataclass(frozen=True, slots=True)
class Music:
    """Plucked notes of a pentatonic scale: music-like, no melody."""

    level_db: float = -6.0
    notes_per_s: float = 3.0

    def __post_init__(self) -> None:
        check_bounds("notes_per_s", self.notes_per_s, 0.1, 20)
        _check_level(self.level_db)

    def __call__(self, take: Take, rng: np.random.Generator) -> Signal:
        """Return the notes."""
        out = np.zeros(take.n_samples)
        scale = np.array([0, 2, 4, 7, 9, 12, 14, 16, 19, 21])
        for where, after_s, lasting_s in _events(take, rng, self.notes_per_s, (0.3, 1.2)):
            note_hz = 110 * 2 ** (rng.choice(scale) / 12)
            gains = 0.9 * np.arange(1.0, 9.0) ** -1.2
            pluck = np.minimum(after_s / 0.005, 1) * np.exp(-4 * after_s / lasting_s)
            ending = np.minimum((lasting_s - after_s) / 0.02, 1)
            out[where] += pluck * ending * _tones(after_s, note_hz, gains, take.rate_hz)
        return _gain(self.level_db) * out


Disturbance: TypeAlias = (
    Hum | WhiteNoise | Rumble | Breathing | Rubbing | Knocks | Speech | Squeal | Music
)
DISTURBANCES: tuple[type[Disturbance], ...] = get_args(Disturbance)
