"""Train on a small made dataset: honest figures, and a second call that does nothing."""

import csv
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from auscult.audio import write_wav
from auscult.errors import DatasetError, RunError
from auscult.progress import Silent
from auscult.training.options import TrainOptions
from auscult.types import Recording
from auscult.verbs.train import train

RATE_HZ = 4_000
GUESSERS = {"majority", "group copy", "nearest in time", "rate + duration"}


class Listening(Silent):
    """Keeps what is said."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, sentence: str) -> None:
        self.said.append(sentence)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Class folders of tones at a pitch for each class, two recordings each of ten patients."""
    root = tmp_path_factory.mktemp("made")
    rng = np.random.default_rng(0)
    times_s = np.arange(RATE_HZ) / RATE_HZ
    for pitch_hz, label in ((60, "artifact"), (150, "murmur"), (400, "normal")):
        for patient in range(10):
            for site in "AB":
                tone = 0.3 * np.sin(2 * np.pi * pitch_hz * times_s)
                samples = (tone + 0.1 * rng.standard_normal(RATE_HZ)).astype(np.float32)
                name = f"{label}__{pitch_hz}{patient}_{1_300_000_000_000 + patient}_{site}.wav"
                write_wav(root / label / name, Recording(samples, RATE_HZ))
    write_wav(
        root / "unlabel" / "Bunlabelledtest__1_1300000000000_A.wav",
        Recording(np.zeros(RATE_HZ, np.float32), RATE_HZ),
    )
    return root


@pytest.fixture(scope="module")
def run(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("run")
    train(folder, OPTIONS, out)
    return out


OPTIONS = TrainOptions("logistic-regression", n_folds=3, variants=())


def predictions(run: Path) -> list[dict[str, str]]:
    with (run / "predictions.csv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def test_every_recording_is_predicted_once_by_the_model_and_by_each_guesser(run: Path) -> None:
    rows = predictions(run)
    assert {row["system"] for row in rows} == {"logistic-regression", *GUESSERS}
    counts = Counter((row["system"], row["recording"]) for row in rows)
    assert set(counts.values()) == {1}
    assert len(counts) == 5 * 60
    assert not any("unlabelled" in row["recording"] for row in rows)


def test_no_patient_stands_in_two_folds_or_roles(run: Path) -> None:
    fold_of: dict[str, set[str]] = {}
    for row in predictions(run):
        fold_of.setdefault(row["group"], set()).add(row["fold"])
    assert all(len(folds) == 1 for folds in fold_of.values())
    stored = json.loads((run / "splits.json").read_text())
    assert stored["warnings"] == []
    group = {row["recording"]: row["group"] for row in predictions(run)}
    for split in stored["splits"]:
        roles = [{group[i] for i in split[role]} for role in ("train", "validation", "test")]
        assert sum(map(len, roles)) == len(set.union(*roles)) == 30


def test_the_model_hears_what_the_guessers_cannot(run: Path) -> None:
    rows = predictions(run)
    right: Counter[str] = Counter()
    for row in rows:
        scores = {name: float(row[f"p_{name}"]) for name in OPTIONS.classes}
        right[row["system"]] += max(scores, key=scores.__getitem__) == row["truth"]
    assert right["logistic-regression"] >= 55
    assert max(right[name] for name in GUESSERS) <= 40


def test_the_files_of_the_run_are_there_and_agree(run: Path) -> None:
    evaluation = json.loads((run / "evaluation.json").read_text())
    stored = json.loads((run / "splits.json").read_text())
    rows = predictions(run)
    assert {row["split_hash"] for row in rows} == {stored["hash"]}
    assert stored["hash"] in json.dumps(evaluation)
    hashes = {row["model_hash"] for row in rows if row["system"] == "logistic-regression"}
    assert len(hashes) == 3
    for fold in range(3):
        assert json.loads((run / f"r0-f{fold}" / "scores.json").read_text())["model_hash"] in hashes
        assert (run / f"r0-f{fold}" / "model.onnx").is_file()
    assert (run / "report.html").is_file()


def test_the_same_call_again_fits_nothing_and_changes_no_figure(
    folder: Path, run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fitted_again(*_: object, **__: object) -> None:
        pytest.fail("a finished fold was fitted again")

    monkeypatch.setattr("auscult.training.cross_validate.fit", fitted_again)
    before = {
        path: path.read_bytes()
        for path in run.rglob("*")
        if path.name in {"predictions.csv", "evaluation.json", "scores.json", "model.onnx"}
    }
    train(folder, OPTIONS, run)
    assert {path: path.read_bytes() for path in before} == before


def test_only_the_missing_fold_is_fitted(folder: Path, run: Path) -> None:
    scores = run / "r0-f1" / "scores.json"
    before, whole = scores.read_bytes(), (run / "predictions.csv").read_bytes()
    others = {p: p.stat().st_mtime_ns for p in run.glob("r0-f[02]/scores.json")}
    scores.unlink()
    train(folder, OPTIONS, run)
    assert scores.read_bytes() == before
    assert (run / "predictions.csv").read_bytes() == whole
    assert {p: p.stat().st_mtime_ns for p in others} == others


def test_another_run_in_the_same_folder_is_refused(folder: Path, run: Path) -> None:
    with pytest.raises(RunError, match="holds another run"):
        train(folder, TrainOptions("svm", n_folds=3, variants=()), run)


def test_the_notebooks_protocol_warns_that_it_leaks(folder: Path, tmp_path: Path) -> None:
    listening = Listening()
    options = TrainOptions("logistic-regression", protocol="notebook", variants=("stretch=0.8",))
    evaluation = train(folder, options, tmp_path / "run", listening)
    warnings = [sentence for sentence in listening.said if sentence.startswith("warning: ")]
    assert any("share a patient or session" in sentence for sentence in warnings)
    assert any("have a copy of the same recording" in sentence for sentence in warnings)
    assert any("early stopping looks at rows that are scored" in s for s in warnings)
    assert set(warnings) <= {f"warning: {sentence}" for sentence in evaluation.warnings}
    rows = predictions(tmp_path / "run")
    assert {row["subset"] for row in rows} == {"watched while training", "spare"}
    guesser = [row for row in rows if row["system"] == "group copy"]
    assert sum(float(row[f"p_{row['truth']}"]) > 0.99 for row in guesser) > 0.8 * len(guesser)


def test_a_dataset_without_labels_is_refused(tmp_path: Path) -> None:
    write_wav(
        tmp_path / "unlabel" / "Bunlabelledtest__1_1300000000000_A.wav",
        Recording(np.zeros(RATE_HZ, np.float32), RATE_HZ),
    )
    with pytest.raises(DatasetError, match="holds no labelled recording"):
        train(tmp_path, OPTIONS, tmp_path / "run")


def test_a_class_of_too_few_recordings_for_the_model_is_a_sentence(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).uniform(-0.1, 0.1, RATE_HZ).astype(np.float32)
    for label, n_patients in (("artifact", 2), ("murmur", 6), ("normal", 6)):
        for patient in range(n_patients):
            name = f"{label}__{len(label)}{patient}_1300000000000_A.wav"
            write_wav(tmp_path / label / name, Recording(noise, RATE_HZ))
    with pytest.raises(RunError, match="repeat 0 fold 0: svm cannot be fitted"):
        train(tmp_path, TrainOptions("svm", n_folds=2, variants=()), tmp_path / "run")
