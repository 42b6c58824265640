"""A division somebody published, as published: to be compared with, leaks included.

The table gives each patient, as the publisher numbers them, a role. Where two numbers are one
person, that person may stand on both sides: in each of M2D's three divisions of CirCor 40 or more
of 70 such pairs do. ``repaired`` mends that.

The table's columns test overlapping patients, so each is a repeat, not a fold; a second repeat
trains on the same roles with other start values. A column without validation patients has about an
eighth of its training groups carved out.
"""

from collections.abc import Callable, Sequence

import numpy as np

from auscult.splits.carving import Carved, carve
from auscult.splits.protocol import Ask, Protocol
from auscult.splits.roles import Role
from auscult.splits.rows import Row
from auscult.splits.table import PublishedTable
from auscult.types import Split

RoleOf = Callable[[Row], Role]


def published_split(
    rows: Sequence[Row], table: PublishedTable, repeat: int = 0, seed: int = 0
) -> tuple[Split, ...]:
    """Return one split a column of ``table``, each patient in the role it names.

    Raises
    ------
    SplitError
        If a row's patient is not in the table.
    """
    return tuple(
        follow(
            rows,
            lambda row, index=index: table.role(row.patient, index),  # type: ignore[misc]
            protocol="published",
            repeat=repeat * len(table.columns) + index,
            seed=seed,
        )
        for index in range(len(table.columns))
    )


def follow(rows: Sequence[Row], role_of: RoleOf, *, protocol: str, repeat: int, seed: int) -> Split:
    """Return the split in which every row has the role ``role_of`` gives it; copies only train.

    Raises
    ------
    SplitError
        If validation must be carved out of the training part and cannot be.
    """
    role = {row.row_id: role_of(row) for row in rows}
    train = [row for row in rows if role[row.row_id] == "train"]
    carved = Carved(
        tuple(row.row_id for row in train),
        tuple(r.row_id for r in rows if role[r.row_id] == "validation" and not r.variant),
    )
    if not carved.validation:
        rng = np.random.default_rng([seed, repeat])
        carved = carve(train, {row.label for row in train}, rng, f"repeat {repeat}")
    return Split(
        protocol=protocol,
        fold=0,
        repeat=repeat,
        train=carved.train,
        validation=carved.validation,
        test=tuple(r.row_id for r in rows if role[r.row_id] == "test" and not r.variant),
    )


def _divide(rows: Sequence[Row], ask: Ask, repeat: int) -> tuple[Split, ...]:
    assert ask.published is not None  # noqa: S101 - Protocol has refused to go without
    return published_split(rows, ask.published, repeat, ask.seed)


PUBLISHED = Protocol(
    "published: the roles of a published table, by patient number; a person with two leaks",
    _divide,
    leaks=True,
    follows_table=True,
)
