"""Change of sampling rate.

soxr at its high-quality setting, as ``librosa.load`` uses: flat to 0.91 of the lower Nyquist
frequency, at least 120 dB down beyond it.
"""

from math import ceil

import numpy as np
import soxr

from auscult.errors import ConfigError
from auscult.types import Samples


def resample(samples: Samples, from_hz: int, to_hz: int) -> Samples:
    """Return ``samples`` at ``to_hz``: float32, shape (ceil(n_samples · to_hz / from_hz),).

    Raises
    ------
    ConfigError
        If a rate is not positive.

    Examples
    --------
    >>> resample(np.zeros(4000, np.float32), 4000, 2000).shape
    (2000,)
    """
    if from_hz <= 0 or to_hz <= 0:
        raise ConfigError(f"from_hz={from_hz} and to_hz={to_hz} must be positive")
    if from_hz == to_hz:
        return samples
    n_out = ceil(samples.size * to_hz / from_hz)
    out = np.zeros(n_out, np.float32)
    resampled = soxr.resample(samples, from_hz, to_hz, quality="HQ")[:n_out]
    out[: resampled.size] = resampled
    return out
