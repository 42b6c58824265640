"""The default protocol: stratified folds of whole groups.

A patient or session stands in one fold. Within the training part of a fold, about one eighth of the
groups stops the training early. Augmented copies train; validation and test see originals only.

Method
------
Greedy, as scikit-learn's StratifiedGroupKFold: the groups are shuffled by the seed, then taken
largest first, each into the fold where the spread of every stratum over the folds stays smallest.
A stratum is a dataset part and class ("B-murmur"), finer than the classes learned, so that rare
kinds spread too.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np

from auscult.errors import SplitError
from auscult.splits.rows import Row
from auscult.types import Split

INNER_FOLDS = 8


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
    splits = []
    for fold in range(n_folds):
        outside = [row for row in rows if fold_of[row.group] != fold]
        if len({row.group for row in outside}) < 2:  # noqa: PLR2004
            raise SplitError(
                f"fold {fold} leaves one group both to train and to stop the training; "
                "record more people"
            )
        inner = assign_folds(outside, INNER_FOLDS, rng)
        stops = _stopping_fold(rows, outside, inner, fold)
        splits.append(
            Split(
                protocol="grouped",
                fold=fold,
                repeat=repeat,
                train=tuple(r.row_id for r in outside if inner[r.group] != stops),
                validation=tuple(
                    r.row_id for r in outside if inner[r.group] == stops and not r.variant
                ),
                test=tuple(r.row_id for r in rows if fold_of[r.group] == fold and not r.variant),
            )
        )
    return tuple(splits)


def _stopping_fold(
    rows: Sequence[Row], outside: Sequence[Row], inner: dict[str, int], fold: int
) -> int:
    """Return the first inner fold whose absence leaves every class in the training part."""
    classes = {row.label for row in rows}
    for stops in sorted(set(inner.values())):
        if {row.label for row in outside if inner[row.group] != stops} == classes:
            return stops
    missing = ", ".join(sorted(classes - {row.label for row in outside})) or "a rare class"
    raise SplitError(
        f"fold {fold} leaves no training part with every class ({missing} is missing); "
        "ask for fewer folds, or record that class from more people"
    )


def assign_folds(rows: Sequence[Row], n_folds: int, rng: np.random.Generator) -> dict[str, int]:
    """Return group → fold, spreading every stratum as evenly as whole groups allow."""
    strata = sorted({row.stratum for row in rows})
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        counts[row.group][row.stratum] += 1
    groups = sorted(counts)
    table = np.array([[counts[g][s] for s in strata] for g in groups], dtype=float)
    table /= table.sum(axis=0)
    order = rng.permutation(len(groups))
    order = order[np.argsort(-table[order].std(axis=1), kind="stable")]
    filled = np.zeros((n_folds, len(strata)))
    fold_of = {}
    for index in order:
        spread = [_spread_with(filled, fold, table[index]) for fold in range(n_folds)]
        best = min(range(n_folds), key=lambda fold: (spread[fold], filled[fold].sum()))
        filled[best] += table[index]
        fold_of[groups[index]] = best
    return fold_of


def _spread_with(filled: np.ndarray, fold: int, addition: np.ndarray) -> float:
    trial = filled.copy()
    trial[fold] += addition
    return round(float(trial.std(axis=0).mean()), 12)


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
