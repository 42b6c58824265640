"""Your own recordings: a folder of class folders, or a table.

Class folders
-------------
Two or more folders, each named after a class of your own, sounds directly inside. Sounds in
``unlabelled`` (or ``unlabel``) have no label. Nothing tells whose recordings they are, so each is a
group of its own and every report says so at its top.

Table
-----
CSV with a header, in any of the encodings and with any of the delimiters of ``delimited``:

``path``       the sound, absolute or relative to the table's folder
``label``      its class; empty for a recording without label
``patient``    whose it is; recordings of one patient are one group. Optional, but figures without
               it are not to be trusted
``session``    what groups recordings without a patient (optional)
``site``, ``dataset``, ``subset``
               as in :class:`auscult.types.Entry` (optional)

Any other column becomes a fact. A patient is one person within one ``dataset``.

Classes and questions
---------------------
The classes are the labels found. A label that is named like a class of a question (normal, murmur,
artifact …; absent, present; normal, abnormal; good, poor; clear, unclear), in any case, answers it,
if at least two answers are to be found.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, Self

from auscult.datasets.dataset import Card, Dataset
from auscult.datasets.delimited import read_delimited
from auscult.datasets.listing import folders_in, is_sound, sounds_in
from auscult.errors import DatasetError
from auscult.types import CLASSES_3_OF_5, CLASSES_5, Entry

NAME = "own"
TABLE_SUFFIXES = (".csv", ".tsv", ".txt")
UNLABELLED_FOLDERS = ("unlabel", "unlabelled", "unlabeled")
MIN_FOLDERS = 2
_ANSWERS: Mapping[str, Mapping[str, str]] = {
    "heard": CLASSES_3_OF_5,
    "heard5": {name: name for name in CLASSES_5},
    "murmur": {"absent": "absent", "normal": "absent", "murmur": "present", "present": "present"},
    "refer": {"abnormal": "abnormal", "normal": "normal"},
    "quality": {"good": "good", "poor": "poor"},
    "beats": {"clear": "clear", "unclear": "unclear"},
}
_COLUMNS = ("path", "label", "patient", "session", "site", "dataset", "subset")
_LABEL_SEPARATORS = "|;,"

_CARD = Card(
    name=NAME,
    title="Your own recordings",
    size="what the folder or table holds",
    rates_hz=(),
    classes=(),
    questions={},
    subjects="unknown",
    subject_key="the column patient of a table; class folders do not tell it",
    licence="yours",
    citation="unpublished",
    address="not published",
)


@dataclass(frozen=True)
class Own(Dataset):
    """Reader of class folders or a table; ``card`` is made from what they hold."""

    card: Card = _CARD

    @staticmethod
    def recognises(path: Path) -> bool:
        """Say whether ``path`` is a table by its suffix, or holds two folders with sounds."""
        if path.is_file():
            return path.suffix.lower() in TABLE_SUFFIXES
        return len(_class_folders(path)) >= MIN_FOLDERS

    @classmethod
    def at(cls, path: Path) -> Self:
        """Return the reader, its card made from what is listed at ``path``."""
        return cls(_card(path, cls().entries(path)))

    def scan(self, path: Path) -> tuple[Entry, ...]:
        """Return every recording, sorted by id: its path in the folder, without suffix.

        Raises
        ------
        DatasetError
            If a row cannot be understood, or its file is not there; the message names it.
        """
        found = _found(path)
        _refuse_gone(found)
        return _in_order(found)

    def entries(self, path: Path) -> tuple[Entry, ...]:
        """Return every recording, likewise, whether its file is there or not."""
        return _in_order(_found(path))

    def misnamed(self, path: Path) -> list[tuple[tuple[str, ...], str]]:
        """Return recordings that lie in a folder named after another class."""
        return [
            ((entry.recording_id,), f"lies in folder {folder}, but is labelled {entry.label}")
            for entry in self.scan(path)
            if (folder := entry.path.parent.name) in self.card.classes
            and entry.label not in (None, folder)
        ]


def _card(path: Path, entries: tuple[Entry, ...]) -> Card:
    classes = tuple(sorted({entry.label for entry in entries if entry.label is not None}))
    n_known = sum(entry.patient is not None for entry in entries)
    n_labelled = sum(entry.label is not None for entry in entries)
    n_patients = len({entry.group for entry in entries if entry.patient is not None})
    subjects: Literal["known", "partly known", "unknown"] = "known"
    key = "patient, as the table tells"
    if not n_known:
        subjects, key = (
            "unknown",
            "no patient is given; list the files in a table with a column patient",
        )
    elif n_known < len(entries):
        subjects, key = (
            "partly known",
            f"{len(entries) - n_known} of {len(entries)} rows name no patient",
        )
    whose = f" of {n_patients} patients" if n_patients else ""
    return replace(
        _CARD,
        title=f"Your own recordings ({path.name})",
        size=f"{len(entries)} recordings{whose}, {n_labelled} with a label",
        classes=classes,
        questions=_questions(classes),
        subjects=subjects,
        subject_key=key,
    )


def _questions(classes: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return the questions that labels answer by their names, if two answers are to be found."""
    found = {}
    for question, answer_of in _ANSWERS.items():
        answers = {c: answer_of[c.lower()] for c in classes if c.lower() in answer_of}
        if len({*answers.values()}) > 1:
            found[question] = answers
    return found


