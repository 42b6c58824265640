"""Louder or quieter, as a stethoscope pressed harder or lighter makes it.

Conventions
-----------
gain_db : 20 · log10 of the factor on the samples; the result may leave [-1, 1] and is not clipped,
    since clipping adds frequencies that the heart never made
"""

from dataclasses import dataclass

import numpy as np

from auscult.augment.augmentation import check_range
from auscult.types import Samples

_WIDEST_DB = (-120.0, 120.0)


@dataclass(frozen=True, slots=True)
class Gain:
    """Change the level by a gain drawn evenly from ``[lowest_db, highest_db]``.

    Raises
    ------
    ConfigError
        If the range is out of order or beyond ±120 dB.
    """

    lowest_db: float = -6.0
    highest_db: float = 6.0

    def __post_init__(self) -> None:
        check_range(self.lowest_db, self.highest_db, "db", _WIDEST_DB)

    def draw(self, rng: np.random.Generator) -> float:
        """Return a gain in dB."""
        return float(rng.uniform(self.lowest_db, self.highest_db))

    def apply(self, samples: Samples, rate_hz: int, parameters: float) -> Samples:  # noqa: ARG002
        """Return ``samples`` louder by ``parameters`` dB."""
        return samples * np.float32(10 ** (parameters / 20))
