"""Answers of a batch are those of one file at a time, and nothing a file does ends it."""

import os
import pickle
import sys
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper

from auscult.audio import RawPcm, write_wav
from auscult.bundle import Bundle, find_bundle
from auscult.errors import BundleError
from auscult.frontend import FRONTENDS
from auscult.inference import Classifier, load_model
from auscult.inference.batch import Judge, judged, one_thread_each, packed, unpacked
from auscult.synth import PRESETS, synthesise
from auscult.types import Prediction, Recording


@pytest.fixture(scope="module")
def model() -> Classifier:
    return load_model("default")


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(str(find_bundle("default")))


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("batch")
    presets = ("normal", "mitral-regurgitation", "artifact-noise")
    made = [
        str(write_wav(folder / f"{i}.wav", synthesise(PRESETS[p], 4_000, i).recording))
        for i, p in enumerate(presets * 3)
    ]
    (folder / "words.wav").write_text("these are words")
    silent = write_wav(folder / "silent.wav", Recording(np.zeros(20_000, np.float32), 4_000))
    return [*made[:4], str(folder / "words.wav"), str(folder / "gone.wav"), str(silent), *made[4:]]


@pytest.mark.parametrize("n_workers", [1, 2])
def test_a_batch_answers_in_order_as_single_files_do(
    model: Classifier, judge: Judge, files: list[str], n_workers: int
) -> None:
    answers = list(judged(judge, files, n_workers, piece=2))
    assert answers == [model.classify(path) for path in files]
    assert [a.status for a in answers[4:7]] == ["error", "error", "refused"]


def test_a_prediction_travels_whole() -> None:
    further = {"murmur": {"absent": 0.25, "present": 0.75}}
    answer = Prediction("a", "ok", "", "b", {"b": 1.0}, 1.0, 4_000, ("noted",), further)
    assert unpacked(pickle.loads(pickle.dumps(packed(answer)))) == answer  # noqa: S301 - our own


def test_channel_and_raw_reach_the_reader(tmp_path: Path, model: Classifier, judge: Judge) -> None:
    sound = synthesise(PRESETS["normal"], 4_000, 1).recording.samples
    pair = np.round(np.stack([sound, sound[::-1]], 1) * 32_767).astype("<i2")
    (tmp_path / "a.raw").write_bytes(pair.tobytes())
    told = Judge(judge.bundle, channel=2, raw=RawPcm(4_000, "s16le", 2))
    (answer,) = judged(told, [str(tmp_path / "a.raw")], 1)
    alone = model.classify(pair[:, 1], rate_hz=4_000)
    assert dict(answer.probabilities) == dict(alone.probabilities)


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (MemoryError(), "does not fit into memory"),
        (ZeroDivisionError("division"), "could not be judged (ZeroDivisionError: division)"),
    ],
)
def test_what_nobody_foresaw_is_an_answer_too(
    judge: Judge, monkeypatch: pytest.MonkeyPatch, files: list[str], failure, said: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise failure

    monkeypatch.setattr(Classifier, "classify", fail)
    (answer,) = judged(judge, files[:1], 1)
    assert answer.status == "error"
    assert answer.reason.startswith(f"{files[0]}: {said}")


def graph(n_values: int = 52, n_answers: int = 3, weight: float = 1.0, opset: int = 18) -> bytes:
    """Return a network that takes so many numbers, where the front end gives 52."""
    weights = np.eye(n_values, n_answers, dtype=np.float32) * np.float32(weight)
    made = helper.make_graph(
        [
            helper.make_node("MatMul", ["features", "weights"], ["scores"]),
            helper.make_node("Softmax", ["scores"], ["probabilities"], axis=1),
        ],
        "small",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["n", n_values])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["n", n_answers])],
        [helper.make_tensor("weights", TensorProto.FLOAT, weights.shape, weights.ravel())],
    )
    opsets = [helper.make_opsetid("", opset)]
    return helper.make_model(made, opset_imports=opsets, ir_version=9).SerializeToString()


def judge_of(folder: Path, network: bytes) -> Judge:
    classes = ("artifact", "murmur", "normal")
    return Judge(str(Bundle.of_one("mine", network, FRONTENDS["notebook"], classes).write(folder)))


@pytest.mark.parametrize(
    ("network", "said"),
    [
        (b"\0garbage" * 9, r"the network cannot be loaded \(.*\); export or install the bundle"),
        (graph(opset=99), r"the network cannot be loaded \(.*; export or install the bundle"),
        (graph(n_values=40), r"takes windows of 40 numbers and its front end gives 52; export or"),
        (graph(n_answers=4), r"answers 'probabilities' in 4 classes, wanted are 3; export or"),
        (graph(weight=np.nan), r"cannot answer .*: probabilities sum to nan, not 1\); export or"),
    ],
)
def test_a_rehearsal_finds_the_fault_of_a_model(tmp_path: Path, network: bytes, said: str) -> None:
    judge_of(tmp_path / "whole", graph()).rehearse()
    with pytest.raises(BundleError, match=said) as told:
        judge_of(tmp_path / "mine", network).rehearse()
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("n_workers", [1, 2])
def test_a_model_that_cannot_be_loaded_is_no_answer_for_a_file(
    tmp_path: Path, files: list[str], n_workers: int
) -> None:
    with pytest.raises(BundleError, match="the network cannot be loaded"):
        list(judged(judge_of(tmp_path, b"garbage"), files, n_workers, piece=2))


CRASHING = """
import os
import pickle
def judge(path):
    if path.startswith("bad"):
        os._exit(11)
    return {"source": path, "status": "error", "reason": "judged"}
"""


def test_a_file_that_kills_its_worker_costs_one_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "crashing_judge.py").write_text(CRASHING)
    monkeypatch.syspath_prepend(tmp_path)
    import crashing_judge  # type: ignore[import-not-found]

    paths = ["bad0", *(f"good{i}" for i in range(5)), "bad1", *(f"good{i}" for i in range(5, 9))]
    answers = list(judged(crashing_judge.judge, paths, 2, piece=2))
    assert [a.source for a in answers] == paths
    for answer in answers:
        crashed = answer.source.startswith("bad")
        assert answer.reason.startswith(
            f"{answer.source}: ends the process" if crashed else "judged"
        )
    sys.modules.pop("crashing_judge")


def test_workers_use_one_thread_and_the_caller_keeps_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    monkeypatch.delenv("MKL_NUM_THREADS", raising=False)
    with one_thread_each():
        assert (os.environ["OMP_NUM_THREADS"], os.environ["MKL_NUM_THREADS"]) == ("1", "1")
    assert os.environ["OMP_NUM_THREADS"] == "7"
    assert "MKL_NUM_THREADS" not in os.environ
