"""A manifest is itself a dataset: one table of recordings, from one collection or several.

``auscult data index`` writes it; whatever takes a dataset takes the manifest. The table's columns
are those of :mod:`auscult.datasets.manifest_row`, its forms those of
:mod:`auscult.datasets.manifest_file`; :mod:`auscult.datasets.manifest_cards` says what things are
called where several datasets lie in one manifest.

What is checked when it is opened
---------------------------------
That every row names path, dataset, recording and group; that no recording stands there twice; that
labels are of the dataset's card and the answers are what the card makes of them; that no patient is
in two groups. A scan checks that the files are there. Whether they are the same files as when they
were indexed, only ``auscult data verify`` can tell: it reads them.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Generic, Self, TypeVar

from auscult.datasets.dataset import Card, Dataset, Defect, find_dataset
from auscult.datasets.manifest_cards import Together, card_of_rows
from auscult.datasets.manifest_file import About, is_manifest, read_manifest
from auscult.datasets.manifest_row import REQUIRED, Heard, Row, entry_of, heard_of
from auscult.errors import DatasetError
from auscult.types import QUESTIONS, Entry, Mark, StateSpan

T = TypeVar("T")

_CARD = Card(
    name="manifest",
    title="Manifest",
    size="what the table lists",
    rates_hz=(),
    classes=(),
    questions={},
    subjects="unknown",
    subject_key="that of the datasets in it",
    licence="that of the datasets in it",
    citation="that of the datasets in it",
    address="not published",
)


@dataclass(frozen=True)
class Manifest(Dataset):
    """Reader of one manifest; :meth:`at` opens it."""

    card: Card = _CARD
    defects: tuple[Defect, ...] = ()
    rows: tuple[tuple[int, Row], ...] = ()
    together: Together = field(default_factory=lambda: Together({}))
    about: About = field(default_factory=About)

    @staticmethod
    def recognises(path: Path) -> bool:
        """Say whether ``path`` is a Parquet table, or a CSV table with hashes."""
        return is_manifest(path)

    @classmethod
    def at(cls, path: Path) -> Self:
        """Open the manifest at ``path`` and check it.

        Raises
        ------
        DatasetError
            If it is no manifest or contradicts itself; the message names file and row.
        MissingExtraError
            If it is Parquet and pyarrow is not installed.
        """
        numbered, about = read_manifest(path)
        rows = tuple(numbered)
        if not rows:
            raise DatasetError(f"{path}: lists no recording; index a dataset first")
        for number, fault in _faults_alone(rows):
            raise DatasetError(f"{path}, row {number}: {fault}")
        cards = _cards(rows, about)
        for number, fault in _faults_of_labels(rows, cards):
            raise DatasetError(f"{path}, row {number}: {fault}")
        together = Together(cards)
        defects = tuple(
            defect
            for name in cards
            if name in _published()
            for defect in together.defects(name, _published()[name].defects)
        )
        return cls(together.card(len(rows)), defects, rows, together, about)

    def scan(self, path: Path) -> tuple[Entry, ...]:
        """Return every recording, in the order of the table.

        Raises
        ------
        DatasetError
            If a file is not there; the message names the first, its row, and how many more.
        """
        entries = self.entries(path)
        gone = [i for i, entry in enumerate(entries) if not entry.path.is_file()]
        if gone:
            number, row = self.rows[gone[0]]
            more = f" (nor are {len(gone) - 1} more)" if len(gone) > 1 else ""
            raise DatasetError(
                f"{path}, row {number}: {row['path']} is not there{more}; put the files back, or "
                "write the manifest again with `auscult data index`"
            )
        return entries

    def entries(self, path: Path) -> tuple[Entry, ...]:
        """Return every recording, whether its file is there or not."""
        cards = self.together.cards
        entries = (entry_of(row, path.parent, cards[row["dataset"]].facts) for _, row in self.rows)
        return tuple(map(self.together.entry, entries))

    def heard(self) -> dict[str, Heard]:
        """Return recording id → what its file told when it was indexed."""
        return {
            self.together.name(row["dataset"], row["recording"]): heard_of(row)
            for _, row in self.rows
        }

    def truth(self, path: Path) -> Mapping[str, tuple[Mark, ...]]:
        """Return the S1/S2 positions that the indexed datasets publish, where they still lie."""
        return self._published_there(path, lambda reader, place: reader.truth(place))

    def states(self, path: Path) -> Mapping[str, tuple[StateSpan, ...]]:
        """Return the states of the cardiac cycle that they publish, likewise."""
        return self._published_there(path, lambda reader, place: reader.states(place))

    def misnamed(self, path: Path) -> list[tuple[tuple[str, ...], str]]:
        """Return what the indexed datasets find misnamed, where they still lie."""
        return [
            (tuple(self.together.name(name, one) for one in recordings), note)
            for name, place, reader in self.sources(path)
            for recordings, note in reader.misnamed(place)
        ]

    def sources(self, path: Path) -> Iterator[tuple[str, Path, Dataset]]:
        """Yield name, place and reader of every indexed dataset that still lies where it did."""
        for name, folder in self.about.sources:
            place = Path(os.path.normpath(path.parent / folder))
            if place.exists():
                yield name, place, find_dataset(place, _published().values())

    def _published_there(
        self, path: Path, told: Callable[[Dataset, Path], Mapping[str, T]]
    ) -> Mapping[str, T]:
        here = {(row["dataset"], row["recording"]) for _, row in self.rows}
        return _Renamed(
            {
                self.together.name(name, recording): (tables, recording)
                for name, place, reader in self.sources(path)
                for tables in (told(reader, place),)
                for recording in tables
                if (name, recording) in here
            }
        )


class _Renamed(Mapping[str, T], Generic[T]):
    """Entries of several mappings under other names, each looked up when it is asked for."""

    def __init__(self, places: Mapping[str, tuple[Mapping[str, T], str]]) -> None:
        self._places = places

    def __getitem__(self, name: str) -> T:
        table, key = self._places[name]
        return table[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def _published() -> Mapping[str, type[Dataset]]:
    """Return the table of datasets, which this one stands in."""
    from auscult.datasets import DATASETS  # noqa: PLC0415 - the table imports this module

    return DATASETS


def _cards(rows: Iterable[tuple[int, Row]], about: About) -> dict[str, Card]:
    of_dataset: dict[str, list[Row]] = {}
    for _, row in rows:
        of_dataset.setdefault(row["dataset"], []).append(row)
    cards = {}
    for name, members in of_dataset.items():
        kept = about.cards.get(name)
        if kept is None and name in _published():
            kept = _published()[name].card
        # subtle: the card of your own recordings knows no class before it has seen them.
        cards[name] = kept if kept and kept.classes else card_of_rows(name, members)
    return cards


def _faults_alone(rows: Iterable[tuple[int, Row]]) -> Iterator[tuple[int, str]]:
    """Yield row number and fault of what the rows say without any card."""
    row_of: dict[tuple[str, str], int] = {}
    group_of: dict[tuple[str, str], tuple[int, str]] = {}
    for number, row in rows:
        for name in REQUIRED:
            if name != "label" and row[name] is None:
                yield number, f"{name} is empty; every recording needs one"
        who = (row["dataset"], row["recording"])
        if (first := row_of.setdefault(who, number)) != number:
            yield number, f"{who[1]} of {who[0]} stands in row {first} already"
        for question, answers in QUESTIONS.items():
            if (told := row.get(question)) is not None and told not in answers:
                yield number, f"{question} is {told!r}; wanted {' or '.join(answers)}, or nothing"
        if patient := row.get("patient"):
            first, group = group_of.setdefault((who[0], patient), (number, row["group"]))
            if group != row["group"]:
                said = (
                    f"patient {patient} is in group {row['group']}, but in {group} in row {first}"
                )
                yield number, f"{said}; no split may divide a patient"


def _faults_of_labels(
    rows: Iterable[tuple[int, Row]], cards: Mapping[str, Card]
) -> Iterator[tuple[int, str]]:
    """Yield row number and fault of labels and answers that the card contradicts."""
    for number, row in rows:
        name, label = row["dataset"], row["label"]
        card = cards[name]
        if label is not None and label not in card.classes:
            near = get_close_matches(label, card.classes, n=1)
            hint = f"did you mean {near[0]!r}? " if near else ""
            known = ", ".join(card.classes)
            yield number, f"label {label!r} is none of {name}; {hint}There are: {known}"
        entry = entry_of(row, Path(), card.facts)
        for question in QUESTIONS:
            answer = card.answer(entry, question)
            if question in row and row[question] != answer:
                said = f"{question} is {row[question] or 'nothing'}"
                by = "its fact" if question in card.facts else f"label {label!r}"
                yield number, f"{said}, but {by} of {name} means {answer or 'nothing'}"
