"""The temperature undoes a known distortion, and never makes the log loss worse."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import log_loss

from auscult.aggregate import tempered
from auscult.training.calibrate import fit_temperature
from auscult.training.examples import Examples


def honest(n_rows: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities, and labels drawn from them."""
    rng = np.random.default_rng(seed)
    probabilities = rng.dirichlet([1.0, 1.0, 1.0], n_rows).astype(np.float32)
    draws = rng.random(n_rows)[:, None]
    labels = (probabilities.cumsum(axis=1) < draws).sum(axis=1).clip(max=2)
    return probabilities, labels


def kept(labels: np.ndarray) -> Examples:
    """Rows of a validation part with these labels."""
    ids = [f"r{i}" for i in range(len(labels))]
    windows = np.zeros((len(labels), 1), np.float32)
    return Examples(tuple(ids), labels, windows, np.arange(len(labels))).unscored(ids, "validation")


@pytest.mark.parametrize("distortion", [0.4, 0.7, 1.0, 1.5, 3.0])
def test_a_known_distortion_is_undone(distortion: float) -> None:
    probabilities, labels = honest(20_000, 0)
    distorted = tempered(probabilities, 1 / distortion)
    assert fit_temperature(distorted, kept(labels)) == pytest.approx(distortion, rel=0.05)


@settings(deadline=None, max_examples=25)
@given(st.integers(5, 60), st.integers(0, 99))
def test_the_log_loss_never_gets_worse(n_rows: int, seed: int) -> None:
    probabilities, labels = honest(n_rows, seed)
    labels = np.random.default_rng(seed).permutation(labels)

    def loss(p: np.ndarray) -> float:
        p = p.astype(np.float64)
        return float(log_loss(labels, p / p.sum(axis=1, keepdims=True), labels=[0, 1, 2]))

    temperature = fit_temperature(probabilities, kept(labels))
    assert 0.2 <= temperature <= 5.0001
    assert loss(tempered(probabilities, temperature)) <= loss(probabilities) + 1e-3


def test_a_confident_zero_for_the_truth_is_survived() -> None:
    probabilities = np.array([[1, 0], [1, 0]], np.float32)
    assert fit_temperature(probabilities, kept(np.array([0, 1]))) == pytest.approx(5.0)
