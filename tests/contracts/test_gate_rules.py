"""What every rule of the gate must do; a new line in the table is tested without a new test."""

import json
from dataclasses import FrozenInstanceError, fields, is_dataclass, replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auscult.audio import resample
from auscult.config import from_config, to_config
from auscult.preprocess import GATE_TYPES, RULES
from auscult.preprocess.rules import Finding, Sketch, about_mean, sketch_of
from auscult.synth import PRESETS, HeartSound, Hum, Speech, Squeal, WhiteNoise, synthesise
from auscult.types import Samples

every_rule = pytest.mark.parametrize("name", sorted(RULES))
RATE_HZ = 4_000


def sounds() -> dict[str, Samples]:
    """A heart as it is, and one spoilt for each rule."""
    heart = replace(PRESETS["normal"], disturbances=())
    noise = np.random.default_rng(0).standard_normal(10 * RATE_HZ).astype(np.float32)
    spoilt = {
        "voice": replace(heart, disturbances=(Speech(5.0),)),
        "hum": replace(heart, disturbances=(Hum(60, 0.0),)),
        "heart-band": replace(heart, disturbances=(Squeal(30.0, per_s=3), WhiteNoise(0))),
    }
    made = {name: synthesise(spec, RATE_HZ, 2).recording.samples for name, spec in spoilt.items()}
    clean = synthesise(PRESETS["normal"], RATE_HZ, 2).recording.samples
    lost = clean.copy()
    lost.reshape(-1, 2_000)[1::4] = 0
    return {
        "clean": clean,
        "clipping": np.clip(20 * clean, -1, 1),
        "interruptions": lost,
        "heartbeat": noise,
        **made,
    }


SOUNDS = sounds()


@cache
def hearts(bpm: int) -> dict[str, Sketch]:
    """A sketch of every preset that has a heart."""
    made = {
        preset: synthesise(spec.at_rate(bpm), RATE_HZ, bpm).recording.samples
        for preset, spec in PRESETS.items()
        if isinstance(spec, HeartSound)
    }
    return {preset: sketch_of(about_mean(sound), RATE_HZ) for preset, sound in made.items()}


def found(name: str, samples: Samples, rate_hz: int = RATE_HZ) -> Finding | None:
    return RULES[name]()(sketch_of(about_mean(samples.astype(np.float32)), rate_hz))


@every_rule
def test_is_a_frozen_dataclass_that_survives_its_configuration(name: str) -> None:
    rule = RULES[name]()
    assert is_dataclass(rule)
    assert hash(rule) == hash(RULES[name]())
    assert from_config(json.loads(json.dumps(to_config(rule))), GATE_TYPES) == rule
    with pytest.raises(FrozenInstanceError):
        setattr(rule, fields(rule)[0].name, 0)


@every_rule
def test_finds_what_it_is_for_and_says_what_was_wanted_and_what_to_try(name: str) -> None:
    assert found(name, SOUNDS["clean"]) is None
    finding = found(name, SOUNDS[name])
    assert finding is not None
    assert "wanted" in finding.told
    assert "; " in finding.told
    assert any(c.isdigit() for c in finding.told)


@every_rule
@settings(max_examples=20, deadline=None)
@given(gain_db=st.floats(-60, 60), offset=st.floats(-1, 1), flip=st.booleans())
def test_finds_the_same_louder_turned_over_and_beside_zero(
    name: str, gain_db: float, offset: float, flip: bool
) -> None:
    gain = 10 ** (gain_db / 20) * (-1 if flip else 1)
    assert found(name, SOUNDS["clean"] * gain + offset * gain) is None
    finding, changed = found(name, SOUNDS[name]), found(name, SOUNDS[name] * gain + offset * gain)
    assert finding is not None
    assert changed is not None
    assert changed.severity == finding.severity


@every_rule
@pytest.mark.parametrize("rate_hz", [2_000, 3_000, 8_000, 11_025, 44_100, 48_000])
def test_finds_the_same_at_another_rate(name: str, rate_hz: int) -> None:
    assert found(name, resample(SOUNDS["clean"], RATE_HZ, rate_hz), rate_hz) is None
    # A clipped or interrupted sound rings when it is resampled: made anew at the other rate.
    if name in ("clipping", "interruptions"):
        samples = synthesise(PRESETS["normal"], rate_hz, 2).recording.samples.copy()
        if name == "clipping":
            samples = np.clip(20 * samples, -1, 1)
        else:
            piece = rate_hz // 2
            samples[: 20 * piece].reshape(-1, piece)[1::4] = 0
    else:
        samples = resample(SOUNDS[name], RATE_HZ, rate_hz)
    finding, here = found(name, samples, rate_hz), found(name, SOUNDS[name])
    assert finding is not None
    assert here is not None
    assert finding.severity == here.severity


@every_rule
@pytest.mark.parametrize("n_samples", [1, 7, 127, 500, 4_000, 12_000])
@pytest.mark.parametrize("rate_hz", [1_000, 4_000, 48_000])
def test_short_and_silent_sounds_are_no_error(name: str, n_samples: int, rate_hz: int) -> None:
    noise = np.random.default_rng(0).standard_normal(n_samples)
    found(name, noise, rate_hz)
    found(name, 0 * noise, rate_hz)
    found(name, np.sign(noise) * 1e-30, rate_hz)


@every_rule
@pytest.mark.parametrize("bpm", [30, 45, 60, 90, 130, 170, 220])
def test_every_synthetic_heart_passes(name: str, bpm: int) -> None:
    for preset, sketch in hearts(bpm).items():
        assert RULES[name]()(sketch) is None, preset
