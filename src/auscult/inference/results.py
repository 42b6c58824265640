"""Answers → a table on disk, row by row, that survives a kill at any moment.

Formats
-------
``.csv``      the columns of :mod:`auscult.inference.table`, UTF-8, LF
``.jsonl``    one object a line, as ``auscult classify --json`` prints it
``.parquet``  the columns of the CSV, typed; needs pyarrow, of the extra ``train``. A Parquet file
              cannot be read before it is closed, so rows go to ``.<name>.rows`` (JSON Lines) first
              and become the table when all are there.

How nothing is lost
-------------------
A row is handed to the system as soon as it is known, and to the disk about once a second. Beside
the table lies ``.<name>.made-with``, which says what it is made with and whether it is finished. To
go on, the rows are read: one that was cut off is dropped and its file judged again, and a file that
has a row is not judged twice. A table that was made with another model or other options, or of
which nothing tells what it was made with, is not mixed with this one.
"""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Any, BinaryIO, Self

from auscult.errors import ConfigError, RunError
from auscult.files import write_atomically
from auscult.inference.forms import FORMS, Form, JsonLines
from auscult.inference.parquet import check_pyarrow, read_parquet, write_parquet
from auscult.inference.table import Column
from auscult.types import Prediction

SUFFIXES = (*FORMS, ".parquet")
_FLUSH_S = 1.0


