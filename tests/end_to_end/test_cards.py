"""What the cards of the shipped models say they reached is what the results say."""

from pathlib import Path

import pytest

from auscult.bundle import read_bundle, shipped_bundles

GOALS = Path(__file__).parents[2] / "docs" / "results" / "goals.md"
SECTION = "## What it was asked to reach"


@pytest.mark.parametrize("name", [name for name in shipped_bundles() if name != "segmenter"])
def test_a_card_tells_what_was_reached_as_the_goals_do(name: str) -> None:
    card = read_bundle(shipped_bundles()[name]).card
    section = card.partition(SECTION)[2].partition("\n## ")[0]
    told = [line.removesuffix("|") for line in section.splitlines() if line.startswith("| ")]
    known = GOALS.read_text(encoding="utf-8").splitlines()
    assert len(told) > 5, "the card does not tell: make results-joint"
    for line in told:
        assert any(row.startswith(line) for row in known), line
