"""Mel filterbank: triangles evenly spaced on a scale of perceived pitch.

Below 1 kHz the Slaney mel scale is linear (3 mel = 200 Hz), above it is logarithmic (27 mel a
factor of 6.4). Each triangle is
divided by half its width in Hz, so that all pass the same power of white noise.

Conventions
-----------
result : float32, shape (n_bands, n_fft // 2 + 1), to be multiplied with a power spectrum

Source
------
Slaney, Auditory Toolbox, Interval Research Technical Report 1998-010.

Differences from librosa.filters.mel
------------------------------------
None in the values. A filterbank with an empty band, which librosa warns of, is given without a
word: the band then holds zero power in every frame.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import log

import numpy as np
from numpy.typing import NDArray

from auscult.arrays import FloatArray
from auscult.errors import ConfigError

_LINEAR_HZ_PER_MEL = 200.0 / 3
_KNEE_HZ = 1000.0
_KNEE_MEL = _KNEE_HZ / _LINEAR_HZ_PER_MEL
_LOG_STEP = log(6.4) / 27
_GROUP_BANDS = 16


def hz_to_mel(hz: float) -> float:
    """Return ``hz`` on the Slaney mel scale."""
    if hz < _KNEE_HZ:
        return hz / _LINEAR_HZ_PER_MEL
    return _KNEE_MEL + log(hz / _KNEE_HZ) / _LOG_STEP


def mel_to_hz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the frequencies of ``mel``, the inverse of :func:`hz_to_mel`."""
    above = _KNEE_HZ * np.exp(_LOG_STEP * (np.maximum(mel, _KNEE_MEL) - _KNEE_MEL))
    return np.where(mel < _KNEE_MEL, mel * _LINEAR_HZ_PER_MEL, above)


@lru_cache(maxsize=16)
def mel_filterbank(
    rate_hz: int, n_fft: int, n_bands: int, low_hz: float, high_hz: float
) -> FloatArray:
    """Return the filterbank: float32, shape (n_bands, n_fft // 2 + 1), cached and read-only.

    Parameters
    ----------
    rate_hz
        Samples per second.
    n_fft
        Length of a frame in samples.
    n_bands
        Triangles, at least 1.
    low_hz, high_hz
        Lower foot of the first and upper foot of the last triangle.

    Raises
    ------
    ConfigError
        If not 0 ≤ low_hz < high_hz ≤ rate_hz / 2.
    """
    feet_hz, bins_hz = _grid(rate_hz, n_fft, n_bands, low_hz, high_hz)
    bank = _triangles(feet_hz, bins_hz)
    bank.flags.writeable = False
    return bank


@dataclass(frozen=True, slots=True, eq=False)
class BandGroup:
    """Some neighbouring bands of a filterbank, and only the columns where they are not zero.

    ``weights`` has two equal rows a bin, one for the square of the real part and one for that of
    the imaginary part: float32, shape (columns, bands). ``columns`` counts likewise.
    """

    bands: slice
    columns: slice
    weights: FloatArray


@lru_cache(maxsize=16)
def band_groups(
    rate_hz: int, n_fft: int, n_bands: int, low_hz: float, high_hz: float
) -> tuple[BandGroup, ...]:
    """Return :func:`mel_filterbank` in groups of 16 bands, without the zeros on either side.

    Most of a filterbank is zero: eight narrow products cost a seventh of one with all of it.

    Raises
    ------
    ConfigError
        As :func:`mel_filterbank`.
    """
    feet_hz, bins_hz = _grid(rate_hz, n_fft, n_bands, low_hz, high_hz)
    groups = []
    for start in range(0, n_bands, _GROUP_BANDS):
        stop = min(start + _GROUP_BANDS, n_bands)
        feet = feet_hz[start : stop + 2]
        low, high = (int(index) for index in np.searchsorted(bins_hz, feet[[0, -1]]))
        weights = np.repeat(_triangles(feet, bins_hz[low:high]).T, 2, axis=0)
        weights.flags.writeable = False
        groups.append(BandGroup(slice(start, stop), slice(2 * low, 2 * high), weights))
    return tuple(groups)


def _grid(
    rate_hz: int, n_fft: int, n_bands: int, low_hz: float, high_hz: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the feet of the triangles, shape (n_bands + 2,), and the bins of the spectrum."""
    if not 0 <= low_hz < high_hz <= rate_hz / 2:
        raise ConfigError(
            f"low_hz={low_hz:g} and high_hz={high_hz:g} must be in order, from 0 to half of "
            f"rate_hz={rate_hz}"
        )
    feet_hz = mel_to_hz(np.linspace(hz_to_mel(low_hz), hz_to_mel(high_hz), n_bands + 2))
    return feet_hz, np.arange(n_fft // 2 + 1, dtype=np.float64) * (rate_hz / n_fft)


def _triangles(feet_hz: NDArray[np.float64], bins_hz: NDArray[np.float64]) -> FloatArray:
    """Return one triangle a row: from a foot, over the next, to the one after."""
    ramps = feet_hz[:, None] - bins_hz
    width_hz = np.diff(feet_hz)[:, None]
    triangles = np.minimum(ramps[:-2] / -width_hz[:-1], ramps[2:] / width_hz[1:])
    scale = 2 / (feet_hz[2:] - feet_hz[:-2])[:, None]
    return (np.maximum(triangles, 0) * scale).astype(np.float32)
