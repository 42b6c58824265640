"""PhysioNet/CinC Challenge 2016: normal or abnormal, from six databases.

``training-a`` to ``training-f`` hold recordings (``a0001.wav``, as WAV or FLAC) and
``REFERENCE.csv``, one row a recording without header: name, and -1 for normal or 1 for abnormal.
``validation`` holds copies of some of them under the same names; a copy is not listed beside its
original. The rate comes from the sound itself, for the ``.hea`` beside it may tell another.

Subjects
--------
Subjects recur within databases a, b and e, and the published folders do not say who is who. Where
a table ``subjects.csv`` (``record,subject,diagnosis,…``; an empty subject is unknown) stands in
the folder, its subjects are the groups and its other columns facts; a recording without a subject
is a group of its own.

Further facts
-------------
``beats``            clear: no beat that an algorithm had found was corrected by hand; unclear: half
                     or more were. From the columns ``n_beats`` and ``n_beats_hand_corrected`` of
                     the table of subjects; absent where fewer were, or nobody tells
``sqi``              1 good, 0 poor: the third column of ``REFERENCE-SQI.csv`` in the database's
                     folder, or of ``annotations/updated/training-a/REFERENCE_withSQI.csv``
``diagnosis``, ``age``, ``sex``
                     from ``annotations/Online_Appendix_training_set.csv``, where it stands and the
                     table of subjects does not tell. The appendix was exported from a spreadsheet:
                     Latin-1 if it is no UTF-8, line breaks inside the names of its columns

Source
------
Liu et al., Physiological Measurement 37(12):2181, 2016, doi:10.1088/0967-3334/37/12/2181.
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from auscult.datasets.dataset import Card, Dataset
from auscult.datasets.delimited import read_delimited
from auscult.datasets.listing import by_stem, folders_in, plain_rows, sounds_in
from auscult.errors import DatasetError
from auscult.types import Entry

LABELS: Mapping[str, str] = {"-1": "normal", "1": "abnormal"}
SUBJECTS = "subjects.csv"
COPIES = "validation"
UNCLEAR_FROM = 0.5
"""Share of a record's beats corrected by hand."""
APPENDIX = Path("annotations", "Online_Appendix_training_set.csv")
_APPENDIX_RECORD = "challenge record name"
_APPENDIX_FACTS: Mapping[str, str] = {
    "diagnosis": "diagnosis",
    "age (year)": "age",
    "gender": "sex",
}
_DATABASE = re.compile(r"training-[a-f]")
_RECORD = re.compile(r"(?P<database>[a-f])\d{4,5}")

_CARD = Card(
    name="cinc2016",
    title="PhysioNet/CinC Challenge 2016",
    size="3,240 recordings of six databases (665 abnormal), and 301 copies in validation/",
    rates_hz=(2_000,),
    classes=("abnormal", "normal"),
    questions={"refer": {"abnormal": "abnormal", "normal": "normal"}},
    facts=("beats",),
    subjects="unknown",
    subject_key=f"not published with the recordings; a table {SUBJECTS} in the folder tells it",
    licence="Open Data Commons Attribution License 1.0 (PhysioNet)",
    citation=(
        "Liu et al.: An open access database for the evaluation of heart sound algorithms, "
        "Physiological Measurement 37(12):2181, 2016"
    ),
    address="https://physionet.org/content/challenge-2016/1.0.0/",
)


@dataclass(frozen=True)
class Cinc2016(Dataset):
    """Reader of the published folders; ``card`` depends on whether the subjects are known."""

    card: Card = _CARD

    @staticmethod
    def recognises(path: Path) -> bool:
        """Say whether ``path`` holds one of the folders ``training-a`` to ``training-f``."""
        return any(_DATABASE.fullmatch(folder.name) for folder in folders_in(path))

    @classmethod
    def at(cls, path: Path) -> Self:
        """Return the reader, its card saying how many recordings have a known subject here."""
        told = _subjects(path)
        if not told:
            return cls()
        n_unknown = sum(not row["subject"] for row in told.values())
        key = f"subject, from {SUBJECTS}"
        if not n_unknown:
            return cls(replace(_CARD, subjects="known", subject_key=key))
        key += f"; unknown for {n_unknown} of {len(told)} recordings, each its own group"
        return cls(replace(_CARD, subjects="partly known", subject_key=key))

    def scan(self, path: Path) -> tuple[Entry, ...]:
        """Return every recording once, sorted by id."""
        subjects, appendix = _subjects(path), _appendix(path / APPENDIX)
        entries = []
        references: dict[Path, dict[str, str]] = {}
        qualities: dict[Path, dict[str, str]] = {}
        for sound in _sounds(path):
            folder, record = sound.parent, sound.stem
            if not (named := _RECORD.fullmatch(record)):
                raise DatasetError(
                    f"{sound}: is not named like a record of CinC 2016 (a0001); "
                    "move it out of the dataset's folders"
                )
            if folder not in references:
                references[folder] = _reference(folder / "REFERENCE.csv")
                qualities[folder] = _quality(folder)
            told = subjects.get(record, {})
            facts = appendix.get(record, {}) | {
                k: v for k, v in told.items() if v and k not in ("record", "subject")
            }
            if beats := _beats(facts):
                facts["beats"] = beats
            if record in qualities[folder]:
                facts["sqi"] = qualities[folder][record]
            entries.append(
                Entry(
                    recording_id=record,
                    path=sound,
                    dataset="cinc2016",
                    subset=named["database"],
                    label=references[folder].get(record),
                    group=told.get("subject") or record,
                    patient=told.get("subject") or None,
                    facts=facts,
                )
            )
        return tuple(entries)

    def misnamed(self, path: Path) -> list[tuple[tuple[str, ...], str]]:
        """Return rows without a sound, sounds without a row, and copies labelled otherwise."""
        found = []
        original: dict[str, str] = {}
        for folder in _folders(path):
            told = _reference(folder / "REFERENCE.csv")
            here = {sound.stem for sound in sounds_in(folder)}
            if absent := tuple(sorted(told.keys() - here)):
                said = f"{len(absent)} of {len(told)} names in {folder.name}/REFERENCE.csv"
                found.append((absent, f"{said} match no file"))
            if bare := tuple(sorted(here - told.keys())):
                found.append((bare, f"have no row in {folder.name}/REFERENCE.csv, so no label"))
            if other := tuple(sorted(r for r in told if original.get(r, told[r]) != told[r])):
                found.append((other, f"{folder.name}/REFERENCE.csv gives the copy another label"))
            original = told | original
        return found


