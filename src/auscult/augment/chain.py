"""Several augmentations in a row, each taken or left by chance."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from auscult.augment.augmentation import Augmentation
from auscult.errors import ConfigError
from auscult.types import Samples


@dataclass(frozen=True, slots=True)
class Step:
    """One augmentation and how often it is taken.

    Raises
    ------
    ConfigError
        If ``probability`` is not in [0, 1].
    """

    augmentation: Augmentation[Any]
    probability: float = 0.5

    def __post_init__(self) -> None:
        if not 0 <= self.probability <= 1:
            raise ConfigError(f"probability={self.probability:g} must be between 0 and 1")


@dataclass(frozen=True, slots=True)
class Chain:
    """The steps one after the other; itself an augmentation.

    Examples
    --------
    >>> from auscult.augment import Gain, Shift
    >>> chain = Chain((Step(Gain(6, 6), probability=1.0), Step(Shift(), probability=0.0)))
    >>> chain.draw(np.random.default_rng(0))
    (6.0, None)
    >>> chain(np.ones(2, np.float32), 4_000, np.random.default_rng(0)).shape
    (2,)
    """

    steps: tuple[Step, ...] = field(default=())

    def draw(self, rng: np.random.Generator) -> tuple[Any, ...]:
        """Return one entry a step: its parameters, or None where it is left out."""
        return tuple(
            step.augmentation.draw(rng) if rng.random() < step.probability else None
            for step in self.steps
        )

    def apply(self, samples: Samples, rate_hz: int, parameters: tuple[Any, ...]) -> Samples:
        """Return ``samples`` after every step that has parameters."""
        for step, drawn in zip(self.steps, parameters, strict=True):
            if drawn is not None:
                samples = step.augmentation.apply(samples, rate_hz, drawn)
        return samples

    def __call__(self, samples: Samples, rate_hz: int, rng: np.random.Generator) -> Samples:
        """Draw and apply."""
        return self.apply(samples, rate_hz, self.draw(rng))
