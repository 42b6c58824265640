"""``auscult data split`` and ``auscult train --split`` from the command line."""

import json
from pathlib import Path

import pytest

MODEL = ("--model", "logistic-regression", "--variant", "none")


def test_a_division_is_made_shown_and_trained_on(auscult, dataset: Path, tmp_path: Path) -> None:
    out, run = tmp_path / "splits.json", tmp_path / "run"
    done = auscult("data", "split", dataset, "--folds", 2, "--seed", 3, "--out", out)
    assert done.returncode == 0, done.stderr
    assert "grouped: no patient or session on both sides" in done.stdout
    assert "pascal/A+B" in done.stdout
    done = auscult("train", dataset, *MODEL, "--split", out, "--out", run)
    assert done.returncode == 0, done.stderr
    used = json.loads((run / "splits.json").read_text())["splits"]
    assert [(split["repeat"], split["fold"]) for split in used] == [(0, 0), (0, 1)]
    done = auscult("train", dataset, *MODEL, "--split", out, "--folds", 5, "--out", run)
    assert done.returncode == 2
    assert "says how to divide; leave --protocol, --folds, --repeats out" in done.stderr


def test_what_leaks_is_told(auscult, dataset: Path, tmp_path: Path) -> None:
    arguments = ("--protocol", "notebook", "--json", "--out", tmp_path / "splits.json")
    done = auscult("data", "split", dataset, *arguments)
    assert done.returncode == 0
    assert "early stopping looks at rows that are scored" in json.loads(done.stdout)[0]["warnings"]


def test_a_patient_in_two_roles_is_refused(auscult, dataset: Path, tmp_path: Path) -> None:
    table = tmp_path / "published.csv"
    table.write_text("patient_id,one\r\n1,train\r\n2,test\r\n1,test\r\n")
    asked = ("--protocol", "published", "--published", table, "--out", tmp_path / "s.json")
    done = auscult("data", "split", dataset, *asked)
    assert done.returncode == 4
    assert "published.csv, row 4: puts patient 1 into test in one, row 2 into train" in done.stderr
    assert not (tmp_path / "s.json").exists()


@pytest.mark.data
def test_m2d_published_and_repaired(auscult, circor_dir: Path, tmp_path: Path) -> None:
    table = circor_dir / "m2d_splits.csv"
    for protocol in ("published", "published-repaired"):
        asked = ("--protocol", protocol, "--published", table, "--out", tmp_path / protocol)
        done = auscult("data", "split", circor_dir, *asked)
        assert done.returncode == 0, done.stderr
        assert ("share a patient or session" in done.stderr) == (protocol == "published")
    moved = json.loads((tmp_path / "published-repaired").read_text())["options"]["moved"]
    assert [len(moves) for moves in moved.values()] == [42, 47, 40]
