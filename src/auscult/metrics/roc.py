"""ROC: how well the probability of a class ranks its cases above the others, at any threshold.

Conventions
-----------
One class against the rest, scored by its probability. A pair of a positive and a negative with
equal scores counts half (the trapezoid rule).

Source
------
Fawcett, Pattern Recognit. Lett. 27, 2006, doi:10.1016/j.patrec.2005.10.010.

Differences from sklearn.metrics.roc_auc_score(multi_class="ovr")
-----------------------------------------------------------------
Takes a stack of weightings: the scores are sorted once, and a resample costs two running sums.
"""

import numpy as np
from numpy.typing import NDArray

from auscult.errors import EvaluationError
from auscult.metrics.cases import Cases
from auscult.metrics.counts import Array, ratio


def auc(cases: Cases) -> Array:
    """Return the area under the ROC curve of each class, shape (n_weightings, n_classes).

    In [0, 1], 0.5 by chance; NaN where a class has no positive or no negative case.
    """
    columns = [
        _areas(cases.truth == index, cases.probabilities[:, index], cases.weights)
        for index in range(cases.n_classes)
    ]
    return np.stack(columns, axis=1)


def macro_auc(cases: Cases) -> Array:
    """Return the mean area over the averaged classes; undefined if one of them is."""
    return cases.macro(auc(cases))


def roc_curve(positive: NDArray[np.bool_], scores: Array) -> tuple[Array, Array]:
    """Return false and true positive rates from (0, 0) to (1, 1), one point a distinct score.

    Points on a straight line between their neighbours are left out; the curve is the same.

    Raises
    ------
    EvaluationError
        If there is no positive or no negative case.
    """
    positive = np.asarray(positive, dtype=bool)
    if positive.all() or not positive.any():
        missing = "negative" if positive.any() else "positive"
        raise EvaluationError(f"a ROC curve is undefined: there is no {missing} case")
    order = np.argsort(-scores, kind="stable")
    last_of_score = np.append(np.flatnonzero(np.diff(scores[order])), scores.size - 1)
    hits = np.append(0, np.cumsum(positive[order])[last_of_score])
    alarms = np.append(0, np.cumsum(~positive[order])[last_of_score])
    rises, runs = np.diff(hits), np.diff(alarms)
    corner = np.r_[True, rises[1:] * runs[:-1] != rises[:-1] * runs[1:], True]
    return alarms[corner] / alarms[-1], hits[corner] / hits[-1]


def thinned(curve: tuple[Array, Array], n_points: int) -> tuple[Array, Array]:
    """Return at most ``n_points`` (two or more) of the points, by even steps, with both ends."""
    n_all = curve[0].size
    kept = np.unique(np.linspace(0, n_all - 1, min(n_points, n_all)).round().astype(int))
    return curve[0][kept], curve[1][kept]


def _areas(positive: NDArray[np.bool_], scores: Array, weights: Array) -> Array:
    order = np.argsort(scores, kind="stable")
    first_of_score = np.append(0, np.flatnonzero(np.diff(scores[order])) + 1)
    sorted_weights = weights[:, order]
    positives = np.add.reduceat(sorted_weights * positive[order], first_of_score, axis=1)
    negatives = np.add.reduceat(sorted_weights, first_of_score, axis=1) - positives
    ranked_below = np.cumsum(negatives, axis=1) - negatives / 2
    pairs = positives.sum(axis=1) * negatives.sum(axis=1)
    return ratio(np.einsum("ij,ij->i", positives, ranked_below), pairs)
