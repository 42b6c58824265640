"""Audit: what in a dataset is there twice, and what of it a split puts on both sides.

Found in the sound itself: identical samples, copies (through gain, codecs, resampling, offset,
excerpts), heartbeats that repeat themselves. Found in what is told: people with several ids. Of
both follow label conflicts, sounds that tie groups together which a split may part, and, given a
split, everything that crosses it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from auscult.datasets import DATASETS, find_dataset
from auscult.datasets.dataset import Defect
from auscult.datasets.manifest_cards import Together
from auscult.errors import DatasetError
from auscult.pool import n_cores
from auscult.progress import Progress, Silent
from auscult.splits import make_rows, read_published, read_splits
from auscult.splits.published import published_split
from auscult.types import Entry, Split
from auscult.verbs.audit_roles import SplitAudit, audit_split
from auscult.verbs.audit_sounds import (
    SharedSound,
    joined,
    listen_to_all,
    repeating,
    shared_sounds,
)
from auscult.verbs.index import gather

UNLABELLED = "(no label)"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two recordings of one sound, and what was told about them.

    ``one_group`` says whether a grouped split keeps them together, ``known`` whether the card of
    the dataset names them.
    """

    sound: SharedSound
    labels: tuple[str, str]
    groups: tuple[str, str]
    one_group: bool
    known: bool


@dataclass(frozen=True, slots=True)
class Conflict:
    """One sound under several labels; ``known`` if the card names these recordings."""

    recordings: tuple[str, ...]
    labels: tuple[str, ...]
    known: bool


@dataclass(frozen=True, slots=True)
class Person:
    """A group that holds several patient ids."""

    group: str
    patients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Audit:
    """What was found; ``tied`` are groups that a shared sound ties together."""

    n_recordings: int
    n_groups: int
    caution: str
    unreadable: tuple[tuple[str, str], ...]
    pairs: tuple[Pair, ...]
    conflicts: tuple[Conflict, ...]
    repeating: tuple[str, ...]
    tied: tuple[tuple[str, ...], ...]
    people: tuple[Person, ...]
    splits: tuple[SplitAudit, ...] = ()

    @property
    def faults(self) -> list[str]:
        """What makes the audit fail: half a sentence each."""
        said = []
        if self.unreadable:
            said.append(f"recordings that cannot be opened: {len(self.unreadable)}")
        if unknown := sum(not conflict.known for conflict in self.conflicts):
            said.append(f"sounds under several labels: {unknown}")
        if leaking := sum(split.leaks for split in self.splits):
            said.append(f"splits that leak into their test part: {leaking} of {len(self.splits)}")
        return said


def audit(
    paths: Sequence[str | Path],
    *,
    split: str | Path | Sequence[Split] = (),
    n_workers: int | None = None,
    progress: Progress | None = None,
) -> Audit:
    """Listen to every recording at ``paths`` and compare all with all.

    Parameters
    ----------
    paths
        Datasets: folders, tables, manifests; several are audited together.
    split
        What `auscult data split` wrote, a published table (CSV: patient_id and a column of roles
        for each split), or splits by recording id.
    n_workers
        Processes; all cores by default.

    Raises
    ------
    DatasetError
        If there is no dataset at a path.
    SplitError
        If the split cannot be read, or names recordings that are not there.
    """
    progress = progress or Silent()
    entries, caution, defects = _gathered(paths)
    splits, labels = _splits(split, entries)
    workers = n_workers or n_cores()
    files = {entry.recording_id: entry.path for entry in entries}
    heard = listen_to_all(files, workers, progress)
    sounds = shared_sounds(files, heard, workers, progress)
    of = {entry.recording_id: entry for entry in entries}
    pairs = tuple(_pair(sound, of, defects) for sound in sounds)
    people = _people(entries)
    units = _units(entries, pairs, people)
    known = {
        i: (entry, heard[i].rate_hz, heard[i].duration_s)
        for i, entry in of.items()
        if not heard[i].error
    }
    return Audit(
        n_recordings=len(entries),
        n_groups=len({entry.group for entry in entries}),
        caution=caution,
        unreadable=tuple((i, told.error) for i, told in heard.items() if told.error),
        pairs=pairs,
        conflicts=tuple(_conflicts(pairs, of, defects)),
        repeating=repeating(heard),
        tied=tuple(joined(pair.groups for pair in pairs if not pair.one_group)),
        people=people,
        splits=tuple(
            audit_split(one, units, known, labels)
            for one in progress.track(splits, "auditing splits", len(splits))
        ),
    )


