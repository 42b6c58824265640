"""Fit what ``auscult.cycle.murmur`` asks of an average beat: four logistic regressions, one limit.

Conventions
-----------
heard : one patient's figures, the mean over the recordings in which the murmur is audible, and what
        the publisher says of the murmur; a question without an answer is None
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from auscult.cycle.average import Floats
from auscult.cycle.figures import EXCESS
from auscult.cycle.murmur import (
    DIASTOLIC,
    QUESTIONS,
    MurmurModel,
    Regression,
    figures_for,
)
from auscult.types import Entry

PENALTY = 0.1
"""scikit-learn's C: some ten figures of some two hundred patients."""
QUIETEST_PERCENT = 5.0
"""As many systolic murmurs are fainter than the limit."""

_FACTS = {
    "timing": "systolic_murmur_timing",
    "shape": "systolic_murmur_shape",
    "pitch": "systolic_murmur_pitch",
}
_TOO_FEW = ("late-systolic", "crescendo")
"""One and two patients: nothing can be learned from them, and nothing said of them."""


@dataclass(frozen=True, slots=True, eq=False)
class Described:
    """One patient's murmur: figures, and the published answers."""

    group: str
    systole: Floats
    diastole: Floats
    answers: Mapping[str, str | None]


def answers_of(entry: Entry) -> dict[str, str | None]:
    """Return question → what CirCor says of this patient's murmur, None where it is silent."""
    said = {name: entry.facts.get(fact, "").lower() for name, fact in _FACTS.items()}
    known = {name: None if not word or word in _TOO_FEW else word for name, word in said.items()}
    return {**known, DIASTOLIC: "yes" if "diastolic_murmur_timing" in entry.facts else "no"}


def fit_murmur(heard: Sequence[Described]) -> MurmurModel:
    """Fit on these patients; a question weighs its answers alike, however rare."""
    systolic = [each for each in heard if each.answers["timing"] is not None]
    excess_db = [each.systole[EXCESS].mean() for each in systolic]
    limit_db = float(np.percentile(excess_db, QUIETEST_PERCENT))
    return MurmurModel({question: _fit(question, heard) for question in QUESTIONS}, limit_db)


def _fit(question: str, heard: Sequence[Described]) -> Regression:
    known = [each for each in heard if each.answers[question] is not None]
    figures = np.stack([figures_for(question, each.systole, each.diastole) for each in known])
    return fit_regression(figures, [str(each.answers[question]) for each in known])


def fit_regression(figures: Floats, answers: Sequence[str]) -> Regression:
    """Fit a logistic regression to figures, shape (n, k); rare answers weigh as much as others."""
    mean, scale = figures.mean(axis=0), np.maximum(figures.std(axis=0), 1e-6)
    fitted = LogisticRegression(C=PENALTY, class_weight="balanced", max_iter=2_000)
    fitted.fit((figures - mean) / scale, np.array(answers))
    weights, offsets = fitted.coef_, fitted.intercept_
    if len(fitted.classes_) == 2:  # noqa: PLR2004 - scikit-learn keeps the second row alone
        weights, offsets = (
            np.vstack([-weights, weights]) / 2,
            np.concatenate([-offsets, offsets]) / 2,
        )
    return Regression(
        classes=tuple(map(str, fitted.classes_)),
        mean=_plain(mean),
        scale=_plain(scale),
        weights=tuple(map(_plain, weights)),
        offsets=_plain(offsets),
    )


def _plain(values: Floats) -> tuple[float, ...]:
    return tuple(round(float(value), 6) for value in values)


def as_text(model: MurmurModel, about: Mapping[str, Any]) -> str:
    """Return the content of ``murmur.json``."""
    told = {
        "about": dict(about),
        "least_excess_db": round(model.least_excess_db, 3),
        "regressions": {name: asdict(each) for name, each in model.regressions.items()},
    }
    return json.dumps(told, indent=1) + "\n"
