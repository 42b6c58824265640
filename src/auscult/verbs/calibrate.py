"""A bundle's probabilities, made true where it is going to be used.

How often 0.8 is right depends on the people and the stethoscope: elsewhere more or fewer are ill.
From labelled recordings of one's own, a temperature and offsets are fitted to the calibrated
answers to one question and put on top of its calibration, which few recordings move little; the
networks stay as they are. The gain is measured by cross-validation over groups, whose answers the
lines are drawn from too, and the bundle that is written is fitted on all of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from auscult.aggregate import Calibration, blended
from auscult.audio import read_recording
from auscult.bundle import Bundle, find_bundle, read_bundle
from auscult.config import digest
from auscult.datasets import DATASETS, Card, answered, find_dataset
from auscult.errors import ConfigError
from auscult.evaluation import Evaluation, evaluate
from auscult.evaluation.table import PredictionRow, PredictionsTable
from auscult.inference.classifier import Classifier
from auscult.progress import Progress, Silent
from auscult.splits import PROTOCOLS, Ask, make_rows
from auscult.training.calibrated_card import calibrated_card
from auscult.training.joint.blend import fit_calibration
from auscult.training.joint.lines import draw_lines, looked_for_both
from auscult.training.run_folder import describe_data
from auscult.types import QUESTIONS, Entry, FloatArray, Split
from auscult.verbs.learned import calibrated_on, heard_before, listing_own
from auscult.verbs.train_joint import TO_THREE

CALIBRATED = ", calibrated"
ANEW, SHIPPED = "calibrated here", "as it came"
N_FOLDS = 5


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
        Of the new bundle; by default the old one's, with "calibrated" behind it.
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
    asked = common_question(old, dataset.card.asked, question)
    entries, labels = answered(dataset.scan(Path(path)), dataset.card, asked)
    plain = _hear(old, asked, entries, progress or Silent())
    came = old.calibrations.get(asked) or Calibration(1.0, (0.0,) * plain.shape[1])
    truth = np.array([QUESTIONS[asked].index(label) for label in labels], np.int64)
    rows = make_rows(entries, labels)
    splits = PROTOCOLS["grouped"](rows, Ask(N_FOLDS, 1, seed))
    unseen = _cross_fitted(came, plain, truth, entries, splits)
    evaluation = evaluate(
        _table(asked, {ANEW: unseen, SHIPPED: came(plain)}, entries, labels, splits),
        title=f"calibration of {old.name}: {asked}",
        protocol=PROTOCOLS["grouped"].words,
        warnings=_cautions(old, dataset.card, entries),
    )
    data = describe_data(entries, labels)
    new = replace(
        _recalibrated(old, asked, refit(came, plain, truth), unseen, truth),
        name=name or f"{old.name.removesuffix(CALIBRATED)}{CALIBRATED}",
        provenance={
            **old.provenance,
            "calibrated_on": {"question": asked, **listing_own(data, entries)},
        },
    )
    new = replace(new, card=calibrated_card(old, new, asked, data, evaluation))
    return Calibrated(new.write(out), asked, evaluation)


def common_question(bundle: Bundle, told: Sequence[str], question: str | None) -> str:
    """Return the question to calibrate.

    Raises
    ------
    ConfigError
        If the bundle does not answer it, or the dataset does not tell it.
    """
    known = dict.fromkeys((bundle.question, *bundle.questions))
    common = [name for name in known if name in told and name in QUESTIONS]
    if not common or question not in {None, *common}:
        raise ConfigError(
            f"{question or 'nothing'!r} cannot be calibrated: bundle {bundle.name} answers "
            f"{', '.join(known)}, and the dataset tells {', '.join(told) or 'no question'}"
        )
    return question or common[0]


def _cautions(bundle: Bundle, card: Card, entries: Sequence[Entry]) -> tuple[str, ...]:
    again = calibrated_on(bundle, entries).in_words(len(entries))
    return (
        *[card.caution] * bool(card.caution),
        *heard_before(bundle, entries),
        *["calibrate what it was calibrated from, on all recordings at once"] * bool(again),
    )


def _hear(
    bundle: Bundle, question: str, entries: Sequence[Entry], progress: Progress
) -> FloatArray:
    """Return the log-probabilities that the bundle would say uncalibrated: (n, n_classes)."""
    others = {name: kept for name, kept in bundle.calibrations.items() if name != question}
    classifier = Classifier(replace(bundle, calibrations=others))
    said = []
    for entry in progress.track(entries, f"asking {bundle.name}", len(entries)):
        answer = classifier.answers(read_recording(entry.path))[question]
        said.append([answer[name] for name in QUESTIONS[question]])
    return blended([np.array(said, np.float32)])


def refit(came: Calibration, plain: FloatArray, truth: NDArray[np.int64]) -> Calibration:
    """Return ``came``, moved as far as recordings say that it should.

    Parameters
    ----------
    plain
        Uncalibrated log-probabilities, shape (n, n_classes).
    truth
        Class indices, shape (n,).
    """
    return came.then(fit_calibration(blended([came(plain)]), truth))


def _recalibrated(
    bundle: Bundle,
    question: str,
    fitted: Calibration,
    unseen: FloatArray,
    truth: NDArray[np.int64],
) -> Bundle:
    """Return the bundle with another calibration, its lines drawn from ``unseen`` answers."""
    calibrations = {**bundle.calibrations, question: fitted}
    answers = {question: (unseen, truth)}
    # subtle: three classes that are told as sums of five move with them
    if question == "heard5" and bundle.question not in bundle.questions:
        three = unseen @ TO_THREE
        if "heard" in calibrations:
            three = calibrations["heard"](blended([three]))
        answers["heard"] = three, TO_THREE[truth].argmax(axis=1)
    thresholds = dict(bundle.thresholds)
    for name, (said, told) in answers.items():
        if looked_for_both(name, QUESTIONS[name], told):
            thresholds[name] = draw_lines(name, QUESTIONS[name], said, told)
        else:
            thresholds.pop(name, None)  # they were of probabilities as they were
    rule = bundle.patients
    if rule is not None and question in dict(rule.looked_for):
        rule = None  # it was fitted to the odds as they were
    return replace(bundle, calibrations=calibrations, thresholds=thresholds, patients=rule)


def _cross_fitted(
    came: Calibration,
    plain: FloatArray,
    truth: NDArray[np.int64],
    entries: Sequence[Entry],
    splits: Sequence[Split],
) -> FloatArray:
    """Return each recording's answer by a calibration that has not met its group."""
    place = {entry.recording_id: index for index, entry in enumerate(entries)}
    said = np.zeros_like(plain)
    for split in splits:
        learned = [place[i] for i in (*split.train, *split.validation)]
        tested = [place[i] for i in split.test]
        said[tested] = refit(came, plain[learned], truth[learned])(plain[tested])
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
