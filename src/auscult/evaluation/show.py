"""An evaluation as text for a terminal: warnings, figures, baselines, classes, confusion matrix.

Conventions
-----------
``0.812 [0.774, 0.850]`` is a figure with its 95 % interval. A figure that is undefined, or has no
interval, carries a number in round brackets that leads to the reason under the tables. Plain text,
about 120 columns; lines are never cut, so that no figure is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from auscult.evaluation.compare import Comparison
from auscult.evaluation.contest import ContestResult
from auscult.evaluation.result import Evaluation, Interval
from auscult.metrics import METRICS, PER_CLASS

HEADLINE = ("balanced_accuracy", "macro_f1", "macro_auc", "accuracy")


def as_text(evaluation: Evaluation) -> str:
    """Return the evaluation as plain text, ending in a line break."""
    notes = _Notes()
    tables = list(_tables(evaluation, notes))
    blocks = [
        f"{evaluation.title}\n{evaluation.protocol}",
        *(f"warning: {warning}" for warning in evaluation.warnings),
        *map(_aligned, tables),
        *(f"({number}) {reason}" for number, reason in enumerate(notes.reasons, 1)),
        _provenance(evaluation),
    ]
    return "\n".join(blocks) + "\n"


def contest_as_text(contest: ContestResult) -> str:
    """Return a challenge's figures as plain text, ending in a line break."""
    notes = _Notes()
    systems = contest.systems.values()
    rows = [
        [label, *(notes.cell(figures[name]) for figures in systems)]
        for name, label in contest.labels.items()
    ]
    counted = f"{contest.n_rows} rows of {contest.n_groups} groups; a row is {contest.row}"
    blocks = [
        f"{contest.title}\n{counted}",
        _aligned([["figure", *contest.systems], *rows]),
        *(f"({number}) {reason}" for number, reason in enumerate(notes.reasons, 1)),
        f"from scores to answers: {contest.rule}",
        *(f"note: {remark}" for remark in contest.remarks),
    ]
    return "\n".join(blocks) + "\n"


def comparison_as_text(comparison: Comparison) -> str:
    """Return what was compared as plain text, ending in a line break."""
    notes = _Notes()
    rows = [
        [
            f"{METRICS[one.metric].label} ({one.better} is better)",
            *map(notes.cell, (one.a, one.b, one.difference)),
            "undefined" if one.share_a is None else f"{one.share_a:.1%}",
        ]
        for one in comparison.differences
    ]
    header = ["metric", "A", "B", "A minus B", "A is better"]
    counted = f"{comparison.n_recordings} recordings of {comparison.n_groups} groups"
    resampled = f"{comparison.n_bootstrap} resamples of groups, seed {comparison.seed}"
    blocks = [
        f"A is {comparison.system_a}, B is {comparison.system_b}: {counted}",
        *(f"warning: {note}" for note in comparison.notes),
        _aligned([header, *rows]),
        *(f"({number}) {reason}" for number, reason in enumerate(notes.reasons, 1)),
        f"95 % intervals, and the share of resamples on which A is better, from {resampled}",
    ]
    return "\n".join(blocks) + "\n"


@dataclass
class _Notes:
    """Reasons met so far; a cell names its reason by number."""

    reasons: list[str] = field(default_factory=list)

    def cell(self, figure: Interval) -> str:
        if figure.value is not None and figure.low is not None:
            return f"{figure.value:.3f} [{figure.low:.3f}, {figure.high:.3f}]"
        if figure.reason not in self.reasons:
            self.reasons.append(figure.reason)
        shown = "undefined" if figure.value is None else f"{figure.value:.3f}"
        return f"{shown} ({self.reasons.index(figure.reason) + 1})"


def _tables(evaluation: Evaluation, notes: _Notes) -> Iterator[list[list[str]]]:
    """Yield tables of cells, the header first."""
    model, systems, classes = evaluation.model, evaluation.systems, evaluation.classes
    by_metric = [METRICS[name].label for name in HEADLINE]
    headlines = {
        "system": {system.name: system.metrics for system in systems},
        f"{model.name} minus": evaluation.differences,
        f"{model.name} by subset": {} if model.per_facet else model.per_subset,
    }
    for facet, parts in model.per_facet.items():
        headlines[f"{model.name} by {facet}"] = {
            f"{value} ({part.n_recordings})": part.metrics for value, part in parts.items()
        }
    for title, lines in headlines.items():
        if lines:
            rows = [
                [name, *(notes.cell(figures[m]) for m in HEADLINE)]
                for name, figures in lines.items()
            ]
            yield [[title, *by_metric], *rows]
    yield [
        ["further figures", *(system.name for system in systems)],
        *(
            [metric.label, *(notes.cell(system.metrics[name]) for system in systems)]
            for name, metric in METRICS.items()
            if name not in HEADLINE
        ),
    ]
    yield [
        [f"{model.name} by class", "recordings", *(item.label for item in PER_CLASS.values())],
        *(
            [name, f"{model.support[name]}", *map(notes.cell, model.per_class[name].values())]
            for name in classes
        ),
    ]
    yield [
        [f"{model.name}, truth", *(f"called {name}" for name in classes)],
        *([name, *map(str, row)] for name, row in zip(classes, model.confusion, strict=True)),
    ]


def _aligned(table: Sequence[Sequence[str]]) -> str:
    """Return the cells in columns, the first to the left and the others to the right."""
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = [
        "   ".join(
            cell.rjust(width) if index else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in table
    ]
    rule = "─" * len(lines[0])
    return "\n".join(["", lines[0], rule, *lines[1:], ""])


def _provenance(evaluation: Evaluation) -> str:
    model = evaluation.model
    return (
        f"{model.n_recordings} recordings of {model.n_groups} groups, {len(model.per_fold)} folds; "
        f"95 % intervals from {evaluation.n_bootstrap} resamples of groups, "
        f"seed {evaluation.seed}\n"
        f"split {evaluation.split_hash}, model {evaluation.model_hash}"
    )
