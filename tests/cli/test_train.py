"""``auscult train``, ``evaluate`` and ``export`` from the command line, on a made dataset."""

import json
import shutil
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def run(auscult, dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("runs") / "run"
    arguments = ("--model", "logistic-regression", "--folds", "2", "--variant", "none")
    done = auscult("train", dataset, *arguments, "--out", out)
    assert done.returncode == 0, done.stderr
    assert "accuracy" in done.stdout
    assert "majority" in done.stdout
    return out


def test_the_run_folder_is_complete(run: Path) -> None:
    there = {path.name for path in run.iterdir()}
    wanted = {"config.json", "data.json", "environment.json", "splits.json", "predictions.csv"}
    assert wanted | {"evaluation.json", "report.html", "r0-f0", "r0-f1"} <= there


def test_evaluate_gives_the_same_figures(auscult, run: Path) -> None:
    before = json.loads((run / "evaluation.json").read_text())
    done = auscult("evaluate", run, "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout) == before


def test_the_same_command_again_fits_nothing(auscult, dataset: Path, run: Path) -> None:
    before = (run / "r0-f0" / "model.onnx").stat().st_mtime_ns
    arguments = ("--model", "logistic-regression", "--folds", "2", "--variant", "none")
    assert auscult("train", dataset, *arguments, "--out", run).returncode == 0
    assert (run / "r0-f0" / "model.onnx").stat().st_mtime_ns == before


def test_another_run_in_the_same_folder_is_refused(auscult, dataset: Path, run: Path) -> None:
    done = auscult("train", dataset, "--model", "svm", "--folds", "2", "--out", run)
    assert done.returncode == 6
    assert "holds another run" in done.stderr


def test_export_makes_a_bundle_that_classifies(
    auscult, lines_of, dataset: Path, run: Path, tmp_path: Path
) -> None:
    bundle = tmp_path / "bundle"
    assert auscult("export", run, dataset, "--out", bundle, "--name", "made").returncode == 0
    assert "## Limits" in (bundle / "MODEL_CARD.md").read_text()
    sounds = sorted((dataset / "artifact").glob("*.wav"))[:4]
    answers = lines_of(auscult("classify", "--json", "--model", bundle, *sounds).stdout)
    assert [answer["label"] for answer in answers] == ["artifact"] * 4
    assert {answer["model"] for answer in answers} == {"made"}


def test_the_leaking_protocol_says_what_leaks(auscult, dataset: Path, tmp_path: Path) -> None:
    arguments = ("--model", "logistic-regression", "--protocol", "notebook", "--out", tmp_path)
    done = auscult("train", dataset, *arguments)
    assert done.returncode == 0
    assert "have a copy of the same recording in training" in done.stderr
    assert "have a copy of the same recording in training" in done.stdout


def test_export_refuses_a_leaking_run(auscult, dataset: Path, tmp_path: Path) -> None:
    run = tmp_path / "leaky"
    arguments = ("--model", "logistic-regression", "--protocol", "notebook", "--variant", "none")
    auscult("train", dataset, *arguments, "--out", run)
    done = auscult("export", run, dataset, "--out", tmp_path / "bundle")
    assert done.returncode == 6
    assert "leaks" in done.stderr


def test_a_class_with_one_group_is_refused(auscult, dataset: Path, tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    shutil.copytree(dataset, tree)
    for path in sorted((tree / "murmur").glob("*.wav"))[2:]:
        path.unlink()
    done = auscult("train", tree, "--model", "svm", "--out", tmp_path / "run")
    assert done.returncode == 4
    assert "'murmur' comes from one patient or session" in done.stderr


def test_a_bundle_is_trained_further_measured_and_exported(
    auscult, lines_of, dataset: Path, tmp_path: Path
) -> None:
    own = tmp_path / "own"
    for label in ("murmur", "normal"):
        (own / label).mkdir(parents=True)
        # subtle: under new names, else they are taken for PASCAL, which default has heard
        for number, sound in enumerate(sorted((dataset / label).glob("*.wav"))[::4]):
            shutil.copy(sound, own / label / f"{number}.wav")
    run, bundle = tmp_path / "run", tmp_path / "bundle"
    options = ("--from", "default", "--folds", "2", "--epochs", "1", "--out", run, "--json")
    done = auscult("train", own, *options, "--export", bundle)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    names = [system["name"] for system in told["systems"]]
    assert names[:3] == ["default, fine-tuned", "default, calibrated here", "default"]
    assert "It is not known which recordings come from one person" in told["warnings"][0]
    assert json.loads(auscult("evaluate", run, "--json").stdout) == told
    again = tmp_path / "again"
    assert auscult("export", run, own, "--out", again, "--name", "bundle").returncode == 0
    assert (again / "bundle.json").read_text() == (bundle / "bundle.json").read_text()
    sound = next((own / "murmur").glob("*.wav"))
    (answer,) = lines_of(auscult("classify", "--json", "--model", bundle, sound).stdout)
    assert sorted(answer["probabilities"]) == ["absent", "present"]


@pytest.mark.parametrize(
    ("options", "code", "why"),
    [
        (("--from", "default", "--model", "svm"), 2, "leave --model, --frontend and --variant out"),
        (("--from", "default", "--protocol", "notebook"), 2, "protocol 'notebook' leaks"),
        (("--from", "tiny"), 5, "tiny: cannot be trained, for it carries no weights"),
        (("--from", "nothing"), 5, "is no bundle that comes with auscult"),
    ],
)
def test_what_cannot_be_trained_further_is_said(  # noqa: PLR0917 - as pytest calls it
    auscult, dataset: Path, tmp_path: Path, options: tuple[str, ...], code: int, why: str
) -> None:
    done = auscult("train", dataset, *options, "--out", tmp_path / "run")
    assert done.returncode == code
    assert why in done.stderr.replace("\n", " ")
