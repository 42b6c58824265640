"""``auscult data index`` and ``verify``: a manifest, and everything that reads it."""

import json
import shutil
from pathlib import Path

import pytest


@pytest.fixture
def tree(dataset: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(dataset, tmp_path / "tree"))


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_what_is_indexed_is_a_dataset(auscult, dataset: Path, tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"m{suffix}"
    done = auscult("data", "index", dataset, "--out", out, "--workers", 2)
    assert done.returncode == 0, done.stderr
    assert "48 recordings, 48 of them opened now; findings:" in done.stdout
    assert f"wrote {out}" in done.stderr
    assert auscult("data", "verify", out).stdout == "48 files: 0 changed, 0 missing, 0 new\n"
    of_folder, of_manifest = (
        json.loads(auscult("data", "summary", "--json", place).stdout) for place in (dataset, out)
    )
    assert of_manifest == of_folder


@pytest.mark.slow
def test_a_manifest_can_be_learned_from(auscult, dataset: Path, tmp_path: Path) -> None:
    out = tmp_path / "m.csv"
    auscult("data", "index", dataset, "--out", out)
    options = ("--model", "logistic-regression", "--variant", "none", "--out", tmp_path / "run")
    done = auscult("train", out, *options)
    assert done.returncode == 0, done.stderr
    assert "macro F1" in done.stdout


def test_a_bad_file_is_listed_and_the_code_is_4(auscult, tree: Path, tmp_path: Path) -> None:
    bad = min((tree / "normal").glob("*.wav"))
    bad.write_bytes(b"no sound")
    done = auscult("data", "index", tree, "--out", tmp_path / "m.csv")
    assert done.returncode == 4
    assert f"{bad}: is not a sound file" in done.stdout
    assert "48 recordings" in done.stdout
    assert "1 of 48 files cannot be opened" in done.stderr
    told = auscult("data", "index", tree, "--out", tmp_path / "m.csv", "--json")
    assert told.returncode == 4
    assert json.loads(told.stdout)["n_opened"] == 1
    assert json.loads(told.stdout)["unreadable"][0][0] == str(bad)


def test_verify_lists_what_differs(auscult, tree: Path, tmp_path: Path) -> None:
    auscult("data", "index", tree, "--out", tmp_path / "m.csv")
    first, second, *_ = sorted((tree / "normal").glob("*.wav"))
    first.write_bytes(second.read_bytes())
    second.unlink()
    done = auscult("data", "verify", tmp_path / "m.csv")
    assert done.returncode == 4
    assert f"tree/normal/{first.name}" in done.stdout
    assert "48 files: 1 changed, 1 missing, 0 new" in done.stdout
    assert "2 files are not as the manifest tells" in done.stderr


def test_options_that_cannot_be_are_refused(auscult, dataset: Path, tmp_path: Path) -> None:
    done = auscult("data", "index", dataset, "--out", tmp_path / "m.xlsx")
    assert (done.returncode, list(tmp_path.iterdir())) == (2, [])
    assert "a manifest is called *.csv or *.parquet" in done.stderr
    assert auscult("data", "index", tmp_path, "--out", tmp_path / "m.csv").returncode == 4
    assert auscult("data", "verify", dataset).returncode == 4


@pytest.mark.data
def test_the_real_recordings_are_indexed(auscult, pascal_dir: Path, tmp_path: Path) -> None:
    out = tmp_path / "m.parquet"
    done = auscult("data", "index", pascal_dir, "--out", out)
    assert done.returncode == 0
    assert "832 recordings, 832 of them opened now; findings: clipped 112" in done.stdout
    rows = json.loads(auscult("data", "summary", "--json", out).stdout)
    assert sum(row["n_recordings"] for row in rows if row["label"] == "murmur") == 129
