"""Moments that a sound chooses itself, and a word of bits for the second around each.

An anchor is where the loudness peaks, moved to the nearest extremum of the waveform: a copy that
starts elsewhere has the same anchors, so nothing needs to be aligned before words are compared.
The second around it is projected on fixed random directions; the signs are the word. Words of a
copy differ in few bits (a correlation of 0.9 in one of seven), words of other sounds in half.

A word is 8 parts of 24 bits: sounds are looked up by whole parts, and compared by all bits.

Conventions
-----------
sound : levelled, at ``RATE_HZ`` (:func:`auscult.fingerprint.level`)

Source
------
Charikar: Similarity estimation techniques from rounding algorithms, STOC 2002,
doi:10.1145/509907.509965 (signs of random projections).
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from auscult.arrays import FloatArray, Samples
from auscult.fingerprint.levelled import RATE_HZ, moving_mean

N_PARTS, N_BITS = 8, 24
HALF_WINDOW = RATE_HZ // 2
"""Samples of the window on each side of its anchor: half a second."""
_STEP = 2
_PEAK_SMOOTHING = 60
_PEAK_GAP, _PEAK_GRID = 240, 4
_EXTREMUM_REACH = 50
_SHORT = 2 * RATE_HZ


@dataclass(frozen=True, slots=True, eq=False)
class Fingerprint:
    """Anchors of one recording and their words.

    Parameters
    ----------
    anchors
        int32, shape (n_anchors,), rising: samples at ``RATE_HZ`` from the start.
    words
        uint32, shape (n_anchors, N_PARTS), the low N_BITS of each in use.
    """

    anchors: NDArray[np.int32]
    words: NDArray[np.uint32]


def take_fingerprint(sound: Samples) -> Fingerprint:
    """Return the fingerprint of a levelled sound: about four anchors a second, 36 bytes each.

    Windows must lie inside the sound, except in sounds of under 2 s, which hold few: there the
    windows run into zeros.
    """
    margin = HALF_WINDOW if sound.size < _SHORT else 0
    sound = np.pad(sound, margin)
    anchors = _anchors(sound)
    anchors = anchors[(anchors >= HALF_WINDOW) & (anchors < sound.size - HALF_WINDOW)]
    window, directions = _projection()
    reach = np.arange(-HALF_WINDOW, HALF_WINDOW + 1, _STEP)
    # subtle: a copy may be upside down; the anchor's own sample is made positive in both.
    shapes = sound[anchors[:, None] + reach] * np.sign(sound[anchors])[:, None] * window
    shapes -= shapes.mean(axis=1, keepdims=True)
    bits = (shapes @ directions > 0).reshape(-1, N_PARTS, N_BITS)
    words = (bits * (1 << np.arange(N_BITS))).sum(axis=2).astype(np.uint32)
    return Fingerprint((anchors - margin).astype(np.int32), words)


def _anchors(sound: Samples) -> NDArray[np.intp]:
    """Return the extrema nearest to where the loudness is highest within 120 ms, rising."""
    loudness = moving_mean(sound**2, _PEAK_SMOOTHING)[::_PEAK_GRID]
    reach = _PEAK_GAP // _PEAK_GRID
    around = sliding_window_view(np.pad(loudness, reach), 2 * reach + 1).max(axis=1)
    peaks = np.flatnonzero((loudness == around) & (loudness > 0)) * _PEAK_GRID
    height = np.pad(np.abs(sound), _EXTREMUM_REACH)
    nearby = sliding_window_view(height, 2 * _EXTREMUM_REACH + 1)[peaks]
    return np.unique(peaks - _EXTREMUM_REACH + nearby.argmax(axis=1))


@lru_cache(maxsize=1)
def _projection() -> tuple[FloatArray, FloatArray]:
    """Return the window, shape (n,), and the directions, shape (n, bits of a word): constants."""
    reach = np.arange(-HALF_WINDOW, HALF_WINDOW + 1, _STEP)
    window = np.sqrt(np.cos(np.pi / 2 * reach / (HALF_WINDOW + 1))).astype(np.float32)
    rng = np.random.default_rng(0)
    return window, rng.standard_normal((reach.size, N_PARTS * N_BITS), np.float32)
