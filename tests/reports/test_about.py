"""A card's limits, point by point."""

import pytest

from auscult.inference import load_model
from auscult.reports.about import limits_of, points


@pytest.mark.parametrize(
    ("card", "told"),
    [
        (
            "# m\n\n## Limits\n\n- few\n  `own` people\n- one device\n\n## More\n\n- no",
            ["few own people", "one device"],
        ),
        ("# m\n\n## Limits\n\nFor research.\n", ["For research."]),
        ("# m\n\n## Limits\n", []),
        ("# m", []),
    ],
)
def test_the_points_of_the_section_are_told(card: str, told: list[str]) -> None:
    assert limits_of(card) == told


def test_a_shipped_card_has_limits_of_one_line_each() -> None:
    told = limits_of(load_model("default").bundle.card)
    assert told[0].startswith("Not a medical device")
    assert not any("\n" in point or "`" in point for point in told)


def test_points_are_escaped() -> None:
    assert str(points(["a < b"])) == "<ul><li>a &lt; b</li></ul>"
