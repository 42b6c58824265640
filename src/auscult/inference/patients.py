"""Answers to recordings → one row a patient, as a table.

Columns: ``patient,n_recordings,n_judged,answer``, then ``p_<class>`` in lower case. A recording
that was refused or could not be opened says nothing of its patient; where none is left the answer
is empty.
"""

from collections.abc import Mapping
from pathlib import Path

from auscult.files import write_atomically
from auscult.inference.table import csv_line, rounded
from auscult.patient_rule import PatientRule
from auscult.types import Prediction


class Patients:
    """Gathers the answers of each patient.

    Parameters
    ----------
    rule
        How they become one.
    patient_of
        Recording, as it is named in the answers, → its patient.
    """

    def __init__(self, rule: PatientRule, patient_of: Mapping[str, str]) -> None:
        self._rule = rule
        self._patient_of = patient_of
        self._heard: dict[str, list[Mapping[str, Mapping[str, float]]]] = {}
        self._n: dict[str, int] = {}

    def add(self, prediction: Prediction) -> None:
        """Take one answer; of a recording whose patient is not known nothing is kept."""
        patient = self._patient_of.get(prediction.source)
        if patient is None:
            return
        self._n[patient] = self._n.get(patient, 0) + 1
        heard = self._heard.setdefault(patient, [])
        if prediction.status == "ok":
            # subtle: as a table holds them, so that a resumed batch answers alike
            heard.append({q: rounded(told) for q, told in prediction.answers.items()})

    def write(self, path: str | Path) -> Path:
        """Write the table, in the order in which patients were met, and return its path.

        Raises
        ------
        RunError
            If it cannot be written.
        """
        classes = self._rule.classes
        scored = (f"p_{name.lower()}" for name in classes)
        lines = [("patient", "n_recordings", "n_judged", "answer", *scored)]
        for patient, heard in self._heard.items():
            told = self._rule(heard) if heard else {}
            answer = self._rule.answer(told) if told else ""
            scores = [f"{told[name]:.6f}" if told else "" for name in classes]
            lines.append((patient, str(self._n[patient]), str(len(heard)), answer, *scores))
        write_atomically(Path(path), "".join(map(csv_line, lines)))
        return Path(path)
