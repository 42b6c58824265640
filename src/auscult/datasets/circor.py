"""CirCor DigiScope (2022): children of two campaigns in Brazil, heard at up to five sites.

``training_data/`` holds recordings ``ID_SITE[_REPEAT].wav`` (or FLAC), one ``.tsv`` of states a
recording and one ``.txt`` a patient; ``training_data.csv`` beside it holds the same facts as the
``.txt`` files, which are read where it is missing.

Labels
------
The publisher grades patients; a recording is labelled by what can be heard in it:

``Present``    the patient has a murmur, and it is audible at this site (``Murmur locations``)
``Elsewhere``  the patient has a murmur, but not audible at this site
``Absent``     the patient has none
``Unknown``    the patient's recordings did not allow to tell

The patient's grade is the fact ``murmur``, as are all other columns, by lower-case name.

Groups
------
Some people came to both campaigns and have two ids, joined by ``Additional ID``. ``patient`` is the
id as published; ``group`` the first id of the person.

Source
------
Oliveira et al., IEEE Journal of Biomedical and Health Informatics 26(6):2524, 2022,
doi:10.1109/JBHI.2021.3137048.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

from auscult.datasets.circor_defects import DEFECTS
from auscult.datasets.circor_states import Lazily, read_marks, read_states
from auscult.datasets.dataset import Card, Dataset
from auscult.datasets.delimited import read_delimited
from auscult.datasets.listing import by_stem, names_in, sounds_in
from auscult.errors import DatasetError
from auscult.types import Entry, Mark, StateSpan

Facts: TypeAlias = dict[str, str]

MURMURS = ("Absent", "Present", "Unknown")
ELSEWHERE = "Elsewhere"
_FOLDER, _TABLE = "training_data", "training_data.csv"
_RECORDING = re.compile(r"(?P<patient>\d+)_(?P<site>AV|PV|TV|MV|Phc)(?:_\d)?")
_NO_FACTS = ("patient_id", "locations", "recording_locations", "campaign")


class Circor(Dataset):
    """Reader of the published layout."""

    card = Card(
        name="circor",
        title="CirCor DigiScope Phonocardiogram Dataset 1.0.3",
        size="3,163 recordings of 942 patients, 70 of them the second id of a person",
        rates_hz=(4_000,),
        classes=("Absent", ELSEWHERE, "Present", "Unknown"),
        questions={
            "murmur": {"Absent": "absent", "Present": "present"},
            "quality": {
                "Absent": "good",
                ELSEWHERE: "good",
                "Present": "good",
                "Unknown": "poor",
            },
        },
        subjects="known",
        subject_key="patient id; the two ids of a person who came twice (Additional ID) are one",
        licence="Open Data Commons Attribution License 1.0",
        citation=(
            "Oliveira et al.: The CirCor DigiScope Dataset: From Murmur Detection to Murmur "
            "Classification, IEEE JBHI 26(6):2524, 2022"
        ),
        address="https://physionet.org/content/circor-heart-sound/1.0.3/",
    )
    defects = DEFECTS

    @staticmethod
    def recognises(path: Path) -> bool:
        """Say whether sounds named ``ID_SITE`` lie in ``path`` or its ``training_data``."""
        return any(_RECORDING.fullmatch(sound.stem) for sound in sounds_in(_folder(path)))

    def scan(self, path: Path) -> tuple[Entry, ...]:
        """Return every recording, sorted by id."""
        patients = _patients(path)
        group_of = _people(patients)
        entries = []
        for sound in by_stem(sounds_in(_folder(path))):
            if not (named := _RECORDING.fullmatch(sound.stem)):
                raise DatasetError(
                    f"{sound}: is not named like a CirCor recording (ID_SITE); "
                    "move it out of the dataset's folder"
                )
            patient, site = named["patient"], named["site"]
            if patient not in patients:
                raise DatasetError(f"{sound}: patient {patient} is in no table; unpack all files")
            told = patients[patient]
            entries.append(
                Entry(
                    recording_id=sound.stem,
                    path=sound,
                    dataset="circor",
                    subset=told.get("campaign", "CirCor"),
                    label=_label(told, site),
                    group=group_of[patient],
                    patient=patient,
                    site=site,
                    facts={k: v for k, v in told.items() if k not in _NO_FACTS},
                )
            )
        return tuple(entries)

    def states(self, path: Path) -> Mapping[str, tuple[StateSpan, ...]]:
        """Return the states by recording id; a table is read when its recording is asked for."""
        return Lazily(_tables(path), read_states)

    def truth(self, path: Path) -> Mapping[str, tuple[Mark, ...]]:
        """Return where S1 and S2 begin, by recording id, read likewise."""
        return Lazily(_tables(path), read_marks)

    def misnamed(self, path: Path) -> list[tuple[tuple[str, ...], str]]:
        """Return patients without a recording, and recordings without a table of states."""
        sounds = [sound.stem for sound in sounds_in(_folder(path))]
        patients = _patients(path)
        found = []
        if silent := tuple(sorted(patients.keys() - {name.partition("_")[0] for name in sounds})):
            found.append((silent, f"{len(silent)} of {len(patients)} patients have no recording"))
        known = {name for defect in DEFECTS for name in defect.recording_ids}
        with_table = _tables(path)
        if bare := tuple(name for name in sounds if name not in with_table and name not in known):
            found.append((bare, "have no table of states"))
        return found


def _folder(path: Path) -> Path:
    inside = path / _FOLDER
    return inside if inside.is_dir() else path


def _tables(path: Path) -> dict[str, Path]:
    """Return recording id → table; a table without a sound is none (a stub is published)."""
    folder = _folder(path)
    names = names_in(folder)
    sounds = {sound.stem for sound in sounds_in(folder)}
    return {
        stem: folder / name
        for name in names
        if name.endswith(".tsv") and (stem := name.removesuffix(".tsv")) in sounds
    }


def _label(told: Facts, site: str) -> str | None:
    """Return what can be heard at ``site``; None if a murmur is present nobody says where."""
    if told["murmur"] != "Present":
        return told["murmur"]
    if "murmur_locations" not in told:
        return None
    return "Present" if site in told["murmur_locations"].split("+") else ELSEWHERE


def _patients(path: Path) -> dict[str, Facts]:
    """Return patient id → facts, unknown ones left out."""
    folder = _folder(path)
    tables = [table for table in (path / _TABLE, folder.parent / _TABLE) if table.is_file()]
    sheets = _rows(tables[0]) if tables else _sheets(folder)
    patients: dict[str, Facts] = {}
    for place, cells in sheets:
        facts = {k: v for k, v in cells.items() if v and v.lower() != "nan"}
        if facts.get("murmur") not in MURMURS:
            raise DatasetError(
                f"{place}: murmur {facts.get('murmur')!r} is none of {', '.join(MURMURS)}"
            )
        if facts["patient_id"] in patients:
            raise DatasetError(f"{place}: patient {facts['patient_id']} stands here a second time")
        patients[facts["patient_id"]] = facts
    return patients


def _rows(table: Path) -> Iterator[tuple[str, Facts]]:
    """Yield the place and the cells of each patient, from the one table."""
    told = read_delimited(table)
    names = [_fact_name(name) for name in told.header]
    for column in ("patient_id", "murmur"):
        if column not in names:
            raise DatasetError(f"{table}: has no column {column.replace('_', ' ')!r}")
    for number, row in told.rows:
        yield f"{table}, row {number}", dict(zip(names, row.values(), strict=True))


def _sheets(folder: Path) -> Iterator[tuple[str, Facts]]:
    """Yield the place and the facts of each patient, from the sheets ``ID.txt``."""
    for name in names_in(folder):
        if name.endswith(".txt") and (patient := name.removesuffix(".txt")).isdigit():
            lines = (folder / name).read_text(encoding="utf-8").splitlines()
            pairs = (line[1:].partition(":") for line in lines if line.startswith("#"))
            facts = {_fact_name(key): value.strip() for key, _, value in pairs}
            yield str(folder / name), {"patient_id": patient, **facts}


def _fact_name(column: str) -> str:
    """Bring ``Most audible location`` and ``Recording locations:`` to lower-case names."""
    return column.strip().rstrip(":").lower().replace(" ", "_")


def _people(patients: Mapping[str, Facts]) -> dict[str, str]:
    """Return patient id → the first id of the person, over chains of ``Additional ID``."""
    linked: dict[str, set[str]] = {patient: set() for patient in patients}
    for patient, told in patients.items():
        if other := told.get("additional_id"):
            linked[patient].add(other)
            linked.setdefault(other, set()).add(patient)
    first_of: dict[str, str] = {}
    for patient in sorted(linked, key=_by_number):
        if patient not in first_of:
            first_of |= dict.fromkeys(_reached(patient, linked), patient)
    return first_of


def _reached(start: str, linked: Mapping[str, Iterable[str]]) -> set[str]:
    reached, open_ends = {start}, [start]
    while open_ends:
        found = set(linked[open_ends.pop()]) - reached
        reached |= found
        open_ends += found
    return reached


def _by_number(patient: str) -> tuple[int, str]:
    return len(patient), patient
