"""Mel-frequency cepstral coefficients (MFCC).

The bands of a log-mel spectrogram rise and fall together; a cosine transform across them separates
the broad shape of the spectrum (first coefficients) from its ripple (last ones).

Conventions
-----------
samples : float32, shape (n_samples,), in [-1, 1]
rate_hz : samples per second; never assumed
result  : float32, shape (n_coefficients, n_frames), in dB

Source
------
Davis and Mermelstein, IEEE Trans. ASSP 28(4), 1980, doi:10.1109/TASSP.1980.1163420.

Differences from librosa.feature.mfcc
-------------------------------------
None by default: tests/features/test_mfcc.py holds it to librosa within 1e-3 dB.
"""

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from auscult.arrays import FloatArray, Samples
from auscult.errors import ConfigError
from auscult.features.log_mel import LogMel


@lru_cache(maxsize=16)
def dct_matrix(n_coefficients: int, n_bands: int) -> NDArray[np.float64]:
    """Return the first rows of the orthonormal DCT-II: float64, (n_coefficients, n_bands)."""
    order = np.arange(n_coefficients)[:, None]
    matrix: NDArray[np.float64] = np.sqrt(2 / n_bands) * np.cos(
        np.pi / n_bands * order * (np.arange(n_bands) + 0.5)
    )
    matrix[0] /= np.sqrt(2)
    matrix.flags.writeable = False
    return matrix


@dataclass(frozen=True, slots=True)
class Mfcc:
    """MFCCs of one window; the instance is its own configuration.

    Parameters
    ----------
    n_coefficients
        Coefficients kept, from 1 to the bands of ``log_mel``.
    log_mel
        The spectrogram they describe.

    Raises
    ------
    ConfigError
        If ``n_coefficients`` is out of range.

    Examples
    --------
    >>> Mfcc(n_coefficients=13)(np.zeros(22_050, np.float32), 22_050).shape
    (13, 44)
    """

    n_coefficients: int = 52
    log_mel: LogMel = field(default_factory=LogMel)

    def __post_init__(self) -> None:
        if not 1 <= self.n_coefficients <= self.log_mel.n_bands:
            raise ConfigError(
                f"n_coefficients={self.n_coefficients} must be between 1 and "
                f"n_bands={self.log_mel.n_bands}"
            )

    def __call__(self, samples: Samples, rate_hz: int) -> FloatArray:
        """Return the coefficients of ``samples``: float32, shape (n_coefficients, n_frames)."""
        matrix = dct_matrix(self.n_coefficients, self.log_mel.n_bands)
        decibels = self.log_mel(samples, rate_hz)
        # subtle: in float32 the sum over the bands would miss by a thousandth of a dB
        return (matrix @ decibels.astype(np.float64)).astype(np.float32)
