"""The seed notebook's length: the first seconds, padded with zeros at the end.

Differences from a plain pad
----------------------------
The notebook pads only where ``round(duration) < 10``: a recording of 9.6 s keeps its own length.
Padding and length tell its classes apart (every PASCAL artifact lasts exactly 9 s); other front
ends do not pad.
"""

from dataclasses import dataclass

import numpy as np

from auscult.errors import ConfigError
from auscult.types import Samples


@dataclass(frozen=True, slots=True)
class NotebookLength:
    """Keep the first ``duration_s`` seconds; pad shorter sounds as the notebook does.

    Raises
    ------
    ConfigError
        If ``duration_s`` is not positive.
    """

    duration_s: float = 10.0

    def __post_init__(self) -> None:
        if self.duration_s <= 0:
            raise ConfigError(f"duration_s={self.duration_s} must be positive")

    def __call__(self, samples: Samples, rate_hz: int) -> Samples:
        """Return at most ``duration_s`` seconds of ``samples``."""
        n_wanted = round(self.duration_s * rate_hz)
        cut = samples[:n_wanted]
        if round(cut.size / rate_hz) < self.duration_s:
            return np.pad(cut, (0, n_wanted - cut.size))
        return cut
