"""Noise of a given band: the raw material of murmurs, breath and rubbing.

The noise is made in the frequency domain: one pair of normal draws a bin, weighted by the gain of a
band, transformed once. No filter runs, so there is no ringing at the start.

Conventions
-----------
result : float64, shape (n_samples,), expected root mean square 1 over the whole band; what lies
         beyond the Nyquist frequency is missing, as it would be after an ideal converter

Bins are drawn from low to high, so the same seed gives the same waveform at another rate.
"""

import numpy as np

from auscult.synth.take import Signal, Take

_FLOOR_DB = -40.0
"""Bins are drawn up to where the upper edge has fallen to this."""


def band_gain(frequencies_hz: Signal, low_hz: float, high_hz: float, order: int) -> Signal:
    """Return the gain of a Butterworth-shaped band (3 dB down at both edges), without phase."""
    below = (low_hz / frequencies_hz) ** (2 * order)
    above = (frequencies_hz / high_hz) ** (2 * order)
    return np.asarray(1 / np.sqrt((1 + below) * (1 + above)))


def band_noise(
    rng: np.random.Generator,
    take: Take,
    low_hz: float,
    high_hz: float,
    *,
    order: int = 3,
    tilt_db_per_octave: float = 0.0,
) -> Signal:
    """Return Gaussian noise between ``low_hz`` and ``high_hz``.

    Parameters
    ----------
    order
        Steepness of the edges: 6 dB an octave each.
    tilt_db_per_octave
        Slope inside the band; negative is darker.
    """
    spacing_hz = take.rate_hz / take.n_samples
    top_hz = high_hz * 10 ** (-_FLOOR_DB / 20 / order)
    n_bins = max(1, int(top_hz / spacing_hz))
    frequencies_hz = np.arange(1.0, n_bins + 1) * spacing_hz
    gain = band_gain(frequencies_hz, low_hz, high_hz, order)
    gain *= (frequencies_hz / low_hz) ** (tilt_db_per_octave / (20 * np.log10(2)))
    gain /= np.sqrt(np.sum(gain**2))
    n_drawn = min(n_bins, (take.n_samples - 1) // 2)
    pairs = rng.standard_normal((n_drawn, 2))
    spectrum = np.zeros(take.n_samples // 2 + 1, complex)
    spectrum[1 : n_drawn + 1] = (pairs[:, 0] + 1j * pairs[:, 1]) * gain[:n_drawn]
    return np.fft.irfft(spectrum * take.n_samples / 2, take.n_samples)
