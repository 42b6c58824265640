"""The model card of a jointly trained bundle, from the evaluations of its cross-validation."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from auscult.evaluation import Evaluation
from auscult.thresholds import Thresholds
from auscult.training.card import cell, markdown_table
from auscult.training.joint.run import JointOptions

HEADLINE = ("accuracy", "balanced_accuracy", "macro_f1", "macro_auc", "ece")
ASKED_IN_WORDS = {
    "heard": "artifact, murmur, or normal (extra heart sounds and extrasystoles count as normal)",
    "heard5": "artifact, extrahls, extrastole, murmur, or normal",
    "murmur": "is a murmur audible in this recording",
    "refer": "should this heart be examined further (abnormal, as in CinC 2016)",
    "quality": "is the recording good enough to be judged (poor: PASCAL's artifacts, and CirCor's "
    "patients of whom its listeners could not tell)",
}
ALONE = (
    "This bundle is the network alone, its weights in eight bits (with which its probabilities "
    "change by less than 0.01): the figures below that are its own stand in the rows *network*. "
)
TRAINED_ON = (
    "`network.safetensors` holds the network's weights for whoever trains it further on recordings "
    "of their own (`auscult train PATH --from BUNDLE`); nothing that classifies reads it. "
    "`states.onnx` tells the ensembles how probable S1, systole, S2 and diastole are at each "
    "moment: it is the network of the bundle `segmenter`, which learned from CirCor. In the folds, "
    "states of CirCor's people were told by segmenters that had not met them. "
)
LINES = (
    "From answers to recordings that trained neither listener. *Sure from*: nine tenths of them "
    "were answered with at least this probability. The rest: call from this probability on, and "
    "so many of the ill are found and of the others spared (sensitivity, specificity)."
)
LIMITS = """\
- Not a medical device. An answer is no diagnosis; a murmur may be innocent, a normal sound may
  hide disease.
- Probabilities hold for recordings like those trained on, with their share of ill people. Where
  ill people are rarer or more frequent, shift them.
- The figures are of new patients from the same places and devices; a place and device never heard
  before costs more (docs/results/joint_zero_shot.md).
- How strongly the calibration's offsets are held back was settled after four of the five folds had
  been seen, and that other ears hear half of the windows in training after all five had been seen
  without (docs/results/joint_same_ears.md); what the ensembles measure was chosen inside the
  training part of the first fold, whose recordings the other folds test. The figures keep a little
  optimism of each.
- Rare classes rest on few recordings: 19 of extrahls, 46 of extrastole, 40 artifacts of one device.
- Refused, unless called an artifact: no rhythm from 30 to 220 a minute, nothing below 150 Hz, hum
  far above the heart; and always what is shorter than one second of sound, or silent. Rubbing and
  knocks are told by no rule; two of PASCAL's 40 artifacts were called normal by folds that had not
  met them (docs/results/gate.md).
- `quality` knows a patient of whom CirCor's listeners could not tell only better than chance.
"""


def joint_card(
    name: str,
    options: JointOptions,
    data: Mapping[str, Any],
    found: Mapping[str, Evaluation],
    thresholds: Mapping[str, Thresholds],
    *,
    tiny: bool = False,
) -> str:
    """Return the card as Markdown; ``found`` is dataset-question → evaluation."""
    first = next(iter(found.values()))
    questions = "\n".join(f"- `{q}`: {words}" for q, words in ASKED_IN_WORDS.items())
    network = options.network
    sizes = ", ".join(f"{size.name} {getattr(network, size.name)}" for size in fields(network))
    about = (
        f"A {network.words} ({sizes}) "
        "that hears four seconds at a time, and an ensemble of a linear model and randomised trees "
        "on measurements of the cardiac cycle, one a question. Their log-probabilities are "
        f"averaged and calibrated. {ALONE if tiny else TRAINED_ON}Asked are:\n\n{questions}"
    )
    learned = (
        f"{data['n_recordings']} labelled recordings of {data['dataset']} from {data['n_groups']} "
        f"patients or sessions. Data hash `{data['hash'][:16]}`. Each recording teaches only what "
        "its publisher says of it."
    )
    measured = (
        f"{first.protocol}. Both listeners were trained anew in each fold "
        f"({options.schedule.n_epochs} epochs) and calibrated on recordings that trained neither; "
        "the shipped ones were then fitted on all recordings, their calibration on the answers of "
        "all folds. Intervals: 95 %, from resampling patients and sessions. "
        f"Split hash `{first.split_hash[:16]}`."
    )
    blocks = [
        f"# Model card: {name}",
        about,
        "## Data",
        learned,
        "## How it was measured",
        measured,
    ]
    blocks += [f"- {warning}" for warning in first.warnings]
    for key, evaluation in found.items():
        rows = [
            [system.name, *(cell(system.metrics.get(metric)) for metric in HEADLINE)]
            for system in evaluation.systems
        ]
        blocks += [f"## {key}", markdown_table(["system", *HEADLINE], rows), _classes(evaluation)]
    blocks += ["## Thresholds", LINES, _lines(thresholds)]
    return "\n\n".join([*blocks, "## Limits", LIMITS.strip()]) + "\n"


def _lines(thresholds: Mapping[str, Thresholds]) -> str:
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
    return markdown_table(["looked for", "sure from", "sensitive", "more", "most"], rows)


def _classes(evaluation: Evaluation) -> str:
    names = ("recall", "precision", "auc")
    rows = [
        [label, str(evaluation.model.support[label]), *(cell(figures.get(n)) for n in names)]
        for label, figures in evaluation.model.per_class.items()
    ]
    return markdown_table(["class, blend", "recordings", *names], rows)
