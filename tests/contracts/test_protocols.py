"""What every protocol in the table must do; a new line there is tested without a new test."""

import pytest

from auscult.errors import SplitError
from auscult.splits import PROTOCOLS, Row, count_leaks
from auscult.types import Split

every_protocol = pytest.mark.parametrize("name", sorted(PROTOCOLS))
ROWS = [
    Row(f"{group}-{i}", label, f"g{group}", "B", label, variant)
    for group in range(20)
    for i, label in enumerate(("murmur", "normal"))
    for variant in ("", "slow")
]


def divided(name: str, repeat: int = 0, seed: int = 0) -> tuple[Split, ...]:
    """By as few folds as the protocol takes."""
    try:
        return PROTOCOLS[name](ROWS, 1, repeat, seed)
    except SplitError:
        return PROTOCOLS[name](ROWS, 2, repeat, seed)


@every_protocol
def test_splits_bear_its_name_and_hold_known_rows(name: str) -> None:
    known = {row.row_id for row in ROWS}
    splits = divided(name)
    assert splits
    for split in splits:
        assert split.protocol == name
        assert known >= {*split.train, *split.validation, *split.test}


@every_protocol
def test_is_repeatable_and_repeats_differ(name: str) -> None:
    assert divided(name) == divided(name)
    assert divided(name, repeat=1) != divided(name)


@every_protocol
def test_training_rows_are_never_scored(name: str) -> None:
    for split in divided(name):
        assert not set(split.train) & set(split.test)


@every_protocol
def test_what_leaks_is_told_and_what_is_told_leaks(name: str) -> None:
    for split in divided(name):
        leaks = count_leaks(ROWS, split)
        assert bool(leaks.sentences()) == (not leaks.is_clean)
        assert leaks.is_clean == (name == "grouped")
