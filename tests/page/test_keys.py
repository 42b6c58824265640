"""The page with keys alone: whatever is pressed, the reader is left on something."""

from pathlib import Path
from typing import Any

ON = """() => {
  const it = document.activeElement;
  return it.getAttribute('aria-label') || it.textContent.trim() || it.className || it.tagName;
}"""


SLIDER = "document.querySelector('.picture > div').shadowRoot.querySelector('[role=slider]')"
IS_ON_SLIDER = f"() => document.activeElement.shadowRoot?.activeElement === {SLIDER}"


def tab_to(page: Any, name: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(ON) == name:
            return
    raise AssertionError(f"no key leads to {name}")


def press(page: Any, name: str) -> None:
    tab_to(page, name)
    page.keyboard.press("Enter")


def test_keys_alone_are_enough(open_page, sounds: Path) -> None:
    page, chosen = open_page(), []
    page.on("filechooser", lambda chooser: chosen.append(chooser))  # noqa: PLW0108
    tab_to(page, "Skip to content")
    tab_to(page, "Choose files")
    page.keyboard.press("Enter")
    while not chosen:
        page.wait_for_timeout(50)
    chosen[0].set_files(sounds / "normal.wav")
    page.locator(".detail .verdict").wait_for()
    page.evaluate("() => document.body.focus()")
    page.locator(".picture[aria-busy=false]").wait_for()
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate(IS_ON_SLIDER):
            break
    now = lambda: float(page.get_by_role("slider").get_attribute("aria-valuenow"))  # noqa: E731
    page.keyboard.press("PageUp")
    page.keyboard.press("ArrowRight")
    page.locator("[role=slider][aria-valuenow='1.1']").wait_for()
    page.keyboard.press("Space")
    page.wait_for_function(f"() => parseFloat(({SLIDER}).ariaValueNow) > 1.2")
    page.keyboard.press("Space")
    page.keyboard.press("Home")
    page.locator("[role=slider][aria-valuenow='0.0']").wait_for()
    assert now() == 0
    tab_to(page, "Play")


def test_a_recording_is_made_explained_saved_and_forgotten_with_keys(open_page) -> None:
    page = open_page()
    press(page, "Record")
    page.locator(".live-rate", has_text="bpm").wait_for()
    assert page.evaluate(ON) == "Stop"
    page.keyboard.press("Enter")
    page.locator(".detail .verdict").wait_for()
    assert page.evaluate(ON) == "Record"
    press(page, "Why this answer?")
    page.locator(".why .told > p:not(.working)").first.wait_for()
    assert page.evaluate("() => document.activeElement.className") == "told"
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(ON) == "Zoom in"
    with page.expect_download() as saved:
        press(page, "Save as CSV")
    assert saved.value.suggested_filename.startswith("recording ")
    press(page, "Clear")
    assert page.evaluate(ON) == "Choose files"
    tab_to(page, "No heart at allSomebody speaks")
    page.keyboard.press("Enter")
    page.locator(".detail .verdict").wait_for()
    assert page.evaluate("() => document.activeElement.id") == "detail-title"


def test_answers_that_come_do_not_take_the_reader_away(open_page, sounds: Path) -> None:
    page, held = open_page(), []
    page.route("**/v1/classify", lambda route: held.append(route))  # noqa: PLW0108
    page.set_input_files("#files", [sounds / "normal.wav", sounds / "s3.wav"])
    while len(held) < 2:
        page.wait_for_timeout(20)
    page.evaluate("() => document.querySelector('header').focus()")
    tab_to(page, "Heart rate")
    held[0].continue_()
    page.get_by_text("1 of 2 judged").wait_for()
    assert page.evaluate(ON) == "Heart rate"
    page.keyboard.press("Enter")
    page.locator("[aria-sort=ascending]").wait_for()
    tab_to(page, "s3.wav")
    page.keyboard.press("Enter")
    assert page.evaluate(ON) == "s3.wav"
    held[1].continue_()
    page.locator(".detail .verdict").wait_for()
    assert page.evaluate("() => document.activeElement.id") == "detail-title"


def test_the_quiz_is_played_with_keys(open_page) -> None:
    page = open_page("#quiz")
    press(page, "Start")
    page.get_by_role("heading", name="Sound 1 of 8").wait_for()
    page.locator(".picture[aria-busy=false]").wait_for()
    page.keyboard.press("Tab")
    assert page.evaluate(IS_ON_SLIDER)
    name = page.locator(".choices button").nth(1).inner_text()
    press(page, name)
    page.locator(".choices .right").wait_for()
    assert page.evaluate(ON) == "Next sound"
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Sound 2 of 8").wait_for()
