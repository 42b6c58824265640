"""Make many recordings of one: each augmentation one file.

An augmentation is a frozen dataclass: ``draw(rng)`` gives parameters, and ``apply(samples, rate_hz,
parameters)`` is pure. A new one is a new file and a new line in ``AUGMENTATIONS``;
tests/contracts/test_augmentations.py then covers it. Use them on training recordings only.

Joint training changes spectra in place of samples, as they are drawn: see ``other_ears.py`` in
``training/joint``.
"""

from typing import Any

from auscult.augment.augmentation import Augmentation
from auscult.augment.chain import Chain, Step
from auscult.augment.gain import Gain
from auscult.augment.noise import Noise
from auscult.augment.pitch import Pitch
from auscult.augment.shift import Shift
from auscult.augment.stretch import Stretch, time_stretch
from auscult.registry import Registry

AUGMENTATIONS: Registry[type[Augmentation[Any]]] = Registry(
    "augmentation",
    {
        "gain": Gain,
        "noise": Noise,
        "pitch": Pitch,
        "shift": Shift,
        "stretch": Stretch,
    },
)

__all__ = [
    "AUGMENTATIONS",
    "Augmentation",
    "Chain",
    "Gain",
    "Noise",
    "Pitch",
    "Shift",
    "Step",
    "Stretch",
    "time_stretch",
]
