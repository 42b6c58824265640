import json
from pathlib import Path

import pytest

from auscult.audio import read_recording, write_wav
from auscult.errors import ConfigError
from auscult.synth import PRESETS, synthesise
from auscult.types import Prediction
from auscult.verbs.explain import Explained, as_data, explain, hears_murmur, report


@pytest.fixture(scope="module")
def murmur(tmp_path_factory: pytest.TempPathFactory) -> Path:
    recording = synthesise(PRESETS["murmur-systolic"], 4_000, 3).recording
    return write_wav(tmp_path_factory.mktemp("sounds") / "murmur.wav", recording)


def test_json_holds_what_is_returned(murmur: Path, tmp_path: Path) -> None:
    told = explain(murmur, out=tmp_path / "e.json")
    data = json.loads((tmp_path / "e.json").read_text())
    assert data == json.loads(json.dumps(as_data(told)))
    assert data["path"] == str(murmur)
    assert data["label"] == "murmur"
    assert data["murmur"]["phase"] == "systolic"
    assert data["explanation"]["tiles"][0].keys() == {
        "start_s", "end_s", "low_hz", "high_hz", "phase", "drop",
    }  # fmt: skip
    beat = data["average_beat"]
    assert beat["edges_s"][-1] == pytest.approx(60 / data["rhythm"]["rate_bpm"], abs=0.02)
    assert len(beat["envelope_db"]) > 100


def test_the_ending_is_checked_before_the_work(murmur: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"ends in none of .html, .png"):
        explain(tmp_path / "is-not-there.wav", out="e.xls")
    with pytest.raises(ConfigError, match=r"a report ends in .html"):
        report(murmur, tmp_path / "r.pdf")
    assert not list(tmp_path.iterdir())


def test_a_report_is_a_page(murmur: Path, tmp_path: Path) -> None:
    told = report(murmur, tmp_path / "r.html")
    page = (tmp_path / "r.html").read_text()
    assert page.startswith("<!doctype html>")
    assert "murmur.wav" in page
    assert told.explanation.sentence in page


def test_a_sound_that_was_not_opened_has_the_same_shape(murmur: Path) -> None:
    whole = as_data(explain(murmur))
    none = as_data(Explained.unopened("a.wav", "a.wav: is empty", "default"))
    assert none.keys() == whole.keys()
    assert none["explanation"].keys() == whole["explanation"].keys()
    assert none["status"] == "error"
    assert read_recording(murmur).duration_s == 10


@pytest.mark.parametrize(
    ("label", "present", "heard"),
    [("murmur", 0.2, True), ("normal", 0.7, True), ("normal", 0.2, False)],
)
def test_a_murmur_is_placed_where_one_is_heard(label: str, present: float, heard: bool) -> None:
    answers = {"murmur": {"absent": 1 - present, "present": present}}
    prediction = Prediction("a", "ok", label=label, probabilities={label: 1.0}, answers=answers)
    assert hears_murmur(prediction) is heard
    assert not hears_murmur(Prediction("a", "refused", "silent", answers=answers))
