"""One recording, given in every way, gets one answer."""

import io
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from onnx import TensorProto, helper

from auscult.aggregate import Calibration
from auscult.audio import resample, wav_bytes, write_wav
from auscult.bundle import Bundle
from auscult.errors import BundleError, ConfigError
from auscult.frontend import FRONTENDS
from auscult.inference import Classifier, load_model
from auscult.inference.doubts import doubts
from auscult.listener import Listener
from auscult.synth import PRESETS, synthesise
from auscult.types import Recording


@pytest.fixture(scope="module")
def model() -> Classifier:
    return load_model("default")


@pytest.fixture(scope="module")
def sound() -> Recording:
    return synthesise(PRESETS["normal"], 4_000, 3).recording


def _scores(prediction) -> list[float]:
    return list(prediction.probabilities.values())


def test_every_way_in_gives_the_same_answer(model, sound, tmp_path: Path) -> None:
    path = write_wav(tmp_path / "sound.wav", sound)
    data = wav_bytes(sound)
    pcm = np.round(sound.samples * 32767).astype(np.int16)
    answers = [
        model.classify(path),
        model.classify(str(path)),
        model.classify(data, name="bytes"),
        model.classify(io.BytesIO(data), name="stream"),
        model.classify(sound),
        model.classify(sound.samples, rate_hz=4_000),
        model.classify(pcm, rate_hz=4_000),
    ]
    for answer in answers:
        assert answer.status == "ok"
        assert _scores(answer) == pytest.approx(_scores(answers[0]), abs=0.01)
        assert answer.confidence == max(_scores(answer))


@pytest.mark.parametrize("gain", [0.05, 0.5])
def test_gain_changes_nothing(model, sound, gain: float) -> None:
    quieter = model.classify(sound.samples * np.float32(gain), rate_hz=4_000)
    assert _scores(quieter) == pytest.approx(_scores(model.classify(sound)), abs=1e-3)


def test_samples_need_their_rate(model, sound) -> None:
    with pytest.raises(ConfigError, match="need their rate"):
        model.classify(sound.samples)


@pytest.mark.parametrize("rate_hz", [8, 999, 2_000_000])
def test_samples_of_a_rate_at_which_no_heart_is_are_an_answer(model, sound, rate_hz: int) -> None:
    for answer in (
        model.classify(sound.samples, rate_hz=rate_hz),
        model.classify(replace(sound, rate_hz=rate_hz)),
    ):
        assert answer.status == "error"
        assert f"a sampling rate of {rate_hz:,} Hz" in answer.reason


def test_a_file_says_its_own_rate(model, tmp_path: Path, sound) -> None:
    path = write_wav(tmp_path / "sound.wav", sound)
    with pytest.raises(ConfigError, match="says its own rate"):
        model.classify(path, rate_hz=4_000)


def test_a_bad_file_is_an_answer_not_an_exception(model, tmp_path: Path) -> None:
    answer = model.classify(tmp_path / "missing.wav")
    assert answer.status == "error"
    assert "missing.wav: no such file" in answer.reason
    assert not answer.probabilities


def test_an_unknown_model_is_refused() -> None:
    with pytest.raises(BundleError, match="no bundle that comes with auscult"):
        load_model("no-such-model")


def test_a_network_that_is_none_is_refused(model) -> None:
    from dataclasses import replace

    broken = replace(model.bundle.listeners[0], network=b"no network")
    with pytest.raises(BundleError, match="cannot be loaded"):
        Classifier(replace(model.bundle, listeners=(broken,)))


