"""How a row looks as bytes, and how whole rows are found again after an interruption."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, BinaryIO, Protocol

from auscult.inference.table import Column, as_data, csv_line, of_cells, of_data
from auscult.types import Prediction

_MAX_ROW_BYTES = 1 << 20
_JSON_BEGIN = b'{"path": '


class Form(Protocol):
    """A table made of lines."""

    def __init__(self, columns: Sequence[Column], classes: Sequence[str], model: str) -> None: ...

    def head(self) -> bytes:
        """Return what stands before the first row."""
        ...

    def line(self, prediction: Prediction) -> bytes:
        """Return one row with its line end."""
        ...

    def begins_with(self, first: bytes) -> bool:
        """Say whether a file with this first line, perhaps cut off, is exactly such a table."""
        ...

    def looks_like(self, first: bytes) -> bool:
        """Say whether a file with this first line is a table of some model's answers."""
        ...

    def read(self, file: BinaryIO) -> Iterator[tuple[int, Prediction | None]]:
        """Yield the end of each whole row, in bytes, and its answer; None for the head.

        What follows the last one that is yielded is no whole row.
        """
        ...


class CsvLines:
    """Comma-separated, with a header."""

    def __init__(self, columns: Sequence[Column], classes: Sequence[str], model: str) -> None:
        del model
        self._columns, self._classes = columns, classes

    def head(self) -> bytes:
        """Return the names of the columns."""
        return csv_line(column.name for column in self._columns).encode()

    def line(self, prediction: Prediction) -> bytes:
        """Return one row; a file name that is no text keeps its bytes."""
        text = csv_line(column.text(prediction) for column in self._columns)
        return text.encode("utf-8", "surrogateescape")

    def begins_with(self, first: bytes) -> bool:
        """Say whether the header is ours, or a part of it."""
        return self.head().startswith(first)

    def looks_like(self, first: bytes) -> bool:
        """Say whether the header begins as that of every model's answers."""
        return first.startswith(b"path,status,reason,label,")

    def read(self, file: BinaryIO) -> Iterator[tuple[int, Prediction | None]]:
        """Yield the end and the answer of each whole row."""
        names = [column.name for column in self._columns]
        for number, (end, row) in enumerate(_csv_rows(file)):
            if number == 0:
                if row != self.head():
                    return
                yield end, None
                continue
            try:
                text = row.decode("utf-8", "surrogateescape")
                (cells,) = csv.reader([text], strict=True)
                answer = of_cells(dict(zip(names, cells, strict=True)), self._classes)
            except (ValueError, csv.Error):
                return
            yield end, answer


class JsonLines:
    """One object a line, without a header."""

    def __init__(self, columns: Sequence[Column], classes: Sequence[str], model: str) -> None:
        del columns
        self._classes, self._model = tuple(classes), model

    def head(self) -> bytes:
        """Return nothing."""
        return b""

    def line(self, prediction: Prediction) -> bytes:
        """Return one row."""
        return (json_line(prediction, self._model) + "\n").encode()

    def begins_with(self, first: bytes) -> bool:
        """Say whether the first line is an answer of this model, or the beginning of one."""
        if not first.endswith(b"\n"):
            return first.startswith(_JSON_BEGIN[: len(first)])
        told = _object(first)
        scored = set(told.get("probabilities", ()))
        return told.get("model") == self._model and scored <= {*self._classes}

    def looks_like(self, first: bytes) -> bool:
        """Say whether the first line is an answer of some model."""
        return first.startswith(_JSON_BEGIN) and "status" in _object(first)

    def read(self, file: BinaryIO) -> Iterator[tuple[int, Prediction | None]]:
        """Yield the end and the answer of each whole row."""
        file.seek(0)
        end = 0
        for line in file:
            if not line.endswith(b"\n"):
                return
            try:
                answer = of_data(json.loads(line))
            except ValueError:
                return
            end += len(line)
            yield end, answer


FORMS: Mapping[str, type[CsvLines] | type[JsonLines]] = MappingProxyType(
    {".csv": CsvLines, ".jsonl": JsonLines}
)
"""Suffix → form of the table."""


def json_line(prediction: Prediction, model: str) -> str:
    """Return an answer as one line of JSON, without its line end."""
    data = as_data(prediction, model)
    line = json.dumps(data, ensure_ascii=False)
    # subtle: a file name that is no UTF-8 cannot be written as it is, only escaped.
    return line if line.isascii() or _is_text(line) else json.dumps(data)


def _object(line: bytes) -> dict[str, Any]:
    try:
        told = json.loads(line)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _is_text(line: str) -> bool:
    try:
        line.encode()
    except UnicodeEncodeError:
        return False
    return True


def _csv_rows(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield the end and the bytes of each whole row; a quoted cell may hold line ends."""
    file.seek(0)
    end, row, n_quotes = 0, b"", 0
    for line in file:
        row += line
        n_quotes += line.count(b'"')
        # A row is whole at a line end outside quotes, that is after an even number of them.
        if line.endswith(b"\n") and n_quotes % 2 == 0:
            end += len(row)
            yield end, row
            row, n_quotes = b"", 0
        elif len(row) > _MAX_ROW_BYTES:
            return
