"""What every preprocessing step is: samples in, samples out, its fields its configuration."""

from typing import Protocol

from auscult.types import Samples


class Step(Protocol):
    """A frozen dataclass called with samples and their rate; the rate stays."""

    def __call__(self, samples: Samples, rate_hz: int) -> Samples:
        """Return the changed samples: float32, shape (n_samples,)."""
        ...
