"""Time stretch: faster or slower at the same pitch, as a pulse is.

Conventions
-----------
rate : above 1 is faster and shorter

Differences from librosa.effects.time_stretch
---------------------------------------------
:func:`time_stretch` gives its length, and its values up to what auscult.augment.phase_vocoder
says. The augmentation :class:`Stretch` keeps the length: a longer result is cropped, a shorter one
padded with zeros.
"""

from dataclasses import dataclass

import numpy as np

from auscult.augment.augmentation import check_range, fix_length
from auscult.augment.phase_vocoder import vocode
from auscult.errors import ConfigError
from auscult.stft import istft, sounding_frames, stft
from auscult.types import Samples

N_FFT = 2048
HOP_LENGTH = 512
_WIDEST_RATE = (0.1, 10.0)


def time_stretch(samples: Samples, rate: float) -> Samples:
    """Return ``samples`` played ``rate`` times as fast: float32, shape (round(n_samples / rate),).

    Raises
    ------
    ConfigError
        If ``rate`` is not between 0.1 and 10.
    """
    if not _WIDEST_RATE[0] <= rate <= _WIDEST_RATE[1]:
        raise ConfigError(
            f"rate={rate:g} must be between {_WIDEST_RATE[0]:g} and {_WIDEST_RATE[1]:g}"
        )
    length = round(samples.size / rate)
    sounding = sounding_frames(samples, N_FFT, HOP_LENGTH)
    # subtle: reading starts one silent frame early, where the phase of every bin is zero
    start = max(0, sounding.start - 1)
    positions = np.arange(0, 1 + samples.size // HOP_LENGTH, rate)
    first, stop = (int(index) for index in np.searchsorted(positions, [start, sounding.stop]))
    if first >= stop:
        return np.zeros(length, np.float32)
    spectra = stft(samples, N_FFT, HOP_LENGTH)[start : sounding.stop]
    read = vocode(spectra, positions[first:stop] - start)
    return istft(read, N_FFT, HOP_LENGTH, length, n_frames=positions.size, first=first)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Stretch by a rate drawn evenly from ``[lowest_rate, highest_rate]``; the length stays.

    Raises
    ------
    ConfigError
        If the range is out of order or not within 0.1 to 10.
    """

    lowest_rate: float = 0.8
    highest_rate: float = 1.2

    def __post_init__(self) -> None:
        check_range(self.lowest_rate, self.highest_rate, "rate", _WIDEST_RATE)

    def draw(self, rng: np.random.Generator) -> float:
        """Return a rate."""
        return float(rng.uniform(self.lowest_rate, self.highest_rate))

    def apply(self, samples: Samples, rate_hz: int, parameters: float) -> Samples:  # noqa: ARG002
        """Return ``samples`` played ``parameters`` times as fast, cropped or padded to length."""
        return fix_length(time_stretch(samples, parameters), samples.size)
