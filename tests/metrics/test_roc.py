"""Ranking figures against scikit-learn and against counting pairs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as witness

from auscult.errors import EvaluationError
from auscult.metrics import METRICS, PER_CLASS
from auscult.metrics.roc import roc_curve, thinned

PROBLEMS = {"seed": st.integers(0, 2**32 - 1), "n_more": st.integers(0, 40)}


def with_ties(rng: np.random.Generator, n_cases: int, n_classes: int) -> np.ndarray:
    votes = rng.integers(1, 4, size=(n_cases, n_classes)).astype(float)
    return votes / votes.sum(axis=1, keepdims=True)


@settings(max_examples=30)
@given(n_classes=st.integers(3, 5), **PROBLEMS)
def test_areas_agree_with_scikit_learn(seed: int, n_more: int, n_classes: int) -> None:
    rng = np.random.default_rng(seed)
    truth = np.r_[np.arange(n_classes), rng.integers(n_classes, size=n_more)]
    probabilities = with_ties(rng, truth.size, n_classes)
    theirs = [
        witness.roc_auc_score(truth == index, probabilities[:, index]) for index in range(n_classes)
    ]
    macro = witness.roc_auc_score(truth, probabilities, multi_class="ovr", average="macro")
    assert PER_CLASS["auc"](truth, probabilities) == pytest.approx(theirs, abs=1e-12)
    assert METRICS["macro_auc"](truth, probabilities) == pytest.approx(macro, abs=1e-12)


@settings(max_examples=30)
@given(**PROBLEMS)
def test_area_is_the_share_of_pairs_in_order(seed: int, n_more: int) -> None:
    rng = np.random.default_rng(seed)
    truth = np.r_[0, 1, rng.integers(2, size=n_more)]
    probabilities = with_ties(rng, truth.size, 2)
    scores = probabilities[:, 1]
    above = scores[truth == 1][:, None] - scores[truth == 0][None, :]
    share = (np.sign(above) + 1).mean() / 2
    assert PER_CLASS["auc"](truth, probabilities)[1] == pytest.approx(share, abs=1e-12)


@settings(max_examples=30)
@given(**PROBLEMS)
def test_curve_agrees_with_scikit_learn(seed: int, n_more: int) -> None:
    rng = np.random.default_rng(seed)
    positive = np.r_[True, False, rng.random(n_more) < 0.5]
    scores = rng.integers(0, 6, size=positive.size) / 5
    ours = roc_curve(positive, scores)
    theirs = witness.roc_curve(positive, scores, drop_intermediate=False)
    assert (ours[0][0], ours[1][0], ours[0][-1], ours[1][-1]) == (0, 0, 1, 1)
    assert np.interp(theirs[0][1:-1] + 1e-9, *ours) == pytest.approx(
        np.interp(theirs[0][1:-1] + 1e-9, *theirs[:2]), abs=1e-6
    )
    area = np.trapezoid(ours[1], ours[0])
    assert area == pytest.approx(witness.roc_auc_score(positive, scores), abs=1e-12)


def test_curve_by_hand_leaves_out_points_on_a_line() -> None:
    positive = np.array([True, True, False, True, False, False])
    false_rates, true_rates = roc_curve(positive, np.array([0.9, 0.8, 0.7, 0.6, 0.2, 0.1]))
    assert false_rates.tolist() == [0, 0, 1 / 3, 1 / 3, 1]
    assert true_rates.tolist() == [0, 2 / 3, 2 / 3, 1, 1]


@pytest.mark.parametrize(("kind", "missing"), [(True, "negative"), (False, "positive")])
def test_a_curve_needs_both_kinds(*, kind: bool, missing: str) -> None:
    with pytest.raises(EvaluationError, match=f"undefined: there is no {missing} case"):
        roc_curve(np.array([kind, kind]), np.array([0.1, 0.2]))


def test_area_needs_both_kinds() -> None:
    truth, probabilities = np.array([1, 1]), np.array([[0.5, 0.3, 0.2], [0.1, 0.1, 0.8]])
    assert np.isnan(PER_CLASS["auc"](truth, probabilities)).all()
    with pytest.raises(EvaluationError, match=r"macro ROC AUC is undefined.*of class 0, class 2"):
        METRICS["macro_auc"](truth, probabilities)


def test_thinning_keeps_both_ends_and_the_limit() -> None:
    steps = np.linspace(0, 1, 1000)
    few = thinned((steps, steps**2), 200)
    assert few[0].size == few[1].size == 200
    assert (few[0][0], few[0][-1], few[1][-1]) == (0, 1, 1)
    assert np.all(np.diff(few[0]) > 0)
    assert thinned((steps[:3], steps[:3]), 200)[0].tolist() == steps[:3].tolist()
