"""Fixed copies of a prepared recording that are added to the training part.

A variant changes samples between the two halves of a front end; its name appears in the row id. The
seed notebook's whole augmentation is two time stretches of every recording, made once. Every
augmentation of :data:`auscult.augment.AUGMENTATIONS` is a variant too: how far it goes is drawn
from the samples, so the same recording has the same copy in every run.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias
from zlib import crc32

import numpy as np

from auscult.augment import AUGMENTATIONS, Augmentation, time_stretch
from auscult.registry import Registry
from auscult.training.other_device import other_device
from auscult.types import Samples

Variant: TypeAlias = Callable[[Samples, int], Samples]
"""From samples and their rate to a copy."""


def _drawn(augmentation: Augmentation[Any], samples: Samples, rate_hz: int) -> Samples:
    rng = np.random.default_rng(crc32(np.ascontiguousarray(samples).tobytes()))
    return augmentation.apply(samples, rate_hz, augmentation.draw(rng))


VARIANTS: Registry[Variant] = Registry(
    "variant",
    {
        "other-device": lambda samples, _: other_device(samples),
        "stretch=0.8": lambda samples, _: time_stretch(samples, rate=0.8),
        "stretch=1.2": lambda samples, _: time_stretch(samples, rate=1.2),
        **{name: partial(_drawn, made()) for name, made in AUGMENTATIONS.items()},
    },
)
