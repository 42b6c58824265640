"""The model card: what the model is, what it was trained on, how well it hears, where it stops."""

from collections.abc import Mapping
from typing import Any

from auscult.evaluation import Evaluation, Interval
from auscult.evaluation.result import SystemResult
from auscult.models import MODELS
from auscult.preprocess import Gate
from auscult.splits import PROTOCOLS
from auscult.thresholds import Thresholds
from auscult.training.options import TrainOptions

HEADLINE = ("accuracy", "balanced_accuracy", "macro_f1", "macro_auc", "mcc", "kappa", "ece")
KEPT = ("accuracy", "balanced_accuracy", "macro_f1", "macro_auc", "ece")
"""The figures that ``bundle.json`` holds."""
THRESHOLDS = "## Thresholds"
LINES = (
    "From answers to recordings that trained no listener. *Sure from*: nine tenths of them were "
    "answered with at least this probability. The rest: call from this probability on, and so many "
    "of the ill are found and of the others spared (sensitivity, specificity). Lines and shares "
    "rest on the same answers, all datasets together: the shares are a little optimistic."
)
LIMITS = """\
- Not a medical device. An answer is no diagnosis; a murmur may be innocent, a normal sound may
  hide disease.
{collection}{view}- {weakest}
- {refused}
"""
_ANY_COLLECTION = """\
- Trained on one collection. Other devices, places and ages are outside what was measured here.
"""
_PASCAL = """\
- Trained on one small public collection: an iPhone app and one hospital's digital stethoscope.
  Other devices, places and ages are outside what was measured here.
- Features and settings were compared on other divisions of the same recordings, not inside each
  training part: the figures above keep some optimism of that choice.
- Artifacts were recorded with one of the two devices only; how well they are told from heart sounds
  on another device is not known.
"""


def model_card(
    name: str, options: TrainOptions, data: dict[str, Any], evaluation: Evaluation
) -> str:
    """Return the card as Markdown."""
    model = evaluation.model
    parts = [
        f"# Model card: {name}",
        *(f"> {sentence}" for sentence in evaluation.warnings),
        _what_it_is(options),
        "## Data",
        _data(options, data),
        "## How it was measured",
        _method(options, evaluation),
        "## Figures",
        systems_table(evaluation),
        "## By class",
        class_table(model),
        "## By subset",
        _subset_table(model),
        "## Limits",
        LIMITS.format(
            collection=_PASCAL if data["dataset"] == "pascal" else _ANY_COLLECTION,
            view=_view(options),
            weakest=_weakest(model),
            refused=Gate().refuses,
        ),
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _what_it_is(options: TrainOptions) -> str:
    return (
        f"Model `{options.model}` on front end `{options.frontend}`; "
        f"classes: {', '.join(options.classes)}."
    )


def _data(options: TrainOptions, data: dict[str, Any]) -> str:
    counts = ", ".join(f"{label} {n}" for label, n in data["n_of_class"].items())
    copies = ", ".join(options.copies) or "none"
    return (
        f"{data['n_recordings']} labelled recordings of `{data['dataset']}` from "
        f"{data['n_groups']} patients or sessions ({counts}). Copies added while training: "
        f"{copies}. Data hash `{data['hash'][:16]}`."
    )


def _method(options: TrainOptions, evaluation: Evaluation) -> str:
    folds = f"{options.n_folds}-fold cross-validation × {options.n_repeats}"
    measured = folds if options.n_folds > 1 else "One fifth of the groups held out"
    if options.protocol != "grouped":
        measured = f"Divided by {PROTOCOLS[options.protocol].words}"
    shipped = "fitted on all labelled recordings"
    if MODELS[options.model].kind == "torch":
        shipped = "fitted on seven eighths of the groups; the others stopped it early"
    return (
        f"{measured}, no patient or session on both sides; the shipped model was then {shipped}. "
        "Intervals: 95 %, from resampling patients and sessions. "
        f"Split hash `{evaluation.split_hash[:16]}`."
    )


def _view(options: TrainOptions) -> str:
    if options.question != "heard":
        return ""
    return '- "normal" includes extra heart sounds and extrasystoles.\n'


def _weakest(model: SystemResult) -> str:
    """Say which class is missed most often."""
    recalls = {
        label: figures["recall"].value
        for label, figures in model.per_class.items()
        if figures["recall"].value is not None
    }
    label = min(recalls, key=recalls.__getitem__)
    return f"Missed most often: {label}, of which {recalls[label]:.0%} are found on new patients."


def systems_table(evaluation: Evaluation) -> str:
    """Return the headline figures of every system as Markdown."""
    rows = [
        [system.name, *(cell(system.metrics.get(metric)) for metric in HEADLINE)]
        for system in evaluation.systems
    ]
    return markdown_table(["system", *HEADLINE], rows)


def class_table(model: SystemResult) -> str:
    """Return the figures of every class as Markdown."""
    names = ("recall", "precision", "f1", "auc")
    rows = [
        [label, str(model.support[label]), *(cell(figures.get(name)) for name in names)]
        for label, figures in model.per_class.items()
    ]
    return markdown_table(["class", "recordings", *names], rows)


def _subset_table(model: SystemResult) -> str:
    names = ("accuracy", "balanced_accuracy", "macro_f1", "ece")
    rows = [
        [subset, *(cell(figures.get(name)) for name in names)]
        for subset, figures in model.per_subset.items()
    ]
    return markdown_table(["subset", *names], rows)


def lines_section(thresholds: Mapping[str, Thresholds]) -> list[str]:
    """Return the blocks that tell where to draw lines; none where there are none."""
    rows = [
        [
            f"{question}: {lines.looked_for}",
            f"{lines.sure_from:.3f}",
            *(
                f"{p.threshold:.4f} ({p.sensitivity:.3f}, {p.specificity:.3f})"
                for p in lines.points
            ),
        ]
        for question, lines in thresholds.items()
    ]
    table = markdown_table(["looked for", "sure from", "sensitive", "more", "most"], rows)
    return [THRESHOLDS, LINES, table] if rows else []


def cell(figure: Interval | None) -> str:
    """Return ``value [low, high]``, or a dash where it is undefined."""
    if figure is None or figure.value is None:
        return "–"
    if figure.low is None or figure.high is None:
        return f"{figure.value:.3f}"
    return f"{figure.value:.3f} [{figure.low:.3f}, {figure.high:.3f}]"


def markdown_table(header: list[str], rows: list[list[str]]) -> str:
    """Return a Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
