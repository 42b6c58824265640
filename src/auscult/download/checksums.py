"""SHA-256 of files, and the lists of them that publishers put beside their files."""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

from auscult.errors import DownloadError

_LINE = re.compile(r"([0-9a-fA-F]{64})\s+\*?(?:\./)?(.+?)\s*")


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_checksums(path: Path) -> dict[str, str]:
    """Read lines ``<64 hexadecimal digits>  <path>``, as ``sha256sum`` writes them: path → SHA-256.

    Raises
    ------
    DownloadError
        If a line is anything else; its number is named.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise DownloadError(f"{path}: is no list of checksums (not UTF-8)") from error
    found = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            match = _LINE.fullmatch(line)
            if match is None:
                raise DownloadError(f"{path}: line {number} is no SHA-256 and path: {line[:80]}")
            found[match[2]] = match[1].lower()
    return found


def check_files(folder: Path, wanted: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the paths below ``folder`` that are not as wanted, each with "missing" or "changed".

    Paths outside ``folder`` are missing, wherever they point.
    """
    faults = []
    for name, sha256 in wanted.items():
        path = folder / name
        if not path.is_file() or not path.resolve().is_relative_to(folder.resolve()):
            faults.append((name, "missing"))
        elif sha256_of(path) != sha256:
            faults.append((name, "changed"))
    return faults
