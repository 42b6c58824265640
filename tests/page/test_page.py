"""The page as it is used, in Chromium."""

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest

PAGES = ("", "#library", "#quiz", "#about")


def give(page: Any, *paths: Path) -> None:
    page.set_input_files("#files", list(paths))


def judged(page: Any, sounds: Path, name: str) -> None:
    give(page, sounds / name)
    page.locator(".detail .verdict").wait_for()


def marks(page: Any) -> list[str]:
    """Names of the heart sounds marked across the waveform."""
    page.locator("[part~=mark]").first.wait_for(state="attached")
    return page.locator("[part~=label]").all_text_contents()


def table_of(saved: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(saved.path().read_text(encoding="utf-8").splitlines()))


def test_a_sound_is_judged_marked_and_played(open_page, sounds: Path) -> None:
    page = open_page()
    judged(page, sounds, "mitral-regurgitation.wav")
    assert page.locator(".verdict .big").inner_text() == "Murmur"
    assert "Of 100 recordings" in page.locator(".verdict").inner_text()
    assert re.search(r"Heart rate\s*80", page.locator(".tiles").inner_text())
    assert re.match(r"mitral-regurgitation.wav: Murmur, .*%", page.locator("#status").inner_text())
    names = marks(page)
    assert 12 <= names.count("S1") <= 15
    assert 12 <= names.count("S2") <= 15
    page.locator(".average path.middle").wait_for()
    for name in ("Half speed", "Small speakers"):
        page.get_by_role("button", name=name).click()
    page.get_by_role("button", name="Play").click()
    page.locator(".clock", has_text=re.compile(r"0\.[2-9] / 10\.0 s")).wait_for()
    page.get_by_role("button", name="Pause").click()


def test_what_the_answer_rests_on_is_told_and_outlined(open_page, sounds: Path) -> None:
    page = open_page()
    judged(page, sounds, "mitral-regurgitation.wav")
    marks(page)
    page.get_by_role("button", name="Why this answer?").click()
    page.locator("[part=tile]").first.wait_for(state="attached")
    told = page.locator(".why .told").inner_text()
    assert "between S1 and S2" in told
    assert told.splitlines()[0] in page.locator("#status").inner_text()
    page.get_by_role("button", name=re.compile("Colours")).click()
    assert page.locator("[part=tile]").count() > 3  # the new colours take nothing away
    assert len(marks(page)) > 20


def test_zooming_widens_and_fitting_takes_it_back(open_page, sounds: Path) -> None:
    page = open_page()
    judged(page, sounds, "normal.wav")
    marks(page)
    width = "() => document.querySelector('.picture > div').shadowRoot.querySelector('.wrapper')"
    before = page.evaluate(f"{width}.clientWidth")
    page.get_by_role("button", name="Zoom in").click()
    assert page.evaluate(f"{width}.clientWidth") > 1.4 * before
    page.get_by_role("button", name="Fit").click()
    assert page.evaluate(f"{width}.clientWidth") == before


def test_what_cannot_be_judged_says_why_and_what_to_do(open_page, sounds: Path) -> None:
    page = open_page()
    judged(page, sounds, "short.wav")
    told = page.locator(".verdict").inner_text()
    assert told.startswith("Refused")
    assert "Too short: lasts 0.60 s" in told
    assert "What to do: Record for ten seconds." in told
    assert page.locator(".share").count() == 0
    give(page, sounds / "notes.wav")
    page.get_by_text("Not readable").last.wait_for()
    assert "The file is not a sound file" in page.locator(".detail").inner_text()


def test_many_sounds_stand_in_a_table_that_sorts(open_page, sounds: Path) -> None:
    page = open_page()
    names = ("s3", "mitral-regurgitation", "artifact-speech", "notes", "normal")
    give(page, *(sounds / f"{name}.wav" for name in names))
    page.get_by_text("5 sounds.").wait_for()
    column = lambda: page.locator(".batch tbody th").all_inner_texts()  # noqa: E731
    page.get_by_role("button", name="Sound", exact=True).click()
    assert column() == sorted(f"{name}.wav" for name in names)
    page.get_by_role("button", name="Heart rate").click()
    assert column()[:3] == ["normal.wav", "mitral-regurgitation.wav", "s3.wav"]
    page.get_by_role("button", name="Heart rate").click()
    assert column()[:3] == ["s3.wav", "mitral-regurgitation.wav", "normal.wav"]
    assert page.locator("[aria-sort=descending]").inner_text().startswith("Heart rate")
    page.get_by_role("button", name="artifact-speech.wav").click()
    assert page.locator(".detail h2").inner_text() == "artifact-speech.wav"
    assert page.evaluate("document.activeElement.id") == "detail-title"
    with page.expect_download() as saved:
        page.get_by_role("button", name="All as CSV").click()
    rows = table_of(saved.value)
    assert {row["path"]: row["label"] for row in rows}["mitral-regurgitation.wav"] == "murmur"
    assert {row["path"]: row["status"] for row in rows}["notes.wav"] == "error"


def test_the_microphone_is_heard_as_it_is(open_page) -> None:
    page = open_page()
    page.get_by_role("button", name="Record", exact=True).click()
    page.locator(".live-rate", has_text=re.compile(r"\d+\s+bpm")).wait_for()
    assert page.locator(".record .problem").count() == 0
    assert float(page.locator(".level").get_attribute("aria-valuenow")) > -55
    page.get_by_role("button", name="Stop").click()
    page.locator(".detail .tiles").wait_for()
    rate_bpm = int(re.search(r"Heart rate\s*(\d+)", page.locator(".tiles").inner_text())[1])
    assert 66 <= rate_bpm <= 78
    assert "48,000 Hz" in page.locator(".detail .meta").inner_text() or "44,100 Hz" in (
        page.locator(".detail .meta").inner_text()
    )


