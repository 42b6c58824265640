"""Band envelopes: how loud each band is, a hundred times a second, in decibels.

What the heart features look at. They follow the course of a recording, so nothing here depends on
its level, and decibels turn the gain of a stethoscope at one frequency into a constant that a mean
over time removes.

Conventions
-----------
samples   : float32, shape (n_samples,); any level
rate_hz   : samples per second; never assumed
envelopes : float32, shape (n_frames, n_bands), in dB relative to the mean power of a frame

Silent ends are cut off (:func:`auscult.silence.sounding`); quiet passages in between stay.
"""

from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from auscult.arrays import FloatArray, Samples
from auscult.errors import ConfigError
from auscult.silence import sounding
from auscult.stft import power_spectrogram


def spectral_power(samples: Samples, rate_hz: int, window_s: float, hop_s: float) -> FloatArray:
    """Return the power spectra of the sounding frames: float32, shape (n_frames, n_bins).

    ``n_bins`` is half the samples of ``window_s``, and one; bin k lies at
    ``k · rate_hz / (2 · (n_bins - 1))``. The mean over all frames of the sum over all bins is 1,
    or 0 for silence.
    """
    n_fft = 2 * max(1, round(window_s * rate_hz / 2))
    heard = sounding(samples, rate_hz)
    largest = np.abs(heard).max(initial=0)
    power = power_spectrogram(
        heard / (largest or np.float32(1)), n_fft, min(n_fft, max(1, round(hop_s * rate_hz)))
    )
    total = power.sum(axis=1).mean()
    scaled: FloatArray = power / total if total > 0 else power
    return scaled


@lru_cache(maxsize=32)
def band_weights(n_bins: int, rate_hz: int, edges_hz: tuple[float, ...]) -> NDArray[np.float32]:
    """Return the share of each bin in each band: float32, shape (n_bins, n_bands), read-only.

    A bin is as wide as the bins are apart; one on an edge is divided between its bands.
    """
    width_hz = rate_hz / (2 * (n_bins - 1))
    centre_hz = np.arange(n_bins)[:, None] * width_hz
    edges = np.asarray(edges_hz)
    low = np.maximum(centre_hz - width_hz / 2, edges[None, :-1])
    high = np.minimum(centre_hz + width_hz / 2, edges[None, 1:])
    weights: NDArray[np.float32] = np.maximum((high - low) / width_hz, 0).astype(np.float32)
    weights.flags.writeable = False
    return weights


def band_envelopes(
    samples: Samples,
    rate_hz: int,
    edges_hz: tuple[float, ...],
    *,
    window_s: float,
    hop_s: float,
    floor_db: float,
) -> FloatArray:
    """Return the envelopes of the bands between ``edges_hz``, none below ``floor_db``.

    Returns
    -------
    FloatArray
        float32, shape (n_frames, n_bands), in dB relative to the mean power of a frame.
    """
    power = spectral_power(samples, rate_hz, window_s, hop_s)
    bands = power @ band_weights(power.shape[1], rate_hz, edges_hz)
    decibels: FloatArray = 10 * np.log10(np.maximum(bands, np.float32(10 ** (floor_db / 10))))
    return decibels


def check_bands(edges_hz: tuple[float, ...], window_s: float, hop_s: float) -> None:
    """Refuse bands or frames that cannot be.

    Raises
    ------
    ConfigError
        If there are fewer than two edges, they do not rise from 0 on, or a time is not positive.
    """
    rises = all(low < high for low, high in pairwise(edges_hz))
    if len(edges_hz) < 2 or edges_hz[0] < 0 or not rises:  # noqa: PLR2004 - a band has two edges
        raise ConfigError(f"edges_hz={edges_hz} must be two or more rising numbers from 0 Hz on")
    if window_s <= 0 or hop_s <= 0:
        raise ConfigError(f"window_s={window_s:g} and hop_s={hop_s:g} must be positive")
