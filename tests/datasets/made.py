"""Small trees of the published layouts: names and tables as published, sounds of eight samples."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import soundfile

CIRCOR_COLUMNS = (
    "Patient ID",
    "Locations",
    "Age",
    "Murmur",
    "Murmur locations",
    "Systolic murmur timing",
    "Campaign",
    "Additional ID",
)
PATIENTS = (
    ("101", "AV+MV", "Child", "Present", "MV", "Holosystolic", "CC2014", "303"),
    ("202", "AV", "nan", "Absent", "nan", "nan", "CC2014", "nan"),
    ("303", "AV+Phc", "Infant", "Unknown", "nan", "nan", "CC2015", "101"),
)
CIRCOR_SOUNDS = ("101_AV", "101_MV_1", "101_MV_2", "202_AV", "303_AV", "303_Phc")
BMD_POSITIONS = tuple(f"{p}_{s}" for p in ("sit", "sup") for s in ("Aor", "Mit", "Pul", "Tri"))
YASEEN_LETTERS = ("AS", "MR", "MS", "MVP", "N")


def put(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, np.zeros(8), 4_000)
    return path


def write(path: Path, *lines: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def pascal(root: Path) -> Path:
    put(root / "set_a" / "artifact__201106121445.wav")
    put(root / "set_b" / "normal__101_1305030823364_A.wav")
    return root


def circor(root: Path, patients: Iterable[tuple[str, ...]] = PATIENTS) -> Path:
    for stem in CIRCOR_SOUNDS:
        put(root / "training_data" / f"{stem}.wav")
        write(root / "training_data" / f"{stem}.tsv", "0\t0.5\t0", "0.5\t0.6\t1", "0.6\t0.9\t2")
    write(root / "training_data.csv", ",".join(CIRCOR_COLUMNS), *map(",".join, patients))
    return root


def circor_sheets(root: Path) -> Path:
    """Write the same facts as one sheet a patient instead of the table."""
    circor(root)
    (root / "training_data.csv").unlink()
    for row in PATIENTS:
        facts = dict(zip(CIRCOR_COLUMNS, row, strict=True))
        number = facts.pop("Patient ID")
        del facts["Locations"]
        lines = [f"#{name}: {value}" for name, value in facts.items()]
        write(root / "training_data" / f"{number}.txt", f"{number} 2 4000", *lines)
    return root


def cinc2016(root: Path) -> Path:
    for record in ("a0001", "a0002", "a0003"):
        put(root / "training-a" / f"{record}.wav")
    put(root / "training-e" / "e00001.wav")
    write(root / "training-a" / "REFERENCE.csv", "a0001,1", "a0002,-1", "a0003,1")
    write(root / "training-e" / "REFERENCE.csv", "e00001,-1")
    return root


def bmdhs(root: Path) -> Path:
    for patient in ("MD_001", "AR_016", "N_089"):
        for position in BMD_POSITIONS:
            put(root / "train" / f"{patient}_{position}.wav")
    write(
        root / "train.csv",
        "patient_id,AS,AR,MR,MS,N,recording_1",
        "patient_001,1,1,0,0,0,MD_001_sup_Mit",
        "patient_016,0,1,0,0,0,AR_016_sup_Mit",
        "patient_089,0,0,0,0,1,N_089_sup_Mit",
    )
    write(root / "additional_metadata.csv", "patient_id,Age,Gender", "patient_001,35,M")
    return root


def yaseen(root: Path) -> Path:
    for letters in YASEEN_LETTERS:
        for number in (1, 2):
            put(root / f"{letters}_New" / f"New_{letters}_{number:03d}.wav")
    return root


def own(root: Path) -> Path:
    for name in ("murmur/first", "murmur/second", "Normal/first"):
        put(root / f"{name}.wav")
    return root


MADE = {
    "pascal": pascal,
    "circor": circor,
    "cinc2016": cinc2016,
    "bmdhs": bmdhs,
    "yaseen": yaseen,
    "own": own,
}
