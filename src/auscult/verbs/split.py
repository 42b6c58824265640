"""Split: a dataset and a protocol → a file that says who trains, who stops, and who is scored."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from auscult.datasets import DATASETS, find_dataset
from auscult.datasets.dataset import answered
from auscult.errors import DatasetError
from auscult.files import keep_apart, refuse_other
from auscult.splits import (
    PROTOCOLS,
    UNLABELLED,
    Ask,
    Row,
    StoredRow,
    StoredSplits,
    count_leaks,
    make_rows,
    recording_facts,
)
from auscult.splits.repaired import repair
from auscult.splits.stored import FORMAT, LEFT_OUT
from auscult.types import Entry, Split


@dataclass(frozen=True, slots=True)
class PartCounts:
    """Recordings and groups of one role in one split."""

    n_recordings: int
    n_groups: int


@dataclass(frozen=True, slots=True)
class SplitSummary:
    """One split: its number, the databases it tests, the size of each part, and what leaks."""

    repeat: int
    fold: int
    tests: tuple[str, ...]
    train: PartCounts
    validation: PartCounts
    test: PartCounts
    n_left_out: int
    warnings: tuple[str, ...]


def split(
    path: str | Path, protocol: str, ask: Ask, out: str | Path, *, question: str = ""
) -> list[SplitSummary]:
    """Divide the recordings at ``path`` and write the splits to ``out``; return a line a split.

    Parameters
    ----------
    protocol
        A name in ``PROTOCOLS``.
    question
        Whose answers are the classes (a key of :data:`auscult.types.QUESTIONS`); recordings that
        do not answer it are not divided. By default every label as published is a class.

    Raises
    ------
    DatasetError
        If there is no dataset, or nothing in it answers the question.
    SplitError
        If it cannot be divided so.
    ConfigError, RunError
        If ``out`` is ``path``, something else lies there, or it cannot be written.
    """
    keep_apart((out,), (path,))
    refuse_other(out, f'{{\n "format": "{FORMAT}"', "file of splits")
    entries, labels = to_divide(path, question, unlabelled=PROTOCOLS[protocol].tests_unlabelled)
    rows = make_rows(entries, labels)
    splits = PROTOCOLS[protocol](rows, ask)
    stored = StoredSplits(
        protocol=protocol,
        leaks=PROTOCOLS[protocol].leaks,
        options=_options(protocol, ask, rows),
        question=question,
        numbers=tuple((one.repeat, one.fold) for one in splits),
        rows=_stored_rows(entries, labels, splits),
        source=str(out),
    )
    stored.write(out)
    return [_summary(rows, one) for one in splits]


def to_divide(
    path: str | Path, question: str, *, unlabelled: bool
) -> tuple[list[Entry], list[str]]:
    """Return the recordings at ``path`` that have a class, and their classes.

    Parameters
    ----------
    question
        As for :func:`split`.
    unlabelled
        Whether recordings without a label come too, their class ``UNLABELLED``.

    Raises
    ------
    DatasetError
        If there is no dataset, or nothing in it has a class.
    """
    dataset = find_dataset(path, DATASETS.values())
    every = dataset.scan(Path(path))
    if question:
        entries, labels = answered(every, dataset.card, question)
    else:
        entries = [entry for entry in every if entry.label is not None]
        labels = [entry.label or UNLABELLED for entry in entries]
    if not entries:
        raise DatasetError(f"{path}: holds no labelled recording; there is nothing to divide")
    if unlabelled:
        bare = [entry for entry in every if entry.label is None]
        return entries + bare, labels + [UNLABELLED] * len(bare)
    return entries, labels


def _options(protocol: str, ask: Ask, rows: Sequence[Row]) -> dict[str, Any]:
    """Return what the file tells about how it was made."""
    n_folds = PROTOCOLS[protocol].n_folds if ask.n_folds is None else ask.n_folds
    told: dict[str, Any] = {"n_folds": n_folds, "n_repeats": ask.n_repeats, "seed": ask.seed}
    if (table := ask.published) is not None:
        told |= {
            "published": Path(table.source).name,
            "published_sha256": table.sha256,
            "columns": list(table.columns),
        }
        if protocol == "published-repaired":
            told["moved"] = {
                column: [asdict(move) for move in repair(rows, table, index).moves]
                for index, column in enumerate(table.columns)
            }
    return told


def _stored_rows(
    entries: Sequence[Entry], labels: Sequence[str], splits: Sequence[Split]
) -> tuple[StoredRow, ...]:
    roles = [_role_of(one) for one in splits]
    return tuple(
        StoredRow(
            recording=recording,
            dataset=entry.dataset,
            group=group,
            label=label,
            sha256=file_hash,
            roles=tuple(role_of.get(recording, LEFT_OUT) for role_of in roles),
        )
        for entry, (recording, label, group, file_hash) in zip(
            entries, recording_facts(entries, labels), strict=True
        )
    )


def _role_of(split: Split) -> dict[str, str]:
    """Return row id → role; rows that stop the training and are scored are watched."""
    role_of = dict.fromkeys(split.train, "train") | dict.fromkeys(split.validation, "validation")
    watched = set(split.validation)
    return role_of | {i: "watched" if i in watched else "test" for i in split.test}


def _summary(rows: Sequence[Row], split: Split) -> SplitSummary:
    row_of = {row.row_id: row for row in rows}
    tested = {row_of[i].database for i in split.test}

    def counted(row_ids: Sequence[str]) -> PartCounts:
        return PartCounts(len(row_ids), len({row_of[i].group for i in row_ids}))

    return SplitSummary(
        repeat=split.repeat,
        fold=split.fold,
        tests=tuple(sorted(tested)),
        train=counted(split.train),
        validation=counted(split.validation),
        test=counted(split.test),
        n_left_out=len(rows) - len({*split.train, *split.validation, *split.test}),
        warnings=count_leaks(rows, split).sentences(),
    )
