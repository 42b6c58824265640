"""Figures of the calls: is the most probable class the true one, and which are mixed up.

Conventions
-----------
Every function takes :class:`~auscult.metrics.cases.Cases` and gives one number for each weighting,
shape (n_weightings,), or one for each weighting and class, shape (n_weightings, n_classes).
NaN stands for undefined. TP, P and T are the hits, predictions and true cases of a class.

Sources
-------
MCC of many classes: Gorodkin, Comput. Biol. Chem. 28, 2004,
doi:10.1016/j.compbiolchem.2004.09.006.
Kappa: Cohen, Educ. Psychol. Meas. 20, 1960, doi:10.1177/001316446002000104.

Differences from scikit-learn
-----------------------------
- Where scikit-learn warns and puts 0, these are undefined: the recall of a class without a case,
  the precision of a class never predicted, the MCC of a constant answer.
- ``balanced_accuracy_score`` averages over the classes that occur; here the classes averaged over
  are stated (``Cases.averaged``), and one without a case makes the figure undefined.
- F1 is 2 TP / (P + T), as there: 0 for a class with true cases that is never predicted (or
  predicted but never true), and undefined for a class with neither.
"""

import numpy as np

from auscult.metrics.cases import Cases
from auscult.metrics.counts import Array, ratio


def recall(cases: Cases) -> Array:
    """Return TP / T of each class, in [0, 1]; undefined without a true case."""
    return ratio(_hits(cases), cases.confusion.sum(axis=2))


def precision(cases: Cases) -> Array:
    """Return TP / P of each class, in [0, 1]; undefined for a class never predicted."""
    return ratio(_hits(cases), cases.confusion.sum(axis=1))


def f1(cases: Cases) -> Array:
    """Return 2 TP / (P + T) of each class, in [0, 1]; undefined if neither true nor predicted."""
    return ratio(2 * _hits(cases), cases.confusion.sum(axis=1) + cases.confusion.sum(axis=2))


def accuracy(cases: Cases) -> Array:
    """Return the share of cases called right, in [0, 1]."""
    return ratio(_hits(cases).sum(axis=1), cases.confusion.sum(axis=(1, 2)))


def balanced_accuracy(cases: Cases) -> Array:
    """Return the mean recall (UAR), in [0, 1]; undefined if an averaged class has no case."""
    return cases.macro(recall(cases))


def macro_f1(cases: Cases) -> Array:
    """Return the mean F1, in [0, 1]; undefined if an averaged class has no case and no call."""
    return cases.macro(f1(cases))


def matthews_correlation(cases: Cases) -> Array:
    """Return the correlation of truth and call, in [-1, 1]; undefined if either is constant."""
    agreement, total_squared, true, called = _margins(cases)
    spread = (total_squared - (true**2).sum(axis=1)) * (total_squared - (called**2).sum(axis=1))
    return ratio(agreement - (true * called).sum(axis=1), np.sqrt(spread))


def cohen_kappa(cases: Cases) -> Array:
    """Return the agreement beyond chance, in [-1, 1]; undefined if all is one class."""
    agreement, total_squared, true, called = _margins(cases)
    by_chance = (true * called).sum(axis=1)
    return ratio(agreement - by_chance, total_squared - by_chance)


def _hits(cases: Cases) -> Array:
    hits: Array = cases.confusion.diagonal(axis1=1, axis2=2)
    return hits


def _margins(cases: Cases) -> tuple[Array, Array, Array, Array]:
    """Return hits * total, total squared, true cases and calls by class.

    subtle: kept as products of counts, not as shares, so that integer weights give exact zeros in
    the denominators.
    """
    total = cases.confusion.sum(axis=(1, 2))
    true, called = cases.confusion.sum(axis=2), cases.confusion.sum(axis=1)
    return _hits(cases).sum(axis=1) * total, total**2, true, called
