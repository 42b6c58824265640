"""Laws of the honest protocol: groups never straddle, every recording is tested exactly once."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn.model_selection import StratifiedGroupKFold

from auscult.datasets import Pascal
from auscult.errors import SplitError
from auscult.splits import Row, count_leaks, grouped_split, make_rows
from auscult.splits.grouped import assign_folds
from auscult.types import Split

VARIANTS = ("slow", "fast")
CLASSES = ("artifact", "murmur", "normal")


def rows_of(groups: list[tuple[str, int]], variants: tuple[str, ...] = VARIANTS) -> list[Row]:
    """Rows of groups given as (label, number of recordings)."""
    return [
        Row(f"{g}-{i}", label, f"g{g}", "B", label, variant)
        for g, (label, n) in enumerate(groups)
        for i in range(n)
        for variant in ("", *variants)
    ]


@st.composite
def collections(draw: st.DrawFn) -> list[Row]:
    """Two or three classes of three or more groups of one to six recordings."""
    labels = CLASSES[: draw(st.integers(2, 3))]
    sizes = st.lists(st.integers(1, 6), min_size=3, max_size=8)
    return rows_of([(label, n) for label in labels for n in draw(sizes)])


def divided(rows: list[Row], n_folds: int, repeat: int, seed: int) -> tuple[Split, ...]:
    """Splits of rows that can be divided; others are refused, and no example."""
    try:
        return grouped_split(rows, n_folds, repeat, seed)
    except SplitError:
        assume(False)
        raise


@settings(deadline=None, max_examples=60)
@given(collections(), st.integers(2, 5), st.integers(0, 3), st.integers(0, 9))
def test_groups_never_straddle_and_each_recording_is_tested_once(
    rows: list[Row], n_folds: int, repeat: int, seed: int
) -> None:
    splits = divided(rows, n_folds, repeat, seed)
    row_of = {row.row_id: row for row in rows}
    tested = Counter(row_id for split in splits for row_id in split.test)
    assert tested == Counter(row.row_id for row in rows if not row.variant)
    for split in splits:
        roles = (split.train, split.validation, split.test)
        groups = [{row_of[row_id].group for row_id in role} for role in roles]
        assert sum(map(len, groups)) == len(set.union(*groups)) == len({r.group for r in rows})
        assert not any(row_of[i].variant for i in (*split.validation, *split.test))
        assert count_leaks(rows, split).is_clean
        assert split.validation
        assert (split.repeat, split.protocol) == (repeat, "grouped")
    assert [split.fold for split in splits] == list(range(n_folds))


@settings(deadline=None, max_examples=20)
@given(collections(), st.integers(0, 5))
def test_every_training_row_is_there_with_its_variants(rows: list[Row], seed: int) -> None:
    for split in divided(rows, 3, 0, seed):
        originals = {row_id for row_id in split.train if "@" not in row_id}
        copies = {f"{row_id}@{variant}" for row_id in originals for variant in VARIANTS}
        assert set(split.train) == originals | copies


@settings(deadline=None, max_examples=20)
@given(collections(), st.integers(0, 5), st.integers(0, 5))
def test_the_same_seed_gives_the_same_splits(rows: list[Row], repeat: int, seed: int) -> None:
    assert divided(rows, 3, repeat, seed) == grouped_split(rows, 3, repeat, seed)


def test_repeats_and_seeds_divide_otherwise() -> None:
    rows = rows_of([("murmur", 2)] * 20 + [("normal", 3)] * 20)
    made = {grouped_split(rows, 4, r, s)[0].test for r, s in ((0, 0), (1, 0), (0, 1), (1, 1))}
    assert len(made) == 4


def test_classes_spread_evenly_where_groups_allow() -> None:
    rows = rows_of([("murmur", 2)] * 10 + [("normal", 3)] * 20 + [("artifact", 1)] * 5, ())
    label = {row.row_id: row.label for row in rows}
    for split in grouped_split(rows, 5, seed=3):
        counts = Counter(label[row_id] for row_id in split.test)
        assert counts == {"murmur": 4, "normal": 12, "artifact": 1}


def test_a_fold_for_every_group() -> None:
    rows = rows_of([("murmur", 1)] * 3 + [("normal", 9)] * 3)
    assert all(split.test for split in grouped_split(rows, 6))


def test_one_fold_is_no_division() -> None:
    with pytest.raises(SplitError, match="n_folds=1 must be at least 2"):
        grouped_split(rows_of([("murmur", 1), ("normal", 1)] * 3), 1)


def test_a_class_of_one_group_cannot_be_divided() -> None:
    rows = rows_of([("normal", 3), ("normal", 3), ("murmur", 40)])
    with pytest.raises(SplitError, match=r"class 'murmur' comes from one patient.*\(g2\)"):
        grouped_split(rows, 2)


def test_more_folds_than_groups_are_refused() -> None:
    with pytest.raises(SplitError, match="5 folds need as many groups; there are 4"):
        grouped_split(rows_of([("normal", 3), ("murmur", 3)] * 2), 5)


def test_too_few_groups_to_stop_the_training_are_refused() -> None:
    both = [Row(f"{g}-{label}", label, f"g{g}", "B", label) for g in range(2) for label in CLASSES]
    with pytest.raises(SplitError, match="fold 0 leaves one group both to train and to stop"):
        grouped_split(both, 2)


@pytest.fixture(scope="module")
def real_rows(pascal_dir: Path) -> tuple[Row, ...]:
    entries = [entry for entry in Pascal().scan(pascal_dir) if entry.label]
    return make_rows(entries, [entry.label or "" for entry in entries], VARIANTS)


@pytest.mark.data
def test_real_strata_spread_as_evenly_as_with_scikit_learn(real_rows: tuple[Row, ...]) -> None:
    originals = [row for row in real_rows if not row.variant]
    strata = sorted({row.stratum for row in originals})
    stratum = np.array([strata.index(row.stratum) for row in originals])
    groups = np.array([row.group for row in originals])

    def unevenness(folds: list[np.ndarray]) -> float:
        counts = np.array([np.bincount(stratum[f], minlength=len(strata)) for f in folds])
        return float((counts / counts.sum(axis=0)).std(axis=0).mean())

    theirs = StratifiedGroupKFold(5, shuffle=True, random_state=0).split(stratum, stratum, groups)
    fold_of = assign_folds(originals, 5, np.random.default_rng(0))
    ours = np.array([fold_of[group] for group in groups])
    limit = unevenness([test for _, test in theirs])
    assert unevenness([np.flatnonzero(ours == fold) for fold in range(5)]) <= 1.1 * limit


@pytest.mark.data
def test_every_real_fold_tests_every_class(real_rows: tuple[Row, ...]) -> None:
    label = {row.row_id: row.label for row in real_rows}
    for repeat in range(3):
        for split in grouped_split(real_rows, 5, repeat):
            for role in (split.train, split.validation, split.test):
                assert len({label[row_id] for row_id in role}) == 5


def test_a_group_that_is_most_of_its_stratum_is_learned_from() -> None:
    rows = rows_of([("murmur", 20), *[("murmur", 1)] * 15, *[("normal", 2)] * 30], ())
    of_the_large = {row.row_id for row in rows if row.group == "g0"}
    for seed in range(10):
        for split in grouped_split(rows, 5, seed=seed):
            assert of_the_large.isdisjoint(split.validation)


def test_a_rare_class_keeps_its_last_group_for_training() -> None:
    rows = rows_of([("murmur", 1), ("murmur", 1), *[("normal", 2)] * 12], ())
    label_of = {row.row_id: row.label for row in rows}
    for seed in range(20):
        for split in grouped_split(rows, 2, seed=seed):
            assert {label_of[row_id] for row_id in split.train} == {"murmur", "normal"}


def test_a_training_part_without_every_class_is_refused() -> None:
    rows = rows_of([("murmur", 1), ("murmur", 1), ("normal", 1), ("normal", 1)], ())
    with pytest.raises(SplitError, match="no training part with every class"):
        grouped_split(rows, 2)
