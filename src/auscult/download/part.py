"""The unfinished file: ``NAME.part``, and ``NAME.part.json`` that says what it is part of.

A download never has its final name before its last byte is on disk. What came is kept across
crashes and may be continued only from the same address and the same state of the published file.
"""

import errno
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from shutil import disk_usage
from typing import IO, Any

from auscult.download.amounts import amount
from auscult.errors import DownloadError, RunError
from auscult.files import write_atomically


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the bytes come from, and which state of the file they belong to."""

    address: str
    validator: str
    total_bytes: int | None


class Part:
    """What has come so far of the file that will be ``path``."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file = path.with_name(f"{path.name}.part")
        self._note = path.with_name(f"{path.name}.part.json")

    @property
    def n_bytes(self) -> int:
        """How much is there."""
        return self.file.stat().st_size if self.file.is_file() else 0

    def origin(self, address: str) -> Origin | None:
        """Return what the bytes belong to, or None where they cannot be continued."""
        try:
            origin = Origin(**json.loads(self._note.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None
        usable = origin.address == address and origin.validator and self.n_bytes
        too_long = origin.total_bytes is not None and self.n_bytes > origin.total_bytes
        return origin if usable and not too_long else None

    def begin(self, origin: Origin) -> None:
        """Throw away what is there and write down where the next bytes come from."""
        self.discard()
        # subtle: the note is on disk before the first byte, so no byte is of unknown origin.
        write_note(self._note, asdict(origin))

    def discard(self) -> None:
        """Remove the bytes and the note."""
        for file in (self.file, self._note):
            file.unlink(missing_ok=True)

    @contextmanager
    def appending(self) -> Iterator[IO[bytes]]:
        """Open the file at its end.

        Raises
        ------
        DownloadError
            If the disk is full or cannot be written; what came is kept.
        """
        with disk_errors(self.file, kept=True), self.file.open("ab") as file:
            yield file

    def finish(self) -> Path:
        """Give the file its name, once every byte is on disk."""
        with disk_errors(self.file, kept=True):
            with self.file.open("rb+") as file:
                os.fsync(file.fileno())
            self.file.replace(self.path)
        with suppress(OSError):
            self._note.unlink()
        return self.path


def write_note(path: Path, note: Mapping[str, Any]) -> Path:
    """Write ``note`` as JSON, all of it or nothing.

    Raises
    ------
    DownloadError
        If the disk is full or cannot be written.
    """
    try:
        return write_atomically(path, json.dumps(note, indent=1) + "\n")
    except RunError as error:
        raise DownloadError(str(error)) from error


@contextmanager
def disk_errors(path: Path, *, kept: bool) -> Iterator[None]:
    """Turn a failure to write ``path`` into a sentence.

    Raises
    ------
    DownloadError
        In place of OSError.
    """
    try:
        yield
    except OSError as error:
        full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        n_bytes = path.stat().st_size if path.is_file() else 0
        what = "the disk is full" if full else f"it cannot be written ({error.strerror or error})"
        then = f"the {amount(n_bytes)} that came are kept" if kept else "nothing was left behind"
        todo = "make room" if full else "mend that"
        raise DownloadError(f"{path}: {what}; {then}, {todo} and run this again") from error


def check_room(folder: Path, wanted_bytes: int) -> None:
    """Refuse to begin what cannot end.

    Raises
    ------
    DownloadError
        If the disk that holds ``folder`` has fewer than ``wanted_bytes`` bytes free.
    """
    free_bytes = disk_usage(folder).free
    if wanted_bytes > free_bytes:
        raise DownloadError(
            f"{folder}: {amount(wanted_bytes)} are still to come, and {amount(free_bytes)} are "
            "free; make room, or name a folder on another disk with --out"
        )
