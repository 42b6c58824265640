"""Higher or lower at the same speed: a stretch, then resampled back to the old length.

Conventions
-----------
semitones : above 0 is higher; 12 double every frequency

Differences from librosa.effects.pitch_shift
--------------------------------------------
Rates are whole numbers of hertz here, so the interval is exact to half a hertz in ``rate_hz``: at
2 kHz, 0.4 hundredths of a semitone. The notebook this project grew from passes ``sr=220250``, ten
times the rate of its sounds; librosa uses only ratios of rates there, so that did no harm.
"""

from dataclasses import dataclass

import numpy as np

from auscult.audio import resample
from auscult.augment.augmentation import check_range, fix_length
from auscult.augment.stretch import time_stretch
from auscult.types import Samples

_WIDEST_SEMITONES = (-24.0, 24.0)


@dataclass(frozen=True, slots=True)
class Pitch:
    """Shift by an interval drawn evenly from ``[lowest_semitones, highest_semitones]``.

    A murmur is told by its frequencies, so keep this small.

    Raises
    ------
    ConfigError
        If the range is out of order or beyond ±24 semitones.
    """

    lowest_semitones: float = -1.0
    highest_semitones: float = 1.0

    def __post_init__(self) -> None:
        check_range(self.lowest_semitones, self.highest_semitones, "semitones", _WIDEST_SEMITONES)

    def draw(self, rng: np.random.Generator) -> float:
        """Return an interval in semitones."""
        return float(rng.uniform(self.lowest_semitones, self.highest_semitones))

    def apply(self, samples: Samples, rate_hz: int, parameters: float) -> Samples:
        """Return ``samples`` higher by ``parameters`` semitones."""
        played_hz = round(rate_hz * 2 ** (parameters / 12))
        stretched = time_stretch(samples, rate_hz / played_hz)
        return fix_length(resample(stretched, played_hz, rate_hz), samples.size)
