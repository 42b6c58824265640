"""Probability → normal, abnormal or unsure: two thresholds, fitted on training groups.

Below ``low`` the answer is normal, from ``high`` on abnormal, between them unsure. The final
formula of PhysioNet/CinC 2016 takes "unsure" as right of a noisy record and as wrong of a clean
one, so the two thresholds are those with the best (Se + Sp) / 2 of that formula. Where the quality
of the records is not known, nothing says when to be unsure: both thresholds are then one, the one
with the best mean of sensitivity and specificity.

The thresholds tried are :data:`N_TRIED` quantiles of the training scores; of several equally good
the narrowest band, then the lowest.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auscult.errors import RunError
from auscult.splits import Role, check_fitting

N_TRIED = 101

Flags = NDArray[np.bool_]
Scores = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class UnsureBand:
    """Answers 1 (abnormal) from ``high`` on, -1 (normal) below ``low``, 0 (unsure) between."""

    low: float
    high: float

    def __call__(self, scores: Scores) -> NDArray[np.int64]:
        """Return -1, 0 or 1 for each probability of abnormal, shape (n_records,)."""
        answers: NDArray[np.int64] = np.where(
            scores >= self.high, 1, -(scores < self.low).astype(int)
        )
        return answers


def fit_unsure_band(
    scores: Scores, abnormal: Flags, noisy: Flags | None, roles: frozenset[Role]
) -> UnsureBand:
    """Fit the thresholds.

    Parameters
    ----------
    scores
        Probability of abnormal, shape (n_records,), by models that did not know the record.
    abnormal
        Truth, shape (n_records,).
    noisy
        Quality, shape (n_records,); None where it is not known.
    roles
        Roles of the records' rows.

    Raises
    ------
    SplitError
        If records of a test part, or of none, are among them.
    RunError
        If there is no normal or no abnormal record.
    """
    check_fitting(roles, "the band of unsure answers")
    if abnormal.all() or not abnormal.any():
        raise RunError("the training records are of one class; no threshold can be fitted")
    tried = np.quantile(scores, np.linspace(0, 1, N_TRIED))
    best, chosen = -1.0, UnsureBand(0.5, 0.5)
    for width in range(N_TRIED if noisy is not None else 1):
        for low, high in zip(tried, tried[width:], strict=False):
            band = UnsureBand(float(low), float(high))
            value = _mean_recall(band(scores), abnormal, noisy)
            if value > best:
                best, chosen = value, band
    return chosen


def _mean_recall(answers: NDArray[np.int64], abnormal: Flags, noisy: Flags | None) -> float:
    """Return (Se + Sp) / 2; unsure is right of a noisy record."""
    right = answers == np.where(abnormal, 1, -1)
    if noisy is not None:
        right |= (answers == 0) & noisy
    return float(right[abnormal].mean() + right[~abnormal].mean()) / 2