def _folders(path: Path) -> list[Path]:
    """Return the databases' folders, and the copies' behind them."""
    inside = folders_in(path)
    return [
        *(folder for folder in inside if _DATABASE.fullmatch(folder.name)),
        *(folder for folder in inside if folder.name == COPIES),
    ]


def _sounds(path: Path) -> list[Path]:
    """Return every sound once by stem; a copy only where its original is not there."""
    originals = [s for f in _folders(path) if f.name != COPIES for s in sounds_in(f)]
    there = {sound.stem for sound in originals}
    copies = [sound for sound in sounds_in(path / COPIES) if sound.stem not in there]
    if not originals and not copies:
        raise DatasetError(f"{path}: its folders training-a to training-f hold no sounds")
    return by_stem([*originals, *copies])


def _reference(table: Path) -> dict[str, str]:
    """Return record → label."""
    labels = {}
    for number, (record, code) in plain_rows(table, 2):
        if code not in LABELS:
            raise DatasetError(
                f"{table}, row {number}: label {code!r} of {record} is unknown; "
                "wanted -1 (normal) or 1 (abnormal)"
            )
        labels[record] = LABELS[code]
    return labels


def _quality(folder: Path) -> dict[str, str]:
    """Return record → signal quality, 1 good or 0 poor; nothing where it is not there."""
    updated = folder.parent / "annotations" / "updated" / folder.name / "REFERENCE_withSQI.csv"
    for table in (folder / "REFERENCE-SQI.csv", updated):
        if table.is_file():
            return {record: sqi for _, (record, _, sqi) in plain_rows(table, 3)}
    return {}


def _beats(facts: Mapping[str, str]) -> str:
    """Return how clear the beats are: by how many had to be corrected; empty if it is not told."""
    told = [facts.get(name, "") for name in ("n_beats", "n_beats_hand_corrected")]
    if not all(number.isdecimal() for number in told):
        return ""
    n_beats, n_corrected = map(int, told)
    if not 0 < n_beats >= n_corrected:
        return ""
    return "clear" if not n_corrected else "unclear" * (n_corrected >= UNCLEAR_FROM * n_beats)


def _appendix(table: Path) -> dict[str, dict[str, str]]:
    """Return record → facts of the publisher's appendix; nothing where it is not there."""
    if not table.is_file():
        return {}
    data = table.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    rows = csv.reader(text.splitlines(keepends=True))
    header = [" ".join(name.split()).lower() for name in next(rows, [])]
    if _APPENDIX_RECORD not in header:
        raise DatasetError(f"{table}: has no column {_APPENDIX_RECORD!r}; take the published file")
    facts = {}
    for row in rows:
        told = dict(zip(header, map(str.strip, row), strict=False))
        if record := told.get(_APPENDIX_RECORD):
            wanted = ((fact, told.get(name, "")) for name, fact in _APPENDIX_FACTS.items())
            facts[record] = {fact: value for fact, value in wanted if value}
    return facts


def _subjects(path: Path) -> dict[str, dict[str, str]]:
    """Return record → row of the table of subjects; nothing where there is none."""
    table = path / SUBJECTS
    if not table.is_file():
        return {}
    told = read_delimited(table)
    for column in ("record", "subject"):
        if column not in told.header:
            raise DatasetError(f"{table}: has no column {column!r}; wanted record,subject")
    return {row["record"]: row for _, row in told.rows}
