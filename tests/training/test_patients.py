"""Recordings → patient: what is described, what is worth more, and what may be fitted on."""

import numpy as np
import pytest

from auscult.errors import RunError, SplitError
from auscult.training.patients import MANY, fit_patient_stage

WORTH = {"Present": 5.0, "Unknown": 3.0, "Absent": 1.0}
TRAIN = frozenset({"train"})


def patients(seed: int, n: int = 200) -> tuple[list[np.ndarray], list[str]]:
    """A Present patient is heard at one of three sites, an Absent one at none."""
    rng = np.random.default_rng(seed)
    scores, truth = [], []
    for index in range(n):
        present = index % 4 == 0
        of_one = rng.uniform(0.02, 0.3, size=3)
        if present:
            of_one[rng.integers(3)] = rng.uniform(0.6, 0.95)
        scores.append(of_one)
        truth.append("Present" if present else "Absent")
    return scores, truth


def test_few_patients_teach_nothing_of_the_lowest() -> None:
    few, many = (fit_patient_stage(*patients(0, n), WORTH, TRAIN) for n in (MANY - 1, MANY))
    assert (few.lowest, many.lowest) == (False, True)


def test_a_murmur_at_one_site_is_enough() -> None:
    stage = fit_patient_stage(*patients(0), WORTH, TRAIN)
    scores, truth = patients(1)
    answers = stage.probabilities(scores)
    np.testing.assert_allclose(answers.sum(axis=1), 1, rtol=1e-5)
    right = [stage.classes[row.argmax()] == name for row, name in zip(answers, truth, strict=True)]
    assert np.mean(right) > 0.97
    assert not answers[:, stage.classes.index("Unknown")].any()


def test_what_is_worth_more_is_answered_sooner() -> None:
    rng = np.random.default_rng(0)
    noise = [rng.uniform(0.3, 0.7, size=2) for _ in range(300)]
    truth = ["Present" if i % 4 == 0 else "Absent" for i in range(300)]
    same = fit_patient_stage(noise, truth, dict.fromkeys(WORTH, 1.0), TRAIN)
    dear = fit_patient_stage(noise, truth, WORTH, TRAIN)
    assert (same.probabilities(noise).argmax(axis=1) == 2).mean() > 0.9
    assert (dear.probabilities(noise).argmax(axis=1) == 0).mean() > 0.9


def test_test_patients_and_one_class_are_refused() -> None:
    scores, truth = patients(0)
    for roles, said in (
        (frozenset({"train", "test"}), "of the test part"),
        (frozenset(), "no role"),
    ):
        with pytest.raises(SplitError, match=said):
            fit_patient_stage(scores, truth, WORTH, roles)
    with pytest.raises(RunError, match="every training patient is Absent"):
        fit_patient_stage(scores, ["Absent"] * len(scores), WORTH, TRAIN)


@pytest.mark.parametrize("n", [200, 2 * MANY])
@pytest.mark.parametrize("n_classes", [2, 3])
def test_the_rule_of_a_bundle_answers_as_what_was_fitted(n: int, n_classes: int) -> None:
    scores, truth = patients(0, n)
    if n_classes > 2:
        truth = ["Unknown" if i % 5 == 1 else name for i, name in enumerate(truth)]
    stage = fit_patient_stage(scores, truth, WORTH, TRAIN)
    rule = stage.as_rule((("murmur", "present"),), WORTH)
    assert len(rule.classes) == n_classes
    for of_one, wanted in zip(scores, stage.probabilities(scores), strict=True):
        heard = [{"murmur": {"absent": 1 - p, "present": p}} for p in of_one]
        told = rule(heard)
        assert rule.answer(told) == stage.classes[wanted.argmax()]
        earned = np.array([told[name] * WORTH[name] for name in rule.classes])
        fitted = [wanted[stage.classes.index(name)] for name in rule.classes]
        np.testing.assert_allclose(earned / earned.sum(), fitted, atol=1e-4)
