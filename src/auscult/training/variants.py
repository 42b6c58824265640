"""Fixed copies of a prepared recording that are added to the training part.

The seed notebook's whole augmentation is two time stretches of every recording, made once. A
variant changes samples between the two halves of a front end; its name appears in the row id.
"""

from collections.abc import Callable
from functools import partial

from auscult.augment.stretch import time_stretch
from auscult.registry import Registry
from auscult.training.other_device import other_device
from auscult.types import Samples

VARIANTS: Registry[Callable[[Samples], Samples]] = Registry(
    "variant",
    {
        "other-device": other_device,
        "stretch=0.8": partial(time_stretch, rate=0.8),
        "stretch=1.2": partial(time_stretch, rate=1.2),
    },
)
