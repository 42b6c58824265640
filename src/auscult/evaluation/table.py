"""The predictions table: who was predicted what, by which system, under which split.

It is all that an evaluation reads. A training run writes it once; anybody can score it again, with
this project or with a spreadsheet.

Conventions
-----------
CSV, UTF-8, one row a system, repeat and recording, in this order of columns::

    system,recording,group,subset,repeat,fold,truth,p_<class>…,split_hash,model_hash

The ``p_`` columns name the classes and give their order. Probabilities are in [0, 1] and sum to 1
within 1e-3. The first system named is the model, the others are its baselines. ``group`` is what
no split divides (patient, session). One split hash a file. Rows are numbered as in the file: the
header is row 1.
"""

import csv
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from auscult.errors import EvaluationError
from auscult.metrics.cases import SUM_TOLERANCE, Cases

BEFORE = ("system", "recording", "group", "subset", "repeat", "fold", "truth")
AFTER = ("split_hash", "model_hash")
FIRST_ROW = 2


@dataclass(frozen=True, slots=True)
class PredictionRow:
    """What one system says about one recording in one repeat; probabilities in class order."""

    system: str
    recording: str
    group: str
    subset: str
    repeat: int
    fold: int
    truth: str
    probabilities: tuple[float, ...]
    model_hash: str


@dataclass(frozen=True, slots=True)
class PredictionsTable:
    """Predictions of one or several systems under one split, checked when made.

    Parameters
    ----------
    classes
        At least two names, in the order of the probabilities.
    rows
        At least one.
    split_hash
        Which division of the data the rows come from.
    source
        Named in messages.

    Raises
    ------
    EvaluationError
        If a row is incomplete, its probabilities are none, its truth is no class, it occurs twice,
        or it contradicts another row on the truth, group or subset of a recording. The message
        names file and row.
    """

    classes: tuple[str, ...]
    rows: tuple[PredictionRow, ...]
    split_hash: str
    source: str = field(default="predictions table", compare=False)

    def __post_init__(self) -> None:
        if len(self.classes) < 2 or len(set(self.classes)) != len(self.classes):  # noqa: PLR2004
            raise EvaluationError(
                f"{self.source}: classes are {list(self.classes)}; wanted two or more, each once"
            )
        if not self.rows:
            raise EvaluationError(f"{self.source}: holds no prediction")
        for number, fault in _faults(self):
            raise EvaluationError(f"{self.source}, row {number}: {fault}")

    @property
    def systems(self) -> tuple[str, ...]:
        """Names of the systems, the model first."""
        return tuple(dict.fromkeys(row.system for row in self.rows))

    @property
    def subsets(self) -> tuple[str, ...]:
        """Names of the subsets, sorted."""
        return tuple(sorted({row.subset for row in self.rows}))

    def of(self, system: str) -> "PredictionsTable":
        """Return the rows of one system.

        Raises
        ------
        EvaluationError
            If the table has no such system.
        """
        if system not in self.systems:
            raise EvaluationError(
                f"{self.source}: no system {system!r}; there are: {', '.join(self.systems)}"
            )
        return replace(self, rows=tuple(row for row in self.rows if row.system == system))

    def of_subset(self, subset: str) -> "PredictionsTable":
        """Return the rows of one of :attr:`subsets`."""
        return replace(self, rows=tuple(row for row in self.rows if row.subset == subset))

    def folds(self) -> Iterator[tuple[int, int, "PredictionsTable"]]:
        """Yield repeat, fold and their rows, in order."""
        for repeat, fold in sorted({(row.repeat, row.fold) for row in self.rows}):
            rows = tuple(row for row in self.rows if (row.repeat, row.fold) == (repeat, fold))
            yield repeat, fold, replace(self, rows=rows)

    def cases(self, averaged: tuple[int, ...] = ()) -> Cases:
        """Return the rows as cases for a metric; ``averaged`` as in :class:`Cases`."""
        index = {name: i for i, name in enumerate(self.classes)}
        truth = np.array([index[row.truth] for row in self.rows], dtype=np.intp)
        probabilities = np.array([row.probabilities for row in self.rows], dtype=np.float64)
        return Cases(truth, probabilities, classes=self.classes, averaged=averaged)

    @classmethod
    def read(cls, path: str | Path) -> "PredictionsTable":
        """Read a predictions table.

        Raises
        ------
        EvaluationError
            If the file cannot be read or is no predictions table; the message names file and row.
        """
        try:
            with Path(path).open(newline="", encoding="utf-8-sig") as file:
                header, *lines = list(csv.reader(file, strict=True)) or [[]]
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise EvaluationError(f"{path}: cannot be read as CSV ({error})") from error
        classes = _classes(header, path)
        rows, split_hash = [], ""
        for number, cells in enumerate(lines, FIRST_ROW):
            try:
                row, row_split = _parsed(cells, len(header))
            except ValueError as error:
                raise EvaluationError(f"{path}, row {number}: {error}") from error
            split_hash = split_hash or row_split
            if row_split != split_hash:
                raise EvaluationError(
                    f"{path}, row {number}: split {row_split!r}, but the rows before are of "
                    f"{split_hash!r}; score each split on its own"
                )
            rows.append(row)
        return cls(classes, tuple(rows), split_hash, str(path))

    def write(self, path: str | Path) -> Path:
        """Write the table, whole or not at all, and return its path.

        Raises
        ------
        EvaluationError
            If the file cannot be written.
        """
        path = Path(path)
        unfinished = path.with_name(f".{path.name}.{os.getpid()}.unfinished")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with unfinished.open("w", newline="", encoding="utf-8") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow([*BEFORE, *(f"p_{name}" for name in self.classes), *AFTER])
                writer.writerows(_cells(row, self.split_hash) for row in self.rows)
            unfinished.replace(path)
        except OSError as error:
            raise EvaluationError(f"{path}: cannot be written ({error.strerror})") from error
        finally:
            with suppress(OSError):
                unfinished.unlink(missing_ok=True)
        return path


