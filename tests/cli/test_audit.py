"""``auscult data audit`` from the command line."""

import json
import shutil
from pathlib import Path

import pytest
import soundfile


@pytest.fixture(scope="module")
def planted(dataset: Path, tmp_path_factory) -> Path:
    """The made dataset, one murmur of it an excerpt of a normal recording."""
    tree = tmp_path_factory.mktemp("planted") / "tree"
    shutil.copytree(dataset, tree)
    normal, murmur = min((tree / "normal").glob("*")), min((tree / "murmur").glob("*"))
    sound, rate_hz = soundfile.read(normal)
    soundfile.write(murmur, 0.5 * sound[1_000:], rate_hz)
    return tree


def test_a_clean_dataset_passes(auscult, dataset: Path) -> None:
    done = auscult("data", "audit", dataset, "--workers", 1)
    assert done.returncode == 0, done.stderr
    assert "48 recordings in 32 groups; pairs: none" in done.stdout


def test_a_planted_copy_is_shown_and_fails(auscult, planted: Path) -> None:
    done = auscult("data", "audit", planted, "--workers", 1)
    assert done.returncode == 4
    assert "copy (1)" in done.stdout
    assert "one sound under several labels (1)" in done.stdout
    assert "groups that a shared sound ties together (1)" in done.stdout
    assert f"{planted}: sounds under several labels: 1" in done.stderr


def test_json_holds_the_same(auscult, planted: Path) -> None:
    done = auscult("data", "audit", planted, "--workers", 1, "--json")
    assert done.returncode == 4
    told = json.loads(done.stdout)
    (pair,) = told["pairs"]
    assert pair["sound"]["kind"] == "copy"
    assert pair["one_group"] is False
    assert told["faults"] == ["sounds under several labels: 1"]


def test_a_leaking_split_fails_a_clean_one_does_not(auscult, dataset: Path, tmp_path: Path) -> None:
    for protocol, code in (("grouped", 0), ("notebook", 4)):
        out = tmp_path / f"{protocol}.json"
        assert (
            auscult("data", "split", dataset, "--protocol", protocol, "--out", out).returncode == 0
        )
        done = auscult("data", "audit", dataset, "--split", out, "--workers", 1)
        assert done.returncode == code, done.stderr
        assert f"{protocol}, repeat 0, fold 0" in done.stdout
        assert "without hearing, group copy: accuracy" in done.stdout
        assert ("leak into their test part" in done.stderr) == bool(code)


def test_a_published_table_is_a_split(auscult, dataset: Path, tmp_path: Path) -> None:
    table = tmp_path / "published.csv"
    table.write_text("patient_id,one\n1,train\n2,test\n")
    done = auscult("data", "audit", dataset, "--split", table, "--workers", 1)
    assert done.returncode == 4
    assert "gives patient" in done.stderr


def test_no_dataset_is_said_plainly(auscult, tmp_path: Path) -> None:
    done = auscult("data", "audit", tmp_path / "nowhere")
    assert done.returncode == 4
    assert "no such folder or table" in done.stderr


def test_help_teaches(auscult) -> None:
    done = auscult("data", "audit", "--help")
    assert done.returncode == 0
    assert "exit code 4" in done.stdout
