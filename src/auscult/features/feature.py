"""What every feature is: samples and their rate in, an array of numbers out."""

from typing import Protocol

from auscult.arrays import FloatArray, Samples


class Feature(Protocol):
    """A frozen dataclass that is its own configuration and can be called."""

    def __call__(self, samples: Samples, rate_hz: int) -> FloatArray:
        """Return the feature of ``samples``: float32, its last axis time if it has two."""
        ...
