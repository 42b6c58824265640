"""Figures check themselves and travel as JSON."""

import json
import math
from collections.abc import Callable
from typing import Any

import pytest

from auscult.errors import EvaluationError
from auscult.evaluation import Evaluation, Interval, PredictionsTable, evaluate


@pytest.fixture(scope="module")
def evaluation(make_table: Callable[..., PredictionsTable]) -> Evaluation:
    table = make_table(n_groups=20)
    return evaluate(table, title="t", protocol="p", warnings=("careful",), n_bootstrap=40)


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ((math.nan, None, None, "r"), "not finite; undefined is None"),
        ((0.5, 0.1, math.inf), "not finite"),
        ((0.5, 0.1, None, "r"), "both ends or none"),
        ((None, 0.1, 0.2, "r"), "none without a value"),
        ((None, None, None), "must give the reason"),
        ((0.5, None, None), "must give the reason"),
        ((0.5, 0.6, 0.4), "low end above its high end"),
    ],
)
def test_an_interval_refuses(numbers: tuple[Any, ...], message: str) -> None:
    with pytest.raises(EvaluationError, match=message):
        Interval(*numbers)


def test_the_three_shapes_of_an_interval_pass() -> None:
    assert Interval(0.5, 0.4, 0.4).low == 0.4
    assert Interval(0.5, None, None, "one group").reason == "one group"
    assert Interval(None, None, None, "no case").value is None


def test_json_round_trip_is_exact(evaluation: Evaluation) -> None:
    text = json.dumps(evaluation.to_json(), allow_nan=False)
    assert Evaluation.from_json(json.loads(text)) == evaluation


def test_the_model_comes_first(evaluation: Evaluation) -> None:
    assert evaluation.model.name == "model"
    assert [system.name for system in evaluation.baselines] == ["baseline"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"systems": []}, "'t' holds no system"),
        ({"colour": "red"}, "has no option colour"),
        ({"type": "Pickle"}, "type 'Pickle' is not one of"),
        ({"type": "Interval"}, "has no option"),
    ],
)
def test_refuses_json_that_is_no_evaluation(
    evaluation: Evaluation, change: dict[str, Any], message: str
) -> None:
    with pytest.raises(EvaluationError, match=f"this JSON is no evaluation: .*{message}"):
        Evaluation.from_json(evaluation.to_json() | change)


def test_refuses_json_that_lacks_a_part(evaluation: Evaluation) -> None:
    plain = evaluation.to_json()
    del plain["classes"]
    with pytest.raises(EvaluationError, match=r"missing 1 required .* 'classes'"):
        Evaluation.from_json(plain)
    with pytest.raises(EvaluationError, match="it lacks 'type': 'Evaluation'"):
        Evaluation.from_json({"title": "t"})
