"""What every feature in the table must do; a new line there is tested without a new test."""

import json
import subprocess
import sys
from dataclasses import FrozenInstanceError, fields, is_dataclass

import numpy as np
import pytest

from auscult.config import from_config, to_config
from auscult.features import FEATURES
from auscult.types import Samples

TYPES = {kind.__name__: kind for kind in FEATURES.values()}
RATE_HZ = 4_000
every_feature = pytest.mark.parametrize("name", sorted(FEATURES))


def sound_of(n_samples: int) -> Samples:
    sound = 0.1 * np.random.default_rng(1).standard_normal(n_samples).astype(np.float32)
    sound.flags.writeable = False  # as in a Recording
    return sound


@every_feature
def test_is_a_frozen_dataclass_that_its_repr_rebuilds(name: str) -> None:
    feature = FEATURES[name]()
    assert is_dataclass(feature)
    assert eval(repr(feature), TYPES.copy()) == feature  # noqa: S307
    assert hash(feature) == hash(FEATURES[name]())
    for field in fields(feature):
        with pytest.raises(FrozenInstanceError):
            setattr(feature, field.name, 0)


@every_feature
def test_survives_its_configuration(name: str) -> None:
    feature = FEATURES[name]()
    assert from_config(json.loads(json.dumps(to_config(feature))), TYPES) == feature


@every_feature
@pytest.mark.parametrize("n_samples", [1, 2, 511, 4_000, 20_001])
def test_gives_finite_single_precision_of_one_or_two_dimensions(name: str, n_samples: int) -> None:
    feature = FEATURES[name]()
    for sound in (sound_of(n_samples), np.zeros(n_samples, np.float32)):
        values = feature(sound, RATE_HZ)
        assert values.dtype == np.float32
        assert values.ndim in {1, 2}
        assert np.isfinite(values).all()


@every_feature
def test_the_shape_depends_on_the_length_alone(name: str) -> None:
    feature = FEATURES[name]()
    shapes = {feature(sound, RATE_HZ).shape for sound in (sound_of(9_000), np.zeros(9_000, "f4"))}
    assert len(shapes) == 1
    longer = feature(sound_of(18_000), RATE_HZ).shape
    assert longer[0] == shapes.pop()[0]


@every_feature
def test_equal_sounds_give_equal_values_and_stay_as_they_are(name: str) -> None:
    feature = FEATURES[name]()
    sound = sound_of(9_000)
    before = sound.copy()
    np.testing.assert_array_equal(feature(sound, RATE_HZ), feature(sound.copy(), RATE_HZ))
    np.testing.assert_array_equal(sound, before)


@every_feature
def test_hears_a_difference(name: str) -> None:
    tone = np.sin(2 * np.pi * 100 * np.arange(9_000) / RATE_HZ).astype(np.float32)
    assert not np.allclose(
        FEATURES[name]()(sound_of(9_000), RATE_HZ), FEATURES[name]()(tone, RATE_HZ)
    )


def test_features_load_without_heavy_libraries() -> None:
    program = (
        "import sys, auscult.features; print(*sorted({'scipy', 'sklearn', 'torch', 'pandas', "
        "'matplotlib', 'librosa', 'soundfile'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ""
