"""The model card of a jointly trained bundle, from the evaluations of its cross-validation."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from math import ceil
from typing import Any

from auscult.evaluation import Evaluation
from auscult.evaluation.contest import ContestResult
from auscult.evaluation.result import SystemResult
from auscult.patient_rule import PatientRule
from auscult.preprocess import Gate
from auscult.thresholds import Thresholds
from auscult.training.card import cell, class_table, lines_section, systems_table
from auscult.training.joint.members import OF_THE_HEART
from auscult.training.joint.run import JointOptions
from auscult.training.small_weights import Rounding

ASKED_IN_WORDS = {
    "heard": "artifact, murmur, or normal (extra heart sounds and extrasystoles count as normal)",
    "heard5": "artifact, extrahls, extrastole, murmur, or normal",
    "murmur": "is a murmur audible in this recording",
    "refer": "should this heart be examined further (abnormal, as in CinC 2016)",
    "quality": "is the recording good enough to be judged (poor: PASCAL's artifacts, and CirCor's "
    "patients of whom its listeners could not tell)",
    "beats": "are the heartbeats clear enough for an algorithm to find them (unclear: half or more "
    "had to be corrected by hand, as CinC 2016 tells; clear: none)",
}
BOTH = (
    "and an ensemble of a linear model and randomised trees on measurements of the cardiac cycle, "
    "one a question. Their log-probabilities are averaged and calibrated. `network.safetensors` "
    "holds the network's weights for whoever trains it further on recordings of their own "
    "(`auscult train PATH --from BUNDLE`); nothing that classifies reads it. `states.onnx` tells "
    "the ensembles how probable S1, systole, S2 and diastole are at each moment: it is the network "
    "of the bundle `segmenter`, which learned from CirCor."
)
_HEART = ", ".join(f"`{question}`" for question in OF_THE_HEART)
BY_BAND = (
    "The network hears each band of a window at the band's own level: a device's frequency "
    f"response tells it nothing of the heart ({_HEART}). What else is asked it is told by the "
    "levels too, which a second, smaller encoder hears. The former was settled by what two "
    "datasets taught about the third, the latter on a validation part, and both after all five "
    "folds of `joint` had been seen without them; that they ship, after one drawing with them had "
    "been seen too (docs/decisions/0023-each-band-its-own-level.md). "
)
"""What it is to be trained by band, and how that was settled; for the card and for its pages."""
MET = "In the folds, states of CirCor's people were told by segmenters that had not met them."
ALONE = (
    "its weights in eight bits. The figures are from before that rounding, which moves no "
    "probability of the recordings it learned from by more than {:.3f}, and turns {} of {:,} "
    "answers about them. It was trained together with ensembles that are not here: the figures "
    "that are its own stand in the rows *network*."
)
STUDENT = (
    "The network is a student: beside its labels it was taught, with a weight of {:g}, what "
    "ensembles said of each recording that they had not met, and of questions that its publisher "
    "never asked. "
)
PATIENTS = (
    "`auscult classify … --patients` answers of a patient, as CirCor grades: {} log-odds of a "
    "murmur and of a poor recording over the patient's recordings go through a multinomial "
    "logistic regression, fitted on what the folds said of people they had not met. Called is what "
    "earns most where Present is worth 5, Unknown 3 and Absent 1. {}"
)
NETWORK = "network"
"""The system that a tiny bundle is."""
IN_FOLDS = (
    "Rules fitted in every fold on its validation part alone{} reach on people not met a weighted "
    "accuracy of {} and a mean recall of {} ({} patients); of the shipped one nothing is measured."
)
LIMITS = """\
- Not a medical device. An answer is no diagnosis; a murmur may be innocent, a normal sound may
  hide disease.
- Probabilities hold for recordings like those trained on, with their share of ill people. Where
  ill people are rarer or more frequent, shift them.
- The figures are of new patients from the same places and devices; a place and device never heard
  before costs more (docs/results/joint_zero_shot.md).
