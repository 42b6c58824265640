"""What a benchmark is to do: recordings, rows, splits and contest, settled before any is heard."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

from auscult.config import digest
from auscult.datasets import DATASETS, Dataset, find_dataset
from auscult.errors import RunError, SplitError
from auscult.frontend import FRONTENDS
from auscult.inference.classifier import Classifier
from auscult.progress import Progress
from auscult.splits import PublishedTable, Row, make_rows, read_published
from auscult.training.cross_validate import cross_validate
from auscult.training.examples import make_examples
from auscult.training.options import Asked, TrainOptions
from auscult.training.run_folder import FoldScores, RunFolder, describe_data
from auscult.types import Entry, Split
from auscult.verbs.asking import Learned, ask_bundle
from auscult.verbs.contests import CONTESTS, Contest, FoldHeard
from auscult.verbs.learned import heard_before
from auscult.verbs.train import (
    as_stored,
    labelled,
    leak_warnings,
    make_splits,
    stored_splits,
    taught,
)
from auscult.verbs.verify import refuse_changed
from auscult.verbs.zero_shot import ZeroShot, hear_all, open_bundle

FACTS = ("age", "sex")
"""The publisher's facts by which figures are cut; database and site come before them."""

AGES = ((1, "under 1"), (18, "1 to 17"), (40, "18 to 39"), (60, "40 to 59"), (130, "60 and over"))
"""Upper end in years, and name, of the groups that ages told as numbers are put into."""

Options: TypeAlias = TrainOptions | ZeroShot


@dataclass(frozen=True, slots=True)
class Division:
    """Files that say how to divide: a published table that the protocol follows, or stored splits.

    Raises
    ------
    SplitError
        If both are given.
    """

    published: Path | None = None
    split: Path | None = None

    def __post_init__(self) -> None:
        if self.published and self.split:
            raise SplitError(f"{self.split} says how to divide; leave {self.published} out")


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """What is to be done, before anything is heard.

    ``every`` divides all rows, ``splits`` those that answer the question (``answering``).
    """

    options: Options
    classifier: Classifier | None
    dataset: Dataset
    entries: list[Entry]
    rows: tuple[Row, ...]
    classes: tuple[str, ...]
    answering: frozenset[str]
    every: tuple[Split, ...]
    splits: tuple[Split, ...]
    contest: Contest | None
    published: PublishedTable | None
    notes: tuple[str, ...]

    def ask(
        self, folder: RunFolder, cache: Path, data_hash: str, progress: Progress
    ) -> tuple[list[FoldScores], tuple[FoldHeard, ...]]:
        """Return every fold's scores, and what a contest needs where there is one.

        Features, or a bundle's answers, are kept in the folder ``cache``.
        """
        every = self.every if self.contest else ()
        if self.classifier is not None:
            model_hash = str(self.classifier.bundle.describe()["digest"])
            kept = cache / f"answers-{digest([model_hash, data_hash])[:16]}.json"
            said = hear_all(self.classifier, self.entries, self.options.question, kept, progress)
            return ask_bundle(said, model_hash, self.splits, every)
        assert isinstance(self.options, TrainOptions)  # noqa: S101 - there is no third kind
        frontend = FRONTENDS[self.options.frontend]
        key = digest([frontend, self.options.copies, data_hash])
        kept = cache / f"features-{key[:16]}.npz"
        examples = make_examples(
            self.entries, self.rows, self.classes, frontend, cache=kept, progress=progress
        )
        scores = cross_validate(self.options, examples, self.splits, folder, progress)
        part = Learned(self.options, examples, self.rows, self.answering, folder, progress)
        return scores, tuple(part.heard(split) for split in every)

    def data(self) -> dict[str, Any]:
        """Return name, counts and hash of the recordings."""
        label_of = {row.recording_id: row.label for row in self.rows}
        labels = [label_of[entry.recording_id] for entry in self.entries]
        return describe_data(self.entries, labels)

    def warnings(self) -> list[str]:
        """Return what must be read before any figure."""
        caution = self.dataset.card.caution
        found = [caution] if caution else []
        bundle = self.classifier.bundle if self.classifier else None
        if bundle:
            found += heard_before(bundle, self.entries)
        return [*found, *self.notes, *leak_warnings(self.rows, self.every)]

    def facets(self) -> dict[str, dict[str, str]]:
        """Return facet → recording → value, for every facet in which the recordings differ."""
        told: dict[str, dict[str, str | None]] = {
            "database": {entry.recording_id: entry.subset for entry in self.entries},
            "site": {entry.recording_id: entry.site for entry in self.entries},
            **{name: {e.recording_id: e.facts.get(name) for e in self.entries} for name in FACTS},
        }
        told["age"] = {recording: age_group(age) for recording, age in told["age"].items()}
        return {
            facet: {recording: value or "unknown" for recording, value in value_of.items()}
            for facet, value_of in told.items()
            if len(set(value_of.values())) > 1
        }


