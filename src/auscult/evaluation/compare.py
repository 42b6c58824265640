"""Two predictions tables of the same recordings: which one answers better, and how surely.

Both are scored on the same resamples of the same groups, and the differences are looked at: what
makes a group hard is hard for both, so the interval of the difference is far narrower than the
intervals of the two figures suggest. Tables of other recordings, repeats, classes, truths or groups
are refused: a difference of figures from different recordings says nothing.

Conventions
-----------
difference : A minus B; where lower is better (calibration error …) a negative one speaks for A
share_a    : share of the resamples on which A is better; a tie counts half
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from auscult.config import to_config
from auscult.errors import EvaluationError
from auscult.evaluation.bootstrap import Array, figures, interval, resampled_figures
from auscult.evaluation.result import Interval
from auscult.evaluation.table import PredictionRow, PredictionsTable
from auscult.metrics import METRICS

HEADLINE = ("balanced_accuracy", "macro_f1", "macro_auc", "accuracy", "mcc", "ece", "log_loss")


@dataclass(frozen=True, slots=True)
class Difference:
    """One metric of both systems, their difference, and how often A was better."""

    metric: str
    better: str
    a: Interval
    b: Interval
    difference: Interval
    share_a: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two systems on the same rows.

    ``notes`` say what a reader must know, such as that the two were trained on other divisions.
    """

    system_a: str
    system_b: str
    n_recordings: int
    n_rows: int
    n_groups: int
    n_bootstrap: int
    seed: int
    differences: tuple[Difference, ...]
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return plain data for ``json.dumps``."""
        plain: dict[str, Any] = to_config(self)
        return plain


def compare(
    a: PredictionsTable,
    b: PredictionsTable,
    *,
    metrics: Sequence[str] = HEADLINE,
    n_bootstrap: int = 1000,
    seed: int = 0,
) -> Comparison:
    """Compare two tables of one system each.

    Parameters
    ----------
    a, b
        Predictions for the same recordings in the same repeats; the order of rows and classes may
        differ.
    metrics
        Names in ``METRICS``.
    n_bootstrap, seed
        Resamples of groups, at least 40, and what they are drawn with.

    Raises
    ------
    EvaluationError
        If the tables are not of the same rows; the message says in what they differ.
    ConfigError
        If a metric is unknown or there are too few resamples.
    """
    for name in metrics:
        METRICS[name]
    for table in (a, b):
        if len(table.systems) > 1:
            raise EvaluationError(
                f"{table.source}: holds {', '.join(table.systems)}; choose one system to compare"
            )
    b = _aligned(a, b)
    cases = a.cases(), b.cases()
    groups = [row.group for row in a.rows]
    plain = [figures(one).metrics for one in cases]
    drawn = [
        resampled_figures(one, groups, n_bootstrap, np.random.default_rng(seed)).metrics
        for one in cases
    ]
    n_groups = len(set(groups))
    return Comparison(
        system_a=a.systems[0],
        system_b=b.systems[0],
        n_recordings=len({row.recording for row in a.rows}),
        n_rows=len(a.rows),
        n_groups=n_groups,
        n_bootstrap=n_bootstrap,
        seed=seed,
        differences=tuple(_difference(name, plain, drawn, n_groups) for name in metrics),
        notes=_notes(a, b),
    )


def _difference(
    name: str, plain: Sequence[Mapping[str, Array]], drawn: Sequence[Mapping[str, Array]], n: int
) -> Difference:
    metric = METRICS[name]
    why = f"{metric.label} is undefined of one of them: it needs {metric.needs}"
    values = [float(one[name][0]) for one in plain]
    resampled = [one[name] for one in drawn]
    gap = resampled[0] - resampled[1]
    known = gap[~np.isnan(gap)] * (1 if metric.better == "higher" else -1)
    return Difference(
        metric=name,
        better=metric.better,
        a=interval(values[0], resampled[0], n, why),
        b=interval(values[1], resampled[1], n, why),
        difference=interval(values[0] - values[1], gap, n, why),
        share_a=float(((known > 0) + 0.5 * (known == 0)).mean()) if known.size else None,
    )


def _aligned(a: PredictionsTable, b: PredictionsTable) -> PredictionsTable:
    """Return ``b`` with its rows and classes in the order of ``a``."""
    if set(a.classes) != set(b.classes):
        raise EvaluationError(
            f"{b.source}: its classes are {', '.join(b.classes)}, those of {a.source} "
            f"{', '.join(a.classes)}; compare answers to the same question"
        )
    of_a = {(row.repeat, row.recording): row for row in a.rows}
    of_b = {(row.repeat, row.recording): row for row in b.rows}
    for table, missing in ((b, of_a.keys() - of_b.keys()), (a, of_b.keys() - of_a.keys())):
        if missing:
            repeat, recording = min(missing)
            raise EvaluationError(
                f"{table.source}: lacks {len(missing)} rows that the other table has, among them "
                f"{recording} (repeat {repeat}); compare tables of the same recordings and repeats"
            )
    for key, row in of_a.items():
        for what in ("truth", "group"):
            if (other := getattr(of_b[key], what)) != (own := getattr(row, what)):
                raise EvaluationError(
                    f"{b.source}: {row.recording} has the {what} {other!r}, in {a.source} "
                    f"{own!r}; score both on the same data"
                )
    places = [b.classes.index(name) for name in a.classes]
    rows = tuple(_reordered(of_b[key], places) for key in of_a)
    return replace(b, classes=a.classes, rows=rows)


def _reordered(row: PredictionRow, places: Sequence[int]) -> PredictionRow:
    return replace(row, probabilities=tuple(row.probabilities[place] for place in places))


def _notes(a: PredictionsTable, b: PredictionsTable) -> tuple[str, ...]:
    if a.split_hash == b.split_hash:
        return ()
    note = (
        "the two were divided otherwise (their split hashes differ): they are scored on the "
        "same recordings, but have learned from different ones"
    )
    return (note,)
