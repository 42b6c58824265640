"""Averages and temperatures keep what probabilities must keep."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from auscult.aggregate import Calibration, blended, mean_probabilities, tempered
from auscult.errors import ConfigError


def distributions(scores: np.ndarray) -> np.ndarray:
    powers = np.exp(scores.astype(np.float64))
    return (powers / powers.sum(axis=-1, keepdims=True)).astype(np.float32)


ROWS = arrays(
    np.float32,
    st.tuples(st.integers(1, 20), st.integers(2, 5)),
    elements=st.floats(-8, 8, width=32),
).map(distributions)
TEMPERATURES = st.floats(0.2, 5)


@given(ROWS)
def test_the_mean_is_a_distribution_between_its_windows(rows: np.ndarray) -> None:
    mean = mean_probabilities(rows)
    assert mean.dtype == np.float32
    np.testing.assert_allclose(mean.sum(), 1, atol=1e-6)
    assert (mean <= rows.max(axis=0) + 1e-6).all()
    assert (mean >= rows.min(axis=0) - 1e-6).all()


@given(ROWS, st.integers(2, 5))
def test_the_number_of_windows_changes_nothing(rows: np.ndarray, times: int) -> None:
    np.testing.assert_allclose(
        mean_probabilities(np.tile(rows, (times, 1))), mean_probabilities(rows), atol=1e-6
    )


@given(ROWS, TEMPERATURES)
def test_a_temperature_keeps_the_order_and_can_be_undone(
    rows: np.ndarray, temperature: float
) -> None:
    changed = tempered(rows, temperature)
    assert changed.dtype == np.float32
    np.testing.assert_allclose(changed.sum(axis=1), 1, atol=1e-5)
    for before, after in zip(rows, changed, strict=True):
        assert (np.diff(after[np.argsort(before, kind="stable")]) >= -1e-7).all()
    if temperature > 1:  # below, small probabilities fall under single precision
        np.testing.assert_allclose(tempered(changed, 1 / temperature), rows, atol=1e-4)


@given(ROWS, st.floats(1.01, 5))
def test_a_temperature_above_one_softens(rows: np.ndarray, temperature: float) -> None:
    assert (tempered(rows, temperature).max(axis=1) <= rows.max(axis=1) + 1e-6).all()


@given(ROWS, TEMPERATURES, TEMPERATURES)
def test_two_calibrations_make_one(rows: np.ndarray, first: float, second: float) -> None:
    logs = np.log(rows.astype(np.float64))
    offsets = tuple(float(place) for place in range(rows.shape[1]))
    one, other = Calibration(first, offsets), Calibration(second, offsets[::-1])
    in_turn = other(np.log(np.maximum(one(logs).astype(np.float64), 1e-300)))
    np.testing.assert_allclose(one.then(other)(logs), in_turn, atol=1e-4)


def test_a_power_by_hand_and_certainty_survives() -> None:
    halved = tempered(np.array([0.8, 0.2], np.float32), 0.5)
    np.testing.assert_allclose(halved, [0.64 / 0.68, 0.04 / 0.68], atol=1e-6)
    certain = tempered(np.array([1, 0, 0], np.float32), 0.2)
    np.testing.assert_allclose(certain, [1, 0, 0], atol=1e-6)


@given(ROWS, TEMPERATURES)
def test_calibrated_answers_are_distributions_and_offsets_favour(
    rows: np.ndarray, temperature: float
) -> None:
    n_classes = rows.shape[1]
    plain = Calibration(temperature, (0.0,) * n_classes)(np.log(rows))
    shifted = Calibration(temperature, (1.0, *(0.0,) * (n_classes - 1)))(np.log(rows))
    for answer in (plain, shifted):
        np.testing.assert_allclose(answer.sum(axis=1), 1, rtol=1e-5)
    assert (shifted[:, 0] >= plain[:, 0]).all()
    np.testing.assert_allclose(plain, tempered(rows, temperature), atol=1e-5)


def test_a_temperature_of_zero_is_refused() -> None:
    with pytest.raises(ConfigError, match="temperature=0"):
        Calibration(0, (0.0,))


@pytest.mark.parametrize("number", [np.inf, np.nan])
def test_a_calibration_that_is_not_finite_is_refused(number: float) -> None:
    with pytest.raises(ConfigError, match=f"temperature={number} must be finite"):
        Calibration(number, (0.0,))
    with pytest.raises(ConfigError, match=r"offsets=.* must be finite"):
        Calibration(1.0, (0.0, number))


@given(ROWS)
def test_one_listener_is_only_taken_at_its_word(rows: np.ndarray) -> None:
    np.testing.assert_allclose(np.exp(blended([rows])), np.maximum(rows, 1e-6), rtol=1e-5)


def test_listeners_count_alike_and_certainty_has_an_end() -> None:
    sure, unsure = np.array([[1.0, 0.0]], np.float32), np.array([[0.5, 0.5]], np.float32)
    np.testing.assert_allclose(blended([sure, unsure]), blended([unsure, sure]))
    assert np.isfinite(blended([sure])).all()
