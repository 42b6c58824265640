"""Calibration figures by hand and against scikit-learn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as witness
from sklearn.calibration import calibration_curve

from auscult.errors import EvaluationError
from auscult.metrics import METRICS, Cases, ReliabilityBin
from auscult.metrics.calibration import reliability

PROBLEMS = {
    "seed": st.integers(0, 2**32 - 1),
    "n_classes": st.integers(2, 5),
    "n_more": st.integers(0, 60),
}


def draw(seed: int, n_classes: int, n_more: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    truth = np.r_[np.arange(n_classes), rng.integers(n_classes, size=n_more)]
    return truth, rng.dirichlet(np.ones(n_classes), size=truth.size)


@settings(max_examples=30)
@given(**PROBLEMS)
def test_proper_scores_agree_with_scikit_learn(seed: int, n_classes: int, n_more: int) -> None:
    truth, probabilities = draw(seed, n_classes, n_more)
    labels = list(range(n_classes))
    shown = probabilities[:, 1] if n_classes == 2 else probabilities
    brier = witness.brier_score_loss(truth, shown, labels=labels, scale_by_half=False)
    assert METRICS["brier"](truth, probabilities) == pytest.approx(brier, abs=1e-12)
    log_loss = witness.log_loss(truth, probabilities, labels=labels)
    assert METRICS["log_loss"](truth, probabilities) == pytest.approx(log_loss, rel=1e-9)


@settings(max_examples=30)
@given(**PROBLEMS)
def test_bins_agree_with_scikit_learn(seed: int, n_classes: int, n_more: int) -> None:
    truth, probabilities = draw(seed, n_classes, n_more)
    bins = reliability(Cases(truth, probabilities))
    right = probabilities.argmax(axis=1) == truth
    accuracy, confidence = calibration_curve(right, probabilities.max(axis=1), n_bins=10)
    assert [one.accuracy for one in bins] == pytest.approx(accuracy, abs=1e-12)
    assert [one.mean_confidence for one in bins] == pytest.approx(confidence, abs=1e-12)
    gap = sum(one.n * abs(one.accuracy - one.mean_confidence) for one in bins) / truth.size
    assert METRICS["ece"](truth, probabilities) == pytest.approx(gap, abs=1e-12)


def test_by_hand() -> None:
    truth = np.array([0, 0, 1, 1])
    probabilities = np.array([[0.9, 0.1], [0.95, 0.05], [0.75, 0.25], [0.0, 1.0]])
    bins = reliability(Cases(truth, probabilities))
    assert bins[0] == ReliabilityBin(0.75, 0.0, 1)
    assert (bins[1].mean_confidence, bins[1].accuracy, bins[1].n) == (pytest.approx(0.95), 1.0, 3)
    assert METRICS["ece"](truth, probabilities) == pytest.approx((0.75 + 3 * 0.05) / 4)
    assert METRICS["brier"](truth, probabilities) == pytest.approx(
        (2 * 0.1**2 + 2 * 0.05**2 + 2 * 0.75**2) / 4
    )


def test_opposite_errors_in_one_bin_cancel() -> None:
    truth, probabilities = np.array([0, 0, 0, 0, 1]), np.tile([0.8, 0.2], (5, 1))
    assert METRICS["ece"](truth, probabilities) == pytest.approx(0)


def test_surprise_without_end_is_undefined() -> None:
    truth, probabilities = np.array([0, 1]), np.array([[1.0, 0.0], [1.0, 0.0]])
    with pytest.raises(EvaluationError, match="log loss is undefined: it needs a probability abov"):
        METRICS["log_loss"](truth, probabilities)
    spared = Cases(truth, probabilities, weights=np.array([[1.0, 0.0], [0.0, 1.0]]))
    assert METRICS["log_loss"].formula(spared)[0] == 0
    assert np.isnan(METRICS["log_loss"].formula(spared)[1])