def _faults(table: PredictionsTable) -> Iterator[tuple[int, str]]:
    seen: dict[tuple[str, int, str], int] = {}
    facts: dict[str, tuple[int, tuple[str, str, str]]] = {}
    for number, row in enumerate(table.rows, FIRST_ROW):
        if fault := _fault(row, table.classes):
            yield number, fault
        key = (row.system, row.repeat, row.recording)
        if (first := seen.setdefault(key, number)) != number:
            yield number, f"{row.recording} of system {row.system} stands in row {first} already"
        fact = (row.truth, row.group, row.subset)
        first, told = facts.setdefault(row.recording, (number, fact))
        if told != fact:
            yield (
                number,
                (
                    f"{row.recording} has truth, group and subset {', '.join(fact)}, "
                    f"but {', '.join(told)} in row {first}"
                ),
            )


def _fault(row: PredictionRow, classes: tuple[str, ...]) -> str:
    """Return what is wrong with one row, or an empty string."""
    for name in ("system", "recording", "group", "subset"):
        if not getattr(row, name):
            return f"{name} is empty"
    if row.truth not in classes:
        return f"truth {row.truth!r} is none of the classes {', '.join(classes)}"
    if len(row.probabilities) != len(classes):
        return f"{len(row.probabilities)} probabilities for {len(classes)} classes"
    if not all(0 <= p <= 1 for p in row.probabilities):
        return f"probabilities {list(row.probabilities)} are not all in [0, 1]"
    if abs(sum(row.probabilities) - 1) > SUM_TOLERANCE:
        return f"probabilities sum to {sum(row.probabilities):.4f}, not 1"
    return ""


def _classes(header: list[str], path: str | Path) -> tuple[str, ...]:
    middle = header[len(BEFORE) : -len(AFTER)]
    wanted = [*BEFORE, *middle, *AFTER]
    if header != wanted or not all(name.startswith("p_") for name in middle):
        raise EvaluationError(
            f"{path}: columns are {','.join(header)}; "
            f"wanted {','.join(BEFORE)},p_<class>…,{','.join(AFTER)}"
        )
    return tuple(name.removeprefix("p_") for name in middle)


def _parsed(cells: list[str], n_columns: int) -> tuple[PredictionRow, str]:
    if len(cells) != n_columns:
        raise ValueError(f"{len(cells)} cells; the header has {n_columns}")
    system, recording, group, subset, repeat, fold, truth, *scores, split_hash, model_hash = cells
    probabilities = tuple(map(float, scores))
    row = PredictionRow(
        system, recording, group, subset, int(repeat), int(fold), truth, probabilities, model_hash
    )
    return row, split_hash


def _cells(row: PredictionRow, split_hash: str) -> list[str | int | float]:
    who: list[str | int | float] = [getattr(row, name) for name in BEFORE]
    return [*who, *map(float, row.probabilities), split_hash, row.model_hash]
