"""One common band, so that no stethoscope's or phone's band tells classes apart.

Conventions
-----------
low_hz, high_hz : where the gain is one half; between them it is one

Zero-phase, in the frequency domain, with raised-cosine edges a quarter octave wide on either side;
heart sounds keep their timing and nothing rings longer than the edges allow.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from auscult.errors import ConfigError
from auscult.types import FloatArray, Samples

EDGE_OCTAVES = 0.25
_FAST_FACTORS = (1, 3, 5, 9, 15, 25, 125)


@dataclass(frozen=True, slots=True)
class BandPass:
    """Keep ``low_hz`` to ``high_hz``; what lies above the Nyquist frequency is not there to keep.

    Raises
    ------
    ConfigError
        If not 0 < low_hz < high_hz.
    """

    low_hz: float = 25.0
    high_hz: float = 800.0

    def __post_init__(self) -> None:
        if not 0 < self.low_hz < self.high_hz:
            raise ConfigError(
                f"low_hz={self.low_hz} and high_hz={self.high_hz} must satisfy 0 < low_hz < high_hz"
            )

    def __call__(self, samples: Samples, rate_hz: int) -> Samples:
        """Return the band of ``samples``, same shape."""
        # subtle: as much silence again at the end keeps the end from wrapping onto the start.
        n_fft = fast_length(2 * samples.size)
        spectrum = np.fft.rfft(samples, n_fft)
        spectrum *= _gains(self, n_fft, rate_hz)
        out: Samples = np.fft.irfft(spectrum, n_fft)[: samples.size].astype(np.float32)
        return out

    def gain(self, frequencies_hz: FloatArray) -> FloatArray:
        """Return the gain at each frequency: float32 in [0, 1], same shape."""
        octaves = np.log2(np.maximum(frequencies_hz, 1e-3))
        rising = _edge(octaves - np.log2(self.low_hz))
        falling = _edge(np.log2(self.high_hz) - octaves)
        gain: FloatArray = (rising * falling).astype(np.float32)
        return gain


def fast_length(n: int) -> int:
    """Return the first number from ``n`` on whose FFT is fast: a power of two, or little more.

    Examples
    --------
    >>> fast_length(1000), fast_length(1025), fast_length(80_002)
    (1000, 1152, 81920)
    """
    return min(m << max(0, (-(-n // m) - 1).bit_length()) for m in _FAST_FACTORS)


@lru_cache(maxsize=16)
def _gains(band: BandPass, n_fft: int, rate_hz: int) -> FloatArray:
    return band.gain(np.fft.rfftfreq(n_fft, 1 / rate_hz).astype(np.float32))


def _edge(octaves: FloatArray) -> FloatArray:
    """Rise from 0 to 1 as ``octaves`` runs from -EDGE_OCTAVES to EDGE_OCTAVES."""
    share = np.clip((octaves / EDGE_OCTAVES + 1) / 2, 0, 1)
    rise: FloatArray = np.asarray((1 - np.cos(np.pi * share)) / 2, np.float32)
    return rise
