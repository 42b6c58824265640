"""What was there before survives whatever stops the writing."""

import errno
import os
from pathlib import Path
from zipfile import BadZipFile

import pytest

from auscult.errors import ConfigError, RunError
from auscult.files import (
    check_page,
    keep_apart,
    refuse_other,
    undamaged,
    write_atomically,
)


def test_bytes_and_text_are_written_and_folders_made(tmp_path: Path) -> None:
    path = tmp_path / "new" / "deep" / "a.txt"
    assert write_atomically(path, "schön") == path
    assert path.read_bytes() == "schön".encode()
    write_atomically(path, b"\x00\xff")
    assert path.read_bytes() == b"\x00\xff"
    assert [p.name for p in path.parent.iterdir()] == ["a.txt"]


def test_a_function_writes_what_is_large(tmp_path: Path) -> None:
    path = write_atomically(tmp_path / "a.txt", lambda file: file.write(b"large"))
    assert path.read_bytes() == b"large"

    def without_errno(_: object) -> None:
        raise OSError("9 requested and 0 written")

    with pytest.raises(RunError, match=r"a\.txt: cannot be written \(9 requested and 0 written\)"):
        write_atomically(path, without_errno)
    assert path.read_bytes() == b"large"


@pytest.mark.parametrize("error", [EOFError, KeyError, OSError, ValueError, BadZipFile])
def test_what_cannot_be_read_back_is_damaged(tmp_path: Path, error: type[Exception]) -> None:
    with (
        pytest.raises(RunError, match=r"a\.npz: is damaged .*; delete it"),
        undamaged(tmp_path / "a.npz"),
    ):
        raise error("cut off")


@pytest.mark.parametrize("failing", ["fsync", "replace"])
def test_a_full_disk_leaves_the_file_before(
    failing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.txt"
    path.write_text("before")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os if failing == "fsync" else Path, failing, full)
    with pytest.raises(
        RunError, match=r"a\.txt: cannot be written \(No space left on device\); what"
    ):
        write_atomically(path, "after")
    assert path.read_text() == "before"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_a_killed_write_leaves_the_file_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.txt"
    path.write_text("before")

    def killed(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", killed)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(path, "after")
    assert path.read_text() == "before"
    monkeypatch.undo()
    write_atomically(path, "later")
    assert path.read_text() == "later"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_a_file_where_a_folder_should_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(RunError, match=r"a\.txt: cannot be written"):
        write_atomically(tmp_path / "file" / "a.txt", "x")
    (tmp_path / "folder").mkdir()
    with pytest.raises(RunError, match="folder: cannot be written"):
        write_atomically(tmp_path / "folder", "x")


def test_a_name_that_is_no_utf8_can_be_written(tmp_path: Path) -> None:
    path = write_atomically(tmp_path / "a.txt", b"visit \xff".decode(errors="surrogateescape"))
    assert path.read_text() == "visit \\udcff"


@pytest.mark.parametrize(("name", "fine"), [("a.html", True), ("a.HTM", True), ("a.wav", False)])
def test_a_page_is_called_one(name: str, fine: bool) -> None:
    if fine:
        check_page(name)
        return
    with pytest.raises(ConfigError, match=r"a\.wav: a report ends in \.html"):
        check_page(name)


def test_nothing_is_written_over_what_is_read_however_it_is_spelt(tmp_path: Path) -> None:
    table, link = tmp_path / "a.csv", tmp_path / "link.csv"
    link.symlink_to(table)
    keep_apart((tmp_path / "b.csv", None), (table,))
    for spelt in (table, tmp_path / "x" / ".." / "a.csv", link):
        with pytest.raises(ConfigError, match=r"csv: is what is to be read; choose another name"):
            keep_apart((spelt,), (table,))
    with pytest.raises(ConfigError, match=r"a\.csv: is to be written already"):
        keep_apart((table, None, table), ())


@pytest.mark.parametrize(
    ("there", "fine"),
    [(None, True), ("", True), ("path,state\na,S1\n", True), ("path,label\n", False), ("p", False)],
)
def test_what_was_not_written_here_is_not_written_over(
    tmp_path: Path, there: str | None, fine: bool
) -> None:
    path = tmp_path / "a.csv"
    if there is not None:
        path.write_text(there)
    if fine:
        refuse_other(path, "path,state", "table of states")
        return
    with pytest.raises(ConfigError, match=r"a\.csv: is there and is no table of states; choose"):
        refuse_other(path, "path,state", "table of states")