def _found(path: Path) -> list[tuple[str, Entry]]:
    """Return place and entry of every recording."""
    found = list(_from_table(path) if path.is_file() else _from_folders(path))
    if not found:
        raise DatasetError(f"{path}: lists no recording")
    _refuse_twice(found)
    _refuse_two_spellings(found)
    return found


def _in_order(found: Iterable[tuple[str, Entry]]) -> tuple[Entry, ...]:
    return tuple(sorted((entry for _, entry in found), key=lambda e: e.recording_id))


def _class_folders(path: Path) -> list[Path]:
    return [folder for folder in folders_in(path) if sounds_in(folder)]


def _from_folders(path: Path) -> Iterator[tuple[str, Entry]]:
    """Yield place and entry of every sound in the class folders."""
    if astray := sounds_in(path):
        raise DatasetError(
            f"{astray[0]}: lies beside the class folders; move it into the folder of its class, "
            f"or into {UNLABELLED_FOLDERS[1]}/"
        )
    for folder in folders_in(path):
        for inner in folders_in(folder):
            if sounds := sounds_in(inner):
                raise DatasetError(
                    f"{sounds[0]}: lies in a folder inside {folder.name}/; put sounds directly "
                    "into the class folder, or list them in a table path,label,patient"
                )
        for sound in sounds_in(folder):
            name = sound.relative_to(path).with_suffix("").as_posix()
            label = None if folder.name.lower() in UNLABELLED_FOLDERS else folder.name
            yield str(sound), Entry(name, sound, NAME, NAME, label, group=f"recording-{name}")


def _from_table(table: Path) -> Iterator[tuple[str, Entry]]:
    """Yield place and entry of every row."""
    told = read_delimited(table)
    if missing := [name for name in ("path", "label") if name not in told.header]:
        raise DatasetError(
            f"{table}: has no column {' and no column '.join(missing)}; it has "
            f"{', '.join(told.header)}. Wanted path,label,patient"
        )
    for number, row in told.rows:
        place = f"{table}, row {number}"
        sound = _sound(place, table, row["path"])
        if any(separator in row["label"] for separator in _LABEL_SEPARATORS):
            raise DatasetError(f"{place}: label {row['label']!r} names several classes; wanted one")
        inside = sound.is_relative_to(table.parent)
        shown = sound.relative_to(table.parent) if inside else sound
        name = shown.with_suffix("").as_posix()
        yield place, _entry(name, sound, row)


def _entry(name: str, sound: Path, row: Mapping[str, str]) -> Entry:
    given = {column: row.get(column) or None for column in _COLUMNS}
    source = f"{given['dataset']}-" if given["dataset"] else ""
    group = f"recording-{name}"
    if given["patient"]:
        group = f"patient-{source}{given['patient']}"
    elif given["session"]:
        group = f"session-{source}{given['session']}"
    return Entry(
        recording_id=name,
        path=sound,
        dataset=given["dataset"] or NAME,
        subset=given["subset"] or given["dataset"] or NAME,
        label=given["label"],
        group=group,
        patient=given["patient"],
        site=given["site"],
        session=given["session"],
        facts={k: v for k, v in row.items() if v and k not in _COLUMNS},
    )


def _sound(place: str, table: Path, cell: str) -> Path:
    if not cell:
        raise DatasetError(f"{place}: the path is empty")
    # subtle: a table saved on Windows may write folders with a backslash
    tried = (table.parent / cell, table.parent / cell.replace("\\", "/"))
    found = next((path for path in tried if path.is_file()), tried[0])
    if not is_sound(found.name):
        raise DatasetError(f"{place}: {cell} is no sound by its suffix")
    return found


def _refuse_gone(found: Iterable[tuple[str, Entry]]) -> None:
    for place, entry in found:
        if not entry.path.is_file():
            raise DatasetError(
                f"{place}: {entry.path} does not exist; paths start at the table's folder"
            )


def _refuse_twice(found: Iterable[tuple[str, Entry]]) -> None:
    seen: dict[str, tuple[str, Entry]] = {}
    for place, entry in found:
        if entry.recording_id in seen:
            before, other = seen[entry.recording_id]
            labels = f", as {other.label} and as {entry.label}" * (other.label != entry.label)
            raise DatasetError(
                f"{place}: {entry.recording_id} is listed a second time{labels} (first: {before})"
            )
        seen[entry.recording_id] = place, entry


def _refuse_two_spellings(found: Iterable[tuple[str, Entry]]) -> None:
    """Refuse labels that differ in case alone, which would be two classes."""
    spelt: dict[str, tuple[str, str]] = {}
    for place, entry in found:
        if entry.label is not None:
            before, label = spelt.setdefault(entry.label.lower(), (place, entry.label))
            if label != entry.label:
                raise DatasetError(
                    f"{place}: label {entry.label!r} is spelt {label!r} elsewhere ({before}); "
                    "spell a class one way"
                )