- {refused} Speech and interruptions are noted, rubbing and knocks told by no rule
  (docs/results/gate.md)."""
CHOICES = (
    "How strongly the calibration's offsets are held back was settled after four of the five folds "
    "of `joint` had been seen, that other ears hear half of the windows in training after all five "
    "had been seen without (docs/results/joint_same_ears.md), that large groups train and do not "
    "calibrate after all five had been seen otherwise, and that a patient is described by two "
    "figures of each kind on the validation parts of all five; what the ensembles measure and how "
    "long the network trains were chosen inside the training part of the first fold, whose "
    "recordings the other folds test."
)
"""What was settled on recordings that are tested too; for the card and for every page."""
DRAWN_AGAIN = (
    "Further drawings of the folds were looked at for none of these, but hold the same recordings."
)
OF_DATASET = {
    "pascal": "Artifacts are of one device, and a fold that has not met one may take it for a "
    "heart (docs/results/gate.md).",
    "cinc2016": "`refer` hears the recording as well as the heart: in database e, most of CinC "
    "2016, normal and abnormal records sound as if they had been made differently. In a database "
    "never heard it is worth less than `murmur`, which learned nothing from CinC 2016 "
    "(docs/results/heart_or_device.md).",
    "circor": "`quality` ranks the patients of whom CirCor's listeners could not tell, but most of "
    "their recordings are likelier good than poor all the same.",
}
OF_BEATS = (
    "Only CinC 2016 tells how clear beats are: elsewhere the probability of `beats` is not "
    "calibrated (docs/results/gate.md)."
)
FEW = 50
HARDLY_EVER = 0.05
"""Recall below which a class is as good as never the likeliest."""
PUBLISHED = {"cinc2016": 3_240}
"""Labelled recordings of a dataset, for a card whose model has not heard all of them."""


def joint_card(
    name: str,
    options: JointOptions,
    data: Mapping[str, Any],
    found: Mapping[str, Evaluation],
    thresholds: Mapping[str, Thresholds],
    *,
    taught: Sequence[str],
    patients: PatientRule | None = None,
    of_patients: ContestResult | None = None,
    rounding: Rounding | None = None,
) -> str:
    """Return the card as Markdown; ``found`` is dataset-question → evaluation.

    ``patients`` answers of a patient, and ``of_patients`` is what rules like it reached in the
    folds; ``rounding`` what eight bits did, of a bundle that is the network alone.
    """
    first = next(iter(found.values()))
    datasets = data["dataset"].split(" + ")
    learned = (
        f"{data['n_recordings']} labelled recordings of {data['dataset']} from {data['n_groups']} "
        f"patients or sessions. Data hash `{data['hash'][:16]}`. Each recording teaches only what "
        "its publisher says of it."
    )
    blocks = [
        f"# Model card: {name}",
        _about(options, taught, datasets, rounding),
        "## Data",
        learned,
        "## How it was measured",
        *_method(options, first, datasets),
    ]
    blocks += [f"- {warning}" for warning in first.warnings]
    told = first.model.name if rounding is None else NETWORK
    shipped = {key: _system(evaluation, told) for key, evaluation in found.items()}
    for key, system in shipped.items():
        blocks += [f"## {key}", systems_table(found[key]), f"By class, *{told}*:"]
        blocks.append(class_table(system))
    blocks += [*lines_section(thresholds), *_patients(patients, of_patients, told)]
    blocks += ["## Limits", LIMITS.format(refused=Gate().refuses)]
    return "\n\n".join(blocks) + "\n" + "".join(f"- {one}\n" for one in _limits(data, shipped))


def _about(
    options: JointOptions, taught: Sequence[str], datasets: Sequence[str], rounding: Rounding | None
) -> str:
    """Return what listens, what it was taught by, and what it is asked."""
    network = options.network
    sizes = ", ".join(
        f"{size.name} {getattr(network, size.name)}"
        for size in fields(network)
        if size.name != "by_band"
    )
    listeners = f"{BOTH} {MET}" if "circor" in datasets else BOTH
    if rounding is not None:
        listeners = ALONE.format(
            ceil(1000 * rounding.largest) / 1000, rounding.n_turned, rounding.n_answers
        )
    further = BY_BAND if network.by_band else ""
    further += STUDENT.format(options.trust) if options.trust else ""
    asked = ["heard", *taught] if "heard5" in taught else taught
    questions = "\n".join(f"- `{q}`: {ASKED_IN_WORDS[q]}" for q in asked)
    return (
        f"A {network.words} ({sizes}) that hears four seconds at a time, {listeners} "
        f"{further}Asked are:\n\n{questions}"
    )


def _system(evaluation: Evaluation, name: str) -> SystemResult:
    return next(system for system in evaluation.systems if system.name == name)


def _method(options: JointOptions, first: Evaluation, datasets: Sequence[str]) -> list[str]:
    """Return how the figures were measured, and what was settled on what they measure."""
    drawn = f", the folds drawn {options.n_repeats} times" if options.n_repeats > 1 else ""
    measured = (
        f"{first.protocol}{drawn}. All listeners were trained anew in each fold "
        f"({options.schedule.n_epochs} epochs) and calibrated on recordings that trained none; "
        "the shipped ones were then fitted on all recordings, their calibration on the answers of "
        "all folds. Intervals: 95 %, from resampling patients and sessions. "
        f"Split hash `{first.split_hash[:16]}`."
    )
    if "pascal" not in datasets:
        return [measured]
    choices = f"{CHOICES} {DRAWN_AGAIN}" if options.n_repeats > 1 else CHOICES
    return [measured, f"{choices} The figures keep a little optimism of each."]


def _patients(rule: PatientRule | None, of_patients: ContestResult | None, told: str) -> list[str]:
    """Return the section on patients, where any are graded, with the figures of ``told``."""
    if rule is None or of_patients is None:
        return []
    taken, otherwise = (
        ("the highest, the mean and the lowest", ", and without the lowest,")
        if rule.lowest
        else ("the highest and the mean", "")
    )
    model = of_patients.systems[told]
    figures = (cell(model[name]) for name in ("weighted_accuracy", "balanced_accuracy"))
    measured = IN_FOLDS.format(otherwise, *figures, of_patients.n_rows)
    return ["## Patients", PATIENTS.format(taken, measured)]


def _limits(data: Mapping[str, Any], shipped: Mapping[str, SystemResult]) -> list[str]:
    """Return what limits the figures and the answers of these datasets.

    ``shipped`` is dataset-question → what was measured of what ships.
    """
    datasets = data["dataset"].split(" + ")
    told: dict[str, int] = {}
    for key, system in shipped.items():
        name = key.rpartition("-")[0]
        told[name] = max(told.get(name, 0), sum(system.support.values()))
    partly = [
        f"Of {name}'s {PUBLISHED[name]:,} labelled recordings {heard:,} were at hand, for training "
        "and for test."
        for name, heard in told.items()
        if heard < PUBLISHED.get(name, 0)
    ]
    rare = dict.fromkeys(
        f"{n} of {label} ({key.rpartition('-')[0]})"
        for key, system in shipped.items()
        for label, n in system.support.items()
        if n < FEW
    )
    missed = dict.fromkeys(
        f"{label} (`{key.rpartition('-')[2]}`)"
        for key, system in shipped.items()
        for label, own in system.per_class.items()
        if (recall := own["recall"].value) is not None and recall < HARDLY_EVER
    )
    likeliest = f"Hardly ever the likeliest answer, even where true: {', '.join(missed)}."
    return [
        *partly,
        *([f"Rare classes rest on few recordings: {', '.join(rare)}."] if rare else []),
        *([likeliest] if missed else []),
        *(words for name, words in OF_DATASET.items() if name in datasets),
        *([OF_BEATS] if any(key.endswith("-beats") for key in shipped) else []),
    ]
