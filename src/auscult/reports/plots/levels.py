"""Levels in decibels: the spectrum of a recording, and how it changes over time.

Conventions
-----------
level : dB re full scale; a sine of amplitude 1 reads 0 dB wherever it lies between bins
result: float64; silence reads FLOOR_DB, never minus infinity

Source
------
Welch, IEEE Trans. Audio Electroacoust. 15(2), 1967, doi:10.1109/TAU.1967.1161901.

Differences from scipy.signal.welch
-----------------------------------
No constant is removed from the segments, and a recording shorter than one window is one segment.
Beyond that ``10·log10(2·P)`` of ``scaling="spectrum"`` is what is returned here.
"""

from typing import TypeAlias

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from auscult.types import FloatArray, Samples

Array: TypeAlias = NDArray[np.float64]

FLOOR_DB = -160.0


def spectrum_db(samples: Samples, rate_hz: int, window_s: float) -> tuple[Array, Array]:
    """Return the mean level at each frequency, by Welch's method.

    Hann windows overlap by half.

    Returns
    -------
    frequencies_hz, levels_db
        Each of shape (n_bins,), from 0 to half of ``rate_hz``.
    """
    n_window = max(2, min(samples.size, round(window_s * rate_hz)))
    powers = _powers(samples, n_window, n_window // 2, n_window)
    frequencies_hz: Array = np.fft.rfftfreq(n_window, 1 / rate_hz).astype(np.float64)
    return frequencies_hz, _decibels(powers.mean(axis=0))


def spectrogram_db(samples: Samples, rate_hz: int, window_s: float, n_columns: int) -> Array:
    """Return the level at each frequency and time: shape (n_bins, at most ``n_columns``).

    Windows overlap by seven eighths, the first centred on 0 s and the last on the end; more frames
    than ``n_columns`` are averaged in power, so that a short sound is never stepped over. Bins are
    interpolated fourfold, from 0 to half of ``rate_hz``.
    """
    n_window = max(8, round(window_s * rate_hz))
    padded = np.pad(samples, n_window // 2)
    powers = _powers(padded, n_window, n_window // 8, 4 * n_window)
    return _decibels(mean_columns(powers.T, n_columns))


def mean_columns(values: Array | FloatArray, n_columns: int) -> Array:
    """Return ``values`` with at most ``n_columns`` columns, each the mean of its neighbours."""
    n_all = values.shape[1]
    edges = np.linspace(0, n_all, min(n_columns, n_all) + 1).astype(int)
    means: Array = np.add.reduceat(values, edges[:-1], axis=1) / np.diff(edges)
    return means


def _powers(samples: Samples, n_window: int, hop: int, n_fft: int) -> Array:
    """Power of each window and bin, (n_windows, n_bins); a full-scale sine has power 1."""
    window = np.hanning(n_window + 1)[:-1]
    if samples.size < n_window:
        samples = np.pad(samples, (0, n_window - samples.size))
    frames = sliding_window_view(samples, n_window)[::hop]
    amplitudes = np.abs(np.fft.rfft(frames * window, n_fft)) * (2 / window.sum())
    powers: Array = np.square(amplitudes)
    return powers


def _decibels(powers: Array) -> Array:
    return 10 * np.log10(np.maximum(powers, 10 ** (FLOOR_DB / 10)))
