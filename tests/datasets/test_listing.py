"""Sounds by name, recordings by stem, and tables without header."""

import errno
import os
from pathlib import Path

import pytest

from auscult.datasets.listing import by_stem, folders_in, plain_rows, sounds_in
from auscult.errors import DatasetError


def test_hidden_files_and_other_files_are_no_sounds(tmp_path: Path) -> None:
    for name in ("b.WAV", "a.flac", "._a.flac", "a.txt", "wav"):
        (tmp_path / name).touch()
    (tmp_path / ".git").mkdir()
    (tmp_path / "inside").mkdir()
    assert [path.name for path in sounds_in(tmp_path)] == ["a.flac", "b.WAV"]
    assert [path.name for path in folders_in(tmp_path)] == ["inside"]


def test_what_is_no_folder_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert sounds_in(tmp_path / "file") == sounds_in(tmp_path / "gone") == []


def test_a_folder_that_may_not_be_opened_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(_: Path) -> list[str]:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "listdir", closed)
    with pytest.raises(DatasetError, match=r"cannot be opened \(Permission denied\)"):
        sounds_in(tmp_path)


def test_one_stem_in_two_formats_is_refused() -> None:
    assert by_stem([Path("b.wav"), Path("a.flac")]) == [Path("a.flac"), Path("b.wav")]
    with pytest.raises(DatasetError, match=r"a\.wav and x.a\.flac are the same recording twice"):
        by_stem([Path("a.wav"), Path("b.wav"), Path("x/a.flac")])


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_plain_rows_are_numbered_whatever_ends_a_line(tmp_path: Path, end: str) -> None:
    table = tmp_path / "t.csv"
    table.write_bytes(b"\xef\xbb\xbf" + end.join(["a, 1", "", "b,2", ""]).encode())
    assert list(plain_rows(table, 2)) == [(1, ("a", "1")), (3, ("b", "2"))]


def test_plain_rows_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    with pytest.raises(DatasetError, match=r"t\.csv: cannot be read \(No such file"):
        list(plain_rows(table, 2))
    table.write_text("a,1\nb\n")
    with pytest.raises(DatasetError, match=r"t\.csv, row 2: has 1 cells; wanted 2"):
        list(plain_rows(table, 2))
    table.write_bytes(b"\xe9,1\n")
    with pytest.raises(DatasetError, match=r"t\.csv: is no UTF-8 text"):
        list(plain_rows(table, 2))
