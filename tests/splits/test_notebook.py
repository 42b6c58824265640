"""The seed notebook's cut, row for row as scikit-learn makes it, and how much it leaks."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import train_test_split

from auscult.datasets import Pascal
from auscult.errors import SplitError
from auscult.splits import Row, count_leaks, make_rows, notebook_split


def rows_of(n_rows: int) -> list[Row]:
    return [Row(f"r{i}", "normal", f"g{i // 3}", "B", "normal") for i in range(n_rows)]


@given(st.integers(10, 2_000))
def test_is_the_notebooks_two_calls_of_scikit_learn(n_rows: int) -> None:
    rows = rows_of(n_rows)
    ids = [row.row_id for row in rows]
    cut = {"random_state": 42, "shuffle": True}
    rest, watched = train_test_split(ids, train_size=0.8, **cut)
    train, spare = train_test_split(rest, train_size=0.9, **cut)
    (split,) = notebook_split(rows)
    assert split.train == tuple(train)
    assert split.validation == tuple(watched)
    assert split.test == (*watched, *spare)
    assert split.stops_on_test


def test_repeats_divide_otherwise_and_the_seed_changes_nothing() -> None:
    assert notebook_split(rows_of(50), repeat=1) != notebook_split(rows_of(50))
    assert notebook_split(rows_of(50), seed=7) == notebook_split(rows_of(50))


def test_is_a_single_cut_of_ten_rows_or_more() -> None:
    with pytest.raises(SplitError, match="n_folds=5 must be 1"):
        notebook_split(rows_of(50), 5)
    with pytest.raises(SplitError, match="needs at least 10 rows; there are 9"):
        notebook_split(rows_of(9))


@pytest.mark.data
def test_nearly_every_real_test_row_has_a_sibling_in_training(pascal_dir: Path) -> None:
    entries = [entry for entry in Pascal().scan(pascal_dir) if entry.label]
    labels = [entry.label or "" for entry in entries]
    with_copies = make_rows(entries, labels, ("stretch=0.8", "stretch=1.2"))
    leaks = count_leaks(with_copies, notebook_split(with_copies)[0])
    assert leaks.n_test == 351 + 141
    assert leaks.n_same_recording / leaks.n_test > 0.85
    assert leaks.n_same_group / leaks.n_test > 0.9
    originals = make_rows(entries, labels)
    (split,) = notebook_split(originals)
    leaks = count_leaks(originals, split)
    assert leaks.n_same_recording == 0
    assert 0.6 < leaks.n_same_group / leaks.n_test < 0.9
