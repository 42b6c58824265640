"""The part of the training groups that stops the training: whole groups, every class left behind.

Method
------
Greedy, as scikit-learn's StratifiedGroupKFold: the groups are shuffled by the seed, then taken
largest first, each into the fold where the spread of every stratum over the folds stays smallest.
A stratum is a dataset part and class ("B-murmur"), finer than the classes learned, so that rare
kinds spread too. Of eight such folds of the training part, the one most like the whole stops the
training: a group that is most of its stratum would make its fold unlike it, so it stays to be
learned from.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from auscult.errors import SplitError
from auscult.splits.rows import Row

INNER_FOLDS = 8


@dataclass(frozen=True, slots=True)
class Carved:
    """Row ids of a training part: copies train with their recording, and never stop a training."""

    train: tuple[str, ...]
    validation: tuple[str, ...]


def carve(
    rows: Sequence[Row],
    classes: set[str],
    rng: np.random.Generator,
    where: str,
    advice: str = "record more people",
) -> Carved:
    """Set about an eighth of the groups of ``rows`` aside to stop the training.

    Parameters
    ----------
    rows
        Everything that may train.
    classes
        What must still be there to train on.
    where
        Named in messages ("fold 0").
    advice
        What to do where a class is missing.

    Raises
    ------
    SplitError
        If there is one group only, or no choice leaves every class to train on.
    """
    if len({row.group for row in rows}) < 2:  # noqa: PLR2004
        raise SplitError(
            f"{where} leaves one group both to train and to stop the training; record more people"
        )
    fold_of = assign_folds(rows, INNER_FOLDS, rng)
    for stops in _likest_first(rows, fold_of):
        if {row.label for row in rows if fold_of[row.group] != stops} >= classes:
            return Carved(
                tuple(r.row_id for r in rows if fold_of[r.group] != stops),
                tuple(r.row_id for r in rows if fold_of[r.group] == stops and not r.variant),
            )
    missing = ", ".join(sorted(classes - {row.label for row in rows})) or "a rare class"
    raise SplitError(
        f"{where} leaves no training part with every class ({missing} is missing); {advice}"
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


def _likest_first(rows: Sequence[Row], fold_of: Mapping[str, int]) -> list[int]:
    """Return the folds, first the one that holds most nearly an even share of every stratum."""
    sizes = Counter(row.stratum for row in rows)
    held = Counter((fold_of[row.group], row.stratum) for row in rows)

    def unlikeness(fold: int) -> float:
        shares = [held[fold, stratum] / size for stratum, size in sorted(sizes.items())]
        return round(sum((share - 1 / INNER_FOLDS) ** 2 for share in shares), 12)

    return sorted(set(fold_of.values()), key=lambda fold: (unlikeness(fold), fold))


def _spread_with(filled: np.ndarray, fold: int, addition: np.ndarray) -> float:
    trial = filled.copy()
    trial[fold] += addition
    return round(float(trial.std(axis=0).mean()), 12)
