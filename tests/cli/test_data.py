"""``auscult data`` and ``explore`` on a made dataset, with faults planted."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile


def test_summary_counts(auscult, dataset: Path) -> None:
    rows = json.loads(auscult("data", "summary", "--json", dataset).stdout)
    counts = {(row["subset"], row["label"]): row["n_recordings"] for row in rows}
    assert counts == {("A", "artifact"): 16, ("B", "murmur"): 16, ("B", "normal"): 16}
    assert {row["n_groups"] for row in rows} == {8, 16}


def test_a_clean_dataset_passes(auscult, dataset: Path) -> None:
    done = auscult("data", "check", dataset)
    assert done.returncode == 0
    assert "48 recordings, 0 errors" in done.stdout


def _plant(tree: Path, fault: str) -> None:
    first, second = sorted((tree / "normal").glob("*.wav"))[:2]
    if fault == "unreadable":
        first.write_bytes(b"no sound")
    elif fault == "label conflict":
        other = min((tree / "murmur").glob("*.wav"))
        other.write_bytes(first.read_bytes())
    elif fault == "duplicate":
        second.write_bytes(first.read_bytes())
    elif fault == "silent":
        soundfile.write(first, np.zeros(12_000), 4_000)
    elif fault == "too short":
        soundfile.write(first, np.full(1_000, 0.1) * np.sin(np.arange(1_000)), 4_000)
    elif fault == "clipped":
        soundfile.write(first, np.sign(np.sin(np.arange(12_000) / 9)), 4_000)
    elif fault == "misnamed":
        first.rename(tree / "murmur" / first.name)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("unreadable", 4),
        ("label conflict", 4),
        ("duplicate", 0),
        ("silent", 0),
        ("too short", 0),
        ("clipped", 0),
        ("misnamed", 0),
    ],
)
def test_a_planted_fault_is_found(
    auscult, dataset: Path, tmp_path: Path, fault: str, code: int
) -> None:
    tree = tmp_path / "tree"
    shutil.copytree(dataset, tree)
    _plant(tree, fault)
    done = auscult("data", "check", "--json", tree)
    assert done.returncode == code
    found = [f["kind"] for f in json.loads(done.stdout)["findings"]]
    assert fault in found
    assert set(found) <= {fault, "duplicate"}


def test_no_dataset_is_said_plainly(auscult, tmp_path: Path) -> None:
    (tmp_path / "holiday").mkdir()
    done = auscult("data", "summary", tmp_path)
    assert done.returncode == 4
    assert "holds no dataset" in done.stderr
    assert "holiday" in done.stderr


def test_explore_writes_one_page(auscult, dataset: Path, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    assert auscult("explore", dataset, "--out", page).returncode == 0
    text = page.read_text()
    assert text.count("<audio") == 3
    assert text.count("marked as found") + text.count("marked as published") == 2
    assert text.count("No heartbeat found") == 1, "of an artifact"
    assert "http://" not in text.replace("http://www.w3.org", "").replace(
        "http://www.peterjbentley.com", ""
    )


@pytest.mark.parametrize("kind", ["waveform", "spectrum", "spectrogram", "mfcc"])
def test_plot(auscult, dataset: Path, tmp_path: Path, kind: str) -> None:
    sound = next((dataset / "normal").glob("*.wav"))
    image = tmp_path / "x.png"
    assert auscult("plot", kind, sound, "--out", image).returncode == 0
    assert image.read_bytes().startswith(b"\x89PNG")


def test_an_unknown_picture_is_refused(auscult, dataset: Path) -> None:
    sound = next((dataset / "normal").glob("*.wav"))
    done = auscult("plot", "spektrum", sound)
    assert done.returncode == 2
    assert "did you mean 'spectrum'?" in done.stderr


@pytest.mark.data
def test_the_real_recordings_are_summed_up(auscult, pascal_dir: Path) -> None:
    rows = json.loads(auscult("data", "summary", "--json", pascal_dir).stdout)
    assert sum(row["n_recordings"] for row in rows) == 832
    assert sum(row["n_recordings"] for row in rows if row["label"] == "murmur") == 129
