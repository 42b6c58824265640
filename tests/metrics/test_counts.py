"""Confusion matrices against scikit-learn."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as witness

from auscult.metrics.counts import confusion_matrices, confusion_matrix, ratio


@settings(max_examples=30)
@given(seed=st.integers(0, 2**32 - 1), n_classes=st.integers(2, 6), n_cases=st.integers(1, 40))
def test_agrees_with_scikit_learn(seed: int, n_classes: int, n_cases: int) -> None:
    rng = np.random.default_rng(seed)
    truth, predicted = rng.integers(n_classes, size=(2, n_cases))
    ours = confusion_matrix(truth, predicted, n_classes)
    theirs = witness.confusion_matrix(truth, predicted, labels=range(n_classes))
    assert np.array_equal(ours, theirs)


def test_rows_are_the_truth() -> None:
    matrix = confusion_matrix(np.array([0, 0, 1]), np.array([1, 1, 1]), 3)
    assert matrix.tolist() == [[0, 2, 0], [0, 1, 0], [0, 0, 0]]
    assert matrix.dtype == np.int64


def test_each_weighting_has_its_matrix() -> None:
    truth, predicted = np.array([0, 1, 1]), np.array([0, 1, 0])
    weights = np.array([[1.0, 1.0, 1.0], [0.0, 2.0, 0.5]])
    matrices = confusion_matrices(truth, predicted, 2, weights)
    assert matrices.tolist() == [[[1, 0], [1, 1]], [[0, 0], [0.5, 2]]]


def test_ratio_is_nan_over_nothing() -> None:
    quotient = ratio(np.array([1.0, 0.0, 3.0]), np.array([2.0, 0.0, 0.0]))
    assert np.array_equal(quotient, [0.5, np.nan, np.nan], equal_nan=True)
