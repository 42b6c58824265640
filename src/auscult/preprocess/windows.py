"""How a recording is cut before its features are computed.

Conventions
-----------
result : one or more views of the samples, in order; every one non-empty
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from auscult.errors import ConfigError
from auscult.types import Samples


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
        If a duration is not positive.
    """

    length_s: float = 4.0
    hop_s: float = 2.0
    repeat_short: bool = False

    def __post_init__(self) -> None:
        if self.length_s <= 0 or self.hop_s <= 0:
            raise ConfigError(f"length_s={self.length_s} and hop_s={self.hop_s} must be positive")

    def __call__(self, samples: Samples, rate_hz: int) -> list[Samples]:
        """Return the windows of ``samples``."""
        length, hop = (max(1, round(t * rate_hz)) for t in (self.length_s, self.hop_s))
        if self.repeat_short and samples.size < length:
            samples = np.resize(samples, length)
        last = max(0, samples.size - length)
        starts = [*range(0, last, hop), last]
        return [samples[start : start + length] for start in starts]
