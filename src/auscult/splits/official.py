"""The official PASCAL test: train on the labelled recordings, test on those without a label.

125 of the 131 patients of set B's test files are in the training part too, and the labels of the
test files were never published: the division leaks, and auscult can only predict it. It is here
because published figures are of it.
"""

from collections.abc import Sequence

import numpy as np

from auscult.errors import SplitError
from auscult.splits.carving import carve
from auscult.splits.protocol import Ask, Protocol
from auscult.splits.rows import UNLABELLED, Row
from auscult.types import Split


def official_split(rows: Sequence[Row], repeat: int = 0, seed: int = 0) -> tuple[Split, ...]:
    """Return the one split that tests what has no label; groups may stand on both sides.

    Raises
    ------
    SplitError
        If another dataset is among the rows, or none is unlabelled.
    """
    if others := sorted({row.dataset for row in rows} - {"pascal"}):
        raise SplitError(f"pascal-official divides PASCAL only; there are rows of {others[0]!r}")
    test = tuple(r.row_id for r in rows if r.label == UNLABELLED and not r.variant)
    if not test:
        raise SplitError(
            "pascal-official tests the recordings published without a label; none is here "
            "(they lie in set_a/, set_b/ or unlabel/)"
        )
    labelled = [row for row in rows if row.label != UNLABELLED]
    rng = np.random.default_rng([seed, repeat])
    carved = carve(labelled, {row.label for row in labelled}, rng, f"repeat {repeat}")
    return (Split("pascal-official", 0, repeat, carved.train, carved.validation, test),)


def _divide(rows: Sequence[Row], ask: Ask, repeat: int) -> tuple[Split, ...]:
    return official_split(rows, repeat, ask.seed)


PASCAL_OFFICIAL = Protocol(
    "pascal-official: trained on the labelled recordings, tested on those without a label; "
    "patients stand on both sides",
    _divide,
    leaks=True,
    tests_unlabelled=True,
)
