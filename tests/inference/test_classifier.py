"""One recording, given in every way, gets one answer."""

import io
from pathlib import Path

import numpy as np
import pytest

from auscult.audio import wav_bytes, write_wav
from auscult.errors import BundleError, ConfigError
from auscult.inference import Classifier, load_model
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

    with pytest.raises(BundleError, match="cannot be loaded"):
        Classifier(replace(model.bundle, network=b"no network"))
