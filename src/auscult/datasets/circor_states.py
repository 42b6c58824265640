"""Segmentation of CirCor: one table a recording → its S1, systole, S2 and diastole.

A table ``ID_SITE.tsv`` has rows ``start end state``, in seconds, tab between; states are 1 S1,
2 systole, 3 S2, 4 diastole, and 0 where nobody annotated.

What is kept
------------
Every row of states 1 to 4, once, with its times as published. Left out: unannotated rows (time
that no span covers is not annotated) and rows that repeat an earlier one to the last digit (two
tables list a stretch twice). Rows that overlap or leave a gap of some milliseconds, and states that
follow one another as no heart does, stand as they are; ``defects`` names their recordings.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Generic, Literal, TypeVar

from auscult.datasets.listing import plain_rows
from auscult.errors import DatasetError
from auscult.types import Mark, StateSpan

T = TypeVar("T")

STATES: Mapping[str, Literal["S1", "systole", "S2", "diastole"]] = {
    "1": "S1",
    "2": "systole",
    "3": "S2",
    "4": "diastole",
}
UNANNOTATED = "0"


class Lazily(Mapping[str, T], Generic[T]):
    """Recording id → what its table says, read when it is asked for and not kept."""

    def __init__(self, tables: Mapping[str, Path], read: Callable[[Path], T]) -> None:
        self._tables = tables
        self._read = read

    def __getitem__(self, recording_id: str) -> T:
        return self._read(self._tables[recording_id])

    def __contains__(self, recording_id: object) -> bool:
        return recording_id in self._tables

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)


def read_states(table: Path) -> tuple[StateSpan, ...]:
    """Return the annotated spans in the order of the table.

    Raises
    ------
    DatasetError
        If the table cannot be read, a time is no number, a state is unknown, or an annotated row
        does not end after its start; the message names the row.
    """
    spans: dict[StateSpan, None] = {}
    for number, (start, end, state) in plain_rows(table, 3, delimiter="\t"):
        if state == UNANNOTATED:
            continue
        if state not in STATES:
            raise DatasetError(f"{table}, row {number}: state {state!r} is none of 0, 1, 2, 3, 4")
        try:
            span = StateSpan(STATES[state], float(start), float(end))
        except ValueError:
            raise DatasetError(
                f"{table}, row {number}: {start!r} to {end!r} are no times in seconds"
            ) from None
        # subtle: written so that NaN, which no comparison lets through, is refused too
        if not 0 <= span.start_s < span.end_s:
            raise DatasetError(f"{table}, row {number}: runs from {start} to {end} s")
        spans[span] = None
    return tuple(spans)


def read_marks(table: Path) -> tuple[Mark, ...]:
    """Return where each S1 and S2 begins."""
    return tuple(
        Mark(span.state, span.start_s) for span in read_states(table) if span.state in ("S1", "S2")
    )
