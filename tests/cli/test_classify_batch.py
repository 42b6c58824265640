"""``auscult classify`` on many files: killed and taken up again, in any format, on any cores."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile
from pyarrow import parquet

from auscult.inference import load_model
from auscult.inference.table import columns
from auscult.synth import PRESETS, synthesise

N_FILES = 60


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty files: four sounds under many names, three that cannot be opened, one silent."""
    folder = tmp_path_factory.mktemp("ward")
    presets = ("normal", "mitral-regurgitation", "s3", "s4")
    made = [synthesise(PRESETS[p], 4_000, i).recording.samples for i, p in enumerate(presets)]
    for number in range(N_FILES - 4):
        soundfile.write(folder / f"{number:02d}.wav", made[number % 4], 4_000)
    for number in (7, 30, 59):
        (folder / f"{number:02d}x.wav").write_text("words")
    soundfile.write(folder / "15silent.wav", np.zeros(8_000), 4_000)
    return folder


@pytest.fixture(scope="module")
def whole(ward: Path) -> list[dict[str, str]]:
    """What one file at a time answers, as rows."""
    model = load_model("default")
    told = columns(model.bundle.classes, model.bundle.name, model.bundle.further)
    answers = [model.classify(str(path)) for path in sorted(ward.iterdir())]
    return [{column.name: column.text(answer) for column in told} for answer in answers]


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text().splitlines()))


@pytest.mark.parametrize("workers", [1, 2])
def test_the_table_is_in_order_and_equals_single_answers(
    auscult, ward: Path, whole, tmp_path: Path, workers: int
) -> None:
    out = tmp_path / "t.csv"
    done = auscult("classify", ward, "--out", out, "--workers", workers)
    assert rows(out) == whole
    assert done.returncode == 3
    assert "3 of 60 files could not be opened" in done.stderr
    assert "60 recordings: " in done.stdout
    assert "refused 1" in done.stdout
    assert "unreadable 3" in done.stdout
    assert "07x.wav: " in done.stdout
    notes = [note for row in whole for note in row["notes"].split(" | ") if note]
    n_unclear = sum(note.startswith("unclear beats: ") for note in notes)
    assert f"unclear beats {n_unclear}" in done.stdout
    assert done.stdout.count("\n") < 10


def test_a_refused_recording_keeps_every_score_in_the_table(
    auscult, ward: Path, tmp_path: Path
) -> None:
    out = tmp_path / "t.csv"
    assert auscult("classify", ward / "15silent.wav", "--out", out).returncode == 0
    (row,) = rows(out)
    assert row["status"] == "refused"
    assert not row["label"]
    five = ("artifact", "extrahls", "extrastole", "murmur", "normal")
    for group in (("p_abnormal",), ("p_murmur_audible",), tuple(f"p5_{name}" for name in five)):
        scores = [float(row[name]) for name in group]
        assert all(0 <= score <= 1 for score in scores)
    assert sum(float(row[f"p5_{name}"]) for name in five) == pytest.approx(1, abs=1e-4)


def paths_in(table: Path) -> list[str]:
    if table.suffix == ".csv":
        return [row["path"] for row in rows(table)]
    if table.suffix == ".jsonl":
        return [json.loads(line)["path"] for line in table.read_text().splitlines()]
    return parquet.read_table(table)["path"].to_pylist()


def begin(out: Path, ward: Path, *options: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "auscult", "classify", str(ward), "--out", str(out), *options]
    quiet = subprocess.DEVNULL
    # subtle: a shell lets what it runs in the background ignore an interrupt, and so would this
    heeded = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return subprocess.Popen(command, stdout=quiet, stderr=quiet, start_new_session=True)
    finally:
        signal.signal(signal.SIGINT, heeded)


