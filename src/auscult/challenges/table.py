"""What a challenge is scored on: a table of text, and columns that know what may stand in them.

Conventions
-----------
Rows are numbered as in the file: the header is row 1. Names of columns and labels are compared
without regard to case and to blanks around them. Further columns are allowed and not looked at.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from math import isfinite

import numpy as np

from auscult.errors import EvaluationError
from auscult.metrics.counts import Array, Indices

FIRST_ROW = 2


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text under a header, checked when made.

    Parameters
    ----------
    header
        Names of the columns.
    rows
        At least one, as long as the header.
    source
        Named in messages.
    numbers
        Row numbers in the file; 2, 3, … by default.

    Raises
    ------
    EvaluationError
        If there is no row, a column is named twice, or a row has another length.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    source: str = "table"
    numbers: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        header = tuple(name.strip().lower() for name in self.header)
        object.__setattr__(self, "header", header)
        if not self.numbers:
            numbers = tuple(range(FIRST_ROW, FIRST_ROW + len(self.rows)))
            object.__setattr__(self, "numbers", numbers)
        if twice := sorted({name for name in header if header.count(name) > 1}):
            raise EvaluationError(f"{self.source}, row 1: column {twice[0]!r} is there twice")
        if not self.rows:
            raise EvaluationError(f"{self.source}: holds no row to score")
        for index, row in enumerate(self.rows):
            if len(row) != len(header):
                raise self.fault(index, f"{len(row)} cells; the header has {len(header)}")

    @classmethod
    def of(cls, source: str = "table", /, **columns: Sequence[str]) -> "Table":
        """Return a table of named columns of equal length."""
        return cls(tuple(columns), tuple(zip(*columns.values(), strict=True)), source)

    def column(self, name: str) -> tuple[str, ...]:
        """Return the cells of one column, without blanks around them.

        Raises
        ------
        EvaluationError
            If there is no such column.
        """
        if name not in self.header:
            raise EvaluationError(
                f"{self.source}, row 1: no column {name!r}; there are: {', '.join(self.header)}"
            )
        index = self.header.index(name)
        return tuple(row[index].strip() for row in self.rows)

    def fault(self, index: int, sentence: str) -> EvaluationError:
        """Return an error that names file and row."""
        return EvaluationError(f"{self.source}, row {self.numbers[index]}: {sentence}")

    def numeric(self, name: str) -> Array:
        """Return a column of finite numbers from 0 on, float64, shape (n_rows,)."""
        values = []
        for index, cell in enumerate(self.column(name)):
            try:
                value = float(cell)
            except ValueError:
                raise self.fault(index, f"{name} {cell!r} is no number") from None
            if not isfinite(value) or value < 0:
                raise self.fault(index, f"{name} {cell!r} must be a finite number from 0 on")
            values.append(value)
        return np.array(values)

    def refuse_repeats(self, name: str) -> None:
        """Raise if a cell of column ``name`` stands in two rows; do nothing without the column."""
        seen: dict[str, int] = {}
        for index, cell in enumerate(self.column(name) if name in self.header else ()):
            if (first := seen.setdefault(cell, index)) != index:
                raise self.fault(index, f"{name} {cell!r} is in row {self.numbers[first]} already")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a challenge's table.

    Parameters
    ----------
    name, meaning
        As in the header, and in words.
    labels
        What may stand in it; empty for free text and numbers.
    also
        Other spellings (lower case) of the labels.
    optional
        Whether the column, or a cell of it, may be missing.
    """

    name: str
    meaning: str
    labels: tuple[str, ...] = ()
    also: Mapping[str, str] = field(default_factory=dict)
    optional: bool = False

    def indices(self, table: Table) -> Indices:
        """Return the label of each row as an index; ``len(labels)`` stands for none given.

        Raises
        ------
        EvaluationError
            If the column is missing or a cell holds no label; the message names file and row.
        """
        if self.optional and self.name not in table.header:
            return np.full(len(table.rows), len(self.labels), dtype=np.intp)
        known = {label.lower(): index for index, label in enumerate(self.labels)}
        known |= {spelling: known[label.lower()] for spelling, label in self.also.items()}
        if self.optional:
            known[""] = len(self.labels)
        found: Indices = np.empty(len(table.rows), dtype=np.intp)
        for index, cell in enumerate(table.column(self.name)):
            if cell.lower() not in known:
                raise table.fault(index, self._unknown(cell))
            found[index] = known[cell.lower()]
        return found

    def _unknown(self, cell: str) -> str:
        if not cell:
            return f"{self.name} is empty; wanted one of {', '.join(self.labels)}"
        near = get_close_matches(cell.lower(), [label.lower() for label in self.labels], n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        return f"{self.name} {cell!r} is none of {', '.join(self.labels)}{hint}"
