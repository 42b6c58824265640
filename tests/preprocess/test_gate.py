"""Refusals and notes: too short, silent, mostly silent, what rules find; and what must pass."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auscult.audio import read_recording
from auscult.config import from_config, to_config
from auscult.preprocess import GATE_TYPES, Gate
from auscult.preprocess.rules import Clipping
from auscult.synth import PRESETS, Hum, Speech, Squeal, synthesise
from auscult.types import Recording


def noise(duration_s: float, rate_hz: int = 4_000, level_dbfs: float = -20.0) -> np.ndarray:
    rng = np.random.default_rng(0)
    sound = rng.standard_normal(round(duration_s * rate_hz)) * 10 ** (level_dbfs / 20)
    return sound.astype(np.float32)


UNRULED = Gate(rules=())


def reason(samples: np.ndarray, rate_hz: int = 4_000) -> str:
    return UNRULED.reason(Recording(samples, rate_hz))


@pytest.mark.parametrize("duration_s", [1.1, 3.0, 30.0])
def test_a_sounding_recording_is_judged(duration_s: float) -> None:
    assert reason(noise(duration_s)) == ""


def test_a_short_recording_is_refused() -> None:
    assert reason(noise(0.6)) == (
        "too short: lasts 0.60 s, wanted 1 s or more; record for ten seconds"
    )
    assert reason(np.ones(1, np.float32)).startswith("too short: lasts 0.00 s")


@pytest.mark.parametrize("offset", [0.0, 0.3])
def test_silence_is_refused_with_or_without_an_offset(offset: float) -> None:
    silent = np.full(20_000, offset, np.float32)
    assert reason(silent).startswith("silent: no sound above -75 dB of full scale; check the micro")
    faint = silent + noise(5, level_dbfs=-95)
    assert reason(faint).startswith("silent")


def test_a_short_sound_in_a_long_silence_is_refused() -> None:
    padded = np.concatenate(
        [np.zeros(16_000, np.float32), noise(0.5), np.zeros(16_000, np.float32)]
    )
    assert reason(padded).startswith("too short: only 0.50 s of 8.50 s hold sound")


def test_a_quiet_recording_is_not_called_short() -> None:
    beat = np.concatenate([noise(0.1, level_dbfs=-70), noise(0.5, level_dbfs=-85)])
    assert reason(np.tile(beat, 5)) == ""


def test_pauses_between_sounds_count_as_sounding() -> None:
    beat = np.concatenate([noise(0.1), np.zeros(3_600, np.float32)])
    assert reason(np.tile(beat, 3)) == ""


def test_the_advice_names_its_own_limits() -> None:
    strict = Gate(min_sounding_s=5.0, silence_dbfs=-10.0)
    assert "wanted 5 s or more" in strict.reason(Recording(noise(3), 4_000))
    assert "above -10 dB" in strict.reason(Recording(noise(6), 4_000))


@given(st.integers(1_000, 50_000))
def test_one_whole_second_is_enough_at_any_rate(rate_hz: int) -> None:
    assert reason(noise(1.0, rate_hz), rate_hz) == ""


def test_noise_has_no_heartbeat() -> None:
    refused = Gate().reason(Recording(noise(10), 4_000))
    assert refused.startswith("no heartbeat: at the pace of a heart the sound repeats itself by 0.")
    assert refused.endswith(
        "wanted 0.22 or more; move the stethoscope, press it closer and hold still"
    )


def test_a_short_or_silent_sound_is_asked_nothing_else() -> None:
    for samples in (noise(0.6), np.zeros(40_000, np.float32)):
        judgement = Gate().judge(Recording(samples, 4_000))
        assert len(judgement.findings) == 1
        assert judgement.notes == ()


def test_the_first_refusal_is_the_reason_and_the_rest_are_notes() -> None:
    squeal = replace(PRESETS["artifact-feedback"], disturbances=(Squeal(0, per_s=4), Hum(50, -40)))
    judgement = Gate().judge(synthesise(squeal, 4_000, 1).recording)
    assert judgement.reason.startswith("out of band: ")
    assert judgement.notes[0].startswith("voice: ")
    assert judgement.reason not in judgement.notes


def test_speech_beside_a_heart_is_noted_and_the_heart_is_judged() -> None:
    talk = replace(PRESETS["normal"], disturbances=(Speech(0),))
    judgement = Gate().judge(synthesise(talk, 4_000, 1).recording)
    assert judgement.reason == ""
    assert [note.partition(":")[0] for note in judgement.notes] == ["voice"]


def test_a_gate_survives_its_configuration_and_an_old_one_gets_the_rules() -> None:
    gate = Gate(rules=(Clipping(note_from=0.5),))
    assert from_config(to_config(gate), GATE_TYPES) == gate
    old = {"type": "Gate", "min_sounding_s": 1.0, "silence_dbfs": -75.0}
    assert from_config(old, GATE_TYPES) == Gate()
    assert len(Gate().rules) >= 6


@pytest.mark.data
def test_of_the_real_recordings_few_but_artifacts_are_refused(pascal_dir: Path) -> None:
    silent = {"Aunlabelledtest__201106120928", "artifact__201106121445", "artifact__201105040918"}
    refused, hearts = {}, 0
    for path in [*pascal_dir.glob("set_a/*"), *list(pascal_dir.glob("set_b/*"))[::10]]:
        recording = read_recording(path)
        hearts += not path.stem.startswith(("artifact", "Aunlabelled"))
        if why := Gate().reason(recording):
            refused[path.stem] = why
    assert {name for name, why in refused.items() if why.startswith("silent")} <= silent
    short = {name for name, why in refused.items() if why.startswith("too short")}
    assert all(refused[name].startswith("too short: lasts 0.") for name in short - silent)
    ruled = {name for name in refused if name not in short | silent}
    assert sum(name.startswith("artifact") for name in ruled) >= 10
    assert sum(not name.startswith(("artifact", "Aunlabelled")) for name in ruled) <= 0.01 * hearts
