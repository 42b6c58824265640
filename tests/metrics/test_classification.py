"""Figures of the calls against scikit-learn, and what each of them refuses."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as witness

from auscult.errors import EvaluationError
from auscult.metrics import METRICS, PER_CLASS, Cases


def one_hot(predicted: list[int], n_classes: int) -> np.ndarray:
    return np.eye(n_classes)[predicted]


@settings(max_examples=30)
@given(seed=st.integers(0, 2**32 - 1), n_classes=st.integers(2, 6), n_more=st.integers(0, 40))
def test_agrees_with_scikit_learn(seed: int, n_classes: int, n_more: int) -> None:
    rng = np.random.default_rng(seed)
    some_of_each = np.arange(n_classes)
    truth = np.r_[some_of_each, rng.integers(n_classes, size=n_more)]
    called = np.r_[rng.permutation(some_of_each), rng.integers(n_classes, size=n_more)]
    theirs = {
        "accuracy": witness.accuracy_score(truth, called),
        "balanced_accuracy": witness.balanced_accuracy_score(truth, called),
        "macro_f1": witness.f1_score(truth, called, average="macro"),
        "mcc": witness.matthews_corrcoef(truth, called),
        "kappa": witness.cohen_kappa_score(truth, called),
    }
    probabilities = one_hot(called.tolist(), n_classes)
    for name, expected in theirs.items():
        assert METRICS[name](truth, probabilities) == pytest.approx(expected, abs=1e-12)
    columns = witness.precision_recall_fscore_support(truth, called)
    for name, column in zip(("precision", "recall", "f1"), columns, strict=False):
        assert PER_CLASS[name](truth, probabilities) == pytest.approx(column, abs=1e-12)


def test_a_class_never_called_has_no_precision_but_an_f1_of_zero() -> None:
    truth, probabilities = np.array([0, 1, 1]), one_hot([0, 0, 0], 2)
    assert np.isnan(PER_CLASS["precision"](truth, probabilities)[1])
    assert PER_CLASS["f1"](truth, probabilities).tolist() == [0.5, 0.0]
    assert METRICS["macro_f1"](truth, probabilities) == 0.25
    assert METRICS["macro_f1"](truth, probabilities) == witness.f1_score(
        truth, [0, 0, 0], average="macro"
    )


def test_a_class_without_a_case_has_no_recall() -> None:
    recall = PER_CLASS["recall"](np.array([0, 0]), one_hot([0, 1], 2))
    assert np.array_equal(recall, [0.5, np.nan], equal_nan=True)


def test_a_class_called_but_never_true_has_an_f1_of_zero() -> None:
    assert PER_CLASS["f1"](np.array([0, 0]), one_hot([0, 1], 2))[1] == 0


@pytest.mark.parametrize(
    ("name", "truth", "called", "message"),
    [
        ("balanced_accuracy", [0, 0], [0, 1], "a true case of each class; there is no true case"),
        ("macro_f1", [0, 0], [0, 0], "a true case or a prediction of each class; there is no"),
        ("mcc", [0, 1], [0, 0], "two true and two predicted classes.*no prediction of class 1"),
        ("mcc", [0, 0], [0, 1], "two true and two predicted classes"),
        ("kappa", [1, 1], [1, 1], "two classes among truth and predictions"),
    ],
)
def test_says_why_it_is_undefined(
    name: str, truth: list[int], called: list[int], message: str
) -> None:
    with pytest.raises(EvaluationError, match=f"is undefined: it needs {message}"):
        METRICS[name](np.array(truth), one_hot(called, 2))


def test_constant_calls_agree_no_better_than_chance() -> None:
    assert METRICS["kappa"](np.array([0, 1]), one_hot([0, 0], 2)) == 0


def test_averaged_classes_leave_out_the_absent() -> None:
    cases = Cases(np.array([0, 0, 1]), one_hot([0, 2, 1], 3), averaged=(0, 1))
    assert METRICS["balanced_accuracy"].formula(cases).tolist() == [0.75]
