"""Folds of single recordings: whose they are does not count, so a patient stands on both sides.

Figures published for CinC 2016 and CirCor often come from such a division. It is here so that they
can be compared, under the same leak.
"""

from collections.abc import Sequence
from dataclasses import replace

from auscult.splits.grouped import N_FOLDS, grouped_split
from auscult.splits.protocol import Ask, Protocol
from auscult.splits.rows import Row
from auscult.types import Split

NAME = "by-recording"


def _divide(rows: Sequence[Row], ask: Ask, repeat: int) -> tuple[Split, ...]:
    alone = [replace(row, group=f"{row.dataset}/{row.recording_id}") for row in rows]
    n_folds = N_FOLDS if ask.n_folds is None else ask.n_folds
    splits = grouped_split(alone, n_folds, repeat, ask.seed)
    return tuple(replace(split, protocol=NAME) for split in splits)


BY_RECORDING = Protocol(
    f"{NAME}: recordings divided at random, a patient on both sides; it leaks",
    _divide,
    leaks=True,
    n_folds=N_FOLDS,
)
