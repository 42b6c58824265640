"""The model card of a calibrated bundle: the one it had, with what is no longer so put right."""

import re
from collections.abc import Mapping
from typing import Any

from auscult.bundle import Bundle
from auscult.evaluation import Evaluation, as_text
from auscult.training.card import THRESHOLDS, lines_section

LIMITS, PATIENTS = "## Limits", "## Patients"
FITTED = (
    "The calibration of `{}` was fitted to {} recordings of `{}` from {} patients or sessions, on "
    "top of that of `{}`, to which the figures above belong. Data hash `{}`."
)
DRAWN = (
    "The lines of {} under *Thresholds* were drawn anew, from these recordings alone, each "
    "answered by a calibration that had not met its group."
)
UNDRAWN = (
    "The lines of {} were dropped: they were of probabilities as they were, and these recordings "
    "do not hold both what is looked for and something else, to draw others."
)
NO_RULE = (
    "The rule for patients was dropped, for it was fitted to the odds as they were: ask `{}` for "
    "one answer a patient."
)


def calibrated_card(
    old: Bundle, new: Bundle, question: str, data: Mapping[str, Any], evaluation: Evaluation
) -> str:
    """Return the card of ``new`` as Markdown, from that of ``old``, which it was fitted from."""
    titled = re.sub(r"\A# Model card: .*", lambda _: f"# Model card: {new.name}", old.card)
    parts = re.split(r"^(?=## )", titled, flags=re.MULTILINE)
    if new.patients is None:
        parts = [part for part in parts if _heading(part) != PATIENTS]
    headings = [_heading(part) for part in parts]
    at = next((headings.index(h) for h in (THRESHOLDS, LIMITS) if h in headings), len(parts))
    lines = "".join(f"{block}\n\n" for block in lines_section(new.thresholds))
    parts[at : at + (THRESHOLDS in headings)] = [lines]
    told = " ".join(_changes(old, new, question, data))
    heading = f"## Calibrated on other recordings\n\n{told}"
    return f"{''.join(parts).rstrip()}\n\n{heading}\n\n```\n{as_text(evaluation)}```\n"


def _heading(part: str) -> str:
    return part.partition("\n")[0]


def _changes(old: Bundle, new: Bundle, question: str, data: Mapping[str, Any]) -> list[str]:
    """Return a sentence for everything that is not as it was."""
    counts = data["n_recordings"], data["dataset"], data["n_groups"]
    found = [FITTED.format(question, *counts, old.name, data["hash"][:16])]
    drawn = [q for q, lines in new.thresholds.items() if lines != old.thresholds.get(q)]
    undrawn = [q for q in old.thresholds if q not in new.thresholds]
    for words, questions in ((DRAWN, drawn), (UNDRAWN, undrawn)):
        found += [words.format(" and ".join(f"`{q}`" for q in questions))] * bool(questions)
    return found + [NO_RULE.format(old.name)] * (new.patients is not old.patients)
