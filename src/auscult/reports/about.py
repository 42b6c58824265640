"""What a model's card says of its limits, as points on a page."""

from collections.abc import Iterable

from auscult.reports.markup import Html, element


def limits_of(card: str) -> list[str]:
    """Return the points of the card's section on limits, each on one line; none without one."""
    _, _, after = card.partition("## Limits")
    section = after.partition("\n## ")[0].strip().replace("`", "")
    return [" ".join(point.split()) for point in section.removeprefix("- ").split("\n- ") if point]


def points(told: Iterable[str]) -> Html:
    """Return a list of points."""
    return element("ul", *(element("li", point) for point in told))