def age_group(age: str | None) -> str | None:
    """Return the group of an age in years; an age told in words (``Child``) is a group itself."""
    try:
        years = float(age or "")
    except ValueError:
        return age
    return next((name for end, name in AGES if 0 <= years < end), age)


def plan(path: str | Path, options: Options, division: Division) -> Task:
    """Return what is to be done on the dataset at ``path``.

    Raises
    ------
    AuscultError
        If the dataset, the options or the files do not allow it.
    """
    dataset = find_dataset(path, DATASETS.values())
    classifier = open_bundle(options) if isinstance(options, ZeroShot) else None
    stored = stored_splits(division.split, path) if division.split else None
    contest = CONTESTS.get((dataset.card.name, options.question))
    notes = []
    if contest and contest.whole_patients and stored and stored.question:
        notes.append(
            f"{division.split} divides only recordings that answer {stored.question!r}, so no "
            "patient is graded; divide every recording with `auscult data split` without --question"
        )
        contest = None
    entries, labels, answering = _recordings(path, dataset, options, contest)
    refuse_changed(path)
    if isinstance(options, TrainOptions):
        answers = [a for e, a in zip(entries, labels, strict=True) if e.recording_id in answering]
        options = taught(options, answers)
    rows = make_rows(entries, labels, options.copies)
    published = read_published(division.published) if division.published else None
    if stored:
        options, every = as_stored(options, stored), stored.divide(rows)
    else:
        every = make_splits(rows, options, published)
    if contest and (refusal := _refusal(contest, every, entries)):
        notes.append(f"{dataset.card.name} is not entered in {contest.challenge}: {refusal}")
        contest = None
    learned = frozenset(row.row_id for row in rows if row.recording_id in answering)
    return Task(
        options=options,
        classifier=classifier,
        dataset=dataset,
        entries=entries,
        rows=rows,
        classes=tuple(dict.fromkeys((*options.classes, *sorted(labels)))),
        answering=learned,
        every=every,
        splits=tuple(_restricted(split, learned) for split in every),
        contest=contest,
        published=published,
        notes=tuple(notes),
    )


def _refusal(contest: Contest, splits: Sequence[Split], entries: Sequence[Entry]) -> str:
    try:
        contest.check(splits, entries)
    except RunError as error:
        return str(error)
    return ""


def _recordings(
    path: str | Path, dataset: Dataset, options: Asked, contest: Contest | None
) -> tuple[list[Entry], list[str], set[str]]:
    """Return recordings, their class, and the ids of those that answer the question.

    Where whole patients are judged, the others come too, their class the label as published.
    """
    entries, labels = labelled(path, options)
    answer_of = {e.recording_id: label for e, label in zip(entries, labels, strict=True)}
    if contest and contest.whole_patients:
        entries = [entry for entry in dataset.scan(Path(path)) if entry.label is not None]
        labels = [answer_of.get(entry.recording_id, str(entry.label)) for entry in entries]
    return entries, labels, set(answer_of)


def _restricted(split: Split, row_ids: frozenset[str]) -> Split:
    """Return ``split`` without the rows that do not answer the question."""

    def kept(part: Sequence[str]) -> tuple[str, ...]:
        return tuple(row_id for row_id in part if row_id in row_ids)

    return replace(
        split, train=kept(split.train), validation=kept(split.validation), test=kept(split.test)
    )
