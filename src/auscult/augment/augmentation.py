"""What every augmentation is: a draw, which is random, and an application, which is not.

The two are apart so that what was done to a recording can be written down and done again.

Conventions
-----------
samples : float32, shape (n_samples,); the result has the same length, rate and type and is finite
"""

from typing import Protocol, TypeVar

import numpy as np

from auscult.errors import ConfigError
from auscult.types import Samples

P = TypeVar("P")


class Augmentation(Protocol[P]):
    """A frozen dataclass that is its own configuration."""

    def draw(self, rng: np.random.Generator) -> P:
        """Return parameters for one application: all the randomness there is."""
        ...

    def apply(self, samples: Samples, rate_hz: int, parameters: P) -> Samples:
        """Return the changed sound; equal arguments give equal results."""
        ...


def check_range(lowest: float, highest: float, unit: str, within: tuple[float, float]) -> None:
    """Refuse the range from ``lowest_<unit>`` to ``highest_<unit>`` unless it lies ``within``.

    Raises
    ------
    ConfigError
        If not within[0] ≤ lowest ≤ highest ≤ within[1]; a NaN is refused too.
    """
    if not within[0] <= lowest <= highest <= within[1]:
        raise ConfigError(
            f"lowest_{unit}={lowest:g} and highest_{unit}={highest:g} must be in order, "
            f"from {within[0]:g} to {within[1]:g}"
        )


def fix_length(samples: Samples, length: int) -> Samples:
    """Return ``samples`` cropped, or padded with zeros at the end, to ``length``."""
    result = np.zeros(length, np.float32)
    result[: samples.size] = samples[:length]
    return result
