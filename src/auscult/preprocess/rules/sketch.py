"""What the rules look at, computed once: the sound at about 2 kHz, and its spectrum in time.

Heart sounds end below 800 Hz, so 2 kHz hold them, and looking at one rate makes the rules blind to
the rate of the file. A file at 44.1 kHz is thinned out by a whole factor, in one matrix product.

Conventions
-----------
samples : the sound about its mean, float32, shape (n_samples,), at its own rate
low     : the same from 0 to 0.36 of ``low_rate_hz``, float32; ``low_rate_hz`` lies from 2,000 to
          4,000 Hz, or is that of the recording where it is lower
power   : float32, shape (n_frames, n_bins); 64 ms Hann windows every 20 ms, no padding

Differences from ``auscult.audio.resample``
-------------------------------------------
soxr needs 2 ms for 10 s at 44.1 kHz, this 0.5 ms; it leaves 0.1 dB of ripple and lets through, 50
dB down, what lies above. No model is given this sound.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from auscult.stft import hann_window
from auscult.types import FloatArray, Samples

LOW_RATE_HZ = 2_000
TOP_HZ = 800.0
"""No rule looks higher."""
FRAME_S, HOP_S = 0.064, 0.02

_REACH = 8
"""The filter reaches this many low-rate samples to either side."""
_CUTOFF = 0.45
_KAISER = 5.0


@dataclass(frozen=True, slots=True, eq=False)
class Sketch:
    """One recording, prepared."""

    samples: Samples
    rate_hz: int
    low: Samples
    low_rate_hz: float
    power: FloatArray
    hop_s: float

    @property
    def bins_hz(self) -> NDArray[np.float64]:
        """Frequency of each bin of ``power``: shape (n_bins,)."""
        n_bins = self.power.shape[1]
        return np.linspace(0, self.low_rate_hz / 2, n_bins)

    def bands(self, edges_hz: Sequence[float]) -> FloatArray:
        """Return the power between neighbouring edges: float32, shape (n_frames, n_edges - 1).

        A bin on an edge belongs to the band above it.
        """
        which = np.digitize(self.bins_hz, edges_hz)
        sums = which[:, None] == np.arange(1, len(edges_hz))
        bands: FloatArray = self.power @ sums.astype(np.float32)
        return bands


def about_mean(samples: Samples) -> Samples:
    """Return ``samples`` without their mean, same shape."""
    return samples - np.float32(samples.mean(dtype=np.float64))


def sketch_of(samples: Samples, rate_hz: int) -> Sketch:
    """Prepare a sound, given about its mean; a short one may have no frame."""
    low, low_rate_hz = _thinned(samples, rate_hz)
    n_fft = 16 * max(1, round(FRAME_S * low_rate_hz / 16))
    hop = max(1, round(HOP_S * low_rate_hz))
    power = np.zeros((0, n_fft // 2 + 1), np.float32)
    if low.size >= n_fft:
        frames = sliding_window_view(low, n_fft)[::hop] * hann_window(n_fft).astype(np.float32)
        spectra = np.fft.rfft(frames, norm="forward")
        power = np.add(spectra.real**2, spectra.imag**2)
    return Sketch(samples, rate_hz, low, low_rate_hz, power, hop / low_rate_hz)


def _thinned(samples: Samples, rate_hz: int) -> tuple[Samples, float]:
    """Return the sound at 1/n of its rate, at least 2 kHz, and that rate."""
    factor = max(1, rate_hz // LOW_RATE_HZ)
    if factor == 1:
        return samples, float(rate_hz)
    taps = _taps(factor)
    n_rows = samples.size // factor
    n_out = n_rows - len(taps) + 1
    if n_out < 1:
        return np.zeros(0, np.float32), rate_hz / factor
    # subtle: each row of ``parts`` is the sound weighted by one stretch of the filter, summed over
    # a low-rate sample; the stretches lie one low-rate sample apart, so shifted sums filter.
    parts = taps @ samples[: n_rows * factor].reshape(n_rows, factor).T
    low = parts[0, :n_out].copy()
    for row in range(1, len(taps)):
        low += parts[row, row : row + n_out]
    return low, rate_hz / factor


@lru_cache(maxsize=16)
def _taps(factor: int) -> FloatArray:
    """Return a low-pass filter cut into stretches: float32, shape (2 · _REACH, factor)."""
    n_taps = 2 * _REACH * factor
    at = (np.arange(n_taps) - (n_taps - 1) / 2) / factor
    taps = np.sinc(2 * _CUTOFF * at) * np.kaiser(n_taps, _KAISER)
    rows: FloatArray = (taps / taps.sum()).reshape(2 * _REACH, factor).astype(np.float32)
    return rows
