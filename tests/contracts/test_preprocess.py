"""What every step and windowing in the tables must do; new lines there need no new test."""

import json
from dataclasses import FrozenInstanceError, fields, is_dataclass
from typing import Any

import numpy as np
import pytest

from auscult.config import from_config, to_config
from auscult.preprocess import GATE_TYPES, STEPS, WINDOWINGS, Gate

MADE = {**STEPS, **WINDOWINGS, "gate": Gate}
TYPES = {**GATE_TYPES, **{kind.__name__: kind for kind in MADE.values()}}
everything = pytest.mark.parametrize("kind", MADE.values(), ids=MADE)
every_step = pytest.mark.parametrize("name", sorted(STEPS))
every_windowing = pytest.mark.parametrize("name", sorted(WINDOWINGS))
LENGTHS = pytest.mark.parametrize("n_samples", [1, 2, 999, 20_001])
RATE_HZ = 2_000


def sound_of(n_samples: int) -> Any:
    sound = np.random.default_rng(1).uniform(-1, 1, n_samples).astype(np.float32)
    sound.flags.writeable = False  # as in a Recording
    return sound


@everything
def test_is_a_frozen_dataclass_that_its_configuration_rebuilds(kind: type) -> None:
    made = kind()
    assert is_dataclass(made)
    assert from_config(json.loads(json.dumps(to_config(made))), TYPES) == made
    assert hash(made) == hash(kind())
    for field in fields(made):
        with pytest.raises(FrozenInstanceError):
            setattr(made, field.name, 0)


@every_step
@LENGTHS
def test_a_step_gives_finite_single_precision_and_leaves_its_input(
    name: str, n_samples: int
) -> None:
    for sound in (sound_of(n_samples), np.zeros(n_samples, np.float32)):
        before = sound.copy()
        out = STEPS[name]()(sound, RATE_HZ)
        assert out.ndim == 1
        assert out.size >= 1
        assert out.dtype == np.float32
        assert np.isfinite(out).all()
        np.testing.assert_array_equal(sound, before)


@every_step
def test_a_step_leaves_silence_silent(name: str) -> None:
    assert not STEPS[name]()(np.zeros(4_000, np.float32), RATE_HZ).any()


@every_windowing
@LENGTHS
def test_windows_are_never_empty_and_cover_both_ends(name: str, n_samples: int) -> None:
    sound = sound_of(n_samples)
    windows = WINDOWINGS[name]()(sound, RATE_HZ)
    assert windows
    assert all(window.size for window in windows)
    assert windows[0][0] == sound[0]
    assert windows[-1][-1] == sound[-1]
