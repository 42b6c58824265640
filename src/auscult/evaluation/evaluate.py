"""Score a predictions table: every system, pooled and by fold, subset and class, with intervals.

Conventions
-----------
Pooled figures take all rows of a system together, over folds and repeats. That presumes that the
probabilities of different folds mean the same; the figures by fold stand beside them as a check.
Every system must be scored on the same rows: a figure from other recordings is no comparison.

A subset need not hold every class (all artifacts of PASCAL are in set A). Its class averages run
over the classes that occur in it, and a warning says so. So does a part that a facet (site, age
group) cuts out, of the model's rows only. A fold gets no such treatment: its figures
are to be compared with those of the other folds, so what is undefined stays undefined.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from auscult.config import digest
from auscult.errors import EvaluationError
from auscult.evaluation.bootstrap import Figures, figures, interval, resampled_figures
from auscult.evaluation.result import (
    Curve,
    Evaluation,
    FoldResult,
    Interval,
    PartResult,
    SystemResult,
)
from auscult.evaluation.table import PredictionRow, PredictionsTable
from auscult.metrics import METRICS, PER_CLASS, Cases
from auscult.metrics.calibration import reliability
from auscult.metrics.counts import Array
from auscult.metrics.coverage import coverage_curve
from auscult.metrics.roc import roc_curve, thinned

MAX_CURVE_POINTS = 200
FEW_GROUPS = 10

Facets: TypeAlias = Mapping[str, Mapping[str, str]]


def evaluate(
    table: PredictionsTable,
    *,
    title: str,
    protocol: str,
    warnings: tuple[str, ...] = (),
    n_bootstrap: int = 1000,
    seed: int = 0,
    facets: Facets | None = None,
) -> Evaluation:
    """Score every system of ``table``.

    Parameters
    ----------
    table
        The first system is the model, the others are baselines.
    title, protocol
        What is evaluated, and how the data were divided, in words.
    warnings
        Sentences to put first; those found here follow.
    n_bootstrap
        Resamples behind each interval, at least 40.
    seed
        Of the resamples; the same for every system, so that differences are paired.
    facets
        Facet → recording → value: further ways to cut the recordings into parts.

    Raises
    ------
    EvaluationError
        If the systems were not scored on the same rows.
    ConfigError
        If ``n_bootstrap`` is too small.
    """
    _check_same_rows(table)
    scored = [_score(table.of(name), n_bootstrap, seed) for name in table.systems]
    model, *baselines = (_system(one, n_bootstrap, seed) for one in scored)
    per_facet = _facets(scored[0].table, facets or {}, n_bootstrap, seed)
    hashes = sorted({row.model_hash for row in scored[0].table.rows})
    return Evaluation(
        title=title,
        protocol=protocol,
        classes=table.classes,
        systems=(replace(model, per_facet=per_facet), *baselines),
        split_hash=table.split_hash,
        model_hash=hashes[0] if len(hashes) == 1 else digest(hashes),
        n_bootstrap=n_bootstrap,
        seed=seed,
        warnings=(*warnings, *_cautions(scored[0].table)),
        differences={
            name: _difference(scored[0], baseline)
            for name, baseline in zip(table.systems[1:], scored[1:], strict=True)
        },
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Scored:
    """Rows of one system with their figures, plain and resampled."""

    table: PredictionsTable
    cases: Cases
    plain: Figures
    resampled: Figures
    n_groups: int


def _score(
    table: PredictionsTable, n_bootstrap: int, seed: int, averaged: tuple[int, ...] = ()
) -> _Scored:
    cases = table.cases(averaged)
    groups = [row.group for row in table.rows]
    resampled = resampled_figures(cases, groups, n_bootstrap, np.random.default_rng(seed))
    return _Scored(table, cases, figures(cases), resampled, len(set(groups)))


def _system(scored: _Scored, n_bootstrap: int, seed: int) -> SystemResult:
    table, cases = scored.table, scored.cases
    label_of = {row.recording: row.truth for row in table.rows}
    support = Counter(label_of.values())
    return SystemResult(
        name=table.rows[0].system,
        n_recordings=len(label_of),
        n_groups=scored.n_groups,
        metrics=_metrics(scored),
        per_class=_per_class(scored),
        support={name: support[name] for name in table.classes},
        confusion=tuple(tuple(map(int, row)) for row in cases.confusion[0]),
        roc=_curves(cases),
        reliability=reliability(cases),
        coverage=_plain(coverage_curve(cases)),
        per_fold=_folds(table),
        per_subset=_subsets(table, n_bootstrap, seed),
    )


def _metrics(scored: _Scored) -> dict[str, Interval]:
    return {
        name: interval(
            scored.plain.metrics[name][0],
            scored.resampled.metrics[name],
            scored.n_groups,
            metric.why_undefined(scored.cases),
        )
        for name, metric in METRICS.items()
    }


def _per_class(scored: _Scored) -> dict[str, dict[str, Interval]]:
    return {
        class_name: {
            name: interval(
                scored.plain.per_class[name][0, index],
                scored.resampled.per_class[name][:, index],
                scored.n_groups,
                metric.why_undefined(class_name),
            )
            for name, metric in PER_CLASS.items()
        }
        for index, class_name in enumerate(scored.table.classes)
    }


def _difference(model: _Scored, baseline: _Scored) -> dict[str, Interval]:
    """Return model minus baseline; the same seed drew the same groups for both."""
    differences = {}
    for name, metric in METRICS.items():
        lacking = baseline if np.isnan(baseline.plain.metrics[name][0]) else model
        differences[name] = interval(
            model.plain.metrics[name][0] - baseline.plain.metrics[name][0],
            model.resampled.metrics[name] - baseline.resampled.metrics[name],
            model.n_groups,
            f"{metric.why_undefined(lacking.cases)} ({lacking.table.rows[0].system})",
        )
    return differences


def _subsets(
    table: PredictionsTable, n_bootstrap: int, seed: int
) -> dict[str, Mapping[str, Interval]]:
    return {
        subset: _part(table.of_subset(subset), n_bootstrap, seed).metrics
        for subset in table.subsets
    }


def _facets(
    table: PredictionsTable, facets: Facets, n_bootstrap: int, seed: int
) -> dict[str, dict[str, PartResult]]:
    results: dict[str, dict[str, PartResult]] = {}
    for facet, value_of in facets.items():
        rows: dict[str, list[PredictionRow]] = {}
        for row in table.rows:
            if row.recording in value_of:
                rows.setdefault(value_of[row.recording], []).append(row)
        results[facet] = {
            value: _part(replace(table, rows=tuple(part)), n_bootstrap, seed)
            for value, part in sorted(rows.items())
        }
    return results


def _part(part: PredictionsTable, n_bootstrap: int, seed: int) -> PartResult:
    """Score some rows of one system; class averages run over the classes that occur there."""
    label_of = {row.recording: row.truth for row in part.rows}
    support = Counter(label_of.values())
    averaged = tuple(i for i, name in enumerate(part.classes) if name in support)
    scored = _score(part, n_bootstrap, seed, averaged)
    counts = {name: support[name] for name in part.classes}
    return PartResult(len(label_of), scored.n_groups, counts, _metrics(scored))


def _curves(cases: Cases) -> dict[str, Curve]:
    curves: dict[str, Curve] = {}
    for index, name in enumerate(cases.classes):
        positive = cases.truth == index
        if positive.any() and not positive.all():
            curves[name] = _plain(roc_curve(positive, cases.probabilities[:, index]))
    return curves


def _plain(curve: tuple[Array, Array]) -> Curve:
    """Return few enough points to be written down."""
    x, y = thinned(curve, MAX_CURVE_POINTS)
    return tuple(x.tolist()), tuple(y.tolist())


def _folds(table: PredictionsTable) -> tuple[FoldResult, ...]:
    results = []
    for repeat, fold, part in table.folds():
        values = {name: float(value[0]) for name, value in figures(part.cases()).metrics.items()}
        shown = {name: None if np.isnan(value) else value for name, value in values.items()}
        results.append(FoldResult(repeat, fold, len(part.rows), shown))
    return tuple(results)


def _check_same_rows(table: PredictionsTable) -> None:
    rows: dict[str, set[tuple[int, int, str]]] = {name: set() for name in table.systems}
    for row in table.rows:
        rows[row.system].add((row.repeat, row.fold, row.recording))
    model = table.systems[0]
    for name in table.systems[1:]:
        if differing := sorted(rows[model] ^ rows[name]):
            repeat, fold, recording = differing[0]
            raise EvaluationError(
                f"{table.source}: systems {model} and {name} differ in {len(differing)} rows, "
                f"among them {recording} (repeat {repeat}, fold {fold}); "
                "score both on the same recordings, repeats and folds"
            )


def _cautions(table: PredictionsTable) -> list[str]:
    """Return what a reader of the figures must know about the cases behind them."""
    sentences = []
    for name in table.classes:
        n_groups = len({row.group for row in table.rows if row.truth == name})
        if 0 < n_groups < FEW_GROUPS:
            sentences.append(f"{name} comes from few groups ({n_groups}): its intervals are rough")
    for subset in table.subsets:
        present = {row.truth for row in table.rows if row.subset == subset}
        if missing := [name for name in table.classes if name not in present]:
            sentences.append(
                f"subset {subset} holds no {', '.join(missing)}: its class averages run over "
                f"{', '.join(name for name in table.classes if name in present)}"
            )
    return sentences
