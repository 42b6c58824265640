"""The fit of the step from recordings to patients; :mod:`auscult.patient_rule` describes them.

A multinomial logistic regression turns a patient's log-odds into one probability for each class. A
class may be worth more than another to whoever scores: CinC 2022 weighs a Present patient 5, an
Unknown one 3, an Absent one 1. Training patients weigh as much, so that the most probable class is
the answer that earns most; the probabilities are those of a population weighted so.

It is fitted on patients of the training groups, from scores of models that did not know them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from auscult.errors import RunError
from auscult.patient_rule import PatientRule, describe
from auscult.splits import Role, check_fitting
from auscult.types import FloatArray

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

    def as_rule(
        self, looked_for: Sequence[tuple[str, str]], worth: Mapping[str, float]
    ) -> PatientRule:
        """Return the step as a bundle carries it: probabilities of a population as it is.

        ``looked_for`` names question and class of each column of the scores; ``worth`` is what the
        step was fitted with. Classes that no patient had are left out.
        """
        scaler, model = (step for _, step in self.fitted.steps)
        met = tuple(self.classes[index] for index in self.fitted.classes_)
        weights, intercepts = model.coef_ / scaler.scale_, model.intercept_
        if len(model.coef_) == 1:  # scikit-learn keeps one row for two classes
            weights, intercepts = (np.concatenate([0 * x, x]) for x in (weights, intercepts))
        offsets = intercepts - weights @ scaler.mean_ - np.log([worth[name] for name in met])
        return PatientRule(
            tuple(looked_for),
            met,
            tuple(float(worth[name]) for name in met),
            tuple(tuple(map(float, row)) for row in weights),
            tuple(map(float, offsets)),
        )


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
