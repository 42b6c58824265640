"""How a recording is cut before its features are computed.

Conventions
-----------
result : one or more views of the samples, in order; every one non-empty
"""

from dataclasses import dataclass
from math import inf
from typing import Protocol

import numpy as np

from auscult.errors import ConfigError
from auscult.types import Samples

MAX_LENGTH_S, MIN_HOP_S = 120.0, 0.05


class Windowing(Protocol):
    """A frozen dataclass called with samples and their rate."""

    def __call__(self, samples: Samples, rate_hz: int) -> list[Samples]:
        """Return the windows of ``samples``."""
        ...


@dataclass(frozen=True, slots=True)
class Whole:
    """One window: the recording."""

    def __call__(self, samples: Samples, rate_hz: int) -> list[Samples]:  # noqa: ARG002
        """Return the samples as the only window."""
        return [samples]


@dataclass(frozen=True, slots=True)
class Sliding:
    """Windows of one length at one hop; the last ends with the recording.

    A recording shorter than a window is its only window: unpadded or, with ``repeat_short``, said
    again until the window is full, so that its length tells nothing.

    Raises
    ------
    ConfigError
        If the window is not positive or too long, or the hop too short.
    """

    length_s: float = 4.0
    hop_s: float = 2.0
    repeat_short: bool = False

    def __post_init__(self) -> None:
        if not (0 < self.length_s <= MAX_LENGTH_S and MIN_HOP_S <= self.hop_s < inf):
            raise ConfigError(
                f"length_s={self.length_s} must be positive and at most {MAX_LENGTH_S:g}, "
                f"hop_s={self.hop_s} finite and at least {MIN_HOP_S:g}"
            )

    def __call__(self, samples: Samples, rate_hz: int) -> list[Samples]:
        """Return the windows of ``samples``."""
        length, hop = (max(1, round(t * rate_hz)) for t in (self.length_s, self.hop_s))
        if self.repeat_short and samples.size < length:
            samples = np.resize(samples, length)
        last = max(0, samples.size - length)
        starts = [*range(0, last, hop), last]
        return [samples[start : start + length] for start in starts]
