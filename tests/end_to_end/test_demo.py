"""The demo's verb, as `make demo` runs it."""

import csv
from pathlib import Path

from auscult.verbs.demo import SHOWN, demo


def test_the_demo_judges_every_sound_and_refuses_silence(tmp_path: Path) -> None:
    predictions, _ = demo(tmp_path)
    assert [p.status for p in predictions] == ["ok"] * len(SHOWN) + ["refused"]
    rows = list(csv.DictReader((tmp_path / "predictions.csv").read_text().splitlines()))
    assert len(rows) == len(SHOWN) + 1
    page = (tmp_path / "report.html").read_text()
    assert page.count("<audio") == len(SHOWN) + 1
