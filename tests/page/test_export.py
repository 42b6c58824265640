"""What the page saves: JSON, CSV as the command writes it, a report as HTML and on paper."""

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest

from auscult.inference import load_model
from auscult.inference.table import columns

MORE = ("heart_rate_low_bpm", "heart_rate_high_bpm", "systole_ms", "diastole_ms")
"""What the page tells beyond the command."""


def judged(page: Any, sounds: Path, name: str) -> None:
    page.set_input_files("#files", sounds / name)
    page.locator(".detail .verdict").wait_for()


def table_of(saved: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(saved.path().read_text(encoding="utf-8").splitlines()))


def test_answers_are_saved_printed_and_reported(open_page, sounds: Path) -> None:
    page = open_page()
    judged(page, sounds, "normal.wav")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as JSON").click()
    [told] = json.loads(saved.value.path().read_text())["results"]
    assert told["classified"]["label"] == "normal"
    assert told["segmented"]["rhythm"]["rate_bpm"] == pytest.approx(72, abs=2)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Report as HTML").click()
    report = saved.value.path().read_text()
    assert "Not a medical device" in report
    assert "data:image/png;base64," in report
    assert not re.search(r'(src|href)="(?!data:)', report)
    page.evaluate("() => { window.print = () => { window.printed = true; }; }")
    page.get_by_role("button", name="Print report or PDF").click()
    page.wait_for_function("() => window.printed")
    page.emulate_media(media="print")
    assert page.locator(".sheet").is_visible()
    assert not page.locator("main").is_visible()
    page.evaluate("() => dispatchEvent(new Event('afterprint'))")
    assert page.locator(".sheet").count() == 0


def test_a_cell_of_the_table_never_becomes_a_formula(open_page, sounds: Path) -> None:
    page = open_page()
    wav = (sounds / "normal.wav").read_bytes()
    page.set_input_files("#files", {"name": '=1+1,"x".wav', "mimeType": "audio/wav", "buffer": wav})
    page.locator(".detail .verdict").wait_for()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as CSV").click()
    [row] = table_of(saved.value)
    assert row["path"] == '\'=1+1,"x".wav'


def test_a_table_is_the_one_that_the_command_writes(open_page, sounds: Path) -> None:
    page, names = open_page(), ("notes.wav", "short.wav", "mitral-regurgitation.wav")
    page.set_input_files("#files", [sounds / name for name in names])
    page.get_by_text("3 sounds.").wait_for()
    with page.expect_download() as saved:
        page.get_by_role("button", name="All as CSV").click()
    rows = table_of(saved.value)
    model = load_model("default")
    told = columns(model.bundle.classes, model.bundle.name, model.bundle.further, beats=True)
    assert list(rows[0]) == [*(column.name for column in told), *MORE]
    for name, row in zip(names, rows, strict=True):
        answer = model.classify((sounds / name).read_bytes(), name=name)
        for column in told:
            if column.name not in {"heart_rate_bpm", "n_beats"}:
                cell = column.cell(answer)
                is_number = isinstance(cell, int | float)
                assert (float(row[column.name]) if is_number else row[column.name]) == (
                    "" if cell is None else cell
                )
    assert float(rows[2]["heart_rate_bpm"]) == pytest.approx(80, abs=2)


def test_a_report_holds_the_limits_of_the_model(open_page, sounds: Path) -> None:
    page = open_page()
    judged(page, sounds, "normal.wav")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Report as HTML").click()
    sheet = open_page(bypass_csp=True)  # as a file it has no service that sets one
    sheet.set_content(saved.value.path().read_text())
    told = sheet.locator("h3 + .points li").all_inner_texts()
    card = load_model("default").bundle.card
    assert len(told) == card.partition("## Limits")[2].count("\n- ")
    assert told[0].startswith("Not a medical device. An answer is no diagnosis; a murmur may be")
    text = sheet.locator(".sheet").inner_text()
    assert "`" not in text
    assert "weights" not in text  # of the card's beginning: what the model is, and no more
    assert sheet.locator(".blank dd").all_inner_texts() == [""] * 6
    printed = sheet.pdf(format="A4", prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page[^s]", printed)) == 1
