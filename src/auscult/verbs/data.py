"""Look at a dataset: what is in it, and what is wrong with it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Literal

from auscult.audio import read_header, read_recording
from auscult.audio.hashing import samples_sha256
from auscult.datasets import DATASETS, Dataset, find_dataset
from auscult.errors import AudioError, MissingExtraError
from auscult.preprocess.findings import signal_findings
from auscult.progress import Progress, Silent
from auscult.types import Entry

UNLABELLED = "(no label)"
PAIR_KINDS = ("duplicate", "label-conflict")


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """One subset and class: how many, from how many groups, how long, at which rates."""

    subset: str
    label: str
    n_recordings: int
    n_groups: int
    shortest_s: float
    median_s: float
    longest_s: float
    rates_hz: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong; ``error`` makes the check fail, ``known`` is on the card."""

    severity: Literal["error", "warning", "known"]
    kind: str
    recordings: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Check:
    """What a check found, and of how many recordings; ``caution`` is the card's, often empty."""

    n_recordings: int
    findings: tuple[Finding, ...] = field(default=())
    caution: str = ""

    @property
    def n_errors(self) -> int:
        """How many findings make the check fail."""
        return sum(finding.severity == "error" for finding in self.findings)


def summarise(path: str | Path, progress: Progress | None = None) -> list[SummaryRow]:
    """Return one row a subset and class, in order.

    Raises
    ------
    DatasetError
        If there is no dataset at ``path``.
    AudioError
        If a recording cannot be opened; ``check`` lists them all.
    """
    progress = progress or Silent()
    entries = find_dataset(path, DATASETS.values()).scan(Path(path))
    cells: dict[tuple[str, str], list[tuple[Entry, float, int]]] = defaultdict(list)
    for entry in progress.track(entries, "reading headers", len(entries)):
        header = read_header(entry.path)
        cell = cells[entry.subset, entry.label or UNLABELLED]
        cell.append((entry, header.duration_s, header.rate_hz))
    rows = []
    for (subset, label), members in sorted(cells.items()):
        durations_s = [duration_s for _, duration_s, _ in members]
        rows.append(
            SummaryRow(
                subset=subset,
                label=label,
                n_recordings=len(members),
                n_groups=len({entry.group for entry, _, _ in members}),
                shortest_s=min(durations_s),
                median_s=median(durations_s),
                longest_s=max(durations_s),
                rates_hz=tuple(sorted({rate_hz for _, _, rate_hz in members})),
            )
        )
    return rows


def check(path: str | Path, progress: Progress | None = None) -> Check:
    """Open every recording and return what is wrong.

    Errors: unreadable; one sound under two labels, unless the dataset's card knows it. Warnings:
    silent, too short, clipped, duplicated, misnamed.

    Raises
    ------
    DatasetError
        If there is no dataset at ``path``.
    """
    progress = progress or Silent()
    folder = Path(path)
    dataset = find_dataset(folder, DATASETS.values())
    entries = dataset.scan(folder)
    findings: list[Finding] = []
    same_sound: dict[str, list[Entry]] = defaultdict(list)
    for entry in progress.track(entries, "checking", len(entries)):
        try:
            recording = read_recording(entry.path)
        except (AudioError, MissingExtraError) as error:
            findings.append(Finding("error", "unreadable", (entry.recording_id,), str(error)))
            continue
        same_sound[samples_sha256(recording.samples)].append(entry)
        findings += [
            Finding("warning", kind, (entry.recording_id,), note)
            for kind, note in signal_findings(recording).items()
        ]
    on_the_card = _on_the_card(dataset, entries)
    known = {frozenset(finding.recordings) for finding in on_the_card}
    findings += [*_of_duplicates(same_sound.values(), known), *on_the_card]
    findings += [
        Finding("warning", "misnamed", recordings, note)
        for recordings, note in dataset.misnamed(folder)
    ]
    order = {"error": 0, "warning": 1, "known": 2}
    findings.sort(key=lambda finding: (order[finding.severity], finding.kind))
    return Check(len(entries), tuple(findings), dataset.card.caution)


def caution(path: str | Path) -> str:
    """Return what every report on the dataset at ``path`` says at its top; empty if nothing.

    Raises
    ------
    DatasetError
        If there is no dataset at ``path``.
    """
    return find_dataset(path, DATASETS.values()).card.caution


def counts(findings: Iterable[Finding]) -> Counter[tuple[str, str]]:
    """Count findings by severity and kind."""
    return Counter((finding.severity, finding.kind) for finding in findings)


def _of_duplicates(same: Iterable[Sequence[Entry]], known: set[frozenset[str]]) -> list[Finding]:
    findings = []
    for twins in same:
        ids = tuple(entry.recording_id for entry in twins)
        if len(twins) == 1 or frozenset(ids) in known:
            continue
        labels = sorted({entry.label or UNLABELLED for entry in twins})
        said = f"the same samples, labelled {', '.join(labels)}"
        if len({entry.label for entry in twins if entry.label}) > 1:
            findings.append(Finding("error", "label conflict", ids, said))
        else:
            findings.append(Finding("warning", "duplicate", ids, said))
    return findings


def _on_the_card(dataset: Dataset, entries: Sequence[Entry]) -> list[Finding]:
    """Return the known faults of recordings that are here; a pair counts if both are."""
    present = {entry.recording_id for entry in entries}
    found = []
    for defect in dataset.defects:
        here = tuple(name for name in defect.recording_ids if name in present)
        if here and (defect.kind not in PAIR_KINDS or here == defect.recording_ids):
            found.append(Finding("known", defect.kind, here, defect.note))
    return found
