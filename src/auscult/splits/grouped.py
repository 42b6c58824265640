"""The default protocol: stratified folds of whole groups.

A patient or session stands in one fold. Within the training part of a fold, about one eighth of the
groups stops the training early. Augmented copies train; validation and test see originals only.
How groups are spread is told in ``carving``.
"""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from auscult.errors import SplitError
from auscult.splits.carving import assign_folds, carve
from auscult.splits.protocol import Ask, Protocol
from auscult.splits.rows import Row
from auscult.types import Split

N_FOLDS = 5


def grouped_split(
    rows: Sequence[Row], n_folds: int, repeat: int = 0, seed: int = 0
) -> tuple[Split, ...]:
    """Return ``n_folds`` splits in which every group has one role.

    Raises
    ------
    SplitError
        If there are fewer than two folds or fewer groups than folds, a class has fewer than two
        groups, or a fold leaves fewer than two groups to train and to stop the training.
    """
    _refuse_impossible(rows, n_folds)
    rng = np.random.default_rng([seed, repeat])
    fold_of = assign_folds(rows, n_folds, rng)
    classes = {row.label for row in rows}
    splits = []
    for fold in range(n_folds):
        outside = [row for row in rows if fold_of[row.group] != fold]
        advice = "ask for fewer folds, or record that class from more people"
        carved = carve(outside, classes, rng, f"fold {fold}", advice)
        splits.append(
            Split(
                protocol="grouped",
                fold=fold,
                repeat=repeat,
                train=carved.train,
                validation=carved.validation,
                test=tuple(r.row_id for r in rows if fold_of[r.group] == fold and not r.variant),
            )
        )
    return tuple(splits)


def _refuse_impossible(rows: Sequence[Row], n_folds: int) -> None:
    if n_folds < 2:  # noqa: PLR2004
        raise SplitError(f"n_folds={n_folds} must be at least 2")
    groups = defaultdict(set)
    for row in rows:
        groups[row.label].add(row.group)
    for label, members in sorted(groups.items()):
        if len(members) < 2:  # noqa: PLR2004
            raise SplitError(
                f"class {label!r} comes from one patient or session ({next(iter(members))}); it "
                "cannot be trained on and tested without leaking. Record it from more people, or "
                "leave the class out"
            )
    if (n_groups := len(set.union(*groups.values()))) < n_folds:
        raise SplitError(f"{n_folds} folds need as many groups; there are {n_groups}")


def _divide(rows: Sequence[Row], ask: Ask, repeat: int) -> tuple[Split, ...]:
    return grouped_split(rows, N_FOLDS if ask.n_folds is None else ask.n_folds, repeat, ask.seed)


GROUPED = Protocol("grouped: no patient or session on both sides", _divide, n_folds=N_FOLDS)
