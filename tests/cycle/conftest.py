from collections.abc import Callable
from dataclasses import replace

import pytest

from auscult.cycle import AverageBeat, average_beat
from auscult.synth import PRESETS, HeartSound, Murmur, Synthetic, synthesise

QUIET = PRESETS["normal"]


@pytest.fixture(name="heart", scope="session")
def heart_fixture() -> Callable[..., Synthetic]:
    """Make a heart with these murmurs in a quiet room; its states are known exactly."""

    def heart(*murmurs: Murmur, seed: int = 0, **changes: object) -> Synthetic:
        assert isinstance(QUIET, HeartSound)
        return synthesise(replace(QUIET, murmurs=murmurs, **changes), 4_000, seed)

    return heart


@pytest.fixture(name="beat_of", scope="session")
def beat_of_fixture(heart) -> Callable[..., AverageBeat]:
    """Average such a heart by its true states."""

    def beat_of(*murmurs: Murmur, seed: int = 0, **changes: object) -> AverageBeat:
        made = heart(*murmurs, seed=seed, **changes)
        return average_beat(made.recording, made.spans)

    return beat_of
