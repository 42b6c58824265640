"""Every metric in the tables: range, perfect answers, order, names of classes, weights, reasons."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auscult.errors import EvaluationError
from auscult.metrics import METRICS, PER_CLASS, Cases

every_metric = pytest.mark.parametrize("name", METRICS)
every_class_metric = pytest.mark.parametrize("name", PER_CLASS)
problems = given(
    seed=st.integers(0, 2**32 - 1), n_classes=st.integers(2, 5), n_more=st.integers(0, 30)
)


def draw(seed: int, n_classes: int, n_more: int) -> tuple[np.ndarray, np.ndarray]:
    """Every class true and called at least once; no two probabilities equal."""
    rng = np.random.default_rng(seed)
    some_of_each = np.arange(n_classes)
    truth = np.r_[some_of_each, rng.integers(n_classes, size=n_more)]
    called = np.r_[rng.permutation(some_of_each), rng.integers(n_classes, size=n_more)]
    probabilities = rng.dirichlet(np.ones(n_classes), size=truth.size)
    best = probabilities.argmax(axis=1)
    rows = np.arange(truth.size)
    probabilities[rows, best], probabilities[rows, called] = (
        probabilities[rows, called],
        probabilities[rows, best],
    )
    return truth, probabilities


@every_metric
@settings(max_examples=15)
@problems
def test_stays_in_range(name: str, seed: int, n_classes: int, n_more: int) -> None:
    lowest, highest = METRICS[name].bounds
    assert lowest - 1e-9 <= METRICS[name](*draw(seed, n_classes, n_more)) <= highest + 1e-9


@every_class_metric
@settings(max_examples=15)
@problems
def test_class_figures_stay_in_range(name: str, seed: int, n_classes: int, n_more: int) -> None:
    values = PER_CLASS[name](*draw(seed, n_classes, n_more))
    assert values.shape == (n_classes,)
    assert np.all((values >= 0) & (values <= 1 + 1e-9))


@every_metric
def test_perfect_answers_score_best(name: str) -> None:
    truth = np.array([0, 1, 2, 2, 1])
    assert METRICS[name](truth, np.eye(3)[truth]) == pytest.approx(METRICS[name].perfect)
    lowest, highest = METRICS[name].bounds
    assert METRICS[name].perfect == (highest if METRICS[name].better == "higher" else lowest)


@every_class_metric
def test_perfect_answers_score_one_for_each_class(name: str) -> None:
    truth = np.array([0, 1, 2, 2, 1])
    assert PER_CLASS[name](truth, np.eye(3)[truth]).tolist() == [1, 1, 1]


@every_metric
@settings(max_examples=15)
@problems
def test_order_and_numbering_do_not_matter(
    name: str, seed: int, n_classes: int, n_more: int
) -> None:
    truth, probabilities = draw(seed, n_classes, n_more)
    rng = np.random.default_rng(seed)
    cases, classes = rng.permutation(truth.size), rng.permutation(n_classes)
    renumbered = np.argsort(classes)[truth]
    value = METRICS[name](truth, probabilities)
    assert METRICS[name](renumbered[cases], probabilities[cases][:, classes]) == pytest.approx(
        value, abs=1e-9
    )


@every_metric
@settings(max_examples=15)
@problems
def test_a_weight_is_a_repetition(name: str, seed: int, n_classes: int, n_more: int) -> None:
    truth, probabilities = draw(seed, n_classes, n_more)
    times = np.random.default_rng(seed).integers(1, 4, size=truth.size)
    weighted = Cases(truth, probabilities, weights=np.array([times, np.ones(truth.size)]))
    repeated, plain = METRICS[name].formula(weighted)
    assert plain == pytest.approx(METRICS[name](truth, probabilities), abs=1e-9)
    assert repeated == pytest.approx(
        METRICS[name](truth.repeat(times), probabilities.repeat(times, axis=0)), abs=1e-9
    )


@every_class_metric
@settings(max_examples=15)
@problems
def test_a_weight_of_zero_is_an_absence(name: str, seed: int, n_classes: int, n_more: int) -> None:
    truth, probabilities = draw(seed, n_classes, n_more)
    kept = np.random.default_rng(seed).random(truth.size) < 0.7
    kept[0] = True
    weighted = Cases(truth, probabilities, weights=kept[None, :].astype(float))
    assert PER_CLASS[name].formula(weighted)[0] == pytest.approx(
        PER_CLASS[name](truth[kept], probabilities[kept]), abs=1e-9, nan_ok=True
    )


@every_metric
def test_nothing_to_score_is_undefined(name: str) -> None:
    nothing = Cases(np.array([0, 1]), np.eye(2), weights=np.zeros((1, 2)))
    assert np.isnan(METRICS[name].formula(nothing)).all()
    with pytest.raises(EvaluationError, match="there is no case to score"):
        METRICS[name](np.zeros(0, int), np.zeros((0, 2)))


@every_class_metric
def test_class_figures_name_class_and_need(name: str) -> None:
    metric = PER_CLASS[name]
    assert metric.why_undefined("murmur") == (
        f"{metric.label} of murmur is undefined: it needs {metric.needs}"
    )
    nothing = Cases(np.array([0, 1]), np.eye(2), weights=np.zeros((1, 2)))
    assert np.isnan(metric.formula(nothing)).all()
