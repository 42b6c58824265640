"""A table kept as text → its header and its rows, whichever program saved it.

Conventions
-----------
Encoding   UTF-8, with or without byte-order mark, or UTF-16 with one. Anything else is refused:
           a guess between two 8-bit encodings is a guess at the names of files.
Line ends  LF, CRLF or CR, also mixed.
Delimiter  comma, semicolon, tab or bar: the one that occurs most often in the header.
Header     stripped and in lower case. Cells are stripped, unless asked for as they stand.
Rows       numbered as a spreadsheet shows them: the header is row 1. Empty rows are left out but
           counted.
"""

import csv
import io
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from auscult.errors import DatasetError

DELIMITERS = ",;\t|"
HEAD_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Delimited:
    """A header, and the rows below it as they are asked for, once."""

    header: tuple[str, ...]
    rows: Iterator[tuple[int, dict[str, str]]]


def read_delimited(path: str | Path, *, strip: bool = True) -> Delimited:
    """Open a table.

    Parameters
    ----------
    path
        The file.
    strip
        Whether to take white space off the ends of every cell.

    Raises
    ------
    DatasetError
        If the file cannot be read, is empty or in another encoding, or a column is named twice or
        not at all; while the rows are taken, if one has more or fewer cells than the header. The
        message names file and row.
    """
    path = Path(path)
    try:
        text = _decoded(path, path.read_bytes())
    except OSError as error:
        raise DatasetError(f"{path}: cannot be read ({error.strerror})") from error
    lines = _lines(path, text)
    header = _header(next(lines, (1, []))[1])
    if not any(header):
        raise DatasetError(f"{path}: is empty; wanted a header and one row a recording")
    for before, now in pairwise(sorted(header)):
        if before == now:
            raise DatasetError(
                f"{path}, row 1: two columns are called {now!r}; every column needs its own name"
            )
    return Delimited(header, _rows(path, header, lines, strip=strip))


def peek_header(path: str | Path) -> tuple[str, ...]:
    """Return the names of the columns from the head of the file; none if it is no such table."""
    try:
        with Path(path).open("rb") as file:
            head = file.read(HEAD_BYTES)
        text = _decoded(Path(path), head[: len(head) // 2 * 2], errors="ignore")
        return _header(next(_lines(Path(path), text), (1, []))[1])
    except (OSError, DatasetError):
        return ()


def _decoded(path: Path, data: bytes, errors: str = "strict") -> str:
    encoding = "utf-16" if data.startswith((BOM_UTF16_BE, BOM_UTF16_LE)) else "utf-8-sig"
    try:
        text = data.decode(encoding, errors)
    except UnicodeDecodeError as error:
        row = len((data[: error.start] + b"?").splitlines())
        name = encoding.removesuffix("-sig").upper()
        raise DatasetError(
            f"{path}, row {row}: byte 0x{data[error.start]:02X} is no {name}; "
            "save the table as “CSV UTF-8”"
        ) from None
    if "\0" in text:
        raise DatasetError(f"{path}: holds zero bytes and is no text; save it as “CSV UTF-8”")
    return text


def _lines(path: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield row number and cells."""
    first = next(iter(io.StringIO(text, newline=None)), "")
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, 1):
            yield number, cells
    except csv.Error as error:
        raise DatasetError(f"{path}, row {number + 1}: cannot be read as CSV ({error})") from error


def _header(cells: list[str]) -> tuple[str, ...]:
    return tuple(name.strip().lower() for name in cells)


def _rows(
    path: Path, header: tuple[str, ...], lines: Iterator[tuple[int, list[str]]], *, strip: bool
) -> Iterator[tuple[int, dict[str, str]]]:
    for number, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            raise DatasetError(
                f"{path}, row {number}: has {len(cells)} cells; the header has {len(header)}"
            )
        told = map(str.strip, cells) if strip else cells
        yield number, dict(zip(header, told, strict=True))
