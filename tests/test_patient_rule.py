"""One answer a patient: what is described, what is worth more, what is refused."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from auscult.bundle import find_bundle, read_bundle
from auscult.errors import ConfigError
from auscult.patient_rule import PatientRule, describe

RULE = PatientRule(
    looked_for=(("murmur", "present"), ("quality", "poor")),
    classes=("Present", "Absent"),
    worth=(5.0, 1.0),
    weights=((1.0, 0.0, 0.5, 0.0), (0.0, 0.0, 0.0, 0.0)),
    offsets=(-1.0, 0.0),
)


def told(murmur: float, poor: float = 0.1) -> dict[str, dict[str, float]]:
    return {
        "murmur": {"absent": 1 - murmur, "present": murmur},
        "quality": {"good": 1 - poor, "poor": poor},
    }


def test_a_patient_is_the_highest_mean_and_lowest_log_odds() -> None:
    odds = describe([np.array([0.5, 0.9, 0.1]), np.array([1.0])], lowest=True)
    np.testing.assert_allclose(odds[0], [np.log(9), 0, -np.log(9)], atol=1e-9)
    assert np.isfinite(odds[1]).all()


def test_of_several_things_looked_for_each_is_described() -> None:
    (odds,) = describe([np.array([[0.5, 0.1], [0.9, 0.5]])], lowest=True)
    mean = np.array([np.log(9) / 2, -np.log(9) / 2])
    np.testing.assert_allclose(odds, [np.log(9), 0, *mean, 0, -np.log(9)], atol=1e-9)


def test_the_rule_is_the_formula() -> None:
    z = np.log(9) + 0.5 * np.log(9) / 2 - 1
    probabilities = RULE([told(0.5), told(0.9)])
    assert probabilities["Present"] == pytest.approx(1 / (1 + np.exp(-z)), abs=1e-6)
    assert sum(probabilities.values()) == pytest.approx(1)


def test_recordings_may_come_in_any_order() -> None:
    sites = [told(0.2), told(0.9), told(0.4, 0.6)]
    assert RULE(sites) == pytest.approx(RULE(sites[::-1]))


def test_what_is_worth_more_is_called_sooner() -> None:
    assert RULE.answer({"Present": 0.2, "Absent": 0.8}) == "Present"
    assert RULE.answer({"Present": 0.1, "Absent": 0.9}) == "Absent"


def test_a_patient_without_recordings_or_answers_is_refused() -> None:
    with pytest.raises(ConfigError, match="without a recording"):
        RULE([])
    with pytest.raises(
        ConfigError, match="lacks 'quality'; a patient is judged by murmur, quality"
    ):
        RULE([{"murmur": {"absent": 0.5, "present": 0.5}}])


@pytest.mark.parametrize(
    "wrong",
    [{"offsets": (0.0,)}, {"weights": ((1.0,), (1.0,))}, {"worth": (1.0, 0.0)}, {"looked_for": ()}],
)
def test_sizes_that_do_not_fit_are_refused(wrong: dict[str, tuple[object, ...]]) -> None:
    with pytest.raises(ConfigError, match="a rule for patients of 2 classes"):
        replace(RULE, **wrong)


@pytest.mark.parametrize(
    "wrong",
    [{"offsets": (np.nan, 0.0)}, {"worth": (np.inf, 1.0)}, {"weights": ((np.nan,) * 4,) * 2}],
)
def test_a_rule_that_is_not_finite_is_refused(wrong: dict[str, tuple[object, ...]]) -> None:
    with pytest.raises(ConfigError, match="needs finite worths, offsets and weights"):
        replace(RULE, **wrong)


def test_it_travels_in_a_bundle(tmp_path: Path) -> None:
    bundle = replace(read_bundle(find_bundle("tiny")), patients=RULE)
    assert read_bundle(bundle.write(tmp_path)).patients == RULE


@pytest.mark.parametrize("name", ["default", "tiny"])
def test_the_shipped_rules_hear_a_murmur_at_one_site(name: str) -> None:
    rule = read_bundle(find_bundle(name)).patients
    assert rule is not None
    assert rule.classes == ("Present", "Unknown", "Absent")
    heard = rule([told(0.02, 0.02), told(0.97, 0.02), told(0.05, 0.02)])
    assert rule.answer(heard) == "Present"
    assert rule.answer(rule([told(0.02, 0.02)] * 4)) == "Absent"
    assert rule([told(0.3, 0.6)] * 4)["Unknown"] > rule([told(0.3, 0.02)] * 4)["Unknown"]
