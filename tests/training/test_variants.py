"""Copies that may be added to a training part: every augmentation is one."""

import numpy as np
import pytest

from auscult.augment import AUGMENTATIONS
from auscult.synth import PRESETS, synthesise
from auscult.training.variants import VARIANTS

RATE_HZ = 2_000
HEART = synthesise(PRESETS["normal"], RATE_HZ, 1).recording.samples


def test_every_augmentation_reaches_training() -> None:
    assert set(AUGMENTATIONS) <= set(VARIANTS)


@pytest.mark.parametrize("name", sorted(VARIANTS))
def test_a_copy_is_another_sound_and_the_same_in_every_run(name: str) -> None:
    copy = VARIANTS[name](HEART, RATE_HZ)
    assert copy.dtype == np.float32
    assert np.isfinite(copy).all()
    assert copy.shape != HEART.shape or not np.allclose(copy, HEART)
    np.testing.assert_array_equal(copy, VARIANTS[name](HEART.copy(), RATE_HZ))


def test_the_help_names_every_one() -> None:
    from typer.testing import CliRunner

    from auscult.cli.app import app

    told = " ".join(CliRunner().invoke(app, ["train", "--help"], terminal_width=400).stdout.split())
    assert all(name in told for name in VARIANTS)
