"""A division survives as a file, and a file that was touched, or of other data, is refused."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from auscult.config import digest
from auscult.errors import SplitError
from auscult.splits import Row, StoredRow, StoredSplits, read_splits
from auscult.types import Split


def stored_row(recording: str, group: str, *roles: str) -> StoredRow:
    return StoredRow(recording, "pascal", group, "normal", f"hash of {recording}", roles)


STORED = StoredSplits(
    protocol="grouped",
    leaks=False,
    options={"n_folds": 2, "seed": 0},
    question="heard",
    numbers=((0, 0), (0, 1)),
    rows=(
        stored_row("a", "g", "train", "test"),
        stored_row("b", "g", "train", "test"),
        stored_row("c", "h", "validation", "train"),
        stored_row("é", "i", "test", "validation"),
        stored_row("e", "j", "left out", "train"),
    ),
)
FACTS = [row.facts for row in STORED.rows]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return STORED.write(tmp_path / "splits.json")


def test_what_was_written_is_read(file: Path) -> None:
    read = read_splits(file)
    assert replace(read, source=STORED.source) == STORED
    assert read.splits == (
        Split("grouped", 0, 0, train=("a", "b"), validation=("c",), test=("é",)),
        Split("grouped", 1, 0, train=("c", "e"), validation=("é",), test=("a", "b")),
    )
    assert read.datasets == ("pascal",)


def test_a_mate_of_what_is_tested_may_be_left_out(tmp_path: Path) -> None:
    rows = (stored_row("a", "g", "left out", "test"), stored_row("b", "g", "test", "left out"))
    others = (stored_row("c", "h", "train", "train"), stored_row("d", "i", "train", "validation"))
    stored = replace(STORED, rows=(*rows, *others))
    assert read_splits(stored.write(tmp_path / "splits.json")).splits[0].test == ("b",)
    again = (*rows, stored_row("e", "g", "train", "test"))
    with pytest.raises(SplitError, match=r"row 3 \(e\) puts group g into train where .* is test"):
        replace(stored, rows=again)


def test_the_file_is_plain_json_with_one_recording_a_line(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    content = json.loads(text)
    own = content.pop("sha256")
    assert own == digest(content)
    assert content["data_hash"] == digest(FACTS)
    assert sum('"recording"' in line for line in text.splitlines()) == 5


@pytest.mark.parametrize(
    ("before", "after"),
    [('"test"', '"train"'), ('"a"', '"z"'), ('"seed": 0', '"seed": 1'), ("hash of b", "hash of q")],
)
def test_a_changed_file_is_refused(file: Path, before: str, after: str) -> None:
    file.write_text(file.read_text(encoding="utf-8").replace(before, after, 1), encoding="utf-8")
    with pytest.raises(SplitError, match=r"splits\.json: was changed after it was made"):
        read_splits(file)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "holds no JSON"),
        (b'{"format": "auscult-spl', "holds no JSON"),
        (b"\xff\xfe{}", "holds no JSON"),
        (b"[1]", "format is None, wanted 'auscult-splits/1'"),
        (b'{"format": "auscult-splits/2"}', "format is 'auscult-splits/2', wanted"),
    ],
)
def test_another_file_is_refused(tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "other.json"
    path.write_bytes(data)
    with pytest.raises(SplitError, match=rf"other\.json: {said}"):
        read_splits(path)
    with pytest.raises(SplitError, match=r"none\.json: cannot be read \(No such file"):
        read_splits(tmp_path / "none.json")


def edit(file: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the content and give it a hash that fits, as somebody with a script would."""
    content = json.loads(file.read_text(encoding="utf-8"))
    content.pop("sha256")
    change(content)
    file.write_text(json.dumps({**content, "sha256": digest(content)}), encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda c: c["rows"][1].update(roles=["test"] * 2), r"row 2 \(b\) puts group g into test"),
        (lambda c: c["rows"][1].update(recording="a"), r"row 2 \(a\) names a recording a second"),
        (lambda c: c["rows"][3].update(roles=["test"]), "row 4 .* has 1 roles; there are 2 splits"),
        (lambda c: c["rows"][3].update(roles=["test", "dev"]), "row 4 .* has the role 'dev'"),
        (lambda c: c["rows"][3].update(roles=["test", "watched"]), "has the role 'watched'"),
        (lambda c: c["rows"][3].update(label="murmur"), "data hash is not that of its rows"),
        (lambda c: c["rows"][3].pop("label"), "lacks 'label'"),
        (lambda c: c.pop("protocol"), "lacks 'protocol'"),
        (lambda c: c.update(rows=[3]), "lacks "),
    ],
)
def test_a_contradiction_is_told_with_file_and_row(
    file: Path, change: Callable[[dict[str, Any]], object], said: str
) -> None:
    edit(file, change)
    with pytest.raises(SplitError, match=rf"splits\.json: .*{said}"):
        read_splits(file)


def test_a_leaking_protocol_may_put_a_group_on_both_sides_and_watch_its_test() -> None:
    rows = (stored_row("a", "g", "train"), stored_row("b", "g", "watched"))
    leaking = replace(STORED, protocol="notebook", leaks=True, numbers=((0, 0),), rows=rows)
    (split,) = leaking.splits
    assert split == Split("notebook", 0, 0, ("a",), ("b",), ("b",), stops_on_test=True)


def test_the_same_recordings_are_accepted_in_any_order() -> None:
    STORED.check_recordings(FACTS[::-1], "data")


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (FACTS[1:], "row 1: a is not at data; name the data the splits were made of"),
        ([*FACTS, ("z", "", "", "")], r"has no role for 1 recordings at data \(z …\)"),
        ([*FACTS[1:], ("a", "murmur", "g", "hash of a")], "row 1: a has another label at data"),
        ([*FACTS[1:], ("a", "normal", "x", "hash of a")], "row 1: a has another group at data"),
        ([*FACTS[1:], ("a", "normal", "g", "else")], "row 1: a has another sound file at data"),
    ],
)
def test_other_recordings_are_refused(facts: list[tuple[str, str, str, str]], said: str) -> None:
    with pytest.raises(SplitError, match=f"splits(,|:) {said}"):
        STORED.check_recordings(facts, "data")


def row(recording: str, variant: str = "") -> Row:
    return Row(recording, "normal", "g", "B", "normal", variant)


def test_copies_train_with_their_recording_and_have_no_other_role() -> None:
    rows = [row(name, variant) for name in ("a", "c", "é") for variant in ("", "slow")]
    first, second = STORED.divide(rows)
    assert (first.train, first.validation, first.test) == (("a", "a@slow"), ("c",), ("é",))
    assert (second.train, second.validation, second.test) == (("c", "c@slow"), ("é",), ("a",))


def test_a_row_without_a_role_is_refused() -> None:
    with pytest.raises(SplitError, match=r"has no role for 1 recordings \(z …\)"):
        STORED.divide([row("a"), row("z")])
