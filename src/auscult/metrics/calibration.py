"""Calibration: whether a probability of 0.8 is right eight times in ten.

Conventions
-----------
The confidence of a case is the probability of the class called. Ten bins of equal width divide
[0, 1]; a bin holds its lower edge, the last one both. Equal width, not equal mass: the edges then
do not depend on the cases, so systems, folds and resamples share them, and the figure compares with
published ones.

Sources
-------
ECE: Guo et al., ICML 2017, arXiv:1706.04599. Brier score over all classes, 0 to 2: Brier, Mon.
Weather Rev. 78, 1950.

Differences from the sources and from scikit-learn
--------------------------------------------------
- Guo et al. give a bin its upper edge. It matters only for confidences on an edge.
- ECE is never negative, so chance pushes it up: with few cases it overstates, and its bootstrap
  interval lies too high. Compare systems on the same cases only.
- ``log_loss`` does not clip: a true class given probability 0 makes it undefined (infinite), where
  scikit-learn puts about 36.
"""

from dataclasses import dataclass

import numpy as np

from auscult.metrics.cases import Cases
from auscult.metrics.counts import Array, ratio

N_BINS = 10


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Cases of like confidence: how sure the calls were on average, and how often right."""

    mean_confidence: float
    accuracy: float
    n: int


def expected_calibration_error(cases: Cases) -> Array:
    """Return the mean distance of confidence and accuracy over the bins, in [0, 1]."""
    confidence, right, bins = _binned(cases)
    gaps = np.abs(cases.totals(bins * (confidence - right)[:, None]))
    return ratio(gaps.sum(axis=1), cases.weights.sum(axis=1))


def reliability(cases: Cases) -> tuple[ReliabilityBin, ...]:
    """Return the bins that hold a case, by rising confidence; weights are ignored."""
    confidence, right, bins = _binned(cases)
    return tuple(
        ReliabilityBin(
            float(confidence[column].mean()), float(right[column].mean()), int(column.sum())
        )
        for column in bins.T.astype(bool)
        if column.any()
    )


def brier(cases: Cases) -> Array:
    """Return the mean squared distance from the truth, summed over classes, in [0, 2]."""
    truth = np.eye(cases.n_classes)[cases.truth]
    squared = ((cases.probabilities - truth) ** 2).sum(axis=1)
    return ratio(cases.totals(squared), cases.weights.sum(axis=1))


def log_loss(cases: Cases) -> Array:
    """Return the mean of -ln(probability of the true class); undefined where that is infinite."""
    given = cases.probabilities[np.arange(cases.truth.size), cases.truth]
    impossible = given == 0
    surprise = -np.log(np.where(impossible, 1.0, given))
    mean = ratio(cases.totals(surprise), cases.weights.sum(axis=1))
    return np.where(cases.totals(impossible.astype(np.float64)) > 0, np.nan, mean)


def _binned(cases: Cases) -> tuple[Array, Array, Array]:
    """Return confidence (n,), rightness (n,) as 0 or 1, and bin membership (n, N_BINS)."""
    confidence = cases.probabilities.max(axis=1)
    right = (cases.predicted == cases.truth).astype(np.float64)
    index = np.minimum((confidence * N_BINS).astype(int), N_BINS - 1)
    return confidence, right, np.eye(N_BINS)[index]