def test_voice_processing_that_stays_on_is_told(open_page) -> None:
    warn = "settings => import('/page/microphone.js').then(it => it.warningsOf(settings))"
    page, off = open_page(), dict.fromkeys(("echoCancellation", "noiseSuppression"), False)
    assert page.evaluate(warn, {**off, "autoGainControl": False}) == []
    on = page.evaluate(warn, {**off, "autoGainControl": True})
    assert on[0].startswith("Automatic gain could not be switched off")
    assert "does not tell whether automatic gain is off" in page.evaluate(warn, off)[0]


@pytest.mark.parametrize("width", [390, 1440])
def test_nothing_is_wider_than_the_screen(
    open_page, sounds: Path, tmp_path: Path, width: int
) -> None:
    page = open_page(width=width, height=844)
    over = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    for name in PAGES:
        page.evaluate("name => { location.hash = name || '#listen'; }", name)
        page.wait_for_timeout(150)
        assert page.evaluate(over) == 0, name
    page.evaluate("() => { location.hash = '#listen'; }")
    give(page, sounds / "mitral-regurgitation.wav", sounds / "short.wav")
    page.get_by_text("2 sounds.").wait_for()
    marks(page)
    assert page.evaluate(over) == 0
    page.screenshot(path=tmp_path / "page.png", full_page=True)
    assert (tmp_path / "page.png").stat().st_size > 20_000


def test_what_was_noticed_stands_beside_the_answer(open_page, sounds: Path) -> None:
    page = open_page()
    judged(page, sounds, "artifact-speech.wav")
    [voice, *_] = page.locator(".noticed li").all_inner_texts()
    assert voice.startswith("Voice: speech, crying or another tone is heard for")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Report as HTML").click()
    assert f"Noticed: v{voice[1:]}" in saved.value.path().read_text()


def test_an_answer_of_which_the_model_is_unsure_says_so(open_page) -> None:
    page = open_page()
    ask = """answer => import('/page/words.js').then(it =>
        [it.verdictOf({ state: 'done', classified: answer })[0], it.sureness(answer)])"""
    answer = {"status": "ok", "label": "murmur", "confidence": 0.62}
    title, words = page.evaluate(ask, {**answer, "sure": False})
    assert title == "Murmur, unsure"
    assert "about 62 are what the model says" in words
    assert "The model is unsure" in words
    for sure in (True, None):  # None: a model that does not say
        title, words = page.evaluate(ask, {**answer, "sure": sure})
        assert (title, "unsure" in words) == ("Murmur", False)


def test_reference_sounds_show_their_truth_and_can_be_judged(open_page) -> None:
    page = open_page("#library")
    page.get_by_role("button", name="Third heart sound (S3)").click()
    page.get_by_text("ken-tuc-ky").wait_for()
    assert {"S1", "S2", "S3"} == set(marks(page))
    page.get_by_role("button", name="Ask the model about it").click()
    page.locator(".detail .verdict").wait_for()
    assert page.locator(".detail h2").inner_text() == "s3.wav"
    assert "synthetic" in page.locator(".detail .meta").inner_text()


def test_the_quiz_asks_tells_and_counts(open_page) -> None:
    page = open_page("#quiz")
    few = json.dumps({"sounds": page.request.get("/v1/reference").json()["sounds"][:3]})
    page.route("**/v1/reference", lambda route: route.fulfill(body=few))
    page.get_by_role("button", name="Start").click()
    n_right = 0
    for number in (1, 2, 3):
        page.get_by_role("heading", name=f"Sound {number} of 3").wait_for()
        assert page.locator("[part~=mark]").count() == 0  # the truth is not shown before the answer
        page.locator(".choices button").first.click()
        page.locator(".choices .right").wait_for()
        n_right += page.locator(".choices .wrong").count() == 0
        page.locator(".after button").click()
    assert page.get_by_role("heading", name=f"{n_right} of 3 right").is_visible()


def test_colours_follow_the_system_until_they_are_chosen(open_page) -> None:
    page = open_page(color_scheme="dark")
    paper = "() => getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(paper)
    page.get_by_role("button", name=re.compile("Colours")).click()
    light = page.evaluate(paper)
    assert dark != light
    page.reload()
    page.locator("[data-ready]").wait_for()
    assert page.evaluate(paper) == light


def test_a_service_with_a_token_is_asked_with_it(open_page, sounds: Path) -> None:
    page = open_page()
    problem = json.dumps({"title": "TokenError", "status": 401, "detail": "", "results": []})

    def guard(route: Any) -> None:
        if route.request.headers.get("authorization") == "Bearer sesame-open-now":
            route.continue_()
        else:
            route.fulfill(status=401, body=problem, content_type="application/problem+json")

    page.route("**/v1/**", guard)
    give(page, sounds / "normal.wav")
    page.get_by_role("textbox", name="Token").fill("sesame-open-now")
    page.keyboard.press("Enter")
    page.locator(".detail .verdict").wait_for()
    assert page.locator(".verdict .big").inner_text() == "Normal"
