"""The cards of a manifest: one a dataset in it, and one for all of them together.

A card comes from the manifest itself, else from the table of published datasets, else from the
rows, whose answers tell what their labels mean.

Together
--------
With one dataset everything keeps its name and the card is that dataset's. With several, recording,
patient, session, group and subset become ``dataset/name``; so does a label that does not mean the
same in all of them (``normal`` of one says what is heard, of another that the heart is well), so
that one label has one answer.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from auscult.datasets.dataset import Card, Defect
from auscult.datasets.manifest_row import Row, answers_of
from auscult.types import QUESTIONS, Entry

Subjects: TypeAlias = Literal["known", "inferred", "partly known", "unknown"]

SURE_FIRST: tuple[Subjects, ...] = ("known", "inferred", "partly known", "unknown")


def card_of_rows(name: str, rows: Sequence[Row]) -> Card:
    """Return the card that the rows of one dataset amount to, where nobody kept it."""
    facts = tuple(question for question in QUESTIONS if _told_by_fact(question, rows))
    questions: dict[str, dict[str, str]] = {}
    for question in (asked for asked in QUESTIONS if asked not in facts):
        told = {row["label"]: row.get(question) for row in rows if row["label"]}
        if answers := {label: answer for label, answer in sorted(told.items()) if answer}:
            questions[question] = answers
    return Card(
        name=name,
        title=name,
        size=f"{len(rows):,} recordings",
        rates_hz=tuple(sorted({rate for row in rows if (rate := row.get("rate_hz"))})),
        classes=tuple(sorted({row["label"] for row in rows if row["label"]})),
        questions=questions,
        subjects=_subjects(sum(not row.get("patient") for row in rows), len(rows)),
        subject_key="the column patient of the manifest",
        licence="not told",
        citation="not told",
        address="not told",
        facts=facts,
    )


@dataclass(frozen=True)
class Together:
    """The datasets of one manifest under names that are unique in it.

    Parameters
    ----------
    cards
        Name of each dataset → its card, in the order of the manifest.
    """

    cards: Mapping[str, Card]

    def name(self, dataset: str, name: str) -> str:
        """Return what a recording, patient, session, group or subset is called."""
        return name if len(self.cards) == 1 else f"{dataset}/{name}".rstrip("/")

    def label(self, dataset: str, label: str) -> str:
        """Return what a label is called: its own name while it means one thing in all of them."""
        meanings = {
            tuple(answers_of(card, label).values())
            for card in self.cards.values()
            if label in card.classes
        }
        return label if len(meanings) <= 1 else f"{dataset}/{label}"

    def entry(self, entry: Entry) -> Entry:
        """Return ``entry`` under its names here."""
        if len(self.cards) == 1:
            return entry
        of = entry.dataset
        others = {*self._facts()} - {*self.cards[of].facts}
        return replace(
            entry,
            facts={name: told for name, told in entry.facts.items() if name not in others},
            recording_id=self.name(of, entry.recording_id),
            subset=self.name(of, entry.subset),
            group=self.name(of, entry.group),
            patient=entry.patient and self.name(of, entry.patient),
            session=entry.session and self.name(of, entry.session),
            label=entry.label and self.label(of, entry.label),
        )

    def _facts(self) -> tuple[str, ...]:
        """Return the questions that facts answer, in any of the datasets."""
        return tuple(dict.fromkeys(fact for card in self.cards.values() for fact in card.facts))

    def defects(self, of: str, defects: Iterable[Defect]) -> tuple[Defect, ...]:
        """Return the defects of one dataset with its recordings under their names here."""
        return tuple(
            replace(defect, recording_ids=tuple(self.name(of, one) for one in defect.recording_ids))
            for defect in defects
        )

    def card(self, n_recordings: int) -> Card:
        """Return the one card, or the card of all of them together."""
        cards = tuple(self.cards.values())
        if len(cards) == 1:
            return cards[0]
        questions: dict[str, dict[str, str]] = defaultdict(dict)
        for card in cards:
            for question, answers in card.questions.items():
                questions[question] |= {self.label(card.name, a): b for a, b in answers.items()}
        names = {self.label(card.name, label) for card in cards for label in card.classes}
        return Card(
            name="+".join(self.cards),
            title=" + ".join(card.title for card in cards),
            size=f"{n_recordings:,} recordings of {len(cards)} datasets",
            rates_hz=tuple(sorted({rate for card in cards for rate in card.rates_hz})),
            classes=tuple(sorted(names)),
            questions=dict(questions),
            subjects=max((card.subjects for card in cards), key=SURE_FIRST.index),
            subject_key=_listed(cards, "subject_key"),
            licence=_listed(cards, "licence"),
            citation=_listed(cards, "citation"),
            address=_listed(cards, "address"),
            facts=self._facts(),
        )


def _told_by_fact(question: str, rows: Sequence[Row]) -> bool:
    """Say whether a fact named like the question tells what stands in the question's column."""
    told = [
        (row.get(question), (row.get("facts") or {}).get(question)) for row in rows if row["label"]
    ]
    return any(answer for answer, _ in told) and all(
        answer == fact for answer, fact in told if answer or fact in QUESTIONS[question]
    )


def _subjects(n_unknown: int, n_rows: int) -> Subjects:
    if not n_unknown:
        return "known"
    return "unknown" if n_unknown == n_rows else "partly known"


def _listed(cards: Iterable[Card], field: str) -> str:
    return "; ".join(f"{card.name}: {getattr(card, field)}" for card in cards)
