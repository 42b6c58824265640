"""``explain``, ``report``, and the beats in ``classify`` and ``plot``."""

import csv
from pathlib import Path

import pytest

from auscult.audio import write_wav
from auscult.synth import PRESETS, synthesise


@pytest.fixture(scope="module")
def murmur(tmp_path_factory: pytest.TempPathFactory) -> Path:
    recording = synthesise(PRESETS["murmur-systolic"], 4_000, 3).recording
    return write_wav(tmp_path_factory.mktemp("sounds") / "murmur.wav", recording)


def test_explain_says_where_it_was_heard(auscult, murmur: Path, tmp_path: Path) -> None:
    done = auscult("explain", murmur, "--out", tmp_path / "e.png")
    assert done.returncode == 0
    assert "The murmur was heard between S1 and S2, at " in done.stdout
    assert "In the cycle the murmur is systolic (" in done.stdout
    assert "Not a medical device" in done.stdout
    assert (tmp_path / "e.png").read_bytes().startswith(b"\x89PNG")


def test_explain_as_json(auscult, murmur: Path, lines_of) -> None:
    done = auscult("explain", murmur, "--json", "--question", "murmur")
    (told,) = lines_of(done.stdout)
    assert told["explanation"]["question"] == "murmur"
    assert told["explanation"]["answer"] == "present"


def test_an_unknown_question_or_ending_ends_with_two(auscult, murmur: Path) -> None:
    done = auscult("explain", murmur, "--question", "sex")
    assert done.returncode == 2
    assert "must be one of" in done.stderr
    assert auscult("explain", murmur, "--out", "e.doc").returncode == 2


def test_a_bad_file_ends_with_three(auscult, tmp_path: Path) -> None:
    bad = tmp_path / "words.wav"
    bad.write_text("words")
    for verb in ("explain", "report"):
        assert auscult(verb, bad).returncode == 3


def test_report_writes_a_page(auscult, murmur: Path, tmp_path: Path) -> None:
    done = auscult("report", murmur, "--out", tmp_path / "r.html")
    assert done.returncode == 0
    assert "Heart sound report" in (tmp_path / "r.html").read_text()


def test_classify_counts_beats_when_asked(auscult, murmur: Path, tmp_path: Path, lines_of) -> None:
    out, page = tmp_path / "a.csv", tmp_path / "a.html"
    bad = tmp_path / "words.wav"
    bad.write_text("words")
    done = auscult("classify", murmur, bad, "--beats", "--out", out, "--report", page, "--json")
    assert done.returncode == 3
    heard, unread = csv.DictReader(out.read_text().splitlines())
    assert float(heard["heart_rate_bpm"]) == pytest.approx(72, abs=4)
    assert int(heard["n_beats"]) in range(9, 14)
    assert (unread["heart_rate_bpm"], unread["n_beats"]) == ("", "")
    first, second = lines_of(done.stdout)
    assert first["n_beats"] == int(heard["n_beats"])
    assert "n_beats" not in second
    assert "Average of" in page.read_text()
    auscult("classify", murmur, "--out", tmp_path / "b.csv")
    assert "n_beats" not in (tmp_path / "b.csv").read_text()


def test_an_interrupted_table_of_beats_is_taken_up(auscult, murmur: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.csv"
    auscult("classify", murmur, "--beats", "--out", out)
    before = out.read_text()
    assert auscult("classify", murmur, "--beats", "--out", out, "--resume").returncode == 0
    assert out.read_text() == before


def test_plot_marks_beats_when_asked(auscult, murmur: Path, tmp_path: Path) -> None:
    plain, marked = tmp_path / "plain.svg", tmp_path / "marked.svg"
    auscult("plot", "waveform", murmur, "--out", plain)
    auscult("plot", "waveform", murmur, "--out", marked, "--beats")
    assert len(marked.read_text()) > len(plain.read_text())
    refused = auscult("plot", "spectrum", murmur, "--out", tmp_path / "m.png", "--beats")
    assert refused.returncode == 2
    assert "waveform, spectrogram, mfcc only, not in 'spectrum'" in refused.stderr
