"""``auscult benchmark run`` and ``compare`` from the command line."""

import json
from pathlib import Path

import pytest

MODEL = ("--model", "logistic-regression", "--frontend", "heart", "--variant", "none")
FEW = ("--resamples", 40)


@pytest.fixture(scope="module")
def run(auscult, dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("run")
    done = auscult("benchmark", "run", dataset, *MODEL, "--folds", 2, *FEW, "--out", out)
    assert done.returncode == 0, done.stderr
    assert "grouped: no patient or session on both sides" in done.stdout
    assert "rate + duration" in done.stdout
    assert f"wrote {out / 'report.html'}" in done.stderr
    return out


def test_a_bundle_is_compared_with_what_was_trained(
    auscult, dataset: Path, run: Path, tmp_path: Path
) -> None:
    out = tmp_path / "shipped"
    asked = ("--model", "default", "--folds", 2, "--json", *FEW, "--out", out)
    done = auscult("benchmark", "run", dataset, *asked)
    assert done.returncode == 0, done.stderr
    assert "was made from pascal" in json.loads(done.stdout)["cautions"][0]
    done = auscult("benchmark", "compare", run, out / "predictions.csv", *FEW, "--metric", "mcc")
    assert done.returncode == 0, done.stderr
    assert "A is logistic-regression, B is bundle default" in done.stdout
    assert "MCC" in done.stdout
    done = auscult("benchmark", "compare", run, run, "--system-b", "majority", "--json", *FEW)
    (first, *_) = json.loads(done.stdout)["differences"]
    assert (first["metric"], first["share_a"]) == ("balanced_accuracy", 1.0)


def test_other_rows_are_refused_with_seven(auscult, run: Path, tmp_path: Path) -> None:
    header, *lines = (run / "predictions.csv").read_text().splitlines()
    kept = [line for line in lines if line.startswith("logistic-regression")][1:]
    (tmp_path / "less.csv").write_text("\n".join([header, *kept]) + "\n")
    done = auscult("benchmark", "compare", run, tmp_path / "less.csv")
    assert done.returncode == 7
    assert "less.csv: lacks 1 rows that the other table has" in done.stderr
    done = auscult("benchmark", "compare", run, tmp_path)
    assert done.returncode == 7
    assert "holds no predictions.csv" in done.stderr


REFUSED = [
    (("--question", "refer"), (4, "does not answer 'refer'")),
    (("--question", "hear"), (2, "question='hear' must be one of")),
    (("--protocol", "published"), (4, "needs the table that was published")),
    (("--split", "s.json", "--protocol", "notebook"), (2, "says how to divide; leave")),
    (("--model", "default", "--frontend", "heart"), (2, "is asked as it is; leave --frontend")),
    (("--model", "ensembel"), (2, "did you mean 'ensemble'?")),
]


@pytest.mark.parametrize(("arguments", "end"), REFUSED)
def test_what_cannot_be_asked_is_refused(
    auscult, dataset: Path, tmp_path: Path, arguments: tuple[str, ...], end: tuple[int, str]
) -> None:
    done = auscult("benchmark", "run", dataset, *arguments, "--out", tmp_path / "run")
    assert done.returncode == end[0]
    assert end[1] in done.stderr


@pytest.mark.parametrize("command", ["run", "compare"])
def test_help_teaches(auscult, command: str) -> None:
    done = auscult("benchmark", command, "--help")
    assert done.returncode == 0
    for words in ("For example:", "exit code", "95 %"):
        assert words in " ".join(done.stdout.split())
