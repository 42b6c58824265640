"""``auscult data`` on other people's layouts and on one's own table."""

import json
from pathlib import Path
from types import ModuleType

import pytest


def test_a_table_of_ones_own_is_summed_up(auscult, tmp_path: Path, made: ModuleType) -> None:
    made.own(tmp_path)
    rows = ("path,label,patient", "murmur/first.wav,murmur,p1", "Normal/first.wav,normal,p2")
    table = made.write(tmp_path / "mine.csv", *rows)
    summed = json.loads(auscult("data", "summary", "--json", table).stdout)
    assert [(row["subset"], row["label"], row["n_groups"]) for row in summed] == [
        ("own", "murmur", 1),
        ("own", "normal", 1),
    ]


def test_unknown_subjects_are_told_at_the_top(auscult, tmp_path: Path, made: ModuleType) -> None:
    made.own(tmp_path)
    for command in ("summary", "check"):
        shown = auscult("data", command, tmp_path).stdout
        assert shown.startswith("caution: It is not known which recordings come from one person")
    assert "not known" in json.loads(auscult("data", "check", "--json", tmp_path).stdout)["caution"]


def test_a_row_that_cannot_be_used_ends_the_command(
    auscult, tmp_path: Path, made: ModuleType
) -> None:
    table = made.write(tmp_path / "mine.csv", "path,label", "gone.wav,normal")
    done = auscult("data", "summary", table)
    assert done.returncode == 4
    assert "mine.csv, row 2:" in done.stderr.replace("\n", "")


@pytest.mark.data
def test_the_known_faults_of_circor_fit_on_a_screen(auscult, circor_dir: Path) -> None:
    done = auscult("data", "check", circor_dir)
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) < 30
    assert "50782_MV_1: has no table of states" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("3163 recordings, 0 errors")
