"""Writing files so that the one before survives a full disk or a kill; reading them back."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO
from zipfile import BadZipFile

from auscult.errors import RunError


def write_atomically(path: str | Path, data: bytes | str | Callable[[BinaryIO], object]) -> Path:
    """Write ``data`` beside ``path``, flush it to disk, then rename it into place.

    What is too large to hold twice is written by a function of the open file.

    Raises
    ------
    RunError
        If the disk is full or the folder cannot be written; an earlier file is left as it was.
    """
    path = Path(path)
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with unfinished.open("wb") as file:
            if callable(data):
                data(file)
            else:
                file.write(data.encode() if isinstance(data, str) else data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError as error:
        with suppress(OSError):
            unfinished.unlink()
        raise RunError(
            f"{path}: cannot be written ({error.strerror or error}); "
            "what was there before is unchanged. Make room and run the same command again"
        ) from error
    return path


@contextmanager
def undamaged(path: Path) -> Iterator[None]:
    """Read a file that was written here; one that does not hold what it should is damaged.

    Raises
    ------
    RunError
        If it is.
    """
    try:
        yield
    except (BadZipFile, EOFError, LookupError, OSError, TypeError, ValueError) as error:
        raise RunError(f"{path}: is damaged ({error}); delete it and run again") from error
