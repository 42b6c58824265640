"""Phase vocoder: read a spectrum slower or faster without changing its pitch.

Frames are read at fractional positions. Between two frames the magnitude is interpolated; the
phase of every bin goes on turning by what it turned between those two.

Without angles
--------------
The classic form takes the angle of every bin, subtracts the turn expected from its frequency, wraps
the rest into (-π, π], adds the turn back, sums over time and makes complex numbers of the angles.
Wrapping only adds whole turns, which a complex number does not see, so all that remains is a
product: with u = D / |D| the turn is u[t + 1] · conj(u[t]), and turns add up by multiplication.
There is no arctangent, cosine or sine.

Conventions
-----------
spectra   : complex64, shape (n_frames, n_bins), rows as in auscult.stft
positions : frames, counted from 0, fractional, growing

Source
------
Flanagan and Golden, Bell System Technical Journal 45(9), 1966,
doi:10.1002/j.1538-7305.1966.tb01706.x.

Differences from librosa.phase_vocoder
--------------------------------------
librosa sums hundreds of thousands of radians in the precision of its input, and in float32 the
last digits are lost (up to 2 % of the sound's norm on real recordings). Here the running phase
stays on the unit circle: complex64 in, and the result is that of librosa in float64.
"""

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from auscult.types import FloatArray

Spectra: TypeAlias = NDArray[np.complex64]

_BLOCK_STEPS = 32
_TINY = np.finfo(np.float32).tiny


def vocode(spectra: Spectra, positions: NDArray[np.float64]) -> Iterator[Spectra]:
    """Yield ``spectra`` read at ``positions``, a cache-sized block of rows at a time.

    Parameters
    ----------
    spectra
        complex64, shape (n_frames, n_bins). The frame after the last is silent.
    positions
        Where to read, in frames, growing from at least 0 to less than n_frames.

    Yields
    ------
    NDArray[np.complex64]
        The next rows, shape (at most 32, n_bins); together one row a position.
    """
    phase = _polar(spectra[:1])[0][0]
    for start in range(0, positions.size, _BLOCK_STEPS):
        block = positions[start : start + _BLOCK_STEPS]
        at = block.astype(np.intp)
        unit, magnitude = _polar(_rows_or_silence(spectra, at[0], at[-1] + 2))
        turns = unit[1:] * unit[:-1].conj()
        weight = (block - at).astype(np.float32)[:, None]
        at -= at[0]
        rows = np.empty((block.size, spectra.shape[1]), np.complex64)
        for row, index in zip(rows, at, strict=True):
            row[:] = phase
            phase *= turns[index]
        rows *= (1 - weight) * magnitude[at] + weight * magnitude[at + 1]
        # subtle: rounding would let the length of the phasors drift over hours
        phase /= np.abs(phase)
        yield rows


def _rows_or_silence(spectra: Spectra, start: int, stop: int) -> Spectra:
    """Return rows from ``start`` to ``stop``, where one more than there are may be asked for."""
    rows = spectra[start:stop]
    if stop <= len(spectra):
        return rows
    return np.concatenate([rows, np.zeros((1, spectra.shape[1]), np.complex64)])


def _polar(spectra: Spectra) -> tuple[Spectra, FloatArray]:
    """Return unit phasors and magnitudes.

    A bin of magnitude zero has angle zero, so its phasor is 1. Denormal magnitudes count as zero:
    their reciprocal overflows.
    """
    magnitude = np.abs(spectra)
    unit = spectra * (1 / np.maximum(magnitude, _TINY))
    silent = magnitude < _TINY
    if silent.any():
        unit[silent] = 1
    return unit, magnitude
