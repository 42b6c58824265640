"""One common level, so that the gain of a recorder says nothing.

The level is the root mean square of the samples about their mean. Digital silence stays silence.
"""

from dataclasses import dataclass

import numpy as np

from auscult.types import Samples


@dataclass(frozen=True, slots=True)
class UnitLevel:
    """Remove the mean and scale to a root mean square of one."""

    def __call__(self, samples: Samples, rate_hz: int) -> Samples:  # noqa: ARG002
        """Return the scaled samples, same shape."""
        centred = samples - samples.mean(dtype=np.float64).astype(np.float32)
        level = float(np.sqrt(np.mean(np.square(centred, dtype=np.float64))))
        out: Samples = centred / np.float32(level) if level > 0 else centred
        return out
