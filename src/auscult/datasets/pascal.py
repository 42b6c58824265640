"""PASCAL Classifying Heart Sounds Challenge (2011): 832 recordings, 585 of them labelled.

Set A (176, iPhone app, 44,100 Hz) is named ``class__YYYYMMDDHHMM``; set B (656, digital
stethoscope in a clinic, 4,000 Hz) ``class__SUBJECT_UNIXMS_POSITION``, with an optional
``noisynormal`` or ``noisymurmur`` between. Both published layouts are read, as WAV or FLAC:
``set_a/`` and ``set_b/``, and one folder a class with the unlabelled ones in ``unlabel/``.

Groups
------
Set B: the subject; 101, 103 and 146 share audio and are one. Set A: chains of recordings at most
ten minutes apart; two blocks of August 2011 (40 files of 7.936 s, probably teaching material) are
one.

Source
------
Bentley, Nordehn, Coimbra, Mannor: The PASCAL Classifying Heart Sounds Challenge, 2011.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from auscult.datasets.dataset import Card, Dataset
from auscult.datasets.listing import AUDIO_SUFFIXES, by_stem, folders_in, sounds_in
from auscult.datasets.pascal_defects import BROKEN_CELLS, DEFECTS, UNTRUSTED_ROWS
from auscult.errors import DatasetError
from auscult.types import CLASSES_3_OF_5, CLASSES_5, Entry, Mark

SETS = ("set_a", "set_b")
UNLABELLED_FOLDER = "unlabel"
SESSION_GAP_S = 600.0
TEACHING_BLOCKS = ((201108011111, 201108011118), (201108222221, 201108222258))
ONE_SUBJECT = {"101": "101", "103": "101", "146": "101"}
_SET_A = re.compile(r"(?P<label>[A-Za-z]+)__(?P<time>\d{10,12})")
_SET_B = re.compile(
    r"(?P<label>[A-Za-z]+?)_(?:_|(?P<sublabel>noisy[a-z]+)_)"
    r"(?P<subject>\d+)_(?P<unix_ms>\d{13})_(?P<site>[A-Z])(?P<repeat>\d*(?:_\d)?)"
)
_TRUTH_TABLES = (("Atraining_normal_seg.csv", 44_100), ("Btraining_normal_seg.csv", 4_000))


class Pascal(Dataset):
    """Reader of both published layouts."""

    card = Card(
        name="pascal",
        title="PASCAL Classifying Heart Sounds Challenge",
        size="832 recordings (585 labelled): 176 in set A, 656 of 171 patients in set B",
        rates_hz=(4_000, 44_100),
        classes=CLASSES_5,
        questions={
            "heard": CLASSES_3_OF_5,
            "heard5": {label: label for label in CLASSES_5},
            "murmur": {
                "extrahls": "absent",
                "extrastole": "absent",
                "murmur": "present",
                "normal": "absent",
            },
            "quality": {label: "poor" if label == "artifact" else "good" for label in CLASSES_5},
        },
        subjects="inferred",
        subject_key="set B: patient, from the file name; set A: session, inferred from the time",
        licence="free use with credit (collectors); CC0 (Kaggle mirror)",
        citation=(
            "Bentley, Nordehn, Coimbra, Mannor: The PASCAL Classifying Heart Sounds Challenge, 2011"
        ),
        address="http://www.peterjbentley.com/heartchallenge/",
    )
    defects = DEFECTS

    @staticmethod
    def recognises(path: Path) -> bool:
        """Say whether ``path`` holds ``set_a`` or ``set_b``, or class folders of PASCAL's files.

        Folders named after PASCAL's classes whose files are named otherwise, or that stand beside
        folders of other classes, are somebody's own data.
        """
        inside = folders_in(path)
        if any(folder.name in SETS for folder in inside):
            return True
        sounds = {folder.name: sounds_in(folder) for folder in inside}
        if any(sounds[name] for name in sounds.keys() - {UNLABELLED_FOLDER, *CLASSES_5}):
            return False
        stems = [sound.stem for files in sounds.values() for sound in files]
        return any(_SET_A.fullmatch(stem) or _SET_B.fullmatch(stem) for stem in stems)

    def scan(self, path: Path) -> tuple[Entry, ...]:
        """Return every recording, sorted by id."""
        files = by_stem(_sound_files(path))
        if not files:
            raise DatasetError(f"{path}: its folders hold no {', '.join(AUDIO_SUFFIXES)} files")
        sessions = _sessions(files)
        return tuple(_entry(file, sessions) for file in files)

    def truth(self, path: Path) -> Mapping[str, tuple[Mark, ...]]:
        """Return S1/S2 positions by recording id, from the tables in ``path`` if they are there.

        Cells and rows known to be broken are left out; ``defects`` lists them.
        """
        ids = {_truth_key(file.stem): file.stem for file in _sound_files(path)}
        return {
            ids[key]: marks
            for table, rate_hz in _TRUTH_TABLES
            for key, marks in _truth_rows(path / table, rate_hz)
            if key in ids and key not in UNTRUSTED_ROWS
        }

    def misnamed(self, path: Path) -> list[tuple[tuple[str, ...], str]]:
        """Return files whose folder and name disagree, and table rows that name no file.

        The tables' names are normalised first: ``set_b.csv`` calls every file ``Btraining_…``, and
        as written matches none on disk.
        """
        files = list(_sound_files(path))
        found: list[tuple[tuple[str, ...], str]] = [
            ((file.stem,), f"lies in folder {file.parent.name}, but its name says {told}")
            for file in files
            if (told := name_label(file.stem))
            and file.parent.name in CLASSES_5
            and told != file.parent.name
        ]
        keys = {_table_key(file.stem) for file in files}
        for table in ("set_a.csv", "set_b.csv"):
            listed = list(_listed_names(path / table))
            missing = tuple(name for name in listed if _table_key(name) not in keys)
            if missing:
                said = f"{len(missing)} of {len(listed)} names in {table} match no file"
                found.append((missing, said))
        return found


def _table_key(name: str) -> str:
    """Bring a file's stem and the tables' names for it to one key: class letter and numbers."""
    label = name.replace("Btraining_", "").split("_")[0]
    if not label or label.endswith("unlabelledtest"):
        label = "test"
    return f"{label}-{re.sub(r'^[A-Za-z_]+', '', name)}"


def _listed_names(table: Path) -> Iterator[str]:
    """Yield the stems that ``set_a.csv`` or ``set_b.csv`` lists; none if it is not there."""
    if table.is_file():
        with table.open(encoding="utf-8-sig", newline=None) as lines:
            for row in csv.DictReader(lines):
                if row.get("fname"):
                    yield Path(row["fname"]).stem


def _sound_files(folder: Path) -> Iterator[Path]:
    for name in (*SETS, UNLABELLED_FOLDER, *CLASSES_5):
        yield from sounds_in(folder / name)


def _entry(path: Path, sessions: Mapping[str, str]) -> Entry:
    if match := _SET_B.fullmatch(path.stem):
        subject = match["subject"]
        return Entry(
            recording_id=path.stem,
            path=path,
            dataset="pascal",
            subset="B",
            label=_label(path, match["label"]),
            group=f"B-{ONE_SUBJECT.get(subject, subject)}",
            patient=subject,
            site=match["site"],
            sublabel=match["sublabel"],
            taken_at_s=int(match["unix_ms"]) / 1000,
        )
    if match := _SET_A.fullmatch(path.stem):
        return Entry(
            recording_id=path.stem,
            path=path,
            dataset="pascal",
            subset="A",
            label=_label(path, match["label"]),
            group=sessions[path.stem],
            taken_at_s=_time_s(match["time"]),
        )
    raise DatasetError(
        f"{path}: is not named like a PASCAL recording (class__YYYYMMDDHHMM or "
        "class__SUBJECT_UNIXMS_POSITION); move it out of the dataset's folders, or list all files "
        "in a table path,label,patient to read them as your own data"
    )


def _label(path: Path, name_label: str) -> str | None:
    """Return the folder's class in the class-folder layout, else the class in the name."""
    if path.parent.name == UNLABELLED_FOLDER or name_label.endswith("unlabelledtest"):
        return None
    label = path.parent.name if path.parent.name in CLASSES_5 else name_label
    if label not in CLASSES_5:
        raise DatasetError(f"{path}: label {label!r} is unknown; PASCAL has {', '.join(CLASSES_5)}")
    return label


