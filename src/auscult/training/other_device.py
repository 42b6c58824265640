"""The same heart through another stethoscope: its frequency response changed, its noise added.

A classifier that has met one or two devices takes their response and their hush for part of a
class. Each copy gets a smooth response drawn at six frequencies, and steady noise of drawn colour
and level.

Conventions
-----------
samples : float32, shape (n_samples,), prepared; the rate is not needed, for frequencies count as
    shares of the Nyquist frequency. At 2 kHz the six lie from 20 Hz to 1 kHz and the noise from 25
    to 800 Hz
result  : float32, same shape

What is drawn follows from the samples, so the same recording has the same copy in every run.
"""

from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from auscult.types import Samples

KNOTS = (0.02, 0.05, 0.1, 0.2, 0.4, 1.0)
"""Shares of the Nyquist frequency where the response is drawn."""
RESPONSE_DB = 8.0
NOISE_BAND = (0.025, 0.8)
SIGNAL_TO_NOISE_DB = (8.0, 25.0)


def other_device(samples: Samples) -> Samples:
    """Return ``samples`` as another device might have recorded them; silence stays silence."""
    rng = np.random.default_rng(crc32(np.ascontiguousarray(samples).tobytes()))
    shares = np.maximum(np.linspace(0, 1, samples.size // 2 + 1), KNOTS[0])
    gain_db = np.interp(np.log2(shares), np.log2(KNOTS), rng.uniform(-RESPONSE_DB, RESPONSE_DB, 6))
    heard = np.fft.irfft(np.fft.rfft(samples) * 10 ** (gain_db / 20), samples.size)
    noise = np.fft.irfft(
        np.fft.rfft(rng.standard_normal(samples.size)) * _colour(shares, rng), samples.size
    )
    ratio_db = rng.uniform(*SIGNAL_TO_NOISE_DB)
    level = _rms(heard) * 10 ** (-ratio_db / 20) / (_rms(noise) or 1.0)
    out: Samples = (heard + level * noise).astype(np.float32)
    return out


def _colour(shares: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Return a gain that falls by 0 to 6 dB an octave inside the noise band and is 0 outside."""
    low, high = NOISE_BAND
    slope = rng.uniform(0, 1)
    inside = (shares > low) & (shares < high)
    gain: NDArray[np.float64] = np.where(inside, (np.maximum(shares, low) / low) ** -slope, 0.0)
    return gain


def _rms(samples: NDArray[np.float64]) -> float:
    return float(np.sqrt(np.mean(np.square(samples))))
