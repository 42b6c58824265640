"""Writing files so that the one before survives a full disk, a kill or a crash."""

import os
from contextlib import suppress
from pathlib import Path

from auscult.errors import RunError


def write_atomically(path: str | Path, data: bytes | str) -> Path:
    """Write ``data`` beside ``path``, flush it to disk, then rename it into place.

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
            file.write(data.encode() if isinstance(data, str) else data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError as error:
        with suppress(OSError):
            unfinished.unlink()
        raise RunError(
            f"{path}: cannot be written ({error.strerror}); "
            "what was there before is unchanged. Make room and run the same command again"
        ) from error
    return path
