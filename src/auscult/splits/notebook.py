"""The seed notebook's protocol, as published: it leaks, and is here to show by how much.

Augmented copies and originals are shuffled together and cut 80 : 20, the 80 again 90 : 10. The
20 % both stop the training early and give the published accuracy; the remaining part
gives the published report. Nearly every row of both has a sibling (a copy of the same recording, or
another recording of the same patient) in the training part.

Differences from the notebook
-----------------------------
None in the cut itself: the same generator, ``numpy.random.RandomState(42).permutation``, that
``sklearn.model_selection.train_test_split(shuffle=True, random_state=42)`` uses. The notebook's row
order followed ``os.listdir`` and was never fixed; here rows are in the order given.
"""

from collections.abc import Sequence

import numpy as np

from auscult.errors import SplitError
from auscult.splits.protocol import Ask, Protocol
from auscult.splits.rows import Row
from auscult.types import Split

SEED = 42


def notebook_split(
    rows: Sequence[Row],
    n_folds: int = 1,
    repeat: int = 0,
    seed: int = SEED,  # noqa: ARG001
) -> tuple[Split, ...]:
    """Return the one split of the notebook: its ``validation`` part is also scored.

    ``test`` holds first the rows that stop the training (20 %), then the spare ones (8 %). The cut
    is always the notebook's, ``random_state=42`` (43 for the first repeat, and so on); ``seed`` is
    taken because every protocol takes it, and changes nothing.

    Raises
    ------
    SplitError
        If more than one fold is asked for, or there are fewer than 10 rows.
    """
    if n_folds != 1:
        raise SplitError(f"n_folds={n_folds} must be 1: the notebook's protocol is a single cut")
    if len(rows) < 10:  # noqa: PLR2004
        raise SplitError(f"the notebook's protocol needs at least 10 rows; there are {len(rows)}")
    ids = np.array([row.row_id for row in rows])
    rest, watched = _cut(ids, 0.8, SEED + repeat)
    train, spare = _cut(rest, 0.9, SEED + repeat)
    return (
        Split(
            protocol="notebook",
            fold=0,
            repeat=repeat,
            train=tuple(train.tolist()),
            validation=tuple(watched.tolist()),
            test=(*watched.tolist(), *spare.tolist()),
            stops_on_test=True,
        ),
    )


def _cut(ids: np.ndarray, train_share: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the training rows and the others, as ``train_test_split`` orders them."""
    n_train = int(train_share * len(ids))
    order = np.random.RandomState(seed).permutation(len(ids))
    n_other = len(ids) - n_train
    return ids[order[n_other:]], ids[order[:n_other]]


def _divide(rows: Sequence[Row], ask: Ask, repeat: int) -> tuple[Split, ...]:
    return notebook_split(rows, ask.n_folds or 1, repeat)


NOTEBOOK = Protocol(
    "notebook: augmented copies divided at random, as published; it leaks",
    _divide,
    leaks=True,
    n_folds=1,
)
