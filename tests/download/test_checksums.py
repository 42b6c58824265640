"""Lists of SHA-256 as publishers write them."""

import hashlib
from pathlib import Path

import pytest

from auscult.download import check_files, read_checksums, sha256_of
from auscult.errors import DownloadError

ZEROS, LETTERS = "0" * 64, "AB" * 32


def test_every_way_of_writing_a_line_is_read(tmp_path: Path) -> None:
    path = tmp_path / "SHA256SUMS.txt"
    text = f"\ufeff{ZEROS} a.wav\r\n{LETTERS} *./sub/b c.wav\n\n"
    path.write_text(text, encoding="utf-8", newline="")
    assert read_checksums(path) == {"a.wav": ZEROS, "sub/b c.wav": LETTERS.lower()}


def test_another_file_gets_a_sentence_with_the_line(tmp_path: Path) -> None:
    path = tmp_path / "SHA256SUMS.txt"
    path.write_text(f"{ZEROS}  a.wav\n404 not found\n")
    with pytest.raises(DownloadError, match="line 2 is no SHA-256 and path: 404 not found"):
        read_checksums(path)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DownloadError, match="not UTF-8"):
        read_checksums(path)


def test_missing_changed_and_outside_files_are_told(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "same").write_bytes(b"x")
    (folder / "other").write_bytes(b"y")
    (tmp_path / "outside").write_bytes(b"x")
    x = hashlib.sha256(b"x").hexdigest()
    assert sha256_of(folder / "same") == x
    faults = check_files(folder, {"same": x, "other": x, "gone": x, "../outside": x})
    assert faults == [("other", "changed"), ("gone", "missing"), ("../outside", "missing")]
