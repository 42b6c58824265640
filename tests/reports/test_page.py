from collections.abc import Callable
from typing import Any

import pytest

from auscult.reports.markup import audio, text
from auscult.reports.page import Page, listen
from auscult.reports.plots import probability_bars, waveform
from auscult.types import Recording

HOSTILE = "<script>alert(1)</script>"


def test_a_page_is_balanced_self_contained_and_escaped(
    check_page: Callable[[str], Any], tone: Callable[..., Recording]
) -> None:
    page = Page(HOSTILE, HOSTILE)
    picture = page.figure(waveform(tone()), HOSTILE, f'"{HOSTILE}')
    page.section(HOSTILE, text(HOSTILE), listen(audio(tone(), HOSTILE), picture))
    page.section(HOSTILE, page.figure(waveform(tone()), "again", "again"))
    html = page.html()
    reader = check_page(html)
    assert HOSTILE not in html
    assert html.count("<script>") == 1
    assert HOSTILE in reader.text
    assert "http" not in html


def test_it_turns_dark_prints_and_fits_a_phone() -> None:
    html = Page("Title").html()
    for wanted in (
        "prefers-color-scheme:dark",
        "@media print",
        "max-width: 46rem",
        'name="viewport" content="width=device-width',
    ):
        assert wanted in html


def test_the_contents_list_what_is_listed_and_the_footer_says_what_it_is_not(
    check_page: Callable[[str], Any],
) -> None:
    page = Page("Title")
    page.section("One", text("1"))
    page.section("Two", text("2"))
    page.section("Three", text("3"), listed=False)
    reader = check_page(page.html())
    assert [a["href"] for a in reader.all("a")] == ["#one", "#two"]
    assert "Not a medical device." in reader.text


def test_a_page_without_sound_has_no_script() -> None:
    assert "<script" not in Page("Title").html()


def test_a_picture_over_time_says_where_its_axis_lies(
    check_page: Callable[[str], Any], tone: Callable[..., Recording]
) -> None:
    page = Page("Title")
    page.add(page.figure(waveform(tone()), "caption", "alt"))
    page.add(page.figure(probability_bars({"normal": 1.0}), "caption", "alt"))
    over_time, other = (
        div for div in check_page(page.html()).all("div") if div.get("class") == "picture"
    )
    assert 0 < float(over_time["data-left"]) < float(over_time["data-right"]) < 1
    assert 0 < float(over_time["data-top"]) < float(over_time["data-bottom"]) < 1
    assert (over_time["data-start"], over_time["data-end"]) == ("0", "2")
    assert "data-start" not in other


@pytest.mark.parametrize("name", ["page.css", "page.js", "mark.svg"])
def test_no_asset_names_an_address(name: str) -> None:
    from importlib.resources import files

    assert "//" not in files("auscult.reports").joinpath(name).read_text().replace("// ", "")
