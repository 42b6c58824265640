"""The length of the cardiac cycle, from how a wave repeats itself.

In a window of some seconds the autocorrelation of a wave that marks the beats has its first high
peak at the length of the cycle. Windows follow one another, since the rate changes; where nothing
repeats, the answer is 0.

Conventions
-----------
wave   : shape (n_frames,), one swing a beat: P(S1) less P(S2), or an envelope about its mean
cycle  : seconds from S1 to the next S1; rates from 30 to 220 a minute are looked for
result : one cycle a window, and the strength of the repetition in [-1, 1]

Source
------
Schmidt et al., Physiol. Meas. 31(4):513, 2010, doi:10.1088/0967-3334/31/4/004, who find the heart
rate in the autocorrelation of an envelope.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auscult.errors import ConfigError

Floats = NDArray[np.float64]

RATES_BPM = (30.0, 220.0)


@dataclass(frozen=True, slots=True)
class CycleFinder:
    """Autocorrelation in windows.

    Parameters
    ----------
    window_s, hop_s
        Length of a window, and from one to the next.
    nearly
        The first peak this share as high as the highest is the cycle: later ones are its multiples.

    Raises
    ------
    ConfigError
        If a time is not positive or ``nearly`` is not in (0, 1].
    """

    window_s: float = 6.0
    hop_s: float = 1.0
    nearly: float = 0.8

    def __post_init__(self) -> None:
        if not (self.window_s > 0 and self.hop_s > 0 and 0 < self.nearly <= 1):
            raise ConfigError(
                f"window_s={self.window_s} and hop_s={self.hop_s} must be positive, "
                f"nearly={self.nearly} in (0, 1]"
            )

    def __call__(self, wave: Floats, frame_s: float) -> tuple[Floats, Floats]:
        """Return cycle in seconds and strength of each window, both of shape (n_windows,).

        Window k is centred on second ``k · hop_s``, or as near as the ends allow.
        """
        length = min(round(self.window_s / frame_s), wave.size)
        centres = np.arange(0, max(wave.size, 1), max(1, round(self.hop_s / frame_s)))
        starts = np.clip(centres - length // 2, 0, wave.size - length)
        windows = wave[starts[:, None] + np.arange(length)]
        alike = autocorrelation(windows - windows.mean(axis=1, keepdims=True))
        shortest, longest = (60 / bpm / frame_s for bpm in reversed(RATES_BPM))
        lags = np.arange(int(shortest), min(int(np.ceil(longest)), length // 2 + length // 4) + 1)
        if lags.size < 3:  # noqa: PLR2004 - a peak has two sides
            return np.zeros(centres.size), np.zeros(centres.size)
        return _first_high_peak(alike[:, lags], frame_s * lags.astype(np.float64), self.nearly)


def autocorrelation(windows: Floats) -> Floats:
    """Return the unbiased autocorrelation of each row, 1 at lag 0: same shape.

    A row of zeros repeats nothing: 0 throughout.
    """
    length = windows.shape[1]
    spectra = np.fft.rfft(windows, 2 * length, axis=1)
    raw = np.fft.irfft(spectra.real**2 + spectra.imag**2, axis=1)[:, :length]
    unbiased = raw / (1 - np.arange(length) / length)
    power = unbiased[:, :1]
    out: Floats = np.divide(unbiased, power, out=np.zeros_like(unbiased), where=power > 0)
    return out


def _first_high_peak(alike: Floats, lags_s: Floats, nearly: float) -> tuple[Floats, Floats]:
    """Return lag and height of the first local maximum nearly as high as the highest."""
    inner = alike[:, 1:-1]
    peaks = (inner >= alike[:, :-2]) & (inner > alike[:, 2:]) & (inner > 0)
    heights = np.where(peaks, inner, 0.0)
    high = heights >= np.maximum(nearly * heights.max(axis=1, keepdims=True), 1e-9)
    first = high.argmax(axis=1)
    rows = np.arange(len(alike))
    found = high.any(axis=1)
    return np.where(found, lags_s[first + 1], 0.0), np.where(found, heights[rows, first], 0.0)
