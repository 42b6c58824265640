"""Accuracy of the surest calls, by hand, by scikit-learn, and as a law."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score

from auscult.metrics import METRICS, Cases
from auscult.metrics.coverage import accuracy_at_coverage, coverage_curve


def two_classes(confidence: list[float], right: list[bool]) -> Cases:
    sure = np.array(confidence)
    return Cases(np.where(right, 1, 0), np.stack([1 - sure, sure], axis=1))


def test_the_least_sure_tenth_is_not_answered() -> None:
    cases = two_classes(
        [0.99, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6, 0.55], [True] * 9 + [False]
    )
    assert accuracy_at_coverage(cases, 0.9) == pytest.approx(1)
    assert accuracy_at_coverage(cases, 1.0) == pytest.approx(0.9)
    assert METRICS["accuracy_at_90"](cases.truth, cases.probabilities) == pytest.approx(1)


def test_equally_sure_calls_are_answered_in_part_whatever_their_order() -> None:
    for right in ([True, True, False, False], [False, True, False, True]):
        cases = two_classes([0.9, 0.6, 0.6, 0.6], [True, *right[1:]])
        expected = (1 + (0.8 * 4 - 1) * np.mean(right[1:])) / (0.8 * 4)
        assert accuracy_at_coverage(cases, 0.8) == pytest.approx(expected)


def test_it_is_the_accuracy_of_those_kept() -> None:
    rng = np.random.default_rng(0)
    probabilities = rng.dirichlet(np.ones(3), 200)
    truth = np.array([rng.choice(3, p=p) for p in probabilities])
    kept = np.argsort(-probabilities.max(axis=1))[:150]
    ours = accuracy_at_coverage(Cases(truth, probabilities), 0.75)
    assert ours == pytest.approx(accuracy_score(truth[kept], probabilities[kept].argmax(axis=1)))


def test_a_weight_of_two_counts_as_the_case_twice() -> None:
    rng = np.random.default_rng(1)
    probabilities, truth = rng.dirichlet(np.ones(2), 30), rng.integers(2, size=30)
    weights = rng.integers(0, 3, size=30)
    weighted = accuracy_at_coverage(Cases(truth, probabilities, weights[None]), 0.9)
    repeated = Cases(np.repeat(truth, weights), np.repeat(probabilities, weights, axis=0))
    assert weighted == pytest.approx(accuracy_at_coverage(repeated, 0.9))


@given(st.lists(st.booleans(), min_size=1, max_size=20), st.integers(0, 2**16))
def test_the_curve_ends_at_the_plain_accuracy(right: list[bool], seed: int) -> None:
    sure = np.random.default_rng(seed).uniform(0.51, 1, len(right)).round(1)
    cases = two_classes(sure.clip(0.51).tolist(), right)
    coverage, accuracy = coverage_curve(cases)
    assert coverage[-1] == pytest.approx(1)
    assert accuracy[-1] == pytest.approx(np.mean(right))
    assert (np.diff(coverage) > 0).all()
    for share, value in zip(coverage, accuracy, strict=True):
        assert accuracy_at_coverage(cases, share) == pytest.approx(value)
