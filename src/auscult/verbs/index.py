"""Index: datasets → one manifest, a row a recording.

Memory: what a dataset's scan and the hearings need, about two kB a recording; samples are gone as
soon as a file is heard, and rows are written as they are made.
"""

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from auscult.datasets import DATASETS, Card, Dataset, find_dataset
from auscult.datasets.manifest import Manifest
from auscult.datasets.manifest_cards import Together
from auscult.datasets.manifest_file import (
    About,
    check_suffix,
    is_manifest,
    read_manifest,
    write_manifest,
)
from auscult.datasets.manifest_row import Heard, entry_of, heard_of, portable, row_of
from auscult.errors import ConfigError, DatasetError
from auscult.pool import n_cores
from auscult.progress import Progress, Silent
from auscult.types import Entry
from auscult.verbs.hearing import RULES, remembered

OWN = "own"


@dataclass(frozen=True, slots=True)
class Indexed:
    """What a manifest now holds: recordings, how many were opened for it, what was found.

    ``caution`` is that of the datasets in it, often empty.
    """

    path: Path
    n_recordings: int
    n_opened: int
    findings: Mapping[str, int]
    unreadable: tuple[tuple[str, str], ...]
    caution: str


@dataclass(slots=True)
class Gathered:
    """The recordings of several datasets, the cards of these, and where they lie."""

    entries: list[Entry] = field(default_factory=list)
    cards: dict[str, Card] = field(default_factory=dict)
    sources: list[tuple[str, Path]] = field(default_factory=list)


def index(
    paths: Sequence[str | Path],
    out: str | Path,
    *,
    n_workers: int | None = None,
    fresh: bool = False,
    progress: Progress | None = None,
) -> Indexed:
    """Write the manifest ``out`` of everything at ``paths``.

    Files heard before are not decoded again while their size and time of change stay; the same
    call goes on after an interruption.

    Parameters
    ----------
    paths
        Datasets: folders, tables, manifests.
    out
        ``*.csv`` or ``*.parquet``; an older manifest there is replaced when all is done.
    n_workers
        Processes; all cores by default.
    fresh
        Hear every file again.

    Raises
    ------
    DatasetError
        If there is no dataset at a path, a recording comes twice, or nothing can be written. A file
        that cannot be opened is no failure here: it is a row with the finding ``unreadable``.
    ConfigError
        If ``out`` is no name for a manifest, or something else lies there.
    MissingExtraError
        If ``out`` is Parquet and pyarrow is not installed.
    """
    progress = progress or Silent()
    out = _plain(Path(out))
    check_suffix(out)
    if out.exists() and not is_manifest(out):
        raise ConfigError(f"{out}: is there and is no manifest; choose another name")
    found = gather(paths)
    _refuse_unwritable(found.entries)
    memory = remembered(
        out.with_name(f".{out.name}.heard"), {} if fresh else _known(out, progress), fresh=fresh
    )
    unheard = memory.unheard(entry.path for entry in found.entries)
    if unheard and len(unheard) < len(found.entries):
        n_known = len(found.entries) - len(unheard)
        progress.say(f"{n_known} files are as they were heard before; {len(unheard)} to hear")
    memory.hear(unheard, n_workers or n_cores(), progress)
    sources = tuple((name, portable(place, out.parent)) for name, place in found.sources)
    rows = (
        row_of(entry, found.cards[entry.dataset], memory[entry.path], out.parent)
        for entry in found.entries
    )
    write_manifest(out, rows, About(found.cards, sources, RULES))
    memory.forget_journal()
    return _indexed(out, found, memory.known, len(unheard))


def gather(paths: Sequence[str | Path]) -> Gathered:
    """Return the recordings at ``paths``, with absolute paths.

    Your own recordings have no name of their own: where several folders or tables of them come
    together, each takes the name of its folder or table.

    Raises
    ------
    DatasetError
        If there is no dataset at a path, one recording comes from two, or two datasets of one name
        say different things of themselves.
    """
    places = dict.fromkeys(_plain(Path(path)) for path in paths)
    readers = [(place, find_dataset(place, DATASETS.values())) for place in places]
    several_own = sum(reader.card.name == OWN for _, reader in readers) > 1
    all_of_them = Gathered()
    origin: dict[tuple[str, str], Path] = {}
    for path, reader in readers:
        if isinstance(reader, Manifest):
            found = _of_manifest(path, reader)
        else:
            own_name = path.stem if several_own and reader.card.name == OWN else None
            found = _of_dataset(path, reader, own_name)
        for entry in found.entries:
            who = (entry.dataset, entry.recording_id)
            if (first := origin.setdefault(who, path)) != path:
                raise DatasetError(
                    f"{path}: {who[1]} of {who[0]} is in {first} too; name one of the two"
                )
        for name, card in found.cards.items():
            if all_of_them.cards.setdefault(name, card) != card:
                raise DatasetError(
                    f"{path}: the dataset {name} has another card than the {name} named before "
                    "(other labels, or other subjects); index the two apart"
                )
        all_of_them.entries += found.entries
        all_of_them.sources += found.sources
    return all_of_them


def _of_dataset(path: Path, reader: Dataset, name: str | None) -> Gathered:
    entries = [replace(entry, path=_plain(entry.path)) for entry in reader.scan(path)]
    if name is not None:
        entries = [replace(entry, dataset=name, subset=name) for entry in entries]
    cards = {entry.dataset: replace(reader.card, name=entry.dataset) for entry in entries}
    return Gathered(entries, cards, [(name or reader.card.name, path)])


def _of_manifest(path: Path, manifest: Manifest) -> Gathered:
    manifest.scan(path)
    cards = manifest.together.cards
    entries = [entry_of(row, path.parent, cards[row["dataset"]].facts) for _, row in manifest.rows]
    sources = [(name, place) for name, place, _ in manifest.sources(path)]
    return Gathered(entries, dict(cards), sources)


def _known(manifest: Path, progress: Progress) -> dict[Path, Heard]:
    """Return what an earlier manifest tells of its files; nothing if it went by other rules."""
    if not manifest.exists():
        return {}
    try:
        rows, about = read_manifest(manifest)
        if about.rules != RULES:
            return {}
        return {
            entry_of(row, manifest.parent).path: heard_of(row) for _, row in rows if row["path"]
        }
    except DatasetError as error:
        progress.say(f"hearing every file again, for the earlier manifest cannot be read: {error}")
        return {}


def _refuse_unwritable(entries: Sequence[Entry]) -> None:
    """Refuse names that a table cannot hold, before anything is heard."""
    for entry in entries:
        name = str(entry.path)
        if not name.isascii() and name.encode(errors="replace").decode() != name:
            fault = "is no UTF-8"
        elif any(character < " " for character in name):
            fault = "holds a control character"
        else:
            continue
        raise DatasetError(f"{name!a}: the name {fault} and cannot stand in a table; rename it")


def _plain(path: Path) -> Path:
    """Return ``path`` absolute and without ``..``, links left alone."""
    return Path(os.path.normpath(path.absolute()))


def _indexed(out: Path, found: Gathered, heard: Mapping[Path, Heard], n_opened: int) -> Indexed:
    told = [(entry.path, heard[entry.path].findings) for entry in found.entries]
    return Indexed(
        path=out,
        n_recordings=len(told),
        n_opened=n_opened,
        findings=dict(Counter(kind for _, findings in told for kind in findings).most_common()),
        unreadable=tuple((str(p), f["unreadable"]) for p, f in told if "unreadable" in f),
        caution=Together(found.cards).card(len(told)).caution,
    )
