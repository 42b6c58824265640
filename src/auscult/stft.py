"""Short-time Fourier transform (STFT), its inverse, and the power spectrogram.

A window slides over the sound; each position, a *frame*, is transformed. The inverse adds the
frames up again and divides by the sum of the squared windows.

Conventions
-----------
samples : float32, shape (n_samples,); frame t is centred on sample t · hop_length, with zeros
    beyond both ends, so n_frames = 1 + n_samples // hop_length
spectra : complex64, shape (n_frames, n_fft // 2 + 1). A frame is a row, so it lies in one piece.
window  : periodic Hann

Source
------
Griffin and Lim, IEEE Trans. ASSP 32(2), 1984, doi:10.1109/TASSP.1984.1164317.

Differences from librosa.stft and librosa.istft
-----------------------------------------------
Frames are rows; librosa's are columns. The values agree within float32 rounding.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from auscult.arrays import FloatArray, Samples
from auscult.errors import ConfigError

_MIN_N_FFT = 2
_BLOCK_SAMPLES = 2**16
"""Windowed samples transformed at a time: a block and its spectra fill half a megabyte."""


def check_framing(n_fft: int, hop_length: int) -> None:
    """Refuse a framing that cannot be analysed or put together again.

    Raises
    ------
    ConfigError
        If ``n_fft`` is odd or below 2, or ``hop_length`` is not between 1 and ``n_fft``.
    """
    if n_fft < _MIN_N_FFT or n_fft % 2:
        raise ConfigError(f"n_fft={n_fft} must be even and at least {_MIN_N_FFT}")
    if not 1 <= hop_length <= n_fft:
        raise ConfigError(f"hop_length={hop_length} must be between 1 and n_fft={n_fft}")


@lru_cache(maxsize=16)
def hann_window(n_fft: int) -> NDArray[np.float64]:
    """Return the periodic Hann window: float64, shape (n_fft,), in [0, 1], read-only."""
    window: NDArray[np.float64] = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n_fft) / n_fft)
    window.flags.writeable = False
    return window


def sounding_frames(samples: Samples, n_fft: int, hop_length: int) -> range:
    """Return the frames from the first to the last that hold a sample other than zero.

    Recordings are often padded with zeros to one length; frames in the padding need no transform.
    """
    sounding = samples != 0
    first = int(sounding.argmax()) if samples.size else 0
    if not samples.size or not sounding[first]:
        return range(0)
    last = samples.size - 1 - int(sounding[::-1].argmax())
    start = max(0, -(-(first - n_fft // 2 + 1) // hop_length))
    stop = min(1 + samples.size // hop_length, (last + n_fft // 2) // hop_length + 1)
    return range(start, stop)


def spectra_blocks(
    samples: Samples, n_fft: int, hop_length: int, *, double: bool = False
) -> Iterator[tuple[slice, NDArray[Any]]]:
    """Yield the spectra of all sounding frames, a cache-sized block at a time.

    Parameters
    ----------
    samples, n_fft, hop_length
        The sound and its framing, in samples.
    double
        Compute in float64 at half the speed.

    Yields
    ------
    tuple[slice, NDArray[Any]]
        Which frames, and their spectra: complex64, or complex128 if ``double``, shape (some frames,
        n_fft // 2 + 1). The array is scratch: it may be changed, and the next block overwrites it.
    """
    sounding = sounding_frames(samples, n_fft, hop_length)
    n_at_once = max(1, min(_BLOCK_SAMPLES // n_fft, len(sounding)))
    real, complex_ = (np.float64, np.complex128) if double else (np.float32, np.complex64)
    section = np.zeros((n_at_once - 1) * hop_length + n_fft, np.float32)
    frames = sliding_window_view(section, n_fft)[::hop_length]
    # subtle: NumPy transforms float32 in float64, three times slower, unless the transform is
    # scaled. So let it divide by n_fft, and let the window multiply by it.
    window = (hann_window(n_fft) * n_fft).astype(real)
    windowed = np.empty((n_at_once, n_fft), real)
    spectra: NDArray[Any] = np.empty((n_at_once, n_fft // 2 + 1), complex_)
    for start in sounding[::n_at_once]:
        rows = slice(start, min(start + n_at_once, sounding.stop))
        n_rows = rows.stop - rows.start
        _cut(samples, start * hop_length - n_fft // 2, section)
        np.multiply(frames[:n_rows], window, out=windowed[:n_rows])
        np.fft.rfft(windowed[:n_rows], norm="forward", out=spectra[:n_rows])
        yield rows, spectra[:n_rows]


def _cut(samples: Samples, first: int, out: FloatArray) -> None:
    """Copy the samples from ``first`` on into ``out``, with zeros beyond both ends."""
    start, stop = (min(max(at, 0), samples.size) for at in (first, first + out.size))
    out[: start - first] = 0
    out[start - first : stop - first] = samples[start:stop]
    out[stop - first :] = 0


def stft(samples: Samples, n_fft: int, hop_length: int) -> NDArray[np.complex64]:
    """Return the spectra: complex64, shape (1 + n_samples // hop_length, n_fft // 2 + 1).

    They are computed in float64 and rounded once, since who asks for phases (a phase vocoder) hands
    the errors of faint bins on from frame to frame.

    Raises
    ------
    ConfigError
        As :func:`check_framing`.
    """
    check_framing(n_fft, hop_length)
    result = np.zeros((1 + samples.size // hop_length, n_fft // 2 + 1), np.complex64)
    for rows, spectra in spectra_blocks(samples, n_fft, hop_length, double=True):
        result[rows] = spectra
    return result


def power_spectrogram(samples: Samples, n_fft: int, hop_length: int) -> FloatArray:
    """Return |STFT|²: float32, shape (1 + n_samples // hop_length, n_fft // 2 + 1).

    Raises
    ------
    ConfigError
        As :func:`check_framing`.
    """
    check_framing(n_fft, hop_length)
    result = np.zeros((1 + samples.size // hop_length, n_fft // 2 + 1), np.float32)
    for rows, spectra in spectra_blocks(samples, n_fft, hop_length):
        np.add(spectra.real**2, spectra.imag**2, out=result[rows])
    return result


def istft(
    blocks: Iterable[NDArray[np.complex64]],
    n_fft: int,
    hop_length: int,
    length: int,
    *,
    n_frames: int,
    first: int = 0,
) -> Samples:
    """Return the sound whose frames have the spectra in ``blocks``.

    Parameters
    ----------
    blocks
        Consecutive rows of spectra, each block complex64, shape (any number, n_fft // 2 + 1).
    n_fft, hop_length
        The framing, in samples.
    length
        Samples wanted; those that no frame reaches are zero.
    n_frames
        How many frames there are.
    first
        Which of them the first row is; frames that have no row are silent.

    Returns
    -------
    Samples
        float32, shape (length,).

    Raises
    ------
    ConfigError
        As :func:`check_framing`.
    """
    check_framing(n_fft, hop_length)
    n_frames = min(n_frames, -(-(length + n_fft) // hop_length))
    window = hann_window(n_fft).astype(np.float32)
    total, weight = np.zeros((2, n_frames + -(-n_fft // hop_length), hop_length), np.float32)
    for spectra in blocks:
        frames: Any = np.fft.irfft(spectra[: max(0, n_frames - first)], n_fft)
        frames *= window
        _overlap_add(frames, total[first:])
        first += len(frames)
    _overlap_add(np.broadcast_to(window**2, (n_frames, n_fft)), weight)
    np.divide(total, weight, out=total, where=weight > np.finfo(np.float32).tiny)
    result = np.zeros(length, np.float32)
    reached = total.reshape(-1)[n_fft // 2 : n_fft // 2 + length]
    result[: reached.size] = reached
    return result


def _overlap_add(frames: FloatArray, total: FloatArray) -> None:
    """Add frames onto the rows of ``total``, shape (≥ n_frames + n_strips - 1, hop_length).

    One addition a strip of hop width, not one a frame.
    """
    n_frames, n_fft = frames.shape
    hop_length = total.shape[1]
    for strip in range(-(-n_fft // hop_length)):
        part = frames[:, strip * hop_length : (strip + 1) * hop_length]
        total[strip : strip + n_frames, : part.shape[1]] += part
