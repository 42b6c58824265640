"""Leave one database, or one dataset, out: how a model hears through a stethoscope it has not met.

Each database (a part of a dataset: CinC 2016's a to f, CirCor's campaigns) or each dataset in turn
is tested whole; the others train, and about an eighth of their groups stops the training. Folds
stand in the order of the names.

A person recorded in two databases is tested in one; that person's recordings in the other are then
left out of the fold: they have no role. Nobody else is.
"""

from collections.abc import Callable, Sequence
from functools import partial
from operator import attrgetter

import numpy as np

from auscult.errors import SplitError
from auscult.splits.carving import carve
from auscult.splits.protocol import Ask, Protocol
from auscult.splits.rows import Row
from auscult.types import Split


def leave_one_out(
    rows: Sequence[Row], ask: Ask, repeat: int, *, protocol: str, place_of: Callable[[Row], str]
) -> tuple[Split, ...]:
    """Return one split a value of ``place_of``, which it tests.

    Raises
    ------
    SplitError
        If there is one such value only, or without one of them a class cannot be trained on.
    """
    places = sorted({place_of(row) for row in rows})
    if len(places) < 2:  # noqa: PLR2004
        raise SplitError(f"{protocol} needs two or more; every recording is of {places[0]}")
    classes = {row.label for row in rows}
    splits = []
    for fold, place in enumerate(places):
        tested = {row.group for row in rows if place_of(row) == place}
        carved = carve(
            [row for row in rows if row.group not in tested],
            classes,
            np.random.default_rng([ask.seed, repeat, fold]),
            f"leaving {place} out",
            f"too few outside {place} have it. Leave out that class, or those recordings",
        )
        splits.append(
            Split(
                protocol=protocol,
                fold=fold,
                repeat=repeat,
                train=carved.train,
                validation=carved.validation,
                test=tuple(r.row_id for r in rows if place_of(r) == place and not r.variant),
            )
        )
    return tuple(splits)


LEAVE_ONE_DATABASE_OUT = Protocol(
    "leave-one-database-out: each part of the data tested by what was learned from the others",
    partial(leave_one_out, protocol="leave-one-database-out", place_of=attrgetter("database")),
)
LEAVE_ONE_DATASET_OUT = Protocol(
    "leave-one-dataset-out: each dataset tested by what was learned from the others",
    partial(leave_one_out, protocol="leave-one-dataset-out", place_of=attrgetter("dataset")),
)
