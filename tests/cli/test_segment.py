"""``auscult segment`` on good and bad files."""

import sys
from pathlib import Path

import pytest
import soundfile

from auscult.audio import write_wav
from auscult.cli.segment_commands import train_segmenter
from auscult.errors import MissingExtraError
from auscult.synth import PRESETS, synthesise


@pytest.fixture(scope="module")
def heart(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("heart") / "normal.wav"
    soundfile.write(path, synthesise(PRESETS["normal"], 4_000, 1).recording.samples, 4_000)
    return path


def test_a_table_for_people(auscult, heart: Path) -> None:
    done = auscult("segment", heart)
    assert done.returncode == 0
    assert "regular" in done.stdout
    assert "Not a medical device" in done.stdout


def test_json_for_programs(auscult, heart: Path, lines_of) -> None:
    (answer,) = lines_of(auscult("segment", "--json", heart).stdout)
    assert answer["path"] == str(heart)
    assert 68 < answer["rhythm"]["rate_bpm"] < 76
    assert answer["beats"][0].keys() >= {"s1_s", "s2_s", "systole_s", "cycle_s", "confidence"}
    assert answer["states"][0].keys() == {"state", "start_s", "end_s", "confidence"}


@pytest.mark.parametrize("name", ["b.csv", "b.json", "b.TextGrid", "b.txt"])
def test_every_format_is_written(auscult, heart: Path, tmp_path: Path, name: str) -> None:
    done = auscult("segment", heart, "--out", tmp_path / name)
    assert done.returncode == 0
    assert f"wrote {tmp_path / name}" in done.stderr
    assert "S1" in (tmp_path / name).read_text()


def test_a_bad_file_gets_a_sentence_and_exit_code_3(auscult, heart: Path, tmp_path: Path) -> None:
    bad = tmp_path / "words.wav"
    bad.write_text("these are words, not sound")
    done = auscult("segment", bad, heart)
    assert done.returncode == 3
    assert "words.wav" in done.stdout
    assert "1 of 2 files could not be opened" in done.stderr


def test_an_unknown_format_ends_with_two(auscult, heart: Path, tmp_path: Path) -> None:
    done = auscult("segment", heart, "--out", tmp_path / "b.xls")
    assert done.returncode == 2
    assert "ends in none of .csv, .json, .TextGrid, .txt" in done.stderr


def test_a_name_that_is_no_utf8_is_shown_escaped(
    auscult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "utf-8:strict")
    monkeypatch.setenv("COLUMNS", "200")
    heart = synthesise(PRESETS["normal"], 4_000, 1).recording
    sound = write_wav(tmp_path / b"visit \xff.wav".decode(errors="surrogateescape"), heart)
    for options in ((), ("--json",), ("--out", tmp_path / "s.csv"), ("--out", tmp_path / "s.json")):
        done = auscult("segment", sound, *options)
        assert done.returncode == 0, done.stderr
        assert r"visit \udcff.wav" in done.stdout
    assert r"visit \udcff.wav" in (tmp_path / "s.csv").read_text()


def test_training_without_the_extra_names_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "auscult.verbs.train_segmenter", None)
    with pytest.raises(MissingExtraError, match=r"auscult\[train\]"):
        train_segmenter(tmp_path)
