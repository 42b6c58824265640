"""PASCAL challenge 2 against published values, scikit-learn, and loops written another way."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as witness

from auscult.challenges import CHALLENGES, Table
from auscult.challenges.pascal2_a import CLASSES as CLASSES_A
from auscult.challenges.pascal2_a import TEST_SET as TEST_A
from auscult.challenges.pascal2_b import CLASSES as CLASSES_B
from auscult.challenges.pascal2_b import TEST_SET as TEST_B
from auscult.errors import EvaluationError

A, B = CHALLENGES["pascal2-a"], CHALLENGES["pascal2-b"]


def values(challenge, truth, answer) -> dict[str, float | None]:
    table = Table.of(truth=truth, answer=answer)
    return {score.name: score.value for score in challenge.scores(table)}


def official(classes, counts) -> list[str]:
    return [name for name, n in zip(classes, counts, strict=True) for _ in range(n)]


def test_a_perfect_table_of_set_a_scores_as_published() -> None:
    truth = official(CLASSES_A, TEST_A)
    found = values(A, truth, truth)
    assert found["total_precision"] == 4
    assert found["artifact_youden"] == 1
    assert round(found["heart_problem_f"], 4) == 0.4475
    assert found["heart_problem_f09"] == pytest.approx(1)
    assert A.remarks(A.read(Table.of(truth=truth, answer=truth))) == ()


def test_a_perfect_table_of_set_b_has_no_discriminant_power() -> None:
    truth = official(CLASSES_B, TEST_B)
    found = values(B, truth, truth)
    assert len(truth) == 195
    assert found["total_precision"] == 3
    assert found["heart_problem_youden"] == 1
    assert found["discriminant_power"] is None
    assert B.remarks(B.read(Table.of(truth=truth, answer=truth))) == ()


def test_published_precisions_of_set_a_give_the_published_total() -> None:
    # Rows truth, columns answer: 4 of 11, 2 of 3, 1 of 2 and 3 of 4 calls are right.
    counts = np.array([[4, 1, 0, 0], [3, 2, 1, 0], [2, 0, 1, 1], [2, 0, 0, 3]])
    shares = [A.figure(f"precision_{name}")(counts) for name in CLASSES_A]
    assert [round(share, 6) for share in shares] == [0.363636, 0.666667, 0.5, 0.75]
    assert round(A.figure("total_precision")(counts), 6) == 2.280303


def test_a_table_that_is_not_the_test_set_is_remarked_upon() -> None:
    evidence = B.read(Table.of(truth=["normal", "murmur"], answer=["normal", "normal"]))
    (remark,) = B.remarks(evidence)
    assert "136 normal, 39 murmur, 20 extrastole" in remark
    assert "this table has 1 normal, 1 murmur, 0 extrastole" in remark


def drawn(classes, seed: int) -> tuple[list[str], list[str]]:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(5, 60))
    return (
        [*classes, *rng.choice(classes, n)],
        [*rng.permutation(classes), *rng.choice(classes, n)],
    )


@settings(max_examples=20)
@given(seed=st.integers(0, 2**32 - 1))
def test_set_a_agrees_with_scikit_learn(seed: int) -> None:
    truth, answer = drawn(CLASSES_A, seed)
    found = values(A, truth, answer)
    precision = witness.precision_score(truth, answer, labels=CLASSES_A, average=None)
    assert found["total_precision"] == pytest.approx(precision.sum())
    assert found["mean_precision"] == pytest.approx(precision.mean())
    is_x, called_x = [t == "artifact" for t in truth], [a == "artifact" for a in answer]
    assert found["artifact_youden_textbook"] == pytest.approx(
        witness.balanced_accuracy_score(is_x, called_x, adjusted=True)
    )
    problems = ["murmur", "extrahls"]
    p, r, f, _ = witness.precision_recall_fscore_support(
        truth, answer, labels=problems, average="micro", beta=0.9, zero_division=0
    )
    assert found["heart_problem_sensitivity"] == pytest.approx(r)
    assert (found["heart_problem_precision"] or 0) == pytest.approx(p)
    assert (found["heart_problem_f09"] or 0) == pytest.approx(f)


@settings(max_examples=20)
@given(seed=st.integers(0, 2**32 - 1))
def test_set_a_agrees_with_the_sheet_cell_by_cell(seed: int) -> None:
    truth, answer = drawn(CLASSES_A, seed)
    found = values(A, truth, answer)
    right = {c: sum(t == a == c for t, a in zip(truth, answer, strict=True)) for c in CLASSES_A}
    n_x = truth.count("artifact")
    n_others = len(truth) - n_x
    others = right["normal"] + right["murmur"] + right["extrahls"]
    assert found["artifact_youden"] == pytest.approx(
        right["artifact"] / n_x - (1 - others / n_others)
    )
    tp = right["murmur"] + right["extrahls"]
    if tp:
        s = tp / (truth.count("murmur") + truth.count("extrahls"))
        p = tp / (answer.count("murmur") + answer.count("extrahls"))
        assert found["heart_problem_f"] == pytest.approx(0.81 * s * p / (0.81 * p + s))
    else:
        assert found["heart_problem_f"] is None


@settings(max_examples=20)
@given(seed=st.integers(0, 2**32 - 1))
def test_set_b_agrees_with_scikit_learn_and_loops(seed: int) -> None:
    truth, answer = drawn(CLASSES_B, seed)
    found = values(B, truth, answer)
    recall = dict(
        zip(
            CLASSES_B,
            witness.recall_score(truth, answer, labels=CLASSES_B, average=None),
            strict=True,
        )
    )
    sens = witness.recall_score(truth, answer, labels=["murmur", "extrastole"], average="micro")
    assert found["heart_problem_sensitivity"] == pytest.approx(sens)
    assert found["specificity"] == pytest.approx(recall["normal"])
    assert found["heart_problem_youden"] == pytest.approx(sens + recall["normal"] - 1)
    ill, called_ill = [t != "normal" for t in truth], [a != "normal" for a in answer]
    assert found["heart_problem_youden_textbook"] == pytest.approx(
        witness.balanced_accuracy_score(ill, called_ill, adjusted=True)
    )
    if 0 < sens < 1 and 0 < recall["normal"] < 1:
        log_odds = sum(math.log10(q) - math.log10(1 - q) for q in (sens, recall["normal"]))
        assert found["discriminant_power"] == pytest.approx(math.sqrt(3) / math.pi * log_odds)
        assert found["discriminant_power_ln"] == pytest.approx(
            found["discriminant_power"] * math.log(10)
        )
    else:
        assert found["discriminant_power"] is None
        assert found["discriminant_power_ln"] is None


def test_a_known_discriminant_power() -> None:
    # Sensitivity .6 and specificity .9: odds 1.5 and 9, log10 of their product 1.1303.
    counts = np.array([[9, 1, 0], [2, 3, 0], [0, 2, 3]])
    assert B.figure("discriminant_power")(counts) == pytest.approx(0.551329 * 1.130334, rel=1e-5)


@pytest.mark.parametrize(
    "counts",
    [
        [[5, 0, 0], [1, 2, 0], [0, 0, 3]],
        [[0, 5, 0], [1, 2, 0], [0, 0, 3]],
        [[4, 1, 0], [0, 2, 0], [0, 0, 3]],
        [[4, 1, 0], [2, 0, 0], [3, 0, 0]],
    ],
)
def test_discriminant_power_is_undefined_at_0_and_1(counts) -> None:
    for name in ("discriminant_power", "discriminant_power_ln"):
        with pytest.raises(EvaluationError, match="strictly between 0 and 1"):
            B.figure(name)(np.array(counts))


def test_quirks_show() -> None:
    # A murmur called normal costs the sheet's Youden, not the textbook's.
    found = values(A, ["normal", "murmur", "artifact"], ["normal", "normal", "artifact"])
    assert (found["artifact_youden"], found["artifact_youden_textbook"]) == (0.5, 1)
    assert (found["total_precision"], found["mean_precision"]) == (1.5, None)
    # A murmur called extrasystole is missed by the sheet, not by the textbook.
    found = values(B, ["normal", "murmur"], ["normal", "extrastole"])
    assert (found["heart_problem_youden"], found["heart_problem_youden_textbook"]) == (0, 1)


def test_the_sheets_words_are_understood() -> None:
    found = values(A, ["N", "M", "E", "X"], ["normal", "murmur", "Extra Heart Sound", "Artifact"])
    assert found["total_precision"] == 4
    assert values(B, ["E", "N", "M"], ["extrasystole", "n", "m"])["total_precision"] == 3
