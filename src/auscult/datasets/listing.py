"""What lies in a folder: its sounds and the tables without header beside them, by name alone.

Conventions
-----------
A sound is a file with one of :data:`AUDIO_SUFFIXES`, in either case. Hidden files (``._x.wav``,
which some systems write beside ``x.wav``) are no sounds. One recording may come in any format, and
is known by its stem; found twice in one folder, it is refused.
"""

import os
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

from auscult.errors import DatasetError

AUDIO_SUFFIXES = (
    *(".wav", ".flac", ".aif", ".aiff", ".aifc", ".mp3", ".ogg", ".oga", ".opus"),
    *(".m4a", ".aac", ".mp4", ".webm", ".mka", ".3gp", ".amr", ".caf"),  # the extra “codecs”
)


def is_sound(name: str) -> bool:
    """Say whether a file of this name is a sound."""
    return name.lower().endswith(AUDIO_SUFFIXES) and not name.startswith(".")


def names_in(folder: Path) -> list[str]:
    """Return the names in ``folder``, sorted; none if it is no folder.

    Raises
    ------
    DatasetError
        If it may not be read: what lies there must not be left out unseen.
    """
    try:
        return sorted(os.listdir(folder))  # noqa: PTH208 - a third of the time on 10,000 names
    except PermissionError as error:
        raise DatasetError(f"{folder}: cannot be opened ({error.strerror})") from error
    except OSError:
        return []


def sounds_in(folder: Path) -> list[Path]:
    """Return the sounds that lie directly in ``folder``, by name."""
    return [folder / name for name in names_in(folder) if is_sound(name)]


def folders_in(folder: Path) -> list[Path]:
    """Return the folders that lie directly in ``folder``, by name, hidden ones left out."""
    found = (folder / name for name in names_in(folder) if not name.startswith("."))
    return [path for path in found if path.is_dir()]


def by_stem(files: Iterable[Path]) -> list[Path]:
    """Return ``files`` sorted by stem.

    Raises
    ------
    DatasetError
        If two files have one stem.
    """
    ordered = sorted(files, key=lambda path: path.stem)
    for first, second in pairwise(ordered):
        if first.stem == second.stem:
            raise DatasetError(
                f"{first} and {second} are the same recording twice; name the folder of one layout"
            )
    return ordered


def plain_rows(
    table: Path, n_cells: int, delimiter: str = ","
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield row number, from 1, and cells of a table without header; empty rows are left out.

    Raises
    ------
    DatasetError
        If the table cannot be read or a row has another number of cells.
    """
    try:
        text = table.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DatasetError(f"{table}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise DatasetError(f"{table}: is no UTF-8 text; take the published file") from error
    for number, line in enumerate(text.splitlines(), 1):
        cells = tuple(cell.strip() for cell in line.split(delimiter))
        if not any(cells):
            continue
        if len(cells) != n_cells:
            raise DatasetError(f"{table}, row {number}: has {len(cells)} cells; wanted {n_cells}")
        yield number, cells
