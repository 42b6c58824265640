"""What cases are refused, and what is derived from them."""

from typing import Any

import numpy as np
import pytest

from auscult.errors import EvaluationError
from auscult.metrics import Cases

TRUTH = np.array([0, 1, 1])
PROBABILITIES = np.array([[0.5, 0.5], [0.2, 0.8], [0.9, 0.1]])


def test_the_first_of_equal_probabilities_is_called() -> None:
    assert Cases(TRUTH, PROBABILITIES).predicted.tolist() == [0, 1, 0]


def test_default_weights_are_one_for_every_case() -> None:
    assert Cases(TRUTH, PROBABILITIES).weights.tolist() == [[1, 1, 1]]
    assert Cases(TRUTH, PROBABILITIES, np.array([[2], [3]])).weights.tolist() == [[2] * 3, [3] * 3]


def test_macro_averages_over_the_chosen_classes() -> None:
    per_class = np.array([[0.2, 0.6]])
    assert Cases(TRUTH, PROBABILITIES).macro(per_class).tolist() == [0.4]
    assert Cases(TRUTH, PROBABILITIES, averaged=(1,)).macro(per_class).tolist() == [0.6]


def test_missing_names_classes_without_a_case_or_a_call() -> None:
    probabilities = np.array([[0.6, 0.2, 0.2], [0.1, 0.1, 0.8]])
    cases = Cases(np.array([0, 1]), probabilities, classes=("artifact", "murmur", "normal"))
    assert cases.missing() == "no true case of normal, no prediction of murmur"
    assert Cases(np.array([0, 1]), probabilities).missing() == (
        "no true case of class 2, no prediction of class 1"
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"probabilities": np.ones((3, 1))}, r"shape \(3, 1\).*at least two classes"),
        ({"probabilities": np.ones(3)}, r"shape \(3,\)"),
        ({"truth": np.zeros(0, int), "probabilities": np.ones((0, 2))}, "no case to score"),
        ({"truth": np.array([0, 1])}, r"truth has shape \(2,\).*wanted \(3,\) integers"),
        ({"truth": np.array([0.0, 1.0, 1.0])}, "type float64; wanted"),
        ({"truth": np.array([0, 1, 2])}, "case 2 has truth 2, but the classes are 0 to 1"),
        ({"truth": np.array([0, -1, 1])}, "case 1 has truth -1"),
        ({"probabilities": PROBABILITIES + 0.01}, "case 0 has probabilities.*sum to 1"),
        ({"probabilities": np.array([[0.5, 0.5], [1.1, -0.1], [0, 1]])}, "case 1 has prob"),
        ({"probabilities": np.array([[0.5, 0.5], [0, 1], [np.nan, 1]])}, "case 2 has prob"),
        ({"probabilities": np.tile([0.6, 0.6, -0.2], (3, 1))}, "case 0 has probabilities"),
        ({"weights": np.ones(3)}, r"weights have shape \(3,\); wanted \(n_weightings, 3\)"),
        ({"weights": np.ones((1, 2))}, r"weights have shape \(1, 2\)"),
        ({"classes": ("a", "b", "c")}, "3 class names for 2 columns"),
    ],
)
def test_refuses(change: dict[str, Any], message: str) -> None:
    with pytest.raises(EvaluationError, match=message):
        Cases(**({"truth": TRUTH, "probabilities": PROBABILITIES} | change))