def alive_in_session(session: int) -> list[int]:
    """Processes of a session that have not ended, from Linux's process table."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if entry.name.isdecimal() and int(fields[3]) == session and fields[0] != "Z":
            found.append(int(entry.name))
    return found


def kill_when(process: subprocess.Popen[bytes], file: Path, n_bytes: int) -> None:
    """Send SIGKILL as soon as the file has grown to so many bytes."""
    deadline_s = time.monotonic() + 60
    while not (file.exists() and file.stat().st_size >= n_bytes) and process.poll() is None:
        assert time.monotonic() < deadline_s
        time.sleep(0.001)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads Linux's process table")
@pytest.mark.parametrize(("suffix", "workers"), [(".csv", 2), (".jsonl", 1), (".parquet", 2)])
def test_killed_at_random_it_goes_on_without_loss_or_repeat(  # noqa: PLR0917 - fixtures
    auscult, ward: Path, whole, tmp_path: Path, suffix: str, workers: int
) -> None:
    out = tmp_path / f"t{suffix}"
    growing = tmp_path / ".t.parquet.rows" if suffix == ".parquet" else out
    size = 100 if suffix == ".csv" else 250  # about that of a row
    for stop in np.sort(np.random.default_rng(len(suffix)).integers(0, N_FILES * size, 2)):
        process = begin(out, ward, "--resume", "--workers", str(workers))
        kill_when(process, growing, int(stop))
        for _ in range(100):
            if not alive_in_session(process.pid):
                break
            time.sleep(0.05)
        assert alive_in_session(process.pid) == []
    done = auscult("classify", ward, "--out", out, "--resume", "--workers", workers)
    assert done.returncode == 3
    assert "60 recordings" in done.stdout
    assert paths_in(out) == [row["path"] for row in whole]
    if suffix == ".csv":
        assert rows(out) == whole
    assert sorted(p.name for p in tmp_path.iterdir()) == [f".{out.name}.made-with", out.name]


def labelled(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads Linux's process table")
def test_labels_of_a_killed_batch_are_those_of_a_whole_one(
    auscult, ward: Path, tmp_path: Path
) -> None:
    def asked(name: str) -> tuple[str, ...]:
        return ("--textgrid", str(tmp_path / name / "t"), "--audacity", str(tmp_path / name / "a"))

    auscult("classify", ward, *asked("whole"))
    out = tmp_path / "t.csv"
    for stop in (1_500, 4_500):
        process = begin(out, ward, "--resume", "--workers", "2", *asked("killed"))
        kill_when(process, out, stop)
    done = auscult("classify", ward, "--out", out, "--resume", *asked("killed"))
    assert done.returncode == 3
    for kind, ending in (("t", "TextGrid"), ("a", "txt")):
        told = labelled(tmp_path / "killed" / kind)
        assert told == labelled(tmp_path / "whole" / kind)
        assert len(told) == N_FILES - 3  # all that could be opened
        assert told[f"00.{ending}"].count("systole") > 8
    assert paths_in(out) == [str(path) for path in sorted(ward.iterdir())]


def test_labels_that_went_missing_are_written_again_and_no_row_is_repeated(
    auscult, ward: Path, tmp_path: Path
) -> None:
    out, folder = tmp_path / "t.csv", tmp_path / "labels"
    sounds = [ward / name for name in ("00.wav", "01.wav", "07x.wav")]
    auscult("classify", *sounds, "--beats", "--out", out)
    before = out.read_bytes()
    done = auscult("classify", *sounds, "--audacity", folder, "--out", out, "--resume")
    assert done.returncode == 3
    assert sorted(labelled(folder)) == ["00.txt", "01.txt"]
    assert out.read_bytes() == before


@pytest.mark.slow
def test_an_interrupt_keeps_what_was_finished(ward: Path, tmp_path: Path) -> None:
    out, crowd = tmp_path / "t.csv", tmp_path / "crowd"
    for turn in range(30):  # enough that a slow machine is not done before the signal comes
        shutil.copytree(ward, crowd / str(turn))
    process = begin(out, crowd, "--workers", "1")
    while not out.exists() or out.read_text().count("\n") < 4:  # a header, three rows
        time.sleep(0.001)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 130
    assert 2 <= len(rows(out)) < 30 * N_FILES
    assert out.read_bytes().endswith(b"\n")


def test_an_interrupted_table_is_told_and_resume_needs_a_table(
    auscult, ward: Path, tmp_path: Path
) -> None:
    out = tmp_path / "t.csv"
    auscult("classify", ward / "00.wav", "--out", out)
    (tmp_path / ".t.csv.made-with").write_text("{}")
    done = auscult("classify", ward / "00.wav", "--out", out)
    assert done.returncode == 2
    assert "add --resume to go on" in done.stderr
    done = auscult("classify", ward / "00.wav", "--resume")
    assert done.returncode == 2
    assert "--resume needs --out" in done.stderr


def test_files_that_came_later_are_added(auscult, ward: Path, tmp_path: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "t.jsonl"
    folder.mkdir()
    for name in ("b.wav", "d.wav"):
        shutil.copy(ward / "00.wav", folder / name)
    auscult("classify", folder, "--out", out)
    shutil.copy(ward / "01.wav", folder / "c.wav")
    done = auscult("classify", f"{folder}/*.wav", "--out", out, "--resume")
    assert done.returncode == 0
    assert "2 files have their answer" in done.stderr
    names = [Path(json.loads(line)["path"]).name for line in out.read_text().splitlines()]
    assert names == ["b.wav", "d.wav", "c.wav"]


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ((), ("--model", "tiny")),
        (("--sensitivity", "90"), ("--sensitivity", "80")),
        ((), ("--channel", "1")),
    ],
)
def test_a_finished_table_keeps_to_one_model_and_one_way_of_asking(
    auscult, ward: Path, tmp_path: Path, first: tuple[str, ...], then: tuple[str, ...]
) -> None:
    out = tmp_path / "t.csv"
    auscult("classify", ward / "00.wav", "--out", out, *first)
    before = out.read_bytes()
    done = auscult("classify", ward / "01.wav", "--out", out, "--resume", *then)
    assert done.returncode == 2
    assert out.read_bytes() == before


def test_the_page_shows_the_worst_first(auscult, ward: Path, tmp_path: Path) -> None:
    page = tmp_path / "overview.html"
    paths = [ward / name for name in ("00.wav", "07x.wav", "15silent.wav", "01.wav")]
    assert auscult("classify", *paths, "--report", page).returncode == 3
    table = page.read_text().partition('id="verdicts"')[2]
    places = [table.index(path.name) for path in paths]
    assert places[2] < places[1] < min(places[0], places[3])


def test_a_channel_and_raw_samples_can_be_named(auscult, lines_of, tmp_path: Path) -> None:
    heart = synthesise(PRESETS["normal"], 4_000, 1).recording.samples
    noise = 0.1 * np.random.default_rng(0).standard_normal(heart.size)
    pair = np.stack([noise, heart], 1)
    soundfile.write(tmp_path / "pair.wav", pair, 4_000, subtype="PCM_16")
    soundfile.write(tmp_path / "pair.raw", pair, 4_000, subtype="PCM_16", format="RAW")
    done = auscult("classify", tmp_path / "pair.wav")
    assert done.returncode == 3
    assert "--channel 1, --channel 2 or --channel mean" in done.stdout
    (named,) = lines_of(auscult("classify", "--json", tmp_path, "--channel", 2).stdout)
    raw = ("--rate", 4_000, "--format", "s16le/2", "--channel", 2)
    (told,) = lines_of(auscult("classify", "--json", tmp_path, *raw).stdout)
    assert (named["status"], told["path"]) == ("ok", str(tmp_path / "pair.raw"))
    assert told["probabilities"] == named["probabilities"]
    done = auscult("classify", tmp_path, "--rate", 4_000)
    assert done.returncode == 2
    assert "needs both --rate and --format" in done.stderr
    assert auscult("classify", tmp_path, "--channel", "left").returncode == 2


@pytest.mark.skipif(sys.platform != "linux", reason="file names are text elsewhere")
def test_a_name_that_is_no_text_is_judged_and_shown(auscult, ward: Path, tmp_path: Path) -> None:
    odd = os.fsdecode(bytes(tmp_path) + b"/no\xfftext.wav")
    shutil.copy(ward / "00.wav", odd)
    for options in (
        (),
        ("--json",),
        ("--out", tmp_path / "t.csv"),
        ("--out", tmp_path / "t.jsonl"),
    ):
        done = auscult("classify", tmp_path, *options)
        assert done.returncode == 0
        assert "no\\xfftext.wav" in done.stdout or "no\\udcfftext.wav" in done.stdout
    assert b"no\xfftext.wav,ok" in (tmp_path / "t.csv").read_bytes()
