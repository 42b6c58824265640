"""One row a patient, from recordings that could be judged."""

import csv
from pathlib import Path

from auscult.inference.patients import Patients
from auscult.patient_rule import PatientRule
from auscult.types import Prediction

RULE = PatientRule(
    (("murmur", "present"),), ("Present", "Absent"), (5, 1), ((1, 0), (0, 0)), (0, 0)
)


def heard(name: str, murmur: float) -> Prediction:
    answers = {"murmur": {"absent": 1 - murmur, "present": murmur}}
    return Prediction(name, "ok", "", "normal", {"normal": 1.0}, answers=answers)


def test_every_patient_gets_a_row(tmp_path: Path) -> None:
    patient_of = {"a1": "anna", "a2": "anna", "b1": "bo", "c1": "cy"}
    gathered = Patients(RULE, patient_of)
    for answer in (
        heard("b1", 0.01),
        heard("a1", 0.01),
        heard("a2", 0.9),
        heard("nobody's", 0.9),
        Prediction("c1", "refused", "too short"),
        Prediction("a3", "error", "is empty"),
    ):
        gathered.add(answer)
    with gathered.write(tmp_path / "patients.csv").open() as file:
        bo, anna, cy = csv.DictReader(file)
    assert [row["patient"] for row in (bo, anna, cy)] == ["bo", "anna", "cy"]
    assert [row["answer"] for row in (bo, anna, cy)] == ["Absent", "Present", ""]
    assert (anna["n_recordings"], anna["n_judged"]) == ("2", "2")
    assert (cy["n_recordings"], cy["n_judged"], cy["p_present"]) == ("1", "0", "")
    assert abs(float(anna["p_present"]) - 0.9) < 1e-3
