"""PhysioNet/CinC 2016: the official script's arithmetic written out, scikit-learn, known values."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import balanced_accuracy_score, recall_score

from auscult.challenges import CHALLENGES, Table
from auscult.challenges.cinc2016 import TRAINING_WEIGHTS, Weights, modified_accuracy
from auscult.errors import EvaluationError

CHALLENGE = CHALLENGES["cinc2016"]


def values(truth, answer, quality=None) -> dict[str, float | None]:
    columns = {"truth": truth, "answer": answer} | ({"quality": quality} if quality else {})
    table = Table.of(**{key: list(map(str, cells)) for key, cells in columns.items()})
    return {score.name: score.value for score in CHALLENGE.scores(table)}


def by_the_formula(truth, answer, quality, weights: Weights | None) -> float:
    """Count and divide as the challenge's page writes it, in fractions."""
    n = {}
    for row in zip(truth, answer, quality, strict=True):
        n[row] = n.get(row, 0) + 1

    def rate(label: int, sound: int) -> Fraction:
        cells = {a: n.get((label, a, sound), 0) for a in (-1, 0, 1)}
        right = cells[label] + (cells[0] if sound == 0 else 0)
        return Fraction(right, sum(cells.values()))

    def total(label: int, sound: int) -> int:
        return sum(n.get((label, a, sound), 0) for a in (-1, 0, 1))

    own = [
        Fraction(total(label, sound), total(label, 1) + total(label, 0))
        for label in (1, -1)
        for sound in (1, 0)
    ]
    wa1, wa2, wn1, wn2 = weights or own
    se = wa1 * rate(1, 1) + wa2 * rate(1, 0)
    sp = wn1 * rate(-1, 1) + wn2 * rate(-1, 0)
    return float((se + sp) / 2)


@settings(max_examples=25)
@given(seed=st.integers(0, 2**32 - 1))
def test_both_formulas_as_published(seed: int) -> None:
    rng = np.random.default_rng(seed)
    truth = [1, 1, -1, -1, *rng.choice([-1, 1], 40).tolist()]
    quality = [1, 0, 1, 0, *rng.choice([0, 1], 40).tolist()]
    answer = rng.choice([-1, 0, 1], 44).tolist()
    found = values(truth, answer, quality)
    assert found["macc"] == pytest.approx(by_the_formula(truth, answer, quality, None))
    assert found["macc_training_weights"] == pytest.approx(
        by_the_formula(truth, answer, quality, TRAINING_WEIGHTS)
    )
    assert found["macc"] == pytest.approx((found["modified_se"] + found["modified_sp"]) / 2)
    # Early: half of the unsure answers become right, by giving every record twice.
    twice = [label for label in truth for _ in range(2)]
    halved = [
        said for t, a in zip(truth, answer, strict=True) for said in ((a, a) if a else (t, -t))
    ]
    assert found["early"] == pytest.approx(balanced_accuracy_score(twice, halved))
    recalls = recall_score(truth, answer, labels=[-1, 1], average=None)
    assert found["balanced_accuracy"] == pytest.approx(recalls.mean())
    assert found["share_unsure"] == pytest.approx(answer.count(0) / 44)


def test_without_unsure_answers_all_formulas_agree() -> None:
    found = values([1, 1, -1, -1, -1], [1, -1, -1, 1, -1], [1, 0, 0, 1, 1])
    assert found["macc"] == found["early"] == found["balanced_accuracy"] == pytest.approx(7 / 12)


def test_unsure_throughout() -> None:
    found = values([1, 1, -1, -1], [0, 0, 0, 0], [1, 0, 1, 0])
    assert (found["macc"], found["early"], found["balanced_accuracy"]) == (0.5, 0.5, 0)
    assert found["macc_training_weights"] == pytest.approx((0.1398 + 0.0748) / 2)
    assert values([1, -1], [0, 0], [1, 1])["macc"] == 0
    assert values([1, -1], [0, 0], [0, 0])["macc"] == 1


def test_the_training_weights_are_shares() -> None:
    assert TRAINING_WEIGHTS.wa1 + TRAINING_WEIGHTS.wa2 == pytest.approx(1)
    assert TRAINING_WEIGHTS.wn1 + TRAINING_WEIGHTS.wn2 == pytest.approx(1)


def test_a_set_without_noisy_records_needs_its_own_weights() -> None:
    found = values([1, 1, -1], [1, 0, -1], [1, 1, 1])
    assert found["macc"] == 0.75
    assert found["macc_training_weights"] is None


@pytest.mark.parametrize("quality", [None, ["clean", ""]])
def test_without_a_quality_only_the_early_formula_is_defined(quality) -> None:
    found = values(["abnormal", "normal"], ["abnormal", "unsure"], quality)
    assert found["early"] == 0.75
    for name in ("macc", "macc_training_weights", "modified_se"):
        if name != "modified_se" or quality is None:
            assert found[name] is None
    table = Table.of(truth=["1", "-1"], answer=["1", "0"])
    with pytest.raises(EvaluationError, match=r"MAcc .* is undefined: it needs a quality"):
        CHALLENGE.figure("macc")(CHALLENGE.read(table))


def test_one_record_without_a_quality_leaves_both_final_formulas_undefined() -> None:
    complete = [1, 0, 1, 0, 1, 0]
    truth, answer = [1, 1, -1, -1, 1, -1], [1, 0, -1, 0, -1, 1]
    found = values(truth, answer, complete)
    assert None not in (found["macc"], found["macc_training_weights"])
    for row in (4, 5):
        partly = [*complete[:row], "", *complete[row + 1 :]]
        found = values(truth, answer, partly)
        assert found["macc"] is found["macc_training_weights"] is None


def test_one_class_only_is_undefined() -> None:
    found = values([1, 1], [1, 0], [1, 1])
    assert found["macc"] is found["early"] is found["balanced_accuracy"] is None
    assert found["modified_se"] == 0.5


def test_weights_can_be_given() -> None:
    counts = CHALLENGE.read(
        Table.of(
            truth=["1", "1", "-1", "-1"], answer=["1", "0", "-1", "1"], quality=["1", "0", "1", "0"]
        )
    )
    assert modified_accuracy(counts, Weights(0.5, 0.5, 0.9, 0.1)) == pytest.approx(0.95)


def test_the_remark_says_that_no_test_set_is_public() -> None:
    (remark,) = CHALLENGE.remarks(None)
    assert "never released" in remark


def test_an_empty_answer_is_refused() -> None:
    with pytest.raises(EvaluationError, match="row 3: answer is empty; wanted one of normal, "):
        values([1, -1], ["1", ""])