def _gathered(paths: Sequence[str | Path]) -> tuple[list[Entry], str, tuple[Defect, ...]]:
    """Return the recordings at ``paths``, what to caution of, and the defects that are known."""
    if len(paths) == 1:
        reader = find_dataset(paths[0], DATASETS.values())
        entries = list(reader.scan(Path(paths[0])))
        card, defects = reader.card, reader.defects
    else:
        found = gather(paths)
        together = Together(found.cards)
        entries = [together.entry(entry) for entry in found.entries]
        card = together.card(len(entries))
        defects = tuple(
            defect
            for name in found.cards
            if name in DATASETS
            for defect in together.defects(name, DATASETS[name].defects)
        )
    if len({entry.recording_id for entry in entries}) < len(entries):
        raise DatasetError(f"{paths[0]}: two recordings have one name; index them first")
    return entries, card.caution, defects


def _splits(
    split: str | Path | Sequence[Split], entries: Sequence[Entry]
) -> tuple[Sequence[Split], dict[str, str]]:
    """Return the splits, and the class of every recording that has one."""
    labels = {entry.recording_id: entry.label for entry in entries if entry.label is not None}
    if not isinstance(split, str | Path):
        return split, labels
    if Path(split).suffix.lower() == ".csv":
        table = read_published(split)
        labelled = [entry for entry in entries if entry.label is not None]
        rows = make_rows(labelled, [entry.label or "" for entry in labelled])
        return published_split(rows, table), labels
    stored = read_splits(split)
    return stored.splits, {row.recording: row.label for row in stored.rows if row.label}


def _pair(sound: SharedSound, of: Mapping[str, Entry], defects: Iterable[Defect]) -> Pair:
    one, two = of[sound.first], of[sound.second]
    both = {sound.first, sound.second}
    return Pair(
        sound=sound,
        labels=(one.label or UNLABELLED, two.label or UNLABELLED),
        groups=(one.group, two.group),
        one_group=one.group == two.group,
        known=any(both <= set(defect.recording_ids) for defect in defects),
    )


def _conflicts(
    pairs: Iterable[Pair], of: Mapping[str, Entry], defects: Iterable[Defect]
) -> Iterable[Conflict]:
    """Yield chains of copies with several labels. Loops are no proof: a murmur can be mixed in."""
    copies = [(p.sound.first, p.sound.second) for p in pairs if p.sound.kind != "same loop"]
    known = [set(d.recording_ids) for d in defects if d.kind == "label-conflict"]
    for chain in joined(copies):
        labelled = tuple(name for name in chain if of[name].label)
        labels = tuple(sorted({of[name].label or "" for name in labelled}))
        if len(labels) > 1:
            yield Conflict(labelled, labels, any(set(labelled) <= ids for ids in known))


def _people(entries: Iterable[Entry]) -> tuple[Person, ...]:
    patients: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        if entry.patient is not None:
            patients[entry.group].add(entry.patient)
    return tuple(
        Person(group, tuple(sorted(ids))) for group, ids in patients.items() if len(ids) > 1
    )


def _units(
    entries: Sequence[Entry], pairs: Iterable[Pair], people: Iterable[Person]
) -> dict[str, dict[str, Sequence[str]]]:
    """Return what no split should part: sort → name → recordings."""
    units: dict[str, dict[str, list[str]]] = {
        "recording": {entry.recording_id: [entry.recording_id] for entry in entries}
    }
    for sort, key in (("patient id", "patient"), ("session", "session"), ("group", "group")):
        members: dict[str, list[str]] = defaultdict(list)
        for entry in entries:
            if (name := getattr(entry, key)) is not None:
                members[f"{entry.dataset} {name}"].append(entry.recording_id)
        units[sort] = dict(members)
    groups = units["group"]
    datasets = {entry.group: entry.dataset for entry in entries}
    units["person with several ids"] = {
        "+".join(person.patients): groups[f"{datasets[person.group]} {person.group}"]
        for person in people
    }
    for pair in pairs:
        name = f"{pair.sound.first} = {pair.sound.second}"
        units.setdefault(pair.sound.kind, {})[name] = [pair.sound.first, pair.sound.second]
    return {sort: dict(members) for sort, members in units.items() if members}


def apart(pairs: Sequence[Pair]) -> list[Pair]:
    """Return the pairs that a grouped split may part."""
    return [pair for pair in pairs if not pair.one_group]
