"""One row a recording and variant, keeping label and group."""

from dataclasses import replace
from pathlib import Path

import pytest

from auscult.errors import DatasetError
from auscult.splits import UNLABELLED, make_rows
from auscult.types import Entry


def entry(name: str, label: str | None) -> Entry:
    return Entry(name, Path(f"{name}.wav"), "pascal", "B", label, group=f"g-{name}")


def test_variants_stand_right_behind_their_recording() -> None:
    rows = make_rows([entry("a", "murmur"), entry("b", "extrahls")], ["murmur", "normal"], ["slow"])
    assert [row.row_id for row in rows] == ["a", "a@slow", "b", "b@slow"]
    assert [row.label for row in rows] == ["murmur", "murmur", "normal", "normal"]
    assert [row.group for row in rows] == ["g-a", "g-a", "g-b", "g-b"]


def test_strata_are_finer_than_the_classes_learned() -> None:
    rows = make_rows([entry("a", "extrahls"), entry("b", "normal")], ["normal", "normal"])
    assert [row.stratum for row in rows] == ["B-extrahls", "B-normal"]


def test_an_unlabelled_recording_is_refused() -> None:
    with pytest.raises(DatasetError, match=r"b\.wav: has no label"):
        make_rows([entry("a", "normal"), entry("b", None)], ["normal", "normal"])


def test_a_label_for_each_recording_is_needed() -> None:
    with pytest.raises(ValueError, match="shorter"):
        make_rows([entry("a", "normal"), entry("b", "normal")], ["normal"])


def test_a_database_is_named_with_its_dataset_once() -> None:
    (alone,) = make_rows([entry("a", "normal")], ["normal"])
    assert alone.database == "pascal/B"
    assert replace(alone, subset="pascal/B").database == "pascal/B"


def test_two_recordings_of_one_name_are_refused() -> None:
    twice = [entry("a", "normal"), replace(entry("a", "normal"), path=Path("other/a.wav"))]
    with pytest.raises(DatasetError, match=r"other/a\.wav and a\.wav are both called a"):
        make_rows(twice, ["normal", "normal"])


def test_what_is_only_tested_needs_no_label() -> None:
    (row,) = make_rows([replace(entry("a", None), patient="7")], [UNLABELLED])
    assert (row.label, row.kind, row.dataset, row.patient) == ("", "", "pascal", "7")
