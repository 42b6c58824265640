"""Every preset keeps the same promises."""

import json
from dataclasses import replace

import numpy as np
import pytest

from auscult.config import from_config, to_config
from auscult.errors import ConfigError
from auscult.synth import PRESETS, SPEC_TYPES, Artifact, synthesise, vary
from auscult.types import CLASSES_5

LABELS = {
    "artifact-": "artifact",
    "normal": "normal",
    "clean": "normal",
    "s3": "extrahls",
    "s4": "extrahls",
    "split-s2": "extrahls",
    "extrasystole": "extrastole",
    "bigeminy": "extrastole",
}


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_the_label_is_what_the_name_says(name: str) -> None:
    expected = [label for start, label in LABELS.items() if name.startswith(start)]
    assert PRESETS[name].label == (expected[0] if expected else "murmur")


def test_every_class_has_a_preset() -> None:
    assert {PRESETS[name].label for name in PRESETS} == set(CLASSES_5)


def test_an_unknown_preset_is_refused() -> None:
    with pytest.raises(ConfigError, match="unknown preset 'nromal'; did you mean 'normal'"):
        PRESETS["nromal"]


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_a_preset_survives_json(name: str) -> None:
    spec = PRESETS[name]
    assert from_config(json.loads(json.dumps(to_config(spec))), SPEC_TYPES) == spec
    assert eval(repr(spec), dict(SPEC_TYPES)) == spec  # noqa: S307  the repr of our own object


@pytest.mark.parametrize("name", sorted(PRESETS))
@pytest.mark.parametrize("rate_hz", [1000, 4000, 44_100])
def test_a_preset_sounds_at_every_rate(name: str, rate_hz: int) -> None:
    spec = replace(PRESETS[name], duration_s=1.5)
    made = synthesise(spec, rate_hz, seed=11)
    samples = made.recording.samples
    assert samples.dtype == np.float32
    assert samples.size == 1.5 * rate_hz
    assert np.isfinite(samples).all()
    assert np.std(samples) > 0.01
    assert bool(made.spans) == (not isinstance(spec, Artifact))
    assert made.label == spec.label


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_a_variation_differs_and_keeps_its_label(name: str) -> None:
    rng = np.random.default_rng(5)
    specs = {vary(PRESETS[name], rng) for _ in range(5)}
    assert len(specs | {PRESETS[name]}) == 6
    assert {spec.label for spec in specs} == {PRESETS[name].label}