def name_label(recording_id: str) -> str | None:
    """Return the class that the file name gives, or None for an unlabelled recording."""
    match = _SET_B.fullmatch(recording_id) or _SET_A.fullmatch(recording_id)
    return match["label"] if match and match["label"] in CLASSES_5 else None


def _time_s(digits: str) -> float | None:
    """Seconds since 1970 of YYYYMMDDHHMM; None for the two names that lost digits.

    subtle: strptime would read a name with lost digits as another time, so only 12 digits count.
    """
    if len(digits) != len("YYYYMMDDHHMM"):
        return None
    try:
        return datetime.strptime(digits, "%Y%m%d%H%M").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None


def _sessions(files: list[Path]) -> dict[str, str]:
    """Chain set A recordings that lie at most ten minutes apart; name each chain by its first."""
    groups: dict[str, str] = {}
    timed = []
    for path in files:
        if match := _SET_A.fullmatch(path.stem):
            digits = match["time"]
            groups[path.stem] = f"A-{digits}"
            if any(first <= int(digits) <= last for first, last in TEACHING_BLOCKS):
                groups[path.stem] = "A-teaching"
            elif (taken_at_s := _time_s(digits)) is not None:
                timed.append((taken_at_s, path.stem))
    timed.sort()
    for (before_s, before), (now_s, now) in pairwise(timed):
        if now_s - before_s <= SESSION_GAP_S:
            groups[now] = groups[before]
    return groups


def _truth_key(name: str) -> str:
    """Bring ``normal__201102081321``, ``201102081321.aif`` and their set B kin to one key.

    subtle: the tables hold plain normals; a noisy one of the same name must keep another key.
    """
    return re.sub(r"^normal__|\.aiff?$", "", name)


def _truth_rows(table: Path, rate_hz: int) -> Iterator[tuple[str, tuple[Mark, ...]]]:
    """Yield key and marks of each row; columns alternate S1, S2, empty cells are missing sounds."""
    if not table.is_file():
        return
    # subtle: one table has old-Mac line ends; newline=None reads them all.
    with table.open(encoding="utf-8-sig", newline=None) as lines:
        rows = csv.reader(lines)
        sounds = next(rows)[1:]
        for row in rows:
            if not row or not row[0]:
                continue
            key = _truth_key(row[0])
            yield (
                key,
                tuple(
                    Mark(sound, int(cell) / rate_hz)
                    for sound, cell in zip(sounds, row[1:], strict=False)
                    if cell.strip() and (key, int(cell)) not in BROKEN_CELLS
                ),
            )
