"""Nothing on the page stands in the way of anybody, as far as axe-core can tell."""

import re
from pathlib import Path
from typing import Any

import pytest

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
PAGES = ("", "#library", "#quiz", "#about")


def faults(page: Any) -> list[str]:
    """What axe finds."""
    page.evaluate(f"() => {{ {AXE} }}")
    found = page.evaluate("() => axe.run(document, { resultTypes: ['violations'] })")
    return [
        f"{each['id']}: {[node['html'] for node in each['nodes']][:3]}"
        for each in found["violations"]
    ]


@pytest.mark.parametrize(("scheme", "width"), [("light", 390), ("dark", 1440)])
def test_nothing_stands_in_the_way_of_anybody(
    open_page, sounds: Path, scheme: str, width: int
) -> None:
    page = open_page(color_scheme=scheme, width=width, bypass_csp=True)  # axe sets styles
    for name in PAGES:
        page.evaluate("name => { location.hash = name || '#listen'; }", name)
        page.wait_for_timeout(150)
        assert faults(page) == [], name
    page.evaluate("() => { location.hash = '#listen'; }")
    names = ("mitral-regurgitation", "short", "notes")
    page.set_input_files("#files", [sounds / f"{name}.wav" for name in names])
    page.get_by_text("3 sounds.").wait_for()
    page.locator("[part~=mark]").first.wait_for(state="attached")
    page.get_by_role("button", name="Why this answer?").click()
    page.locator("[part=tile]").first.wait_for(state="attached")
    assert faults(page) == []
    page.get_by_role("button", name="Record", exact=True).click()
    page.locator(".live-rate", has_text=re.compile(r"\d+\s+bpm")).wait_for()
    assert faults(page) == []
    page.get_by_role("button", name="Cancel").click()
    page.evaluate("() => { location.hash = '#quiz'; }")
    page.get_by_role("button", name="Start").click()
    page.locator(".choices button").first.click()
    page.get_by_role("button", name="Next sound").wait_for()
    assert faults(page) == []


def test_the_search_for_faults_finds_one(open_page) -> None:
    page = open_page(bypass_csp=True)
    page.evaluate("() => document.querySelector('main').append(document.createElement('button'))")
    assert faults(page)[0].startswith("button-name")
