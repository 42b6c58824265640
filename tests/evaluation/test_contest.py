"""A challenge's figures with intervals: the scorer's own values, means of repeats, resamples."""

from dataclasses import replace

import numpy as np
import pytest

from auscult.challenges import CHALLENGES, Table
from auscult.errors import EvaluationError
from auscult.evaluation.contest import Decision, score_contest

MURMURS = ("Present", "Unknown", "Absent")


def decisions(
    n: int = 60, repeats: int = 1, system: str = "model", seed: int = 0
) -> list[Decision]:
    rng = np.random.default_rng(seed)
    made = []
    for repeat in range(repeats):
        for index in range(n):
            truth = MURMURS[index % 3]
            answer = truth if rng.random() < 0.6 else MURMURS[rng.integers(3)]
            cells = {"truth": truth, "answer": answer, "outcome": ""}
            made.append(Decision(system, repeat, f"p{index}", f"g{index // 2}", cells))
    return made


def values(part: list[Decision]) -> dict[str, float | None]:
    columns = {name: [d.cells[name] for d in part] for name in part[0].cells}
    scores = CHALLENGES["cinc2022-murmur"].scores(Table.of(**columns))
    return {one.name: one.value for one in scores}


def test_one_repeat_is_what_the_challenge_says() -> None:
    made = decisions()
    result = score_contest("cinc2022-murmur", made, rule="r", n_bootstrap=100)
    figures = result.systems["model"]
    for name, value in values(made).items():
        assert figures[name].value == (None if value is None else pytest.approx(value))
    assert (result.n_rows, result.n_groups) == (60, 30)
    assert "outcome" in figures["cost"].reason
    interval = figures["weighted_accuracy"]
    assert interval.low < interval.value < interval.high
    right = sum(d.cells["answer"] == "Present" == d.cells["truth"] for d in made)
    assert figures["recall_present"].value == pytest.approx(right / 20)
    assert result.confusion["model"]["Present"]["Present"] == right


def test_several_repeats_are_averaged() -> None:
    made = decisions(repeats=3)
    result = score_contest("cinc2022-murmur", made, rule="r", n_bootstrap=60)
    each = [values([d for d in made if d.repeat == r])["balanced_accuracy"] for r in range(3)]
    assert result.systems["model"]["balanced_accuracy"].value == pytest.approx(np.mean(each))
    total = sum(sum(row.values()) for row in result.confusion["model"].values())
    assert (total, result.n_rows) == (180, 60)


def test_intervals_come_from_groups_not_rows() -> None:
    made = [replace(d, group=f"g{i // 12}") for i, d in enumerate(decisions())]
    together = score_contest("cinc2022-murmur", made, rule="r", n_bootstrap=400)
    alone = [replace(d, group=d.name) for d in made]
    apart = score_contest("cinc2022-murmur", alone, rule="r", n_bootstrap=400)
    assert (together.n_groups, apart.n_groups) == (5, 60)
    one, other = (r.systems["model"]["weighted_accuracy"] for r in (together, apart))
    assert one.value == other.value
    assert (one.low, one.high) != (other.low, other.high)


def test_what_cannot_be_scored_is_refused() -> None:
    with pytest.raises(EvaluationError, match="there is no answer to score"):
        score_contest("cinc2022-murmur", [], rule="r")
    with pytest.raises(EvaluationError, match="scores no labels"):
        score_contest("segmentation", decisions(), rule="r")
    wrong = replace(decisions()[0], cells={"truth": "Present", "answer": "Maybe", "outcome": ""})
    with pytest.raises(EvaluationError, match="answer 'Maybe' is none of Present"):
        score_contest("cinc2022-murmur", [wrong], rule="r")
