"""What all parts of one synthetic recording share: the sample grid and the breath.

Breathing reaches a phonocardiogram four ways, and all four must keep step: the heart quickens while
the chest fills (respiratory sinus arrhythmia), the pulmonary valve closes later (splitting of S2),
the lung in between softens the sounds, and the air itself can be heard.

Conventions
-----------
volume : filling of the lungs, -1 (end of expiration) to 1 (end of inspiration)
flow   : its rate of change, -1 (breathing out) to 1 (breathing in)
"""

from dataclasses import dataclass
from math import tau
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Signal = NDArray[np.float64]
"""Samples while they are being made: float64, shape (n_samples,); level 1 is the level of S1."""


@dataclass(frozen=True, slots=True)
class Breath:
    """A steady breath: ``rate_per_min`` cycles a minute, ``phase_rad`` of the cycle at time 0."""

    rate_per_min: float
    phase_rad: float

    def volume(self, times_s: Signal | float) -> Signal:
        """Return the filling of the lungs at ``times_s``, in [-1, 1]."""
        return np.sin(self._phase(times_s))

    def flow(self, times_s: Signal | float) -> Signal:
        """Return the flow of air at ``times_s``, in [-1, 1]; positive is inspiration."""
        return np.cos(self._phase(times_s))

    def _phase(self, times_s: Signal | float) -> Signal:
        return np.asarray(tau * self.rate_per_min / 60 * times_s + self.phase_rad)


@dataclass(frozen=True, slots=True)
class Take:
    """One recording to be filled: ``n_samples`` at ``rate_hz``, taken over ``breath``."""

    n_samples: int
    rate_hz: int
    breath: Breath

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.n_samples / self.rate_hz

    @property
    def times_s(self) -> Signal:
        """Time of each sample in seconds, shape (n_samples,)."""
        return np.arange(self.n_samples) / self.rate_hz

    def window(self, start_s: float, end_s: float) -> tuple[slice, Signal]:
        """Return the samples from ``start_s`` to ``end_s`` that exist, and their times."""
        first = max(0, int(np.ceil(start_s * self.rate_hz)))
        last = min(self.n_samples, int(np.ceil(end_s * self.rate_hz)))
        return slice(first, max(first, last)), np.arange(first, last) / self.rate_hz


def stream(seed: int, part: str) -> np.random.Generator:
    """Return the generator of one part of a recording.

    Each part draws from its own stream, so a louder murmur or one more disturbance leaves the
    rhythm as it was.
    """
    return np.random.default_rng([seed, crc32(part.encode())])
