"""Confusion matrices: which class was taken for which.

Conventions
-----------
truth, predicted : int, shape (n_cases,), indices into the classes
result           : rows are the truth, columns the prediction

Differences from sklearn.metrics.confusion_matrix
-------------------------------------------------
Takes a stack of weightings at once; classes are always 0 … n_classes - 1, also those that do not
occur.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]
Indices: TypeAlias = NDArray[np.intp]


def confusion_matrix(truth: Indices, predicted: Indices, n_classes: int) -> NDArray[np.int64]:
    """Return counts, shape (n_classes, n_classes): cases of class i called j at [i, j]."""
    once = np.ones((1, len(truth)))
    counts = confusion_matrices(truth, predicted, n_classes, once)[0]
    whole: NDArray[np.int64] = counts.astype(np.int64)
    return whole


def confusion_matrices(truth: Indices, predicted: Indices, n_classes: int, weights: Array) -> Array:
    """Return one matrix for each row of ``weights``, shape (n_weightings, n_classes, n_classes)."""
    cells = truth * n_classes + predicted
    membership = (cells[:, None] == np.arange(n_classes**2)).astype(np.float64)
    counts: Array = (weights @ membership).reshape(-1, n_classes, n_classes)
    return counts


def ratio(above: Array, below: Array) -> Array:
    """Return ``above / below``, NaN (undefined) where ``below`` is 0."""
    undefined = np.full(np.broadcast_shapes(above.shape, below.shape), np.nan)
    quotient: Array = np.divide(above, below, out=undefined, where=below != 0)
    return quotient
