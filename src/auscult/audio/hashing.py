"""Two names of a sound: one for the bytes of its file, one for what is heard.

The first changes when anything in the file does. The second is the same for a recording kept as WAV
and as FLAC, and finds exact duplicates across containers.
"""

import hashlib
from pathlib import Path

import numpy as np

from auscult.errors import AudioError
from auscult.types import Samples


def file_sha256(path: str | Path) -> str:
    """Return the SHA-256 of the file's bytes, in hexadecimal; the file is read in pieces.

    Raises
    ------
    AudioError
        If there is no regular file at ``path`` or it cannot be read.
    """
    try:
        # subtle: opening a pipe would wait for somebody to write into it.
        if not Path(path).is_file():
            raise AudioError(f"{path}: is no file; check the path")
        with Path(path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise AudioError(f"{path}: cannot be read ({error.strerror})") from error


def samples_sha256(samples: Samples) -> str:
    """Return the SHA-256 of mono ``samples``, shape (n_samples,), as little-endian float32."""
    return hashlib.sha256(np.ascontiguousarray(samples, dtype="<f4").data).hexdigest()
