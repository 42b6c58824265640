"""What an evaluation says: every figure with its interval, or with the reason it has none.

These are plain frozen values. They are computed in ``evaluate.py``, printed by ``show.py``, drawn
by the reports, and travel as JSON; none of them knows a model or a file.

Conventions
-----------
metrics      : keys are the names of ``auscult.metrics.METRICS``, in its order
per class    : keys are the names of ``auscult.metrics.PER_CLASS`` (recall, precision, f1, auc)
confusion    : rows are the truth, columns the prediction, both in the order of ``classes``
with repeats : a recording predicted in r repeats counts r times in ``confusion`` and in the pooled
               figures, once in ``n_recordings`` and ``support``
undefined    : ``Interval(None, None, None, reason)``; JSON holds ``null``, never NaN or infinity
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, TypeAlias

import numpy as np

from auscult.config import from_config, to_config
from auscult.errors import AuscultError, EvaluationError
from auscult.metrics.calibration import ReliabilityBin

Curve: TypeAlias = tuple[tuple[float, ...], tuple[float, ...]]
"""A ROC curve: false positive rates and true positive rates, both from 0 to 1 and as long."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with its 95 % interval.

    Three shapes occur: all three numbers; a value whose interval could not be had (``low`` and
    ``high`` are None); nothing at all (``value`` is None too). The last two carry a ``reason``.

    Raises
    ------
    EvaluationError
        If the numbers are none of these shapes, not finite, or ``low`` is above ``high``.
    """

    value: float | None
    low: float | None
    high: float | None
    reason: str = ""

    def __post_init__(self) -> None:
        given = [number for number in (self.value, self.low, self.high) if number is not None]
        ends = (self.low is None) + (self.high is None)
        if not all(map(isfinite, given)):
            raise EvaluationError(f"{self} holds a number that is not finite; undefined is None")
        if ends == 1 or (self.value is None and ends == 0):
            raise EvaluationError(f"{self} must have both ends or none, and none without a value")
        if ends and not self.reason:
            raise EvaluationError(f"{self} lacks a number and must give the reason")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise EvaluationError(f"{self} has its low end above its high end")


@dataclass(frozen=True, slots=True)
class FoldResult:
    """One fold of one repeat: figures without intervals, None where undefined in so few cases."""

    repeat: int
    fold: int
    n_recordings: int
    metrics: Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class PartResult:
    """Some of the recordings: how many, of each class, from how many groups, and the figures."""

    n_recordings: int
    n_groups: int
    support: Mapping[str, int]
    metrics: Mapping[str, Interval]


@dataclass(frozen=True, slots=True)
class SystemResult:
    """Everything measured about one system (the model, or a baseline).

    Parameters
    ----------
    name
        As in the ``system`` column of the predictions table.
    n_recordings, n_groups
        Distinct recordings and groups; intervals come from resampling the groups.
    metrics
        Metric name → pooled figure.
    per_class
        Class → per-class metric name → figure, one class against the rest.
    support
        Class → recordings of that class.
    confusion
        Counts, shape (n_classes, n_classes), truth by prediction.
    roc
        Class → curve of at most 200 points; a class without both kinds of case is left out.
    reliability
        Bins that hold a prediction, by rising confidence.
    per_fold
        By repeat, then fold.
    per_subset
        Subset → metric name → figure. Class averages run over the classes that occur there.
    per_facet
        Facet ("site", "age") → its value → what was measured on the recordings that have it; of
        the model only.
    coverage
        Shares answered, the surest first, and how many of those are right; at most 200 points.
    """

    name: str
    n_recordings: int
    n_groups: int
    metrics: Mapping[str, Interval]
    per_class: Mapping[str, Mapping[str, Interval]]
    support: Mapping[str, int]
    confusion: tuple[tuple[int, ...], ...]
    roc: Mapping[str, Curve]
    reliability: tuple[ReliabilityBin, ...]
    per_fold: tuple[FoldResult, ...]
    per_subset: Mapping[str, Mapping[str, Interval]]
    per_facet: Mapping[str, Mapping[str, PartResult]] = field(default_factory=dict)
    coverage: Curve = ((), ())

    def right_among(self, shares: Sequence[float]) -> dict[float, float]:
        """Return share answered, the surest first → how many of those are right."""
        known = shares if self.coverage[0] else ()
        return {share: float(np.interp(share, *self.coverage)) for share in known}


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One predictions table, scored.

    Parameters
    ----------
    title, protocol
        What was evaluated, and how the data were divided, in words.
    classes
        Class names in the order of every matrix.
    systems
        The model first, then the baselines.
    split_hash, model_hash
        Which split and which model were scored; ``model_hash`` is the digest of the sorted hashes
        when each fold has its own model.
    n_bootstrap, seed
        Resamples behind each interval, and the seed they were drawn with.
    warnings
        Sentences a reader must see before the figures.
    differences
        Baseline name → metric name → model minus baseline, on the same resamples of groups.

    Raises
    ------
    EvaluationError
        If there is no system.
    """

    title: str
    protocol: str
    classes: tuple[str, ...]
    systems: tuple[SystemResult, ...]
    split_hash: str
    model_hash: str
    n_bootstrap: int
    seed: int
    warnings: tuple[str, ...] = ()
    differences: Mapping[str, Mapping[str, Interval]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.systems:
            raise EvaluationError(f"evaluation {self.title!r} holds no system; give at least one")

    @property
    def model(self) -> SystemResult:
        """The system under evaluation."""
        return self.systems[0]

    @property
    def baselines(self) -> tuple[SystemResult, ...]:
        """What the model must beat."""
        return self.systems[1:]

    def to_json(self) -> dict[str, Any]:
        """Return plain data for ``json.dumps``; :meth:`from_json` gives an equal evaluation."""
        plain: dict[str, Any] = to_config(self)
        return plain

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Evaluation":
        """Build the evaluation that :meth:`to_json` wrote.

        Raises
        ------
        EvaluationError
            If the data is no evaluation, or lacks a part.
        """
        types = (Evaluation, SystemResult, FoldResult, PartResult, Interval, ReliabilityBin)
        try:
            made = from_config(data, {kind.__name__: kind for kind in types})
        except (AuscultError, TypeError) as error:
            raise EvaluationError(f"this JSON is no evaluation: {error}") from error
        if not isinstance(made, cls):
            raise EvaluationError("this JSON is no evaluation: it lacks 'type': 'Evaluation'")
        return made
