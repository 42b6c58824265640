from base64 import b64decode
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from auscult.audio import read_header, read_recording
from auscult.datasets import Card, Defect, Pascal
from auscult.reports import ExampleRecording, RecordingFacts, explore_page
from auscult.types import Entry, Mark, Recording

CARD = Card(
    name="toy",
    title="A toy <set>",
    size="four sounds",
    rates_hz=(2_000,),
    classes=("murmur", "normal"),
    questions={},
    subjects="known",
    subject_key="patient",
    licence="free",
    citation="Nobody, 2020",
    address="where",
)
HOSTILE = "<script>alert(1)</script>"


def entry(name: str, subset: str, label: str | None) -> Entry:
    return Entry(name, Path(name), "toy", subset, label, group=name)


ENTRIES = (
    entry("a", "A", "normal"),
    entry("b", "A", "murmur"),
    entry("c", "B", "normal"),
    entry("d", "B", None),
    entry("unread", "B", "Present"),
)
FACTS = {name: RecordingFacts(2.0 + i, 4000) for i, name in enumerate("abcd")}


def test_the_page_counts_draws_and_plays(
    check_page: Callable[[str], Any], tone: Callable[..., Recording]
) -> None:
    examples = {
        "normal": ExampleRecording(HOSTILE, tone(), (Mark("S1", 0.4), Mark("S2", 0.8))),
        "Present": ExampleRecording("b", tone(44_100), listening=tone(2000)),
    }
    defects = (Defect("duplicate", ("a", "b"), "the same sound"),)
    html = explore_page(ENTRIES, FACTS, examples, card=CARD, defects=defects)
    reader = check_page(html)
    for said in (
        "A toy <set>",
        "Recordings 5 With a label 4 Without a label 1 Classes 3",
        "Could not be opened 1",
        "Two short sounds a beat",
        "S1 and S2 marked as published",
        "Its S1 and S2 are not published",
        "unlabelled",
        "the same sound",
        "Nobody, 2020",
        "Not a medical device",
        HOSTILE,
    ):
        assert said in reader.text, said
    assert HOSTILE not in html
    played = [b64decode(player["src"].partition(",")[2]) for player in reader.all("audio")]
    assert [int.from_bytes(wav[24:28], "little") for wav in played] == [4000, 2000]
    assert len([svg for svg in reader.all("svg") if svg.get("aria-label")]) == 3 + 2 * 4


@pytest.mark.parametrize(
    ("n_marks", "found", "reason", "said"),
    [
        (2, False, "", "S1 and S2 marked as published."),
        (2, True, "", "S1 and S2 marked as found."),
        (2, True, "3.0 s could not be told", "marked as found. 3.0 s could not be told."),
        (0, True, "no heartbeat found", "are not published. No heartbeat found."),
        (0, False, "", "Its S1 and S2 are not published."),
    ],
)
def test_where_the_marks_come_from_is_said(
    tone: Callable[..., Recording], n_marks: int, found: bool, reason: str, said: str
) -> None:
    marks = (Mark("S1", 0.4), Mark("S2", 0.8))[:n_marks]
    assert ExampleRecording("a", tone(), marks, found, reason).known.endswith(said)


def test_rates_and_durations_stand_in_a_table(check_page: Callable[[str], Any]) -> None:
    facts = FACTS | {"d": RecordingFacts(9.0, 44_100)}
    text = check_page(explore_page(ENTRIES, facts, {}, card=CARD)).text
    assert "A 4,000 2 2.0 2.5 3.0" in text
    assert "B 44,100 1 9.0 9.0 9.0" in text
    assert "Known faults" not in text


def test_a_dataset_of_which_nothing_opens_says_so(check_page: Callable[[str], Any]) -> None:
    text = check_page(explore_page(ENTRIES, {}, {}, card=CARD)).text
    assert "No recording could be opened." in text


@pytest.mark.data
def test_the_real_collection_fits_one_page(
    pascal_dir: Path, check_page: Callable[[str], Any]
) -> None:
    dataset = Pascal()
    entries, truth = dataset.scan(pascal_dir), dataset.truth(pascal_dir)
    marked = next(entry for entry in entries if entry.recording_id in truth)
    header = read_header(marked.path)
    example = ExampleRecording(
        marked.recording_id, read_recording(marked.path), truth[marked.recording_id]
    )
    facts = {marked.recording_id: RecordingFacts(header.duration_s, header.rate_hz)}
    html = explore_page(entries, facts, {"normal": example}, card=replace(dataset.card))
    assert "Recordings 832 With a label 585 Without a label 247" in check_page(html).text
    assert len(html) < 1_200_000
