"""Log-mel spectrogram: power in bands evenly spaced in perceived pitch, in decibels.

Conventions
-----------
samples : float32, shape (n_samples,), in [-1, 1]
rate_hz : samples per second; never assumed
result  : float32, shape (n_bands, n_frames), in dB relative to a power of 1;
    n_frames = 1 + n_samples // hop_length

Source
------
Davis and Mermelstein, IEEE Trans. ASSP 28(4), 1980, doi:10.1109/TASSP.1980.1163420.

Differences from librosa.power_to_db(librosa.feature.melspectrogram(...))
-------------------------------------------------------------------------
None: tests/features/test_log_mel.py holds it to librosa within 1e-3 dB.
"""

from dataclasses import dataclass
from math import inf

import numpy as np

from auscult.arrays import FloatArray, Samples
from auscult.errors import ConfigError
from auscult.features.mel import band_groups
from auscult.stft import check_framing, spectra_blocks

_SILENCE_POWER = 1e-10


@dataclass(frozen=True, slots=True)
class LogMel:
    """Log-mel spectrogram of one window; the instance is its own configuration.

    Parameters
    ----------
    n_bands
        Mel bands, at least 1.
    n_fft
        Frame length in samples, even.
    hop_length
        Samples from one frame to the next, at most ``n_fft``.
    low_hz, high_hz
        Range of the bands; ``None`` means half the sampling rate.
    top_db
        Everything more than this below the loudest value is raised to it; ``None`` for no floor.

    Raises
    ------
    ConfigError
        If a parameter is out of range.
    """

    n_bands: int = 128
    n_fft: int = 2048
    hop_length: int = 512
    low_hz: float = 0.0
    high_hz: float | None = None
    top_db: float | None = 80.0

    def __post_init__(self) -> None:
        check_framing(self.n_fft, self.hop_length)
        if self.n_bands < 1:
            raise ConfigError(f"n_bands={self.n_bands} must be at least 1")
        if not 0 <= self.low_hz < inf:
            raise ConfigError(f"low_hz={self.low_hz:g} must be 0 or more")
        if self.high_hz is not None and not self.low_hz < self.high_hz < inf:
            raise ConfigError(
                f"high_hz={self.high_hz:g} must be greater than low_hz={self.low_hz:g}"
            )
        if self.top_db is not None and not 0 < self.top_db < inf:
            raise ConfigError(f"top_db={self.top_db:g} must be greater than 0")

    def __call__(self, samples: Samples, rate_hz: int) -> FloatArray:
        """Return the spectrogram of ``samples``: float32, shape (n_bands, n_frames), in dB.

        Raises
        ------
        ConfigError
            If ``high_hz`` is above half of ``rate_hz``.
        """
        decibels = self._band_power(samples, rate_hz)
        np.maximum(decibels, np.float32(_SILENCE_POWER), out=decibels)
        np.log10(decibels, out=decibels)
        decibels *= 10
        if self.top_db is not None:
            np.maximum(decibels, decibels.max() - np.float32(self.top_db), out=decibels)
        return decibels.T

    def _band_power(self, samples: Samples, rate_hz: int) -> FloatArray:
        """Return the power in each band: float32, shape (n_frames, n_bands)."""
        high_hz = rate_hz / 2 if self.high_hz is None else self.high_hz
        groups = band_groups(rate_hz, self.n_fft, self.n_bands, self.low_hz, high_hz)
        power = np.zeros((1 + samples.size // self.hop_length, self.n_bands), np.float32)
        for rows, spectra in spectra_blocks(samples, self.n_fft, self.hop_length):
            # subtle: real and imaginary parts lie side by side, and the weights hold each bin
            # twice, so the product itself adds the two squares up.
            squares = spectra.view(np.float32)
            np.square(squares, out=squares)
            for group in groups:
                np.matmul(squares[:, group.columns], group.weights, out=power[rows, group.bands])
        return power
