"""George B. Moody Challenge 2022: the official arithmetic by loops, scikit-learn, known values."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, balanced_accuracy_score

from auscult.challenges import CHALLENGES, Table
from auscult.errors import EvaluationError

MURMUR, OUTCOME = CHALLENGES["cinc2022-murmur"], CHALLENGES["cinc2022-outcome"]
WEIGHTS = {"Present": 5, "Unknown": 3, "Absent": 1, "Abnormal": 5, "Normal": 1}
POSITIVE = {"Present", "Unknown", "Abnormal"}


def values(challenge, **columns: list[str]) -> dict[str, float | None]:
    return {score.name: score.value for score in challenge.scores(Table.of(**columns))}


def mean_cost(outcomes, answers) -> float:
    """Total cost of all patients, one after the other, divided by their number."""
    n = len(outcomes)
    referred = [answer in POSITIVE for answer in answers]
    x = sum(referred) / n
    total = (25 + 397 * x - 1718 * x * x + 11296 * x * x * x * x) * n
    for outcome, is_referred in zip(outcomes, referred, strict=True):
        total += 10
        if outcome == "Abnormal":
            total += 10_000 if is_referred else 50_000
    return total / n


@settings(max_examples=20)
@given(seed=st.integers(0, 2**32 - 1))
def test_murmurs_as_the_official_script_counts(seed: int) -> None:
    rng = np.random.default_rng(seed)
    labels = ["Present", "Unknown", "Absent"]
    truth = [*labels, *rng.choice(labels, 30).tolist()]
    answer = rng.choice(labels, 33).tolist()
    outcome = rng.choice(["Abnormal", "Normal"], 33).tolist()
    found = values(MURMUR, truth=truth, answer=answer, outcome=outcome)
    weights = [WEIGHTS[label] for label in truth]
    assert found["weighted_accuracy"] == pytest.approx(
        accuracy_score(truth, answer, sample_weight=weights)
    )
    assert found["balanced_accuracy"] == pytest.approx(balanced_accuracy_score(truth, answer))
    assert found["cost"] == pytest.approx(mean_cost(outcome, answer))
    assert found["cost_refer_everybody"] == pytest.approx(mean_cost(outcome, ["Present"] * 33))
    assert found["cost_refer_nobody"] == pytest.approx(mean_cost(outcome, ["Absent"] * 33))


@settings(max_examples=20)
@given(seed=st.integers(0, 2**32 - 1))
def test_outcomes_as_the_official_script_counts(seed: int) -> None:
    rng = np.random.default_rng(seed)
    truth = ["Abnormal", "Normal", *rng.choice(["Abnormal", "Normal"], 20).tolist()]
    answer = rng.choice(["Abnormal", "Normal"], 22).tolist()
    found = values(OUTCOME, truth=truth, answer=answer)
    weights = [WEIGHTS[label] for label in truth]
    assert found["weighted_accuracy"] == pytest.approx(
        accuracy_score(truth, answer, sample_weight=weights)
    )
    assert found["balanced_accuracy"] == pytest.approx(balanced_accuracy_score(truth, answer))
    assert found["cost"] == pytest.approx(mean_cost(truth, answer))


def test_referring_everybody_costs_as_published() -> None:
    outcome = ["Abnormal"] * 507 + ["Normal"] * 493
    found = values(OUTCOME, truth=outcome, answer=["Abnormal"] * 1000)
    assert found["cost"] == pytest.approx(15_083, abs=10)
    assert found["cost_refer_everybody"] == found["cost"]
    by_murmur = values(MURMUR, truth=["Absent"] * 1000, answer=["Unknown"] * 1000, outcome=outcome)
    assert by_murmur["cost"] == found["cost"]


def test_referring_nobody_costs_what_is_missed() -> None:
    found = values(OUTCOME, truth=["Abnormal", "Normal"], answer=["Normal", "Normal"])
    assert found["cost"] == found["cost_refer_nobody"] == pytest.approx(10 + 25 + 25_000)


def test_the_murmur_answer_is_held_against_the_outcome() -> None:
    # All murmurs right, and yet half of the ill are missed.
    found = values(
        MURMUR,
        truth=["Present", "Absent"],
        answer=["Present", "Absent"],
        outcome=["Abnormal", "Abnormal"],
    )
    assert found["weighted_accuracy"] == 1
    assert found["cost"] == pytest.approx(mean_cost(["Abnormal"] * 2, ["Present", "Absent"]))


@pytest.mark.parametrize("outcome", [None, ["Abnormal", ""]])
def test_where_an_outcome_is_unknown_the_cost_says_so(outcome) -> None:
    columns = {"truth": ["Present", "Absent"], "answer": ["Present", "Present"]}
    table = Table.of(**columns | ({"outcome": outcome} if outcome else {}))
    evidence = MURMUR.read(table)
    assert MURMUR.figure("weighted_accuracy")(evidence) == pytest.approx(5 / 6)
    for name in ("cost", "cost_refer_everybody", "cost_refer_nobody"):
        with pytest.raises(EvaluationError, match="needs the outcome, Abnormal or Normal, of ev"):
            MURMUR.figure(name)(evidence)


def test_a_label_without_a_patient_has_no_recall() -> None:
    found = values(MURMUR, truth=["Present", "Absent"], answer=["Present", "Absent"])
    assert found["balanced_accuracy"] is None


def test_known_weighted_accuracies() -> None:
    found = values(
        MURMUR, truth=["Present", "Unknown", "Absent"], answer=["Present", "Absent", "Absent"]
    )
    assert found["weighted_accuracy"] == pytest.approx(6 / 9)
    found = values(OUTCOME, truth=["Abnormal", "Normal"], answer=["Normal", "Normal"])
    assert found["weighted_accuracy"] == pytest.approx(1 / 6)
