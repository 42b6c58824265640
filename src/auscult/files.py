"""Writing files so that the one before survives a full disk or a kill; reading them back."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO
from zipfile import BadZipFile

from auscult.errors import ConfigError, RunError
from auscult.names import encodable

PAGES = (".html", ".htm")


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
                file.write(encodable(data).encode() if isinstance(data, str) else data)
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


def check_page(path: str | Path) -> None:
    """Refuse a page that is not called one, so that no sound is overwritten by mistake.

    Raises
    ------
    ConfigError
        If ``path`` ends otherwise.
    """
    if Path(path).suffix.lower() not in PAGES:
        raise ConfigError(f"{path}: a report ends in .html; a browser prints it as PDF")


def keep_apart(outputs: Iterable[str | Path | None], inputs: Iterable[str | Path]) -> None:
    """Refuse to write over what is read, and two things into one file.

    Raises
    ------
    ConfigError
        If an output is an input or another output, whatever way it is spelt.
    """
    taken = {os.path.realpath(path): "is what is to be read" for path in inputs}
    for path in outputs:
        if path is None:
            continue
        place = os.path.realpath(path)
        if place in taken:
            raise ConfigError(f"{path}: {taken[place]}; choose another name to write to")
        taken[place] = "is to be written already"


def refuse_other(path: str | Path, begins: str, what: str) -> None:
    """Refuse to write over a file that is none of those written here.

    Parameters
    ----------
    path
        Where to write.
    begins
        What each of those begins with.
    what
        What they are, for the message.

    Raises
    ------
    ConfigError
        If a file is there, is not empty, and begins otherwise.
    """
    try:
        with Path(path).open("rb") as file:
            first = file.read(len(begins.encode()))
    except OSError:
        return
    if first and first != begins.encode():
        raise ConfigError(f"{path}: is there and is no {what}; choose another name, or remove it")
