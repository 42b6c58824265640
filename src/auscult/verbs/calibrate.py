"""A bundle's probabilities, made true where it is going to be used.

How often 0.8 is right depends on the people and the stethoscope: elsewhere more or fewer are ill.
From labelled recordings of one's own, temperature and offsets of one question are fitted anew; the
networks stay as they are. The gain is measured by cross-validation over groups, and the bundle that
is written is fitted on all of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from auscult.audio import read_recording
from auscult.bundle import Bundle, find_bundle, read_bundle
from auscult.config import digest
from auscult.datasets import DATASETS, Card, answered, find_dataset
from auscult.errors import ConfigError
from auscult.evaluation import Evaluation, as_text, evaluate
from auscult.evaluation.table import PredictionRow, PredictionsTable
from auscult.inference.classifier import Classifier
from auscult.progress import Progress, Silent
from auscult.splits import PROTOCOLS, Ask, make_rows
from auscult.training.joint.blend import fit_calibration
from auscult.training.joint.lines import draw_lines, looked_for_both
from auscult.training.run_folder import describe_data
from auscult.types import QUESTIONS, Entry, FloatArray, Split
from auscult.verbs.learned import heard_before, listed_in, listing_own
from auscult.verbs.train_joint import TO_THREE

ANEW, SHIPPED = "calibrated here", "as it came"
N_FOLDS = 5
LEAST_PROBABILITY = 1e-6


@dataclass(frozen=True, slots=True)
class Calibrated:
    """The new bundle's folder, the question, and what was gained."""

    folder: Path
    question: str
    evaluation: Evaluation


