"""What every dataset offers: a card, a scan of a folder into entries, and its known defects.

A scan lists files and reads names and tables; it never opens audio. Labels are those the publisher
gave; recordings published without a label have ``label=None``. ``Entry.group`` joins everything
that must stay on one side of a split.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, Self

from auscult.datasets.listing import names_in
from auscult.errors import ConfigError, DatasetError
from auscult.types import QUESTIONS, Entry, Mark, StateSpan


@dataclass(frozen=True, slots=True)
class Card:
    """What a dataset is, where it comes from, and what may be done with it.

    Parameters
    ----------
    classes
        The labels that entries carry.
    questions
        Question (of :data:`auscult.types.QUESTIONS`) → label → its answer. A label left out says
        nothing about the question; a question left out is not answered by labels.
    facts
        Questions whose answer is the fact of that name, where labels do not tell it.
    subjects
        Whether it is known which recordings come from one person; ``subject_key`` says how.

    Raises
    ------
    ConfigError
        If nobody knows a question, or ``questions`` maps a label or to an answer that is not there.
    """

    name: str
    title: str
    size: str
    rates_hz: tuple[int, ...]
    classes: tuple[str, ...]
    questions: Mapping[str, Mapping[str, str]]
    subjects: Literal["known", "inferred", "partly known", "unknown"]
    subject_key: str
    licence: str
    citation: str
    address: str
    facts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for question in self.asked:
            if question not in QUESTIONS:
                raise ConfigError(f"{self.name}: question {question!r} is none of {[*QUESTIONS]}")
        for question, answers in self.questions.items():
            if unknown := sorted(
                {*answers} - {*self.classes} | {*answers.values()} - {*QUESTIONS[question]}
            ):
                raise ConfigError(f"{self.name}: {unknown} are no classes of {question!r}")

    @property
    def asked(self) -> tuple[str, ...]:
        """The questions that are answered, by labels or by facts."""
        return tuple(dict.fromkeys((*self.questions, *self.facts)))

    def answer(self, entry: Entry, question: str) -> str | None:
        """Return what ``entry`` answers; None where it says nothing, as without a label."""
        if entry.label is None:
            return None
        told = entry.facts.get(question)
        if question in self.facts and told in QUESTIONS[question]:
            return told
        return self.questions.get(question, {}).get(entry.label)

    @property
    def caution(self) -> str:
        """What every report on this data says at its top; empty where the subjects are known."""
        unsure = {
            "unknown": "It is not known which recordings come from one person",
            "partly known": "Of some recordings it is not known whose they are",
        }
        if self.subjects not in unsure:
            return ""
        return (
            f"{unsure[self.subjects]} ({self.subject_key}). Recordings of one person may stand on "
            "both sides of a split, and figures may be too high."
        )


@dataclass(frozen=True, slots=True)
class Defect:
    """A fault of the published data: which recordings, what kind, what is known.

    Kinds: ``duplicate`` (same sound, same side of a split), ``label-conflict`` (same sound, two
    labels), ``silent``, ``truth`` (an S1/S2 table row that cannot be trusted).
    """

    kind: str
    recording_ids: tuple[str, ...]
    note: str


class Dataset(Protocol):
    """A reader of one collection; a reader inherits whatever its collection does not have.

    ``card`` and ``defects`` of the class tell what is published; those of a reader made by
    :meth:`at` what lies at a path, which differ where the collection is the user's own.
    """

    card: Card
    defects: tuple[Defect, ...] = ()

    @staticmethod
    def recognises(path: Path) -> bool:
        """Say whether ``path`` looks like this collection, from names alone; never raises."""
        raise NotImplementedError

    @classmethod
    def at(cls, path: Path) -> Self:  # noqa: ARG003 - for readers whose card comes from the data
        """Return the reader of what lies at ``path``, which it recognises."""
        return cls()

    def scan(self, path: Path) -> tuple[Entry, ...]:
        """Return every recording in a stable order.

        Raises
        ------
        DatasetError
            If the path does not hold the collection or a name or table cannot be understood.
        """
        raise NotImplementedError

    def truth(self, path: Path) -> Mapping[str, tuple[Mark, ...]]:  # noqa: ARG002
        """Return the S1/S2 positions published, by recording id; empty where there are none."""
        return {}

    def states(self, path: Path) -> Mapping[str, tuple[StateSpan, ...]]:  # noqa: ARG002
        """Return the states of the cardiac cycle published, by recording id, likewise."""
        return {}

    def misnamed(self, path: Path) -> list[tuple[tuple[str, ...], str]]:  # noqa: ARG002
        """Return what names contradict: recording ids or table names, and a sentence."""
        return []


def find_dataset(path: str | Path, datasets: Iterable[type[Dataset]]) -> Dataset:
    """Return the reader that recognises the folder or table at ``path``, the first of several.

    Raises
    ------
    DatasetError
        If there is nothing at the path, no reader knows it, or its reader cannot read it.
    """
    path = Path(path)
    if not path.exists():
        raise DatasetError(
            f"{path}: no such folder or table; name the folder that holds the dataset"
        )
    known = list(datasets)
    for dataset in known:
        if dataset.recognises(path):
            return dataset.at(path)
    names = ", ".join(d.card.name for d in known)
    inside = f"holds {', '.join(names_in(path)[:8]) or 'nothing'}" if path.is_dir() else "is a file"
    raise DatasetError(
        f"{path}: holds no dataset that auscult knows ({names}); it {inside}. Wanted a published "
        "layout (set_a/ and set_b/, training_data/, training-a/), or your own recordings: two or "
        "more folders, each named after a class, or a CSV table with columns path,label,patient"
    )


LABEL = "label"
"""Asked instead of a question: what the labels say, whatever they are called."""


def answered(entries: Iterable[Entry], card: Card, question: str) -> tuple[list[Entry], list[str]]:
    """Return the recordings that answer ``question``, and their answers.

    Asked for ``LABEL``, every label is an answer.

    Raises
    ------
    DatasetError
        If the dataset does not answer the question, or no recording here does.
    """
    if question == LABEL:
        labelled = [(entry, entry.label) for entry in entries if entry.label is not None]
        return [entry for entry, _ in labelled], [label for _, label in labelled]
    if question not in card.asked:
        known = ", ".join(card.questions) or "no question"
        facts = f"; its facts answer {', '.join(card.facts)}" if card.facts else ""
        raise DatasetError(
            f"{card.title} does not answer {question!r}: its labels are "
            f"{', '.join(card.classes)}, which answer {known}{facts}. "
            f"Ask {LABEL!r} for the labels as they are"
        )
    told = [(entry, answer) for entry in entries if (answer := card.answer(entry, question))]
    if not told:
        wanted = f"fact {question!r}" if question in card.facts else "label"
        raise DatasetError(
            f"no recording of {card.title} here has a {wanted} that answers {question!r}; its data "
            "card says where it comes from"
        )
    return [entry for entry, _ in told], [answer for _, answer in told]
