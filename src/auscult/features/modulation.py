"""Modulation spectrum: how fast the loudness of each band comes and goes.

A heart beats once or twice a second and each beat has two sounds, so its bands swing at 1 to 5 Hz
with sharp edges up to 30 Hz. A murmur fills gaps and rounds edges in the bands it lives in; noise
swings at all rates alike, feedback at none.

Conventions
-----------
samples : float32, shape (n_samples,); any level
rate_hz : samples per second; never assumed
result  : float32, shape (n_rates · n_bands,), rates slowest first, the bands of a rate side by
    side: natural logarithm of the power density of the envelope's swing, in dB² per frame

The constant part of an envelope is removed, and with it the level and a stethoscope's frequency
response.

Source
------
Houtgast and Steeneken, J. Acoust. Soc. Am. 77(3), 1985, doi:10.1121/1.392224; McDermott and
Simoncelli, Neuron 71(5), 2011, doi:10.1016/j.neuron.2011.06.032.

Differences from the modulation transfer function of Houtgast and Steeneken
---------------------------------------------------------------------------
Envelopes are in decibels, not powers, so that one loud knock does not drown the rest.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from auscult.arrays import FloatArray, Samples
from auscult.errors import ConfigError
from auscult.features.band_envelopes import band_envelopes, check_bands

_STEADY = 1e-2
"""Added to the power density, so that a constant envelope has a logarithm."""
_MIN_TRANSFORM_S = 10.24


@dataclass(frozen=True, slots=True)
class ModulationSpectrum:
    """Power density of the swing of each band, in bands of modulation rate.

    Parameters
    ----------
    edges_hz
        Edges of the bands, rising.
    rate_edges_hz
        Edges of the bands of modulation rate, rising, at most half of ``1 / hop_s``.
    window_s, hop_s
        Frames of the envelopes.
    floor_db
        Envelopes end this far below the mean power.

    Raises
    ------
    ConfigError
        If the bands or the frames cannot be.
    """

    edges_hz: tuple[float, ...] = (25, 38.6, 59.5, 91.7, 141.4, 218.1, 336.4, 518.7, 800)
    rate_edges_hz: tuple[float, ...] = (0.5, 1, 2, 4, 8, 16, 32)
    window_s: float = 0.064
    hop_s: float = 0.01
    floor_db: float = -50

    def __post_init__(self) -> None:
        check_bands(self.edges_hz, self.window_s, self.hop_s)
        check_bands(self.rate_edges_hz, self.window_s, self.hop_s)
        if self.rate_edges_hz[-1] > 0.5 / self.hop_s:
            raise ConfigError(
                f"rate_edges_hz={self.rate_edges_hz} must end at or below half of "
                f"1/hop_s={1 / self.hop_s:g} Hz"
            )

    def __call__(self, samples: Samples, rate_hz: int) -> FloatArray:
        """Return the spectrum: float32, shape (n_rates · n_bands,)."""
        envelopes = band_envelopes(
            samples,
            rate_hz,
            self.edges_hz,
            window_s=self.window_s,
            hop_s=self.hop_s,
            floor_db=self.floor_db,
        )
        swing = envelopes - envelopes.mean(axis=0)
        # subtle: with zeros to ten seconds even a short sound has a bin in every band of rates
        n_fft = 1 << (max(len(swing), round(_MIN_TRANSFORM_S / self.hop_s)) - 1).bit_length()
        spectra = np.fft.rfft(swing, n_fft, axis=0)
        density = (spectra.real**2 + spectra.imag**2) / len(swing)
        rates_hz = np.fft.rfftfreq(n_fft, self.hop_s)
        starts = np.searchsorted(rates_hz, self.rate_edges_hz)
        means = [density[a:b].mean(axis=0) for a, b in pairwise(starts)]
        return np.log(np.concatenate(means) + _STEADY).astype(np.float32)
