"""Voices, crying, music, whistling: sound with a pitch, above the heart.

Heart sounds and murmurs are noise-like; a voice repeats itself 80 to 350 times a second. Where it
does, what lies above 200 Hz is no murmur.

What is measured
----------------
The share of 64 ms frames that have a pitch: the autocorrelation of the part from 200 to 800 Hz,
corrected for the window, reaches 0.8 at a lag of 1/350 to 1/80 s. Only frames count whose part
above 200 Hz is no more than 15 dB below the loud frames of the heart's band (the 95th percentile of
25 to 200 Hz), so that silence has no pitch.

Limits
------
Speech 5 to 10 dB below S1 reaches 0.1. So do 3 % of CirCor's recordings, and 14 % of those in which
its listeners could not tell whether there is a murmur.

Differences from a speech detector
----------------------------------
Syllables are not asked for: a child that cries or a tone that stays disturbs as much. A musical
murmur, a rare thing, has a pitch too: hence a note, and by itself never a refusal. Of speech
it hears the vowels, not the hisses.

Source
------
Boersma, Proc. Inst. Phonetic Sciences 17:97, 1993: autocorrelation divided by the window's.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from auscult.errors import ConfigError
from auscult.preprocess.rules.rule import Finding
from auscult.preprocess.rules.sketch import TOP_HZ, Sketch
from auscult.stft import hann_window
from auscult.types import FloatArray

_PITCHES_HZ = (80.0, 350.0)
_ABOVE_HZ = 200.0
_HEART_HZ = 25.0
_PITCHED_FROM = 0.8
_LEAST_LEVEL = 0.03
_LOUD_QUANTILE = 0.95


@dataclass(frozen=True, slots=True)
class Voice:
    """Note sound with a pitch; a share of the frames."""

    note_from: float = 0.1

    def __post_init__(self) -> None:
        if not 0 < self.note_from <= 1:
            raise ConfigError(f"voice: note_from={self.note_from:g} must be in (0, 1]")

    @property
    def refuses(self) -> str:
        """Nothing: how long somebody speaks does not tell how loud."""
        return ""

    def __call__(self, sketch: Sketch) -> Finding | None:
        """Return the share of time with a pitch, where it is large."""
        share = pitched_share(sketch)
        if share < self.note_from:
            return None
        return Finding(
            "voice",
            "note",
            f"speech, crying or another tone is heard for {share:.0%} of the time, wanted less "
            f"than {self.note_from:.0%}; record again when it is quiet",
        )


def pitched_share(sketch: Sketch) -> float:
    """Return the share of frames with a pitch, in [0, 1]."""
    if not len(sketch.power):
        return 0.0
    heart, above = sketch.bands((_HEART_HZ, _ABOVE_HZ, TOP_HZ)).T
    rank = int(_LOUD_QUANTILE * (heart.size - 1))
    loud = above > _LEAST_LEVEL * np.partition(heart, rank)[rank]
    if not loud.any():
        return 0.0
    bins_hz = sketch.bins_hz
    part = sketch.power[loud] * ((bins_hz >= _ABOVE_HZ) & (bins_hz < TOP_HZ)).astype(np.float32)
    shortest, longest = (sketch.low_rate_hz / pitch_hz for pitch_hz in reversed(_PITCHES_HZ))
    lags = slice(int(shortest), int(longest) + 1)
    n_fft = 2 * (part.shape[1] - 1)
    alike = np.fft.irfft(part, norm="forward")
    nearest = (alike[:, lags] / _of_window(n_fft)[lags]).max(axis=1)
    return float(np.count_nonzero(nearest > _PITCHED_FROM * alike[:, 0]) / len(sketch.power))


@lru_cache(maxsize=16)
def _of_window(n_fft: int) -> FloatArray:
    """Return the autocorrelation of the window, 1 at lag 0: float32, shape (n_fft // 2,)."""
    spectrum = np.fft.rfft(hann_window(n_fft), 2 * n_fft)
    alike = np.fft.irfft(np.abs(spectrum) ** 2)[: n_fft // 2]
    out: FloatArray = (alike / alike[0]).astype(np.float32)
    return out
