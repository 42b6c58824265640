"""An evaluation as one page: every figure with its interval, the baselines beside, warnings first.

The page shows values that ``auscult.evaluation`` made and computes none itself. An undefined figure
is a dash with its reason, never a zero.
"""

from collections.abc import Mapping, Sequence

from auscult.evaluation.result import Evaluation, Interval, PartResult, SystemResult
from auscult.metrics import METRICS, PER_CLASS
from auscult.reports import plots
from auscult.reports.markup import (
    Html,
    chip,
    element,
    grid,
    join,
    note,
    table,
    text,
    tiles,
    warning,
)
from auscult.reports.page import Page
from auscult.reports.style import PAGE_IN, class_roles

_DASH = "—"
_HEADLINE = ("accuracy", "balanced_accuracy", "macro_f1", "macro_auc")
_PER_PART = ("balanced_accuracy", "macro_f1", "macro_auc", "accuracy", "mcc")
"""What is shown of every site or age: as many figures as stand beside one another on a page."""
COVERAGES = (1.0, 0.9, 0.8, 0.7, 0.5)
_TALL_IN = (PAGE_IN[0], 3.6)


def evaluation_page(
    evaluation: Evaluation, history: Sequence[Mapping[str, float]] | None = None
) -> str:
    """Return the page as HTML.

    Parameters
    ----------
    evaluation
        What was measured; its warnings stand in a box above everything else.
    history
        Training curves to show: one mapping an epoch, as ``plots.training_curves`` takes.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    page = Page(evaluation.title, evaluation.protocol)
    add_warnings(page, evaluation.warnings)
    page.add(_headline(evaluation.model))
    add_figures(page, evaluation, history=history)
    page.section("Provenance", *provenance(evaluation))
    return page.html()


def add_warnings(page: Page, sentences: Sequence[str]) -> None:
    """Put what must be read first into a loud box; nothing where there is nothing to say."""
    if sentences:
        page.add(warning("Read this before the figures", sentences))


def add_figures(
    page: Page,
    evaluation: Evaluation,
    what: str = "",
    history: Sequence[Mapping[str, float]] | None = None,
) -> None:
    """Add the sections that hold an evaluation's figures and pictures.

    ``what`` names the cases in the headings, for pages that hold several evaluations.
    """
    of = f"{what}: " if what else ""
    model = evaluation.model
    page.section(f"{of}figures".capitalize(), *_figures(evaluation))
    page.section(f"{of}class by class".capitalize(), _per_class(evaluation))
    page.section(f"{of}pictures".capitalize(), _pictures(page, evaluation, history))
    if model.per_subset and not (model.per_facet or what):
        page.section(f"{of}subset by subset".capitalize(), _per_subset(model))
    for facet, parts in model.per_facet.items():
        page.section(f"{of}{facet} by {facet}".capitalize(), _per_part(model, facet, parts))
    if len(model.per_fold) > 1:
        page.section(f"{of}fold by fold".capitalize(), _per_fold(model))


def cell(figure: Interval | None, form: str = ".3f") -> Html:
    """Return the value over its interval, or a dash over the reason."""
    if figure is None:
        return join(_DASH)
    value = _DASH if figure.value is None else _number(figure.value, form)
    if figure.low is None or figure.high is None:
        return join(value, element("small", figure.reason, class_="reason"))
    ends = f"{_number(figure.low, form)} to {_number(figure.high, form)}"
    return join(value, element("small", ends))


def deaf(name: str) -> Html:
    """Return the name of a guesser that never hears a sound, in italics."""
    return element("em", name)


def _number(value: float, form: str) -> str:
    """Return the number with a true minus sign."""
    return format(value, form).replace("-", "−")  # noqa: RUF001  the minus sign is meant


def _named(metric: str) -> str:
    """Return the name of a metric for readers, with a capital letter."""
    label = (METRICS[metric] if metric in METRICS else PER_CLASS[metric]).label
    return label[0].upper() + label[1:]


def _headline(model: SystemResult) -> Html:
    facts: list[tuple[str, object]] = [
        (_named(name), cell(model.metrics[name])) for name in _HEADLINE if name in model.metrics
    ]
    facts += [("Recordings", f"{model.n_recordings:,}"), ("Groups", f"{model.n_groups:,}")]
    return tiles(facts)


def _figures(evaluation: Evaluation) -> list[Html]:
    first, *others = evaluation.systems
    rows: list[list[object]] = [
        [
            join(_named(name), element("small", f"{METRICS[name].better} is better")),
            element("span", cell(first.metrics[name]), class_="best"),
            *(cell(other.metrics.get(name)) for other in others),
        ]
        for name in first.metrics
    ]
    caption = (
        "The model and what it must beat (in italics: never heard a sound); under each figure its "
        "95 % interval"
    )
    shown = [table(caption, ["Figure", first.name, *map(deaf, (s.name for s in others))], rows)]
    if evaluation.differences:
        rows = [
            [_named(name), *(cell(of.get(name), "+.3f") for of in evaluation.differences.values())]
            for name in first.metrics
        ]
        header = ["Figure", *(deaf(f"minus {name}") for name in evaluation.differences)]
        shown.append(table("The model minus each baseline, on the same resamples", header, rows))
        shown.append(
            note("An interval that holds 0 means the two cannot be told apart by these data.")
        )
    return shown


def _per_class(evaluation: Evaluation) -> Html:
    model, roles = evaluation.model, class_roles(evaluation.classes)
    rows = (
        [
            chip(name, roles[name]),
            f"{model.support.get(name, 0):,}",
            *(cell(model.per_class.get(name, {}).get(metric)) for metric in PER_CLASS),
        ]
        for name in evaluation.classes
    )
    header = ["Class", "Recordings", *(_named(metric) for metric in PER_CLASS)]
    return table(f"{model.name}: each class against the rest", header, rows)


def _pictures(
    page: Page, evaluation: Evaluation, history: Sequence[Mapping[str, float]] | None
) -> Html:
    model, classes = evaluation.model, evaluation.classes
    areas = {
        name: area.value if (area := model.per_class.get(name, {}).get("auc")) else None
        for name in classes
    }
    curves = ", ".join(
        f"{name} {'undefined' if a is None else f'{a:.3f}'}" for name, a in areas.items()
    )
    shown = [
        page.figure(
            plots.confusion_matrix(model.confusion, classes, size_in=_TALL_IN),
            "Confusion matrix: counts, and the share of each true class.",
            f"Confusion matrix. {_confusion_in_words(evaluation)}.",
        ),
        page.figure(
            plots.roc_curves(model.roc, areas, size_in=_TALL_IN),
            "ROC curves, each class against the rest; chance is the dashed line.",
            f"ROC curves with areas: {curves}.",
        ),
        page.figure(
            plots.reliability(model.reliability, size_in=_TALL_IN),
            "Reliability: above the dashed line the model is right more often than it says.",
            f"Reliability diagram: {_reliability_in_words(model)}.",
        ),
        page.figure(
            plots.coverage(model.coverage, size_in=_TALL_IN),
            "Coverage: how many verdicts are right when only the surest are given.",
            f"Coverage curve: {_coverage_in_words(model)}.",
        ),
    ]
    if history:
        shown.append(
            page.figure(
                plots.training_curves(history, size_in=_TALL_IN),
                "Loss and accuracy of each epoch.",
                f"Training curves over {len(history)} epochs.",
            )
        )
    return grid(*shown)


def _reliability_in_words(model: SystemResult) -> str:
    return ", ".join(
        f"{b.mean_confidence:.0%} sure, {b.accuracy:.0%} right" for b in model.reliability
    )


def _coverage_in_words(model: SystemResult) -> str:
    return ", ".join(
        f"{right:.1%} of the surest {share:.0%} are right"
        for share, right in model.right_among(COVERAGES).items()
    )


def _confusion_in_words(evaluation: Evaluation) -> str:
    classes = evaluation.classes
    return "; ".join(
        f"{truth}: " + ", ".join(f"{n} called {name}" for name, n in zip(classes, row, strict=True))
        for truth, row in zip(classes, evaluation.model.confusion, strict=True)
    )


def _per_subset(model: SystemResult) -> Html:
    names = list(model.metrics)
    rows = (
        [subset, *(cell(figures.get(name)) for name in names)]
        for subset, figures in model.per_subset.items()
    )
    header = ["Subset", *(_named(name) for name in names)]
    return table(f"{model.name}: each subset alone", header, rows)


def _per_part(model: SystemResult, facet: str, parts: Mapping[str, PartResult]) -> Html:
    names = [name for name in _PER_PART if name in model.metrics]
    rows = (
        [
            value,
            join(
                f"{part.n_recordings:,}",
                element("small", ", ".join(f"{label} {n}" for label, n in part.support.items())),
            ),
            *(cell(part.metrics.get(name)) for name in names),
        ]
        for value, part in parts.items()
    )
    header = [facet.capitalize(), "Recordings", *(_named(name) for name in names)]
    return table(f"{model.name}: class averages run over the classes that occur", header, rows)


def _per_fold(model: SystemResult) -> Html:
    names = list(model.metrics)
    rows = (
        [
            f"{fold.repeat} / {fold.fold}",
            f"{fold.n_recordings:,}",
            *(
                _DASH if (value := fold.metrics.get(name)) is None else f"{value:.3f}"
                for name in names
            ),
        ]
        for fold in model.per_fold
    )
    header = ["Repeat / fold", "Recordings", *(_named(name) for name in names)]
    return table(f"{model.name}: each fold; a dash where a figure is undefined", header, rows)


def provenance(evaluation: Evaluation) -> list[Html]:
    """Return what the figures were computed from."""
    model = evaluation.model
    pairs = (
        ("Protocol", evaluation.protocol),
        ("Split", element("code", evaluation.split_hash)),
        ("Model", element("code", evaluation.model_hash)),
        (
            "Intervals",
            f"95 %, from {evaluation.n_bootstrap:,} resamples of {model.n_groups:,} groups",
        ),
        ("Seed", evaluation.seed),
    )
    return [text(element("strong", name), ": ", value) for name, value in pairs]
