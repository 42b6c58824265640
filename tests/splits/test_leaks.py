"""Leaks are counted as by hand."""

from dataclasses import replace

from auscult.splits import Row, count_leaks
from auscult.types import Split

# Two recordings of patient g, one of patient h; a copy of the first.
ROWS = [
    Row("a", "normal", "g", "B", "normal"),
    Row("a", "normal", "g", "B", "normal", "slow"),
    Row("b", "normal", "g", "B", "normal"),
    Row("c", "murmur", "h", "B", "murmur"),
]
SPLIT = Split("by hand", 0, 0, train=("a@slow",), validation=(), test=("a", "b", "c"))


def test_copies_and_group_mates_are_counted() -> None:
    leaks = count_leaks(ROWS, SPLIT)
    assert (leaks.n_test, leaks.n_same_recording, leaks.n_same_group) == (3, 1, 2)
    assert not leaks.is_clean
    first, second, last = leaks.sentences()
    assert first == "1 of 3 test rows have a copy of the same recording in training"
    assert second == "2 of 3 test rows share a patient or session with the training part"
    assert last == "the figures below are no measure of new patients"


def test_a_clean_split_has_nothing_to_say() -> None:
    leaks = count_leaks(ROWS, replace(SPLIT, train=("a", "a@slow", "b"), test=("c",)))
    assert leaks.is_clean
    assert leaks.sentences() == ()


def test_stopping_on_the_test_part_is_a_leak() -> None:
    stopping = replace(SPLIT, train=("a",), validation=("c",), test=("c",), stops_on_test=True)
    leaks = count_leaks(ROWS, stopping)
    assert (leaks.n_same_recording, leaks.n_same_group) == (0, 0)
    assert not leaks.is_clean
    assert "early stopping looks at rows that are scored" in leaks.sentences()


def test_a_mate_that_stops_the_training_is_a_leak() -> None:
    leaks = count_leaks(ROWS, replace(SPLIT, train=("c",), validation=("a",), test=("b",)))
    assert (leaks.n_same_group, leaks.n_watched_group, leaks.is_clean) == (0, 1, False)
    said = "1 of 1 test rows share a patient or session with what stops the training"
    assert said in leaks.sentences()
