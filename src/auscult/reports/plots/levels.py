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

from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from auscult.types import FloatArray, Samples

Array: TypeAlias = NDArray[np.float64]

FLOOR_DB = -160.0
_N_BLOCKS = 500


def spectrum_db(samples: Samples, rate_hz: int, window_s: float) -> tuple[Array, Array]:
    """Return the mean level at each frequency, by Welch's method.

    Hann windows overlap by half.

    Returns
    -------
    frequencies_hz, levels_db
        Each of shape (n_bins,), from 0 to half of ``rate_hz``.
    """
    n_window = max(2, min(samples.size, round(window_s * rate_hz)))
    powers, counts = _pooled_powers(samples, n_window, n_window // 2, n_window, _N_BLOCKS)
    frequencies_hz: Array = np.fft.rfftfreq(n_window, 1 / rate_hz).astype(np.float64)
    return frequencies_hz, _decibels(np.average(powers, axis=1, weights=counts))


def spectrogram_db(samples: Samples, rate_hz: int, window_s: float, n_columns: int) -> Array:
    """Return the level at each frequency and time: shape (n_bins, at most ``n_columns``).

    Windows overlap by seven eighths, the first centred on 0 s and the last on the end; more frames
    than ``n_columns`` are averaged in power, so that a short sound is never stepped over. Bins are
    interpolated fourfold, from 0 to half of ``rate_hz``.
    """
    n_window = max(8, round(window_s * rate_hz))
    padded = np.pad(samples, n_window // 2)
    powers, _ = _pooled_powers(padded, n_window, n_window // 8, 4 * n_window, n_columns)
    return _decibels(powers)


def mean_columns(values: Array | FloatArray, n_columns: int) -> Array:
    """Return ``values`` with at most ``n_columns`` columns, each the mean of its neighbours."""
    edges = _edges(values.shape[1], n_columns)
    means: Array = np.add.reduceat(values, edges[:-1], axis=1) / np.diff(edges)
    return means


def _edges(n_all: int, n_parts: int) -> NDArray[np.intp]:
    """Return where ``n_all`` things divide into at most ``n_parts`` equal parts, ends included."""
    return np.linspace(0, n_all, min(n_parts, n_all) + 1).astype(np.intp)


def _pooled_powers(
    samples: Samples, n_window: int, hop: int, n_fft: int, n_columns: int
) -> tuple[Array, NDArray[np.intp]]:
    """Return the mean power of each bin in each column, and the windows behind each column.

    A full-scale sine has power 1. Columns are computed one by one: an hour needs no more memory
    than a minute.
    """
    window = np.hanning(n_window + 1)[:-1]
    if samples.size < n_window:
        samples = np.pad(samples, (0, n_window - samples.size))
    frames = sliding_window_view(samples, n_window)[::hop]
    edges = _edges(len(frames), n_columns)
    powers = np.empty((n_fft // 2 + 1, len(edges) - 1))
    for column, (start, stop) in enumerate(pairwise(edges)):
        amplitudes = np.abs(np.fft.rfft(frames[start:stop] * window, n_fft)) * (2 / window.sum())
        powers[:, column] = np.square(amplitudes).mean(axis=0)
    return powers, np.diff(edges)


def _decibels(powers: Array) -> Array:
    return 10 * np.log10(np.maximum(powers, 10 ** (FLOOR_DB / 10)))
