"""Coverage: how often the calls are right when the least sure of them are not made.

Conventions
-----------
The confidence of a case is the probability of the class called. At a coverage of 0.9 the nine
tenths of the weight with the highest confidence are answered; of cases of equal confidence at the
edge, all are answered in part, so that the order of the cases tells nothing.

Source
------
El-Yaniv and Wiener: On the Foundations of Noise-free Selective Classification, Journal of Machine
Learning Research 11, 2010 (risk–coverage curve).
"""

import numpy as np

from auscult.metrics.cases import Cases
from auscult.metrics.counts import Array, ratio


def accuracy_at_coverage(cases: Cases, coverage: float) -> Array:
    """Return the accuracy of the surest ``coverage`` of the cases: shape (n_weightings,)."""
    weight, right = _by_confidence(cases)
    wanted = coverage * weight.sum(axis=1, keepdims=True)
    before = np.cumsum(weight, axis=1) - weight
    taken = np.clip(wanted - before, 0, weight)
    share = np.divide(taken, weight, out=np.zeros_like(weight), where=weight > 0)
    return ratio((share * right).sum(axis=1), wanted[:, 0])


def coverage_curve(cases: Cases) -> tuple[Array, Array]:
    """Return coverage and accuracy, (n_confidences,) each, from the surest calls to all of them.

    Weights are those of the first weighting.
    """
    weight, right = (part[0].cumsum() for part in _by_confidence(cases))
    return weight / weight[-1], ratio(right, weight)


def _by_confidence(cases: Cases) -> tuple[Array, Array]:
    """Return weight and right weight of each level of confidence, highest first.

    Shape (n_weightings, n_confidences) each.
    """
    confidence = cases.probabilities.max(axis=1)
    order = np.argsort(-confidence, kind="stable")
    starts = np.flatnonzero(np.diff(confidence[order], prepend=np.inf))
    weight = cases.weights[:, order]
    right = weight * (cases.predicted == cases.truth)[order]
    return np.add.reduceat(weight, starts, axis=1), np.add.reduceat(right, starts, axis=1)