class Results:
    """A table being written; use it in a ``with`` statement.

    Parameters
    ----------
    path
        ``*.csv``, ``*.jsonl`` or ``*.parquet``. Without ``resume`` an earlier table is replaced.
    columns, classes, model
        The columns, the classes in the model's order, and the model's name.
    made_with
        What the answers depend on: the model's digest and the options, JSON-ready.
    resume
        Whether to go on with what is there.

    Raises
    ------
    ConfigError
        If the name tells no format, something else lies there, an interrupted table would be
        overwritten, or it was begun with other options, or nothing tells with which.
    MissingExtraError
        If pyarrow is needed and not installed.
    RunError
        If the table cannot be written, or another process is writing it.
    """

    def __init__(
        self,
        path: str | Path,
        columns: tuple[Column, ...],
        *,
        classes: tuple[str, ...],
        model: str,
        made_with: Mapping[str, Any],
        resume: bool = False,
    ) -> None:
        self.path = Path(path)
        suffix = self.path.suffix.lower()
        if suffix not in SUFFIXES:
            raise ConfigError(f"{path}: a table of answers is called *{', *'.join(SUFFIXES)}")
        self._is_parquet = suffix == ".parquet"
        if self._is_parquet:
            check_pyarrow()
        self._columns, self._classes = columns, classes
        self._form: Form = FORMS.get(suffix, JsonLines)(columns, classes, model)
        self._note = self.path.with_name(f".{self.path.name}.made-with")
        self._rows = (
            self.path.with_name(f".{self.path.name}.rows") if self._is_parquet else self.path
        )
        self._made_with = dict(made_with)
        self._file: BinaryIO | None = None
        self._flushed_s = monotonic()
        self._resume = resume
        self._refuse_foreign()

    def __enter__(self) -> Self:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if self._resume:
                self._check_note()
                self._take_up_parquet()
            else:
                self._refuse_unfinished()
            file = self._rows.open("r+b" if self._rows.exists() else "w+b")
        except OSError as error:
            raise self._unwritable(error) from error
        if not _locked(file):
            file.close()
            raise RunError(f"{self.path}: another process is writing it; wait for it to end")
        self._file = file
        return self

    def earlier(self) -> Iterator[Prediction]:
        """Yield the answers that are there, and cut off what is not whole; call it first.

        Without ``resume`` there are none, and the table is emptied.
        """
        file = self._open_file()
        end = 0
        if self._resume:
            for whole, answer in self._form.read(file):
                end = whole
                if answer is not None:
                    yield answer
        try:
            file.seek(end)
            file.truncate()
            self._flush(file)
            # subtle: only now, or a kill leaves the rows of one model beside the note of another.
            self._write_note(finished=False)
            if not end:
                file.write(self._form.head())
            self._flush(file)
        except OSError as error:
            raise self._unwritable(error) from error

    def add(self, prediction: Prediction) -> None:
        """Write one row.

        Raises
        ------
        RunError
            If the disk is full.
        """
        file = self._open_file()
        try:
            file.write(self._form.line(prediction))
            file.flush()
            if monotonic() - self._flushed_s > _FLUSH_S:
                self._flush(file)
        except OSError as error:
            raise self._unwritable(error) from error

    def finish(self) -> Path:
        """Say that all rows are there; return the path of the table.

        Raises
        ------
        RunError
            If it cannot be written.
        """
        file = self._open_file()
        try:
            self._flush(file)
            if self._is_parquet:
                answers = (a for _, a in self._form.read(file) if a is not None)
                write_parquet(self.path, answers, self._columns)
            self._write_note(finished=True)
            if self._is_parquet:
                self._rows.unlink()
        except OSError as error:
            raise self._unwritable(error) from error
        return self.path

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _refuse_foreign(self) -> None:
        """Refuse to overwrite a file that is no table of answers, or continue one of others."""
        place = self._rows
        if not _filled(place):
            return
        with place.open("rb") as file:
            first = file.readline(1 << 20)
        if self._form.begins_with(first):
            return
        if self._resume or not self._form.looks_like(first):
            what = "table with these columns" if self._resume else "table of answers"
            raise ConfigError(
                f"{place}: is there and is no {what}; choose another name, or remove it"
            )

    def _refuse_unfinished(self) -> None:
        told = self._told()
        if told is not None and not told.get("finished") and self._rows.is_file():
            raise ConfigError(
                f"{self.path}: holds the answers of a run that was interrupted; add --resume to "
                f"go on, or remove {self._rows} to begin again"
            )

    def _check_note(self) -> None:
        """Refuse to go on with another model or other options, or with who knows which."""
        if not (_filled(self._rows) or _filled(self.path)):
            return
        told = self._told()
        if told is None:
            raise ConfigError(
                f"{self.path}: nothing tells with which model and options it was made, since "
                f"{self._note.name} beside it is gone; choose another name, or leave --resume out "
                "to replace it"
            )
        if told.get("made_with") != self._made_with:
            raise ConfigError(
                f"{self.path}: was begun with another model or other options; give the same ones, "
                "or choose another name"
            )

    def _told(self) -> dict[str, Any] | None:
        """Return what the note says: None where there is none, nothing where it is no note."""
        try:
            told = json.loads(self._note.read_bytes())
        except FileNotFoundError:
            return None
        except ValueError:
            return {}
        return told if isinstance(told, dict) else {}

    def _write_note(self, *, finished: bool) -> None:
        told = {"finished": finished, "made_with": self._made_with}
        write_atomically(self._note, json.dumps(told, indent=1) + "\n")

    def _take_up_parquet(self) -> None:
        """Turn a complete Parquet table back into rows, so that more can be added."""
        finished = bool((self._told() or {}).get("finished"))
        if self._is_parquet and finished and _filled(self.path) and not self._rows.exists():
            answers = read_parquet(self.path, self._classes)
            write_atomically(self._rows, b"".join(map(self._form.line, answers)))

    def _flush(self, file: BinaryIO) -> None:
        file.flush()
        os.fsync(file.fileno())
        self._flushed_s = monotonic()

    def _open_file(self) -> BinaryIO:
        if self._file is None:
            raise RunError(f"{self.path}: is written inside a with statement only")
        return self._file

    def _unwritable(self, error: OSError) -> RunError:
        return RunError(
            f"{self.path}: cannot be written ({error.strerror}); make room and give the same "
            "command with --resume"
        )


def _filled(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 0


def _locked(file: BinaryIO) -> bool:
    """Say whether this process alone is writing; where the system cannot tell, it is believed."""
    try:
        import fcntl  # noqa: PLC0415 - not on every system
    except ImportError:
        return True
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
