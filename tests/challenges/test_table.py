"""The table of text: what it refuses, and what it says."""

import numpy as np
import pytest

from auscult.challenges import CHALLENGES, Column, Labels, Table
from auscult.errors import EvaluationError

SIDE = Column("side", "left or right", ("left", "right"), {"l": "left"}, optional=True)


def test_a_table_without_a_row_is_refused() -> None:
    with pytest.raises(EvaluationError, match=r"t.csv: holds no row to score"):
        Table(("truth",), (), "t.csv")


def test_a_column_named_twice_is_refused() -> None:
    with pytest.raises(EvaluationError, match=r"t.csv, row 1: column 'truth' is there twice"):
        Table(("truth", "Truth "), (("a", "b"),), "t.csv")


def test_a_row_of_another_length_is_refused() -> None:
    with pytest.raises(EvaluationError, match=r"t.csv, row 9: 1 cells; the header has 2"):
        Table(("truth", "answer"), (("a", "b"), ("a",)), "t.csv", (2, 9))


def test_labels_are_read_by_any_spelling() -> None:
    table = Table.of(side=["Left", "l", " RIGHT ", ""])
    assert SIDE.indices(table).tolist() == [0, 0, 1, 2]
    assert SIDE.indices(Table.of(other=["x", "y"])).tolist() == [2, 2]


def test_a_near_miss_is_answered_with_the_label() -> None:
    with pytest.raises(EvaluationError, match="side 'rigth' is none of left, right; did you mean"):
        SIDE.indices(Table.of(side=["rigth"]))


def test_labels_count_under_weights() -> None:
    labels = Labels((SIDE, Column("up", "", ("yes", "no"))), "who")
    table = Table.of(side=["left", "right", "left"], up=["yes", "no", "no"])
    assert labels(table).tolist() == [[1, 1], [0, 1], [0, 0]]
    stack = labels.weighted(table, np.array([[2.0, 0.0, 1.0], [1.0, 1.0, 1.0]]))
    assert stack[0].tolist() == [[2, 1], [0, 0], [0, 0]]
    assert stack[1].tolist() == labels(table).tolist()


def test_a_figure_that_a_challenge_lacks_is_an_error() -> None:
    with pytest.raises(EvaluationError, match="has no figure 'totl_precision'; it has: total_prec"):
        CHALLENGES["pascal2-a"].figure("totl_precision")
