"""Intervals from resampling groups: how far a figure moves when other patients had come.

Recordings of one patient resemble one another, so drawing recordings would pretend to more
evidence than there is. Groups are drawn with replacement, as many as there are, and every row of a
group (all its recordings, in all repeats) comes along as often as the group was drawn.

Conventions
-----------
counts   : float, shape (n_resamples, n_groups), how often each group was drawn
interval : 2.5th to 97.5th percentile of the figure over the resamples, linear between values
figures  : one formula for the plain figure and for its resamples, see ``auscult.metrics.cases``

A resample on which a figure is undefined is left out of that figure's interval; when more than a
tenth are, the interval itself is undefined.

Source
------
Efron and Tibshirani, An Introduction to the Bootstrap, 1993, ch. 8 and 13; the cluster form: Field
and Welsh, J. R. Stat. Soc. B 69, 2007, doi:10.1111/j.1467-9868.2007.00593.x.

Known limits
------------
Percentile intervals of few groups (below about twenty) are too narrow, and a figure that noise only
pushes one way (ECE) gets an interval shifted that way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from auscult.errors import ConfigError
from auscult.evaluation.result import Interval
from auscult.metrics import METRICS, PER_CLASS, Cases

Array: TypeAlias = NDArray[np.float64]

LEVEL = 0.95
MAX_UNDEFINED = 0.1
MIN_RESAMPLES = 40
BLOCK_WEIGHTS = 2_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """All figures of some cases, one value for each weighting; NaN where undefined.

    ``metrics`` maps names to shape (n_weightings,), ``per_class`` to (n_weightings, n_classes).
    """

    metrics: Mapping[str, Array]
    per_class: Mapping[str, Array]


def figures(cases: Cases) -> Figures:
    """Compute every metric under every weighting of ``cases``."""
    return Figures(
        {name: metric.formula(cases) for name, metric in METRICS.items()},
        {name: metric.formula(cases) for name, metric in PER_CLASS.items()},
    )


def draw_groups(n_groups: int, n_resamples: int, rng: np.random.Generator) -> Array:
    """Draw ``n_groups`` groups with replacement, ``n_resamples`` times; return the counts.

    Raises
    ------
    ConfigError
        If there are too few resamples to read a percentile from.
    """
    if n_resamples < MIN_RESAMPLES:
        raise ConfigError(
            f"n_bootstrap={n_resamples} must be at least {MIN_RESAMPLES}: "
            "a 95 % interval leaves out one resample in forty on each side"
        )
    shares = np.full(n_groups, 1 / n_groups)
    return rng.multinomial(n_groups, shares, size=n_resamples).astype(np.float64)


def resampled_figures(
    cases: Cases, groups: Sequence[str], n_resamples: int, rng: np.random.Generator
) -> Figures:
    """Compute every metric on resamples of the groups, all on the same resamples.

    Parameters
    ----------
    cases
        The rows; their own weights are not used.
    groups
        Group of each case, in the order of the cases.
    n_resamples
        At least 40.
    rng
        Equal states and equal sets of groups give the same resamples, for paired comparison.
    """
    names, group_of_case = np.unique(np.asarray(groups), return_inverse=True)
    counts = draw_groups(names.size, n_resamples, rng)
    n_blocks = -(-n_resamples * group_of_case.size // BLOCK_WEIGHTS)
    parts = [
        figures(replace(cases, weights=block[:, group_of_case]))
        for block in np.array_split(counts, min(n_blocks, n_resamples))
    ]
    return Figures(
        {name: np.concatenate([part.metrics[name] for part in parts]) for name in METRICS},
        {name: np.concatenate([part.per_class[name] for part in parts]) for name in PER_CLASS},
    )


def interval(value: float, resampled: Array, n_groups: int, why_undefined: str) -> Interval:
    """Return a figure with its percentile interval.

    Parameters
    ----------
    value
        The plain figure, NaN if undefined.
    resampled
        Its resamples, shape (n_resamples,), NaN where undefined.
    n_groups
        Groups that were drawn from; a single one bears no interval.
    why_undefined
        The reason to give if the figure, or too many of its resamples, are undefined.
    """
    if np.isnan(value):
        return Interval(None, None, None, why_undefined)
    if n_groups == 1:
        return Interval(float(value), None, None, "no interval: there is one group only")
    undefined = np.isnan(resampled)
    if undefined.mean() > MAX_UNDEFINED:
        share = f"{undefined.mean():.0%} of the resamples"
        return Interval(float(value), None, None, f"no interval: in {share}, {why_undefined}")
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(resampled[~undefined], [tail, 1 - tail])
    return Interval(float(value), float(low), float(high))
