"""Begin elsewhere in the recording; what leaves at the end comes in at the front.

Conventions
-----------
shift_s : seconds later, negative for earlier

Differences from the notebook this project grew from
----------------------------------------------------
It shifts by a number of samples, which lasts five times as long at 4 kHz as at 22 kHz. Like there,
the shift is circular: the seam falls somewhere in a beat.
"""

from dataclasses import dataclass

import numpy as np

from auscult.augment.augmentation import check_range
from auscult.types import Samples

_WIDEST_S = (-3600.0, 3600.0)


@dataclass(frozen=True, slots=True)
class Shift:
    """Shift by a time drawn evenly from ``[lowest_s, highest_s]``.

    Raises
    ------
    ConfigError
        If the range is out of order or beyond ±3,600 s.
    """

    lowest_s: float = -1.0
    highest_s: float = 1.0

    def __post_init__(self) -> None:
        check_range(self.lowest_s, self.highest_s, "s", _WIDEST_S)

    def draw(self, rng: np.random.Generator) -> float:
        """Return a shift in seconds."""
        return float(rng.uniform(self.lowest_s, self.highest_s))

    def apply(self, samples: Samples, rate_hz: int, parameters: float) -> Samples:
        """Return ``samples`` shifted by ``parameters`` seconds, to the nearest sample."""
        return np.roll(samples, round(parameters * rate_hz))
