"""Recordings → patient: one answer from all sites at which somebody was heard.

A patient is described by the log-odds, that the model gives to what is looked for, over the
patient's recordings: the highest, the mean and, where many patients teach it, the lowest. A murmur
loud at one site only is in the first, a heart that cannot be judged keeps all near the middle.
Several things may be looked for: a murmur, and a recording too poor to tell. A multinomial logistic
regression turns them into one probability for each of the patient's classes.

A class may be worth more than another to whoever scores: CinC 2022 weighs a Present patient 5, an
Unknown one 3, an Absent one 1. Training patients weigh as much, so that the most probable class is
the answer that earns most; the probabilities are those of a population weighted so.

It is fitted on patients of the training groups, from scores of models that did not know them.

Source
------
Wolpert: Stacked generalization, Neural Networks 5(2), 1992.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auscult.errors import RunError
from auscult.splits import Role, check_fitting
from auscult.types import FloatArray

SMALLEST = 1e-4
MANY = 300
"""Patients from which on the lowest is worth a coefficient; a hundred only learn noise from it."""


@dataclass(frozen=True, slots=True, eq=False)
class PatientStage:
    """A fitted step from recordings to patients."""

    classes: tuple[str, ...]
    fitted: Any
    lowest: bool

    def probabilities(self, patients: Sequence[FloatArray]) -> FloatArray:
        """Return float32, shape (n_patients, n_classes), from the scores of each one's recordings.

        Parameters
        ----------
        patients
            For each patient the probabilities of what is looked for, shape (n_recordings,
            n_looked_for), or (n_recordings,) if it is one thing.
        """
        out = np.zeros((len(patients), len(self.classes)), np.float32)
        out[:, self.fitted.classes_] = self.fitted.predict_proba(
            describe(patients, lowest=self.lowest)
        )
        return out


def fit_patient_stage(
    patients: Sequence[FloatArray],
    truth: Sequence[str],
    worth: Mapping[str, float],
    roles: frozenset[Role],
) -> PatientStage:
    """Fit the step on training patients.

    Parameters
    ----------
    patients
        For each patient the probabilities of what is looked for, shape (n_recordings,
        n_looked_for) or (n_recordings,), by a model that was not fitted on that patient.
    truth
        Class of each patient, a key of ``worth``.
    worth
        Class → what a right answer earns, in the order of the classes.
    roles
        Roles of the patients' rows.

    Raises
    ------
    SplitError
        If patients of a test part, or of none, are among them.
    RunError
        If all are of one class.
    """
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - only where fitted
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415 - likewise
    from sklearn.preprocessing import StandardScaler  # noqa: PLC0415 - likewise

    check_fitting(roles, "the step from recordings to patients")
    classes = tuple(worth)
    labels = np.array([classes.index(name) for name in truth], dtype=np.int64)
    if len(set(truth)) == 1:
        raise RunError(f"every training patient is {truth[0]}; nothing can be told apart")
    stage = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    weights = np.array([worth[name] for name in truth])
    lowest = len(patients) >= MANY
    described = describe(patients, lowest=lowest)
    stage.fit(described, labels, logisticregression__sample_weight=weights)
    return PatientStage(classes, stage, lowest)


def describe(patients: Sequence[FloatArray], *, lowest: bool) -> NDArray[np.float64]:
    """Return highest, mean and lowest log-odds: float64, shape (n_patients, 3 · n_looked_for).

    Without the lowest, shape (n_patients, 2 · n_looked_for).
    """
    rows = []
    for scores in patients:
        clipped = np.clip(scores.astype(np.float64), SMALLEST, 1 - SMALLEST)
        clipped = clipped.reshape(len(scores), -1)
        odds = np.log(clipped / (1 - clipped))
        rows.append(np.concatenate([odds.max(0), odds.mean(0), *([odds.min(0)] if lowest else [])]))
    return np.array(rows)
