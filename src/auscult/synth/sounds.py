"""S1, S2, S3 and S4: short damped oscillations of valves, walls and blood.

Every sound is a sum of components, each a gliding sine under a quick rise and an exponential fall::

    a · (1 - exp(-t / rise)) · exp(-t / fall) · sin(2π (f₁ t + (f₀ - f₁) g (1 - exp(-t / g))))

S1 is a slow vibration of the heart muscle whose pitch climbs, and the mitral valve (M1) at 50 and
150 Hz, followed by the softer tricuspid valve (T1). S2 is the aortic (A2) and the pulmonary valve
(P2), chirps of falling pitch; P2 is softer and lower and comes closer in expiration. S3 and S4 are
single low thuds. Components vary a little from beat to beat.

Conventions
-----------
level : 1 is the root mean square of S1 over its span in a mean beat

Source
------
S1: Chen, Durand, Lee, Med. Biol. Eng. Comput. 35:306, 1997 (decaying sinusoids of 50 and 150 Hz,
frequency-modulated muscle between 20 and 100 Hz). S2: Xu, Durand, Pibarot, IEEE TBME 47(10), 2000,
doi:10.1109/10.871405, and 48(3):277, 2001, doi:10.1109/10.914790 (chirps of decreasing frequency).
Beat-to-beat variation of the form: Almasi, Shamsollahi, Senhadji, EMBC 2011:5686.

Differences
-----------
Rise and fall times, glides and amplitudes are ours, set by eye and against mean spectra of S1 and
S2 in PASCAL B. Each valve has a third, short and soft, oscillation between 200 and 480 Hz: without
it a synthetic S1 falls 10 dB too fast above 200 Hz.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from auscult.synth.beats import Beat
from auscult.synth.rhythm import S1_S
from auscult.synth.spec import HeartSound
from auscult.synth.take import Signal, Take

_PITCH_SPREAD = 0.03
_LOUDNESS_SPREAD = 0.06
_FADE = 0.7
_P2_GAIN = 0.6
_REFERENCE_HZ = 8000


@dataclass(frozen=True, slots=True)
class Component:
    """One gliding, decaying sine; times in milliseconds, ``gain`` is relative."""

    gain: float
    from_hz: float
    to_hz: float
    rise_ms: float
    fall_ms: float
    delay_ms: float = 0.0
    glide_ms: float = 20.0

    def __call__(self, times_s: Signal, pitch: float = 1.0) -> Signal:
        """Return the component at ``times_s`` after the onset; ``pitch`` scales its frequency."""
        after_ms = np.maximum(times_s * 1000 - self.delay_ms, 0.0)
        drop = (self.from_hz - self.to_hz) * self.glide_ms * (1 - np.exp(-after_ms / self.glide_ms))
        cycles = pitch * (self.to_hz * after_ms + drop) / 1000
        envelope = (1 - np.exp(-after_ms / self.rise_ms)) * np.exp(-after_ms / self.fall_ms)
        return np.asarray(self.gain * envelope * np.sin(2 * np.pi * cycles))


MUSCLE = (Component(0.7, 30, 80, rise_ms=15, fall_ms=20),)
ATRIOVENTRICULAR = (
    Component(1.5, 85, 48, rise_ms=4, fall_ms=14, glide_ms=15),
    Component(0.4, 150, 150, rise_ms=2, fall_ms=8),
    Component(0.17, 420, 200, rise_ms=0.6, fall_ms=6, glide_ms=10),
)
SEMILUNAR = (
    Component(1.7, 85, 45, rise_ms=4, fall_ms=15),
    Component(0.55, 190, 110, rise_ms=2, fall_ms=9),
    Component(0.2, 480, 220, rise_ms=0.6, fall_ms=6, glide_ms=10),
)
THUD_S3 = (Component(1.0, 50, 32, rise_ms=12, fall_ms=22),)
THUD_S4 = (Component(1.0, 45, 30, rise_ms=14, fall_ms=22),)
_M1_DELAY_S = 0.018
_T1_GAIN = 0.5
_THUD_S = 0.09


@dataclass(frozen=True, slots=True)
class _Voice:
    """Components that start together within a span that fades to silence."""

    components: tuple[Component, ...]
    start_s: float
    end_s: float
    gain: float


def heart_sounds(
    spec: HeartSound, take: Take, beats: Sequence[Beat], rng: np.random.Generator
) -> Signal:
    """Return S1 to S4 of all beats: float64, shape (take.n_samples,), S1 at level 1."""
    out = np.zeros(take.n_samples)
    # subtle: thuds draw last, so that a third sound leaves the first two as they were
    for voices in (_valves, _thuds):
        for beat in beats:
            for voice in voices(spec, beat):
                _add(out, voice, take, rng)
    return out / _level_of_s1()


def _valves(spec: HeartSound, beat: Beat) -> Iterator[_Voice]:
    """Return who sounds when in S1 and S2 of one beat."""
    m1_s = beat.s1_s + _M1_DELAY_S
    t1_s = m1_s + spec.s1_split_ms / 1000
    yield _Voice(MUSCLE, beat.s1_s, beat.s1_end_s, beat.s1_gain)
    yield _Voice(ATRIOVENTRICULAR, m1_s, beat.s1_end_s, beat.s1_gain)
    yield _Voice(ATRIOVENTRICULAR, t1_s, beat.s1_end_s, _T1_GAIN * beat.s1_gain)
    s2_gain = beat.s2_gain * 10 ** (spec.s2_level_db / 20)
    p2_gain = _P2_GAIN * (1 + 0.25 * beat.volume)
    yield _Voice(SEMILUNAR, beat.s2_s, beat.s2_end_s - beat.split_s, s2_gain)
    yield _Voice(SEMILUNAR, beat.s2_s + beat.split_s, beat.s2_end_s, p2_gain * s2_gain)


def _thuds(spec: HeartSound, beat: Beat) -> Iterator[_Voice]:
    """Return S3 and S4 of one beat, where it has them."""
    rest_s = beat.end_s - beat.s2_end_s
    for thud, at_s, level_db in (
        (THUD_S3, beat.s3_s, spec.s3_level_db),
        (THUD_S4, beat.s4_s, spec.s4_level_db),
    ):
        if at_s is not None and level_db is not None:
            end_s = min(at_s + _THUD_S, at_s + 0.4 * rest_s, beat.end_s)
            gain = 10 ** (level_db / 20) * _level_of_s1() / _level_of_thud()
            yield _Voice(thud, at_s, end_s, gain)


def _add(out: Signal, voice: _Voice, take: Take, rng: np.random.Generator) -> None:
    """Add one voice, varied a little, to ``out``."""
    spread = rng.uniform(-1, 1, (len(voice.components), 2))
    where, times_s = take.window(voice.start_s, voice.end_s)
    fade = _fade((times_s - voice.start_s) / (voice.end_s - voice.start_s))
    for component, (pitch, loudness) in zip(voice.components, spread, strict=True):
        wave = component(times_s - voice.start_s, 1 + _PITCH_SPREAD * pitch)
        out[where] += voice.gain * (1 + _LOUDNESS_SPREAD * loudness) * fade * wave


def _fade(share: Signal) -> Signal:
    """Return 1 up to ``_FADE`` of a span, then half a cosine down to 0."""
    return np.asarray(np.cos(np.pi / 2 * np.clip((share - _FADE) / (1 - _FADE), 0, 1)) ** 2)


@cache
def _level_of_s1() -> float:
    """Return the root mean square of a mean S1 over its span."""
    times_s = np.arange(0, S1_S, 1 / _REFERENCE_HZ)
    wave = np.sum([part(times_s) for part in MUSCLE], axis=0)
    for gain, delay_s in ((1.0, _M1_DELAY_S), (_T1_GAIN, _M1_DELAY_S + 0.02)):
        late_s = np.maximum(times_s - delay_s, 0)
        wave += gain * np.sum([part(late_s) for part in ATRIOVENTRICULAR], axis=0)
    return float(np.sqrt(np.mean(wave**2)))


@cache
def _level_of_thud() -> float:
    """Return the root mean square of S3 over its span; S4 is as loud within 1 dB."""
    times_s = np.arange(0, _THUD_S, 1 / _REFERENCE_HZ)
    return float(np.sqrt(np.mean(THUD_S3[0](times_s) ** 2)))
