"""What every dataset offers: a card, a scan of a folder into entries, and its known defects.

A scan lists files and reads names and tables; it never opens audio. Labels are those the publisher
gave; recordings published without a label have ``label=None``. ``Entry.group`` joins everything
that must stay on one side of a split.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal, Protocol

from auscult.errors import ConfigError, DatasetError
from auscult.types import QUESTIONS, Entry, Mark

AUDIO_SUFFIXES = (".wav", ".flac", ".aif", ".aiff", ".mp3", ".ogg")


@dataclass(frozen=True, slots=True)
class Card:
    """What a dataset is, where it comes from, and what may be done with it.

    Parameters
    ----------
    classes
        The labels that entries carry.
    questions
        Question (of :data:`auscult.types.QUESTIONS`) → label → its answer. A label left out says
        nothing about the question; a question left out is not answered by this dataset.
    subjects
        Whether it is known which recordings come from one person; ``subject_key`` says how.

    Raises
    ------
    ConfigError
        If ``questions`` asks what nobody knows, or maps a label or to an answer that is not there.
    """

    name: str
    title: str
    size: str
    rates_hz: tuple[int, ...]
    classes: tuple[str, ...]
    questions: Mapping[str, Mapping[str, str]]
    subjects: Literal["known", "inferred", "unknown"]
    subject_key: str
    licence: str
    citation: str
    address: str

    def __post_init__(self) -> None:
        for question, answers in self.questions.items():
            if question not in QUESTIONS:
                raise ConfigError(f"{self.name}: question {question!r} is none of {[*QUESTIONS]}")
            if unknown := sorted(
                {*answers} - {*self.classes} | {*answers.values()} - {*QUESTIONS[question]}
            ):
                raise ConfigError(f"{self.name}: {unknown} are no classes of {question!r}")


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
    """A reader of one published collection."""

    card: ClassVar[Card]
    defects: ClassVar[tuple[Defect, ...]]

    @staticmethod
    def recognises(folder: Path) -> bool:
        """Say whether ``folder`` looks like this collection, from names alone."""

    def scan(self, folder: Path) -> tuple[Entry, ...]:
        """Return every recording in a stable order.

        Raises
        ------
        DatasetError
            If the folder does not hold the collection or a name cannot be understood.
        """

    def truth(self, folder: Path) -> Mapping[str, tuple[Mark, ...]]:
        """Return the S1/S2 positions published, by recording id; empty where there are none."""

    def misnamed(self, folder: Path) -> list[tuple[tuple[str, ...], str]]:
        """Return what names contradict: recording ids or table names, and a sentence."""


def find_dataset(folder: str | Path, datasets: Iterable[type[Dataset]]) -> Dataset:
    """Return the reader that recognises ``folder``.

    Raises
    ------
    DatasetError
        If the folder does not exist or no reader knows its layout.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise DatasetError(f"{folder}: no such folder; name the folder that holds the dataset")
    known = list(datasets)
    for dataset in known:
        if dataset.recognises(folder):
            return dataset()
    inside = ", ".join(sorted(p.name for p in folder.iterdir())[:8]) or "nothing"
    raise DatasetError(
        f"{folder}: holds no dataset that auscult knows ({', '.join(d.card.name for d in known)}); "
        f"it holds {inside}. Wanted set_a/ and set_b/, or one folder a class"
    )