def test_a_file_that_needs_an_extra_is_an_answer_that_names_it(
    model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "visit.webm"
    path.write_bytes(b"\x1a\x45\xdf\xa3" + bytes(40))
    monkeypatch.setitem(sys.modules, "av", None)
    answer = model.classify(path)
    assert answer.status == "error"
    assert "pip install 'auscult[codecs]'" in answer.reason


def test_what_was_noticed_while_reading_is_in_the_answer(model, sound, tmp_path: Path) -> None:
    pair = np.stack([sound.samples, np.zeros_like(sound.samples)], axis=1)
    soundfile.write(tmp_path / "pair.wav", pair, 4_000)
    assert model.classify(tmp_path / "pair.wav").notes == (
        "channel 1 of 2 was taken; the others are silent or no heart sound",
    )


def graph(answers: dict[str, tuple[float, ...]], n_values: int) -> bytes:
    """Make a network that says the same of every window: log-probabilities as they stand."""
    nodes, constants, outputs = [], [], []
    for name, answer in answers.items():
        zeros = np.zeros((n_values, len(answer)), np.float32)
        constants += [
            helper.make_tensor(f"w-{name}", TensorProto.FLOAT, zeros.shape, zeros.ravel()),
            helper.make_tensor(f"b-{name}", TensorProto.FLOAT, [len(answer)], answer),
        ]
        nodes += [
            helper.make_node("MatMul", ["features", f"w-{name}"], [f"z-{name}"]),
            helper.make_node("Add", [f"z-{name}", f"b-{name}"], [name]),
        ]
        outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", len(answer)]))
    given = helper.make_tensor_value_info("features", TensorProto.FLOAT, ["n", n_values])
    made = helper.make_graph(nodes, "said", [given], outputs, constants)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    return model.SerializeToString()


def test_listeners_answer_together_and_five_classes_are_summed_to_three(sound) -> None:
    notebook = FRONTENDS["notebook"]
    first = {"heard5": (0.1, 0.1, 0.1, 0.4, 0.3), "refer": (0.2, 0.8)}
    second = (0.1, 0.1, 0.1, 0.1, 0.6)
    model = Classifier(
        Bundle(
            name="two",
            listeners=(
                Listener("first", graph(first, 52), notebook, ("heard5", "refer")),
                Listener("second", graph({"probabilities": second}, 52), notebook, ("heard5",)),
            ),
            question="heard",
            classes=("artifact", "murmur", "normal"),
            calibrations={"heard5": Calibration(0.5, (0.0, 0.0, 0.0, 0.0, 1.0))},
        )
    )
    answer = model.classify(sound)
    scores = np.array(first["heard5"]) * np.array(second)  # the root of the product, squared
    scores[4] *= np.e
    five = scores / scores.sum()
    assert list(answer.answers["heard5"].values()) == pytest.approx(five, rel=1e-4)
    three = [five[0], five[3], five[1] + five[2] + five[4]]
    assert list(answer.probabilities.values()) == pytest.approx(three, rel=1e-4)
    assert answer.answers["refer"] == pytest.approx({"normal": 0.2, "abnormal": 0.8})
    assert answer.label == "normal"


def test_what_the_rules_hold_against_an_artifact_speaks_for_it() -> None:
    model = load_model("default")
    noise = np.random.default_rng(0).normal(0, 0.1, 40_000).astype(np.float32)
    gate = model.bundle.gate
    assert gate.reason(Recording(noise, 4_000)).startswith("no heartbeat")
    sounds = {label: {**model.answers(Recording(noise, 4_000))} for label in ("artifact", "normal")}
    for label, answers in sounds.items():
        reason, notes = model._objections(Recording(noise, 4_000), label, answers)
        assert bool(reason) == (label == "normal")
        assert any(note.startswith("no heartbeat") for note in notes) == (label == "artifact")


def test_an_artifact_that_is_too_short_is_refused_all_the_same() -> None:
    model = load_model("default")
    short = Recording(np.random.default_rng(0).normal(0, 0.1, 400).astype(np.float32), 4_000)
    assert model._objections(short, "artifact", {})[0].startswith("too short")


def test_what_is_doubted_is_noted_but_not_of_an_artifact() -> None:
    model = load_model("default")
    heart = synthesise(PRESETS["normal"], 4_000, 1).recording
    said = {"quality": {"good": 0.4, "poor": 0.6}, "beats": {"clear": 0.4, "unclear": 0.6}}
    assert model._objections(heart, "normal", said) == ("", doubts(said))
    assert model._objections(heart, "artifact", said) == ("", ())


@pytest.mark.parametrize(("rate_hz", "noted"), [(1_000, True), (2_000, False)])
def test_a_band_that_was_not_recorded_is_noted(model, sound, rate_hz: int, noted: bool) -> None:
    answer = model.classify(resample(sound.samples, sound.rate_hz, rate_hz), rate_hz=rate_hz)
    assert any(note.startswith("low rate: ") for note in answer.notes) == noted
