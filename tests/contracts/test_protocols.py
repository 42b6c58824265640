"""What every protocol in the table must do; a new line there is tested without a new test."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from auscult.errors import SplitError
from auscult.splits import PROTOCOLS, Ask, PublishedTable, Role, Row, count_leaks
from auscult.types import Split

every_protocol = pytest.mark.parametrize("name", sorted(PROTOCOLS))
PLACES = (("pascal", "A"), ("pascal", "B"), ("circor", "2014"))
LABELS = ("murmur", "normal")
ROLES: tuple[Role, ...] = ("train", "test", "validation")


def rows_of(sizes: list[int], name: str) -> list[Row]:
    """Rows of groups of ``sizes`` recordings, with a copy each, as the protocol wants them.

    Each group has two patient numbers and both labels; every fifth has recordings in two places.
    """
    rows = []
    for group, size in enumerate(sizes):
        for i in range(size):
            place = PLACES[(group + (i == 1 and group % 5 == 0)) % len(PLACES)]
            dataset, subset = ("pascal", "B") if name == "pascal-official" else place
            bare = name == "pascal-official" and i == 0 and group % 2 == 0
            label = "" if bare else LABELS[(group + i) % 2]
            original = Row(
                recording_id=f"{group}-{i}",
                label=label,
                group=f"g{group}",
                subset=subset,
                kind=label,
                dataset=dataset,
                patient=f"{group}.{i % 2}",
            )
            rows += [original, replace(original, variant="slow")]
    return rows


def asked(rows: list[Row], name: str, repeats: int = 1, seed: int = 0) -> Ask:
    """As few folds as the protocol takes, and a table in which groups have several roles."""
    patients = sorted({str(row.patient) for row in rows})
    roles = {who: (ROLES[i % 3], ROLES[i * 7 // 3 % 3]) for i, who in enumerate(patients)}
    protocol = PROTOCOLS[name]
    return Ask(
        n_folds=2 if protocol.n_folds and protocol.n_folds > 1 else None,
        n_repeats=repeats,
        seed=seed,
        published=PublishedTable("t.csv", ("one", "two"), roles)
        if protocol.follows_table
        else None,
    )


def divided(
    name: str, sizes: list[int], repeats: int = 1, seed: int = 0
) -> tuple[list[Row], tuple[Split, ...]]:
    """Rows and splits; rows that cannot be divided are no example."""
    rows = rows_of(sizes, name)
    try:
        return rows, PROTOCOLS[name](rows, asked(rows, name, repeats, seed))
    except SplitError:
        assume(False)
        raise


SIZES = st.lists(st.integers(1, 4), min_size=18, max_size=40)
FIXED = [2, 3, 1, 4, 2] * 6


@every_protocol
@settings(deadline=None, max_examples=20)
@given(sizes=SIZES, seed=st.integers(0, 99))
def test_every_recording_has_one_role(name: str, sizes: list[int], seed: int) -> None:
    rows, splits = divided(name, sizes, seed=seed)
    assert splits
    originals = {row.row_id: row for row in rows if not row.variant}
    for split in splits:
        tested = {originals[i].group for i in split.test if i in originals}
        times = Counter((*split.train, *split.test))
        if not split.stops_on_test:
            times.update(split.validation)
        assert set(times.values()) == {1}
        assert set(times) <= {row.row_id for row in rows}
        left_out = originals.keys() - times.keys()
        assert {originals[row_id].group for row_id in left_out} <= tested
        assert not left_out or name.startswith("leave-one-")


@every_protocol
@settings(deadline=None, max_examples=20)
@given(sizes=SIZES, seed=st.integers(0, 99))
def test_a_group_has_one_role_and_copies_only_train_unless_it_leaks_by_name(
    name: str, sizes: list[int], seed: int
) -> None:
    rows, splits = divided(name, sizes, seed=seed)
    row_of = {row.row_id: row for row in rows}
    for split in splits:
        parts = [split.train, split.validation, split.test]
        groups = [{row_of[i].group for i in part} for part in parts]
        leaks = count_leaks(rows, split)
        assert bool(leaks.sentences()) == (not leaks.is_clean)
        if not PROTOCOLS[name].leaks:
            assert sum(map(len, groups)) == len(set.union(*groups))
            assert leaks.is_clean
            assert not any(row_of[i].variant for i in (*split.validation, *split.test))


@every_protocol
@settings(deadline=None, max_examples=10)
@given(sizes=SIZES, seed=st.integers(0, 99))
def test_the_same_seed_gives_the_same_splits(name: str, sizes: list[int], seed: int) -> None:
    assert divided(name, sizes, 2, seed) == divided(name, sizes, 2, seed)


@every_protocol
def test_splits_bear_its_name_and_each_its_own_number(name: str) -> None:
    _, splits = divided(name, FIXED, repeats=3)
    assert {split.protocol for split in splits} == {name}
    assert PROTOCOLS[name].words.startswith(f"{name}: ")
    assert len({(split.repeat, split.fold) for split in splits}) == len(splits)
    assert sorted({split.repeat for split in splits}) == list(range(splits[-1].repeat + 1))


@every_protocol
def test_repeats_divide_otherwise_unless_a_table_says_how(name: str) -> None:
    _, splits = divided(name, FIXED, repeats=4)
    parts = [(split.train, split.validation, split.test) for split in splits]
    n_each = len(parts) // 4
    repeats = {tuple(parts[i : i + n_each]) for i in range(0, len(parts), n_each)}
    assert (len(repeats) == 1) == PROTOCOLS[name].follows_table


@every_protocol
def test_protocols_said_to_leak_do_and_the_others_do_not(name: str) -> None:
    rows, splits = divided(name, FIXED)
    leaks = [count_leaks(rows, split) for split in splits]
    assert any(not one.is_clean for one in leaks) == PROTOCOLS[name].leaks


@every_protocol
def test_what_it_does_not_take_is_refused(name: str) -> None:
    protocol, rows = PROTOCOLS[name], rows_of(FIXED, name)
    ask = asked(rows, name)
    if protocol.n_folds is None:
        with pytest.raises(SplitError, match=f"n_folds=3: {name} takes none"):
            protocol(rows, replace(ask, n_folds=3))
    if protocol.follows_table:
        with pytest.raises(SplitError, match=f"{name} needs the table that was published"):
            protocol(rows, replace(ask, published=None))
    else:
        table = PublishedTable("t.csv", ("a",), {"1": ("train",), "2": ("test",)})
        with pytest.raises(SplitError, match=rf"t\.csv: {name} follows no published table"):
            protocol(rows, replace(ask, published=table))
    if not protocol.tests_unlabelled:
        with pytest.raises(SplitError, match=r"0-0: has no label"):
            protocol([replace(rows[0], label=""), *rows[1:]], ask)
