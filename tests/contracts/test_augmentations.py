"""What every augmentation in the table must do; a new line there is tested without a new test."""

import json
from dataclasses import FrozenInstanceError, fields, is_dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auscult.augment import AUGMENTATIONS
from auscult.config import from_config, to_config
from auscult.errors import ConfigError
from auscult.types import Samples

TYPES = {kind.__name__: kind for kind in AUGMENTATIONS.values()}
every_augmentation = pytest.mark.parametrize("name", sorted(AUGMENTATIONS))


def sound_of(n_samples: int) -> Samples:
    sound = 0.3 * np.random.default_rng(1).standard_normal(n_samples).astype(np.float32)
    sound.flags.writeable = False  # as in a Recording
    return sound


@every_augmentation
def test_is_a_frozen_dataclass_that_its_repr_rebuilds(name: str) -> None:
    augmentation = AUGMENTATIONS[name]()
    assert is_dataclass(augmentation)
    assert eval(repr(augmentation), TYPES.copy()) == augmentation  # noqa: S307
    with pytest.raises(FrozenInstanceError):
        setattr(augmentation, fields(augmentation)[0].name, 0)


@every_augmentation
def test_survives_its_configuration(name: str) -> None:
    augmentation = AUGMENTATIONS[name]()
    assert from_config(json.loads(json.dumps(to_config(augmentation))), TYPES) == augmentation


@every_augmentation
@settings(deadline=None, max_examples=15)
@given(
    n_samples=st.integers(1, 6_000),
    rate_hz=st.sampled_from([1_000, 4_000, 22_050]),
    seed=st.integers(0, 2**32),
)
def test_keeps_length_and_type_and_is_finite(
    name: str, n_samples: int, rate_hz: int, seed: int
) -> None:
    augmentation = AUGMENTATIONS[name]()
    drawn = augmentation.draw(np.random.default_rng(seed))
    changed = augmentation.apply(sound_of(n_samples), rate_hz, drawn)
    assert (changed.shape, changed.dtype) == ((n_samples,), np.float32)
    assert np.isfinite(changed).all()


@every_augmentation
@pytest.mark.parametrize("n_samples", [1, 2, 3, 17])
def test_the_shortest_sounds_and_silence_pass(name: str, n_samples: int) -> None:
    augmentation = AUGMENTATIONS[name]()
    drawn = augmentation.draw(np.random.default_rng(0))
    for sound in (sound_of(n_samples), np.zeros(n_samples, np.float32)):
        changed = augmentation.apply(sound, 4_000, drawn)
        assert changed.shape == (n_samples,)
        assert np.isfinite(changed).all()


@every_augmentation
def test_equal_seeds_draw_alike_and_application_is_pure(name: str) -> None:
    augmentation = AUGMENTATIONS[name]()
    sound = sound_of(5_000)
    before = sound.copy()
    drawn, again, other = (augmentation.draw(np.random.default_rng(seed)) for seed in (7, 7, 8))
    assert drawn == again
    assert drawn != other
    first, second = (augmentation.apply(sound, 4_000, drawn) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    np.testing.assert_array_equal(sound, before)
    assert not np.array_equal(first, sound)
    assert not np.shares_memory(first, sound)


@every_augmentation
def test_needs_no_global_randomness(name: str) -> None:
    augmentation = AUGMENTATIONS[name]()
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    augmentation.apply(sound_of(500), 4_000, augmentation.draw(np.random.default_rng(0)))
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002


@every_augmentation
def test_a_range_out_of_order_or_not_a_number_is_refused(name: str) -> None:
    low, high = (field.name for field in fields(AUGMENTATIONS[name])[:2])
    for options in ({low: 1.1, high: 1.0}, {low: float("nan")}, {high: float("inf")}):
        with pytest.raises(ConfigError, match=rf"{low}=.* and {high}=.* must be in order, from"):
            AUGMENTATIONS[name](**options)