def calibrate(
    path: str | Path,
    out: str | Path,
    *,
    model: str | Path = "default",
    question: str | None = None,
    name: str | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Calibrated:
    """Fit the calibration of one question on the labelled recordings at ``path``.

    Parameters
    ----------
    question
        One that both the bundle and the labels answer; the first such by default.
    name
        Of the new bundle; the old one's by default.
    seed
        Of the folds.

    Raises
    ------
    AudioError
        If a recording cannot be opened.
    ConfigError
        If bundle and labels answer no question in common.
    DatasetError, SplitError
        If there is no dataset, or too few groups to measure the gain.
    """
    dataset = find_dataset(path, DATASETS.values())
    old = read_bundle(find_bundle(model))
    asked = common_question(old, dataset.card.questions, question)
    entries, labels = answered(dataset.scan(Path(path)), dataset.card, asked)
    came, plain = _hear(old, asked, entries, progress or Silent())
    truth = np.array([QUESTIONS[asked].index(label) for label in labels], np.int64)
    rows = make_rows(entries, labels)
    splits = PROTOCOLS["grouped"](rows, Ask(N_FOLDS, 1, seed))
    systems = {ANEW: _cross_fitted(plain, truth, entries, splits), SHIPPED: came}
    evaluation = evaluate(
        _table(asked, systems, entries, labels, splits),
        title=f"calibration of {old.name}: {asked}",
        protocol=PROTOCOLS["grouped"].words,
        warnings=_cautions(old, dataset.card, entries),
    )
    data = describe_data(entries, labels)
    new = replace(
        _refitted(old, asked, plain, truth),
        name=name or old.name,
        provenance={
            **old.provenance,
            "calibrated_on": {"question": asked, **listing_own(data, entries)},
        },
        card=f"{old.card}\n## Calibrated on other recordings\n\n```\n{as_text(evaluation)}\n```\n",
    )
    return Calibrated(new.write(out), asked, evaluation)


def common_question(bundle: Bundle, told: Mapping[str, object], question: str | None) -> str:
    """Return the question to calibrate.

    Raises
    ------
    ConfigError
        If the bundle does not answer it, or the labels do not tell it.
    """
    known = dict.fromkeys((bundle.question, *bundle.questions))
    common = [name for name in known if name in told and name in QUESTIONS]
    if not common or question not in {None, *common}:
        raise ConfigError(
            f"{question or 'nothing'!r} cannot be calibrated: bundle {bundle.name} answers "
            f"{', '.join(known)}, and the labels tell {', '.join(told) or 'no question'}"
        )
    return question or common[0]


def _cautions(bundle: Bundle, card: Card, entries: Sequence[Entry]) -> tuple[str, ...]:
    again = listed_in([bundle.provenance.get("calibrated_on", {})], entries)
    twice = (
        f"{bundle.name} was calibrated on {len(again)} of these {len(entries)} recordings already; "
        "calibrate what it was calibrated from, on all of them at once"
    )
    cautions = [*[card.caution] * bool(card.caution), *heard_before(bundle, entries)]
    return (*cautions, *[twice] * bool(again))


def _hear(
    bundle: Bundle, question: str, entries: Sequence[Entry], progress: Progress
) -> tuple[FloatArray, FloatArray]:
    """Return what the bundle says as it is, and without a calibration: (n, n_classes) each."""
    others = {name: kept for name, kept in bundle.calibrations.items() if name != question}
    classifier = Classifier(replace(bundle, calibrations=others))
    said = []
    for entry in progress.track(entries, f"asking {bundle.name}", len(entries)):
        answer = classifier.answers(read_recording(entry.path))[question]
        said.append([answer[name] for name in QUESTIONS[question]])
    plain = np.array(said, np.float32)
    calibration = bundle.calibrations.get(question)
    return plain if calibration is None else calibration(_logs(plain)), plain


def _refitted(bundle: Bundle, question: str, plain: FloatArray, truth: NDArray[np.int64]) -> Bundle:
    fitted = fit_calibration(_logs(plain), truth)
    calibrations = {**bundle.calibrations, question: fitted}
    answers = {question: (fitted(_logs(plain)), truth)}
    # subtle: three classes that are told as sums of five move with them
    if question == "heard5" and bundle.question not in bundle.questions:
        three = answers[question][0] @ TO_THREE
        if "heard" in calibrations:
            three = calibrations["heard"](_logs(three))
        answers["heard"] = three, TO_THREE[truth].argmax(axis=1)
    thresholds = dict(bundle.thresholds)
    for name, (said, told) in answers.items():
        if looked_for_both(name, QUESTIONS[name], told):
            thresholds[name] = draw_lines(name, QUESTIONS[name], said, told)
    rule = bundle.patients
    if rule is not None and question in dict(rule.looked_for):
        rule = None  # it was fitted to the odds as they were
    return replace(bundle, calibrations=calibrations, thresholds=thresholds, patients=rule)


def _cross_fitted(
    plain: FloatArray, truth: NDArray[np.int64], entries: Sequence[Entry], splits: Sequence[Split]
) -> FloatArray:
    """Return each recording's answer by a calibration that has not met its group."""
    place = {entry.recording_id: index for index, entry in enumerate(entries)}
    said = np.zeros_like(plain)
    for split in splits:
        learned = [place[i] for i in (*split.train, *split.validation)]
        tested = [place[i] for i in split.test]
        said[tested] = fit_calibration(_logs(plain[learned]), truth[learned])(_logs(plain[tested]))
    return said


def _table(
    question: str,
    systems: Mapping[str, FloatArray],
    entries: Sequence[Entry],
    labels: Sequence[str],
    splits: Sequence[Split],
) -> PredictionsTable:
    fold_of = {recording: split.fold for split in splits for recording in split.test}
    rows = tuple(
        PredictionRow(
            system=system,
            recording=entry.recording_id,
            group=entry.group,
            subset=entry.subset,
            repeat=0,
            fold=fold_of[entry.recording_id],
            truth=label,
            probabilities=tuple(round(float(p), 6) for p in answer),
            model_hash=system,
        )
        for system, answers in systems.items()
        for entry, label, answer in zip(entries, labels, answers, strict=True)
    )
    return PredictionsTable(QUESTIONS[question], rows, digest(list(splits)))


def _logs(probabilities: FloatArray) -> FloatArray:
    logs: FloatArray = np.log(np.maximum(probabilities, LEAST_PROBABILITY))
    return logs
