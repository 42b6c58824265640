"""Spectral shape: how the spectrum of a recording is spread, from its calm to its wild moments.

A heart is low and narrow, a voice or a rubbing hand wide, feedback a single high line. Each frame
gets five numbers; percentiles over all frames say how they are distributed, whatever the length of
the recording.

Conventions
-----------
samples : float32, shape (n_samples,); any level
rate_hz : samples per second; never assumed
result  : float32, shape (5 · n_percentiles,), the percentiles of each in turn: entropy of the
    spectrum (nat), its centroid and its standard deviation (octaves above ``low_hz``), the flux
    from frame to frame (0 to 2), and the level (dB relative to the mean, at least -60)

Source
------
Peeters, A large set of audio features for sound description, IRCAM, 2004.

Differences from Peeters
------------------------
Centroid and spread are taken over log frequency; the flux is the sum of absolute differences of
spectra whose sum is 1.
"""

from dataclasses import dataclass

import numpy as np

from auscult.arrays import FloatArray, Samples
from auscult.errors import ConfigError
from auscult.features.band_envelopes import spectral_power

_TINY = 1e-9
_FLOOR = 1e-6


@dataclass(frozen=True, slots=True)
class SpectralShape:
    """Percentiles over the frames of five descriptions of their spectra.

    Parameters
    ----------
    low_hz, high_hz
        Band that is looked at.
    percentiles
        Which percentiles, 0 to 100.
    window_s, hop_s
        Frames.

    Raises
    ------
    ConfigError
        If the band, the percentiles or the frames cannot be.
    """

    low_hz: float = 25.0
    high_hz: float = 800.0
    percentiles: tuple[float, ...] = (5, 25, 50, 75, 95)
    window_s: float = 0.128
    hop_s: float = 0.032

    def __post_init__(self) -> None:
        if not 0 < self.low_hz < self.high_hz:
            raise ConfigError(
                f"low_hz={self.low_hz:g} and high_hz={self.high_hz:g} must satisfy "
                "0 < low_hz < high_hz"
            )
        if not self.percentiles or not all(0 <= p <= 100 for p in self.percentiles):  # noqa: PLR2004
            raise ConfigError(f"percentiles={self.percentiles} must be numbers from 0 to 100")
        if self.window_s <= 0 or self.hop_s <= 0:
            raise ConfigError(
                f"window_s={self.window_s:g} and hop_s={self.hop_s:g} must be positive"
            )

    def __call__(self, samples: Samples, rate_hz: int) -> FloatArray:
        """Return the percentiles: float32, shape (5 · n_percentiles,)."""
        power = spectral_power(samples, rate_hz, self.window_s, self.hop_s)
        frequencies_hz = np.linspace(0, rate_hz / 2, power.shape[1])
        inside = (frequencies_hz >= self.low_hz) & (frequencies_hz <= self.high_hz)
        octaves = np.log2(frequencies_hz[inside] / self.low_hz).astype(np.float32)
        frames = _describe(power[:, inside], octaves)
        return np.percentile(frames, self.percentiles, axis=1).T.astype(np.float32).ravel()


def _describe(power: FloatArray, octaves: FloatArray) -> FloatArray:
    """Return entropy, centroid, spread, flux and level of each frame: shape (5, n_frames)."""
    total = power.sum(axis=1)
    shares = power / (total[:, None] + np.float32(1e-30))
    entropy = -(shares * np.log(shares + np.float32(_TINY))).sum(axis=1)
    centroid = shares @ octaves
    spread = np.sqrt(np.maximum(shares @ octaves**2 - centroid**2, 0))
    flux = np.zeros_like(total)
    flux[1:] = np.abs(np.diff(shares, axis=0)).sum(axis=1)
    flux[:1] = flux[1:2] if flux.size > 1 else 0
    level_db = 10 * np.log10(np.maximum(total / (total.mean() or 1), np.float32(_FLOOR)))
    return np.stack([entropy, centroid, spread, flux, level_db])
