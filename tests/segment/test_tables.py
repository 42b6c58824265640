import csv
import io
import json
import re

import pytest

from auscult.errors import ConfigError
from auscult.segment import Rhythm, Segmentation
from auscult.segment.tables import Heard, as_text, check_format
from auscult.types import StateSpan

SPANS = (
    StateSpan("S1", 0.5, 0.62, 0.9),
    StateSpan("systole", 0.62, 0.8, 0.8),
    StateSpan("S2", 1.4, 1.5, 0.7),
)
HEARD: Heard = (Segmentation("a, b.wav", 2.0, SPANS, "some of it"), (), Rhythm())


def test_csv_has_the_columns_that_were_promised() -> None:
    rows = list(csv.DictReader(io.StringIO(as_text([HEARD, HEARD], "x.csv"))))
    assert list(rows[0]) == ["path", "state", "start_s", "end_s", "confidence"]
    assert len(rows) == 6
    assert rows[1] == {
        "path": "a, b.wav",
        "state": "systole",
        "start_s": "0.6200",
        "end_s": "0.8000",
        "confidence": "0.800",
    }


def test_json_holds_everything() -> None:
    (data,) = json.loads(as_text([HEARD], "x.json"))
    assert data["states"][2] == {"state": "S2", "start_s": 1.4, "end_s": 1.5, "confidence": 0.7}
    assert (data["path"], data["reason"], data["rhythm"]["n_beats"]) == (
        "a, b.wav",
        "some of it",
        0,
    )


def test_text_grid_covers_the_recording_without_gap_or_overlap() -> None:
    text = as_text([HEARD], "x.TextGrid")
    assert text.startswith('File type = "ooTextFile"\nObject class = "TextGrid"\n')
    found = re.findall(r'xmin = ([\d.]+)\n +xmax = ([\d.]+)\n +text = "(.*)"', text)
    assert [label for *_, label in found] == ["", "S1", "systole", "", "S2", ""]
    assert [start for start, *_ in found[1:]] == [end for _, end, _ in found[:-1]]
    assert (found[0][0], found[-1][1]) == ("0.0000", "2.0000")
    assert "intervals: size = 6" in text


def test_audacity_labels() -> None:
    lines = as_text([HEARD], "x.txt").splitlines()
    assert lines[0] == "0.5000\t0.6200\tS1"
    assert len(lines) == 3


@pytest.mark.parametrize("name", ["x.TextGrid", "x.txt"])
def test_formats_of_one_recording_take_no_two(name: str) -> None:
    with pytest.raises(ConfigError, match="holds one recording, not 2; write"):
        as_text([HEARD, HEARD], name)


def test_an_unknown_ending_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"x\.xls: ends in none of \.csv, \.json, \.TextGrid"):
        check_format("x.xls", 1)
