"""What was named on a command line → the sound files that are meant, in a stable order.

A path is a file, a folder, a pattern (``ward/**/*.wav``, where no file of that name exists), or the
table of a dataset: a manifest, or your own table of paths and labels.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from glob import has_magic, iglob
from os import walk
from os.path import realpath
from pathlib import Path
from typing import NoReturn

from auscult.audio import raw
from auscult.datasets import DATASETS, Manifest, Own, find_dataset
from auscult.datasets.listing import AUDIO_SUFFIXES, is_sound
from auscult.errors import AudioError, DatasetError
from auscult.types import Entry

_TABLES = (".csv", ".tsv", ".parquet")


def expanded(paths: Iterable[str | Path], *, raw_pcm: bool = False) -> Iterator[Path]:
    """Yield the files, each once; a folder stands for the sounds in it, in order of their names.

    Parameters
    ----------
    paths
        Files, folders, patterns, tables.
    raw_pcm
        Whether a folder stands for the raw PCM files in it instead.

    Raises
    ------
    AudioError
        If a folder holds none or may not be opened, or a pattern matches nothing. A pattern passes
        over folders that may not be opened, as a shell's does.
    DatasetError
        If a table is none that can be read. Files that it lists and that are not there are yielded.
    """
    seen: set[tuple[str, str]] = set()
    for path in map(Path, paths):
        for file in _meant(path, raw_pcm=raw_pcm):
            if (place := (_folder(str(file.parent)), file.name)) not in seen:
                seen.add(place)
                yield file


def patients_in(paths: Iterable[str | Path]) -> dict[str, str]:
    """Return sound file → its patient, of the datasets and tables among ``paths`` that tell.

    A patient is one person within one dataset: where there are several, its name comes first.

    Raises
    ------
    DatasetError
        If a table is none that can be read.
    """
    entries: list[Entry] = []
    for path in map(Path, paths):
        if path.is_dir():
            with suppress(DatasetError):  # a folder of sounds and nothing else
                entries += find_dataset(path, DATASETS.values()).scan(path)
        elif path.suffix.lower() in _TABLES and path.is_file():
            entries += _entries(path)
    known = [entry for entry in entries if entry.patient]
    several = len({entry.dataset for entry in known}) > 1
    return {str(e.path): f"{e.dataset}/{e.patient}" if several else str(e.patient) for e in known}


@lru_cache
def _folder(spelt: str) -> str:
    """Return where a folder is, however it is spelt; a link to a file stays a file of its own."""
    return realpath(spelt)


def _meant(path: Path, *, raw_pcm: bool) -> Iterable[Path]:
    try:
        is_folder, is_file = path.is_dir(), path.is_file()
    except PermissionError:  # told of where it is opened, and the others are judged
        return (path,)
    if is_folder:
        return _inside(path, raw.SUFFIXES if raw_pcm else AUDIO_SUFFIXES)
    if path.suffix.lower() in _TABLES and is_file:
        return _listed(path)
    if has_magic(str(path)) and not is_file:
        return _matching(path)
    return (path,)


def _inside(folder: Path, suffixes: tuple[str, ...]) -> list[Path]:
    """Return the sounds in a folder and its folders; a WDFB header stands for its ``.dat``."""
    found: list[Path] = []
    for place, _, names in walk(folder, onerror=_refuse):
        sounds = {name for name in names if _is_one_of(name, suffixes)}
        stems = {Path(name).stem for name in sounds}
        if suffixes is AUDIO_SUFFIXES:
            # subtle: a header beside a sound of its name describes that sound, which is there.
            sounds |= {n for n in names if n.endswith(".hea") and n[:-4] not in stems}
        found += (Path(place, name) for name in sounds)
    if not found:
        raise AudioError(f"{folder}: holds no sound files ({', '.join(suffixes)})")
    return sorted(found)


def _refuse(error: OSError) -> NoReturn:
    """Refuse a folder of which nobody knows what lies in it, so that no file is lost."""
    raise AudioError(f"{error.filename}: cannot be opened ({error.strerror}); nothing was judged")


def _is_one_of(name: str, suffixes: tuple[str, ...]) -> bool:
    if suffixes is AUDIO_SUFFIXES:
        return is_sound(name)
    return name.lower().endswith(suffixes) and not name.startswith(".")


def _listed(table: Path) -> list[Path]:
    return [entry.path for entry in _entries(table)]


def _entries(table: Path) -> tuple[Entry, ...]:
    reader = find_dataset(table, DATASETS.values())
    # subtle: a batch goes on past a file that is gone; a scan would end there.
    return reader.entries(table) if isinstance(reader, Manifest | Own) else reader.scan(table)


def _matching(pattern: Path) -> list[Path]:
    found = sorted(Path(name) for name in iglob(str(pattern), recursive=True))  # noqa: PTH207 - it may be absolute
    files = [path for path in found if path.is_file()]
    if not files:
        raise AudioError(f"{pattern}: matches no file; check the pattern, and quote it")
    return files
