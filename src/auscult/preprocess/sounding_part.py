"""What lies between the silent ends: how much silence an app or a collector added says nothing."""

from dataclasses import dataclass

from auscult.silence import sounding
from auscult.types import Samples


@dataclass(frozen=True, slots=True)
class SoundingPart:
    """Cut silent ends off; see :mod:`auscult.silence` for what is silent."""

    def __call__(self, samples: Samples, rate_hz: int) -> Samples:
        """Return the part of ``samples`` that sounds; silence comes back as it is."""
        return sounding(samples, rate_hz)
