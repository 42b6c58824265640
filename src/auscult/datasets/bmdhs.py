"""BMD-HS (2024): adults of a cardiac clinic in Bangladesh, eight recordings each.

``train.csv`` has one row a patient: ``patient_id``, a 0 or 1 for aortic stenosis (``AS``), aortic
regurgitation (``AR``), mitral regurgitation (``MR``), mitral stenosis (``MS``) and none (``N``),
and the names of eight recordings. ``train/`` holds them, 20 s at 4,000 Hz each, as
``DISEASE_ID_sit|sup_Aor|Mit|Pul|Tri.wav``: sitting or supine, at the site of a valve.
``additional_metadata.csv`` tells age, gender, smoker and lives (urban or rural).

Labels
------
The table decides: its one disease, ``MD`` for several, ``N`` for none; all of them stand in the
fact ``diseases`` (``AS+AR``). They are the findings of an echocardiogram, not of listening:
whether the murmur can be heard in one of the eight recordings is not told, so the collection
answers "refer" and not "murmur".

Source
------
Ali et al.: BUET Multi-disease Heart Sound Dataset, 2024, arXiv:2409.00724. The repository the
article names (mHealthBuet/BMD-HS-Dataset) is gone; the address is a co-author's copy of it.
"""

import re
from pathlib import Path

from auscult.datasets.dataset import Card, Dataset, Defect
from auscult.datasets.delimited import read_delimited
from auscult.datasets.listing import by_stem, sounds_in
from auscult.errors import DatasetError
from auscult.types import Entry

DISEASES = ("AS", "AR", "MR", "MS")
NORMAL, SEVERAL = "N", "MD"
POSTURES = {"sit": "sitting", "sup": "supine"}
_TABLE, _FACTS_TABLE = "train.csv", "additional_metadata.csv"
_RECORDING = re.compile(
    r"(?P<label>AS|AR|MR|MS|MD|N)_(?P<patient>\d{3})_(?P<posture>sit|sup)_(?P<site>Aor|Mit|Pul|Tri)"
)


class BmdHs(Dataset):
    """Reader of the published layout."""

    card = Card(
        name="bmdhs",
        title="BUET Multi-disease Heart Sound Dataset (BMD-HS)",
        size="872 recordings of 109 patients, eight each",
        rates_hz=(4_000,),
        classes=("AR", "AS", SEVERAL, "MR", "MS", NORMAL),
        questions={
            "refer": {NORMAL: "normal"} | dict.fromkeys((*DISEASES, SEVERAL), "abnormal"),
        },
        subjects="known",
        subject_key="patient, from the file name",
        licence="CC BY-NC-ND 4.0: no commercial use, no sharing of changed copies",
        citation="Ali et al.: BUET Multi-disease Heart Sound Dataset, 2024, arXiv:2409.00724",
        address="https://github.com/sani002/BMD-HS-Dataset",
    )
    defects = (
        Defect(
            "label-conflict",
            tuple(f"MD_022_{p}_{site}" for p in POSTURES for site in ("Aor", "Mit", "Pul", "Tri")),
            "named after several diseases, but the table says N (none); the table is followed",
        ),
    )

    @staticmethod
    def recognises(path: Path) -> bool:
        """Say whether sounds named ``DISEASE_ID_POSTURE_SITE`` lie in ``path`` or its ``train``."""
        return any(_RECORDING.fullmatch(sound.stem) for sound in sounds_in(_folder(path)))

    def scan(self, path: Path) -> tuple[Entry, ...]:
        """Return every recording, sorted by id."""
        patients = _patients(path)
        facts = _patient_facts(path)
        entries = []
        for sound in by_stem(sounds_in(_folder(path))):
            if not (named := _RECORDING.fullmatch(sound.stem)):
                raise DatasetError(
                    f"{sound}: is not named like a BMD-HS recording (AR_016_sit_Aor); "
                    "move it out of the dataset's folder"
                )
            patient = named["patient"]
            if patient not in patients:
                raise DatasetError(f"{sound}: patient {patient} has no row in {_TABLE}")
            found = patients[patient]
            entries.append(
                Entry(
                    recording_id=sound.stem,
                    path=sound,
                    dataset="bmdhs",
                    subset="train",
                    label=_label(found),
                    group=patient,
                    patient=patient,
                    site=named["site"],
                    facts={
                        "diseases": "+".join(found) or NORMAL,
                        "posture": POSTURES[named["posture"]],
                        **facts.get(patient, {}),
                    },
                )
            )
        return tuple(entries)

    def misnamed(self, path: Path) -> list[tuple[tuple[str, ...], str]]:
        """Return recordings whose name and row disagree, but for those the card knows."""
        known = {name for defect in self.defects for name in defect.recording_ids}
        return [
            ((entry.recording_id,), f"its name says {told}, {_TABLE} says {entry.label}")
            for entry in self.scan(path)
            if (told := entry.recording_id.partition("_")[0]) != entry.label
            and entry.recording_id not in known
        ]


def _folder(path: Path) -> Path:
    inside = path / "train"
    return inside if inside.is_dir() else path


def _label(found: tuple[str, ...]) -> str:
    if len(found) > 1:
        return SEVERAL
    return found[0] if found else NORMAL


def _table(path: Path, name: str) -> Path:
    """Return the table in ``path``, or beside it where the folder of sounds itself was named."""
    return path / name if (path / name).is_file() else path.parent / name


def _patients(path: Path) -> dict[str, tuple[str, ...]]:
    """Return patient → diseases, none for a healthy one."""
    table = _table(path, _TABLE)
    if not table.is_file():
        raise DatasetError(f"{path}: holds no {_TABLE}, which tells the diseases")
    told = read_delimited(table)
    wanted = {"patient_id", *map(str.lower, (*DISEASES, NORMAL))}
    if missing := sorted(wanted - {*told.header}):
        raise DatasetError(f"{table}: has no column {', '.join(missing)}")
    patients = {}
    for number, row in told.rows:
        codes = {name: row[name.lower()] for name in (*DISEASES, NORMAL)}
        found = tuple(name for name in DISEASES if codes[name] == "1")
        if not {*codes.values()} <= {"0", "1"} or (codes[NORMAL] == "1") == bool(found):
            said = ", ".join(f"{name} {code}" for name, code in codes.items())
            raise DatasetError(
                f"{table}, row {number}: {said}; wanted 1 for every disease found, or for N alone"
            )
        patients[_number(row)] = found
    return patients


def _patient_facts(path: Path) -> dict[str, dict[str, str]]:
    """Return patient → age, gender, smoker, lives; nothing where the table is not there."""
    table = _table(path, _FACTS_TABLE)
    if not table.is_file():
        return {}
    told = read_delimited(table)
    if "patient_id" not in told.header:
        raise DatasetError(f"{table}: has no column patient_id")
    return {
        _number(row): {k: v for k, v in row.items() if v and k != "patient_id"}
        for _, row in told.rows
    }


def _number(row: dict[str, str]) -> str:
    """Return the number in ``patient_016``, by which the sounds are named."""
    return row["patient_id"].removeprefix("patient_")
