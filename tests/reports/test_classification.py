from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from auscult.reports import classification, classification_page
from auscult.types import Prediction, Recording

SURE = {"artifact": 0.05, "murmur": 0.9, "normal": 0.05}
HOSTILE = "in/<img src=x onerror=alert(1)>.wav"
PREDICTIONS = (
    Prediction("one/a.wav", "ok", label="murmur", probabilities=SURE, duration_s=2.0, rate_hz=4000),
    Prediction("two/a.wav", "refused", "it is silent", probabilities=SURE, duration_s=1.0),
    Prediction(HOSTILE, "error", "is empty & <b>broken</b>"),
)


def test_each_sound_gets_its_verdict_or_its_reason(
    check_page: Callable[[str], Any], tone: Callable[..., Recording]
) -> None:
    html = classification_page(
        PREDICTIONS,
        {p.source: tone() for p in PREDICTIONS[:2]},
        model_name="model <1>",
        model_card="# m\n\n## Limits\n\n- For research.",
    )
    reader = check_page(html)
    for said in (
        "Judged by model <1>.",
        "Sounds 3 murmur 1 Refused 1 Not readable 1",
        "one/a.wav murmur artifact 5% murmur 90% normal 5% 2.0 s",
        "refused it is silent",
        "scores only, not taken as a verdict",
        "<img src=x onerror=alert(1)>.wav not readable is empty & <b>broken</b>",
        "For research.",
        "Not a medical device",
    ):
        assert said in reader.text, said
    assert len(reader.all("audio")) == 2
    assert not reader.all("img")


def test_the_order_what_was_noticed_and_what_is_unsure_are_told(
    check_page: Callable[[str], Any],
) -> None:
    unsure = {"label": "murmur", "probabilities": SURE, "sure": False, "notes": ("hum: 50 Hz",)}
    predictions = (
        Prediction("b.wav", "refused", "silent", notes=("other channel left out",)),
        Prediction("a.wav", "ok", **unsure),
    )
    text = check_page(classification_page(predictions, {}, model_name="m")).text
    assert "Worst first: refused, then not readable, then the least sure." in text
    assert "b.wav refused silent other channel left out" in text
    assert "a.wav murmur unsure hum: 50 Hz artifact 5%" in text
    sure = (Prediction("a.wav", "ok", **{**unsure, "sure": True}),)
    assert "unsure" not in check_page(classification_page(sure, {}, model_name="m")).text


def test_what_is_called_stands_beside_the_verdict(
    check_page: Callable[[str], Any], tone: Callable[..., Recording]
) -> None:
    told = Prediction("a.wav", "ok", label="normal", probabilities=SURE, duration_s=2.0)
    called = replace(told, called={"heard": True, "refer": True, "murmur": False})
    page = check_page(classification_page((called,), {"a.wav": tone()}, model_name="m"))
    assert "a.wav normal called: murmur, abnormal artifact 5%" in page.text
    assert page.text.count("called: murmur, abnormal") == 2
    nothing = replace(told, called={"heard": False})
    text = check_page(classification_page((nothing,), {}, model_name="m")).text
    assert "a.wav normal called: nothing artifact 5%" in text
    assert "called" not in check_page(classification_page((told,), {}, model_name="m")).text


def test_short_names_are_used_where_they_are_unique(check_page: Callable[[str], Any]) -> None:
    only = (PREDICTIONS[0],)
    text = check_page(classification_page(only, {}, model_name="m")).text
    assert "a.wav murmur" in text
    assert "one/a.wav" not in text


def test_a_long_batch_does_not_list_every_sound_at_the_top(
    check_page: Callable[[str], Any],
    tone: Callable[..., Recording],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(classification, "_MOST_LISTED", 1)
    sounds = {p.source: tone(1000, 0.1) for p in PREDICTIONS[:2]}
    reader = check_page(classification_page(PREDICTIONS, sounds, model_name="m"))
    assert reader.all("a") == []
    assert len(reader.all("audio")) == 2


def test_where_only_the_worst_are_listed_the_others_are_counted(
    check_page: Callable[[str], Any],
) -> None:
    counts = {"normal": 1_200, "murmur": 40, "refused": 3, "unreadable": 2}
    html = classification_page(PREDICTIONS, {}, model_name="m", counts=counts)
    text = check_page(html).text
    assert "Sounds 1,245 normal 1,200 murmur 40 Refused 3 Not readable 2" in text
    assert "1,242 sounds with surer answers are not listed here." in text
    assert "not listed" not in classification_page(PREDICTIONS, {}, model_name="m")
