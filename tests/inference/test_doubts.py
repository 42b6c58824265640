"""A doubt is told from one half on, with its probability."""

import pytest

from auscult.inference.doubts import DOUBTS, doubts, missing_band
from auscult.types import QUESTIONS


@pytest.mark.parametrize(
    ("poor", "unclear", "noted"),
    [
        (0.49, 0.49, []),
        (0.51, 0.49, ["poor"]),
        (0.49, 0.51, ["unclear beats"]),
        (0.51, 0.51, ["poor", "unclear beats"]),
    ],
)
def test_a_doubt_is_told_from_one_half_on(poor: float, unclear: float, noted: list[str]) -> None:
    said = {
        "quality": {"good": 1 - poor, "poor": poor},
        "beats": {"clear": 1 - unclear, "unclear": unclear},
    }
    notes = doubts(said)
    assert [note.partition(":")[0] for note in notes] == noted
    assert all("0.51" in note for note in notes)


def test_who_is_not_asked_doubts_nothing() -> None:
    assert doubts({"murmur": {"absent": 0.1, "present": 0.9}}) == ()


def test_every_doubt_is_an_answer() -> None:
    assert all(answer in QUESTIONS[question] for question, answer in DOUBTS)


@pytest.mark.parametrize(
    ("rate_hz", "missing"), [(1_000, "500 Hz"), (1_999, "999 Hz"), (2_000, "")]
)
def test_what_a_low_rate_leaves_out_is_told(rate_hz: int, missing: str) -> None:
    notes = missing_band(rate_hz)
    assert len(notes) == bool(missing)
    assert all(f"above {missing}" in note for note in notes)
