"""Divide once, train on that division, and only on the recordings it was made of."""

import json
import shutil
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from auscult.audio import write_wav
from auscult.errors import RunError, SplitError
from auscult.evaluation import evaluate
from auscult.splits import Ask, read_published, read_splits
from auscult.training.options import TrainOptions
from auscult.types import Recording
from auscult.verbs import report
from auscult.verbs.export import export
from auscult.verbs.split import split
from auscult.verbs.train import train

RATE_HZ = 4_000
OPTIONS = TrainOptions("logistic-regression", variants=())
TWO_FOLDS = Ask(n_folds=2, seed=3)


@pytest.fixture(autouse=True)
def few_resamples(monkeypatch: pytest.MonkeyPatch) -> None:
    """The intervals are of no interest here."""
    monkeypatch.setattr(report, "evaluate", partial(evaluate, n_bootstrap=40))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two recordings each of six patients a class, and one without a label."""
    root = tmp_path_factory.mktemp("made")
    rng = np.random.default_rng(0)
    times_s = np.arange(RATE_HZ) / RATE_HZ

    def write(name: str, pitch_hz: float) -> None:
        tone = 0.3 * np.sin(2 * np.pi * pitch_hz * times_s) + 0.1 * rng.standard_normal(RATE_HZ)
        write_wav(root / f"{name}.wav", Recording(tone.astype(np.float32), RATE_HZ))

    for pitch_hz, label in ((60, "artifact"), (150, "murmur"), (400, "normal")):
        for patient in range(6):
            for site in "AB":
                write(f"{label}/{label}__{pitch_hz}{patient}_1300000000000_{site}", pitch_hz)
    write("unlabel/Bunlabelledtest__600_1300000000000_C", 60)
    return root


@pytest.fixture
def tree(folder: Path, tmp_path: Path) -> Path:
    """A copy of ``folder`` to spoil."""
    return Path(shutil.copytree(folder, tmp_path / "tree"))


@pytest.fixture
def file(folder: Path, tmp_path: Path) -> Path:
    split(folder, "grouped", TWO_FOLDS, tmp_path / "splits.json")
    return tmp_path / "splits.json"


def test_a_run_follows_the_file_and_may_be_exported(
    folder: Path, file: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    train(folder, OPTIONS, run, split=file)
    stored = read_splits(file)
    used = json.loads((run / "splits.json").read_text())["splits"]
    assert len(used) == len(stored.splits) == 2
    for one, told in zip(stored.splits, used, strict=True):
        for role in ("train", "validation", "test"):
            assert list(getattr(one, role)) == told[role]
    config = json.loads((run / "config.json").read_text())
    assert (config["protocol"], config["n_folds"], config["n_repeats"]) == ("grouped", 2, 1)
    export(run, folder, tmp_path / "bundle", name="made")
    assert (tmp_path / "bundle").is_dir()


def test_the_summary_counts_what_the_file_holds(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "splits.json"
    made = split(folder, "grouped", TWO_FOLDS, out)
    for one, stored in zip(made, read_splits(out).splits, strict=True):
        parts = (one.train, one.validation, one.test)
        assert sum(part.n_recordings for part in parts) == 36
        assert sum(part.n_groups for part in parts) == 18
        assert one.test.n_recordings == len(stored.test)
        assert (one.tests, one.n_left_out, one.warnings) == (("pascal/B",), 0, ())


def test_changed_recordings_are_refused(tree: Path, file: Path, tmp_path: Path) -> None:
    sound = min((tree / "murmur").glob("*.wav"))
    data = sound.read_bytes()
    sound.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(SplitError, match=rf"{sound.stem} has another sound file at"):
        train(tree, OPTIONS, tmp_path / "run", split=file)
    sound.unlink()
    with pytest.raises(SplitError, match=rf"{sound.stem} is not at"):
        train(tree, OPTIONS, tmp_path / "run", split=file)
    sound.write_bytes(data)
    shutil.copy(sound, sound.with_name("murmur__999_1300000000000_A.wav"))
    with pytest.raises(SplitError, match=r"has no role for 1 recordings at .*murmur__999"):
        train(tree, OPTIONS, tmp_path / "run", split=file)
    assert not (tmp_path / "run").exists()


def test_a_changed_file_is_refused(folder: Path, file: Path, tmp_path: Path) -> None:
    file.write_text(file.read_text().replace('"test"', '"train"', 1))
    with pytest.raises(SplitError, match="was changed after it was made"):
        train(folder, OPTIONS, tmp_path / "run", split=file)


def test_a_leaking_division_is_told_and_its_run_not_exported(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "splits.json"
    (made,) = split(folder, "notebook", Ask(), out)
    assert "early stopping looks at rows that are scored" in made.warnings
    evaluation = train(folder, OPTIONS, tmp_path / "run", split=out)
    assert set(made.warnings) <= set(evaluation.warnings)
    with pytest.raises(RunError, match="leaks"):
        export(tmp_path / "run", folder, tmp_path / "bundle", name="made")


def test_one_question_may_be_divided_and_no_other_trained_on(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "splits.json"
    split(folder, "grouped", TWO_FOLDS, out, question="murmur")
    assert {row.label for row in read_splits(out).rows} == {"absent", "present"}
    with pytest.raises(SplitError, match=r"has no role for 12 recordings \(artifact__"):
        train(folder, OPTIONS, tmp_path / "run", split=out)


def test_the_official_test_can_only_be_predicted(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "splits.json"
    split(folder, "pascal-official", Ask(), out)
    tested = [row for row in read_splits(out).rows if row.roles == ("test",)]
    assert [(row.recording[:15], row.label) for row in tested] == [("Bunlabelledtest", "")]
    with pytest.raises(SplitError, match="tests recordings without a label, so nothing can be"):
        train(folder, OPTIONS, tmp_path / "run", split=out)
    with pytest.raises(SplitError, match=r"^pascal-official tests recordings without a label"):
        train(folder, replace(OPTIONS, protocol="pascal-official"), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_what_needs_a_table_is_not_trained_without(folder: Path, tmp_path: Path) -> None:
    options = TrainOptions("logistic-regression", protocol="published", variants=())
    with pytest.raises(SplitError, match="published needs the table that was published"):
        train(folder, options, tmp_path / "run")


def test_published_roles_are_kept_with_the_table_they_came_from(
    folder: Path, tmp_path: Path
) -> None:
    table = tmp_path / "roles.csv"
    patients = [f"{pitch_hz}{patient}" for pitch_hz in (60, 150, 400) for patient in range(6)]
    roles = [("train", "validate", "test")[i % 3] for i in range(18)]
    lines = "".join(f"{p},{r}\n" for p, r in zip(patients, roles, strict=True))
    table.write_text("patient_id,one\n" + lines)
    out = tmp_path / "splits.json"
    split(folder, "published-repaired", Ask(published=read_published(table)), out)
    stored = read_splits(out)
    assert stored.options["published"] == "roles.csv"
    assert stored.options["moved"] == {"one": []}
    assert len(stored.splits[0].test) == 12
