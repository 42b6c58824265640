"""Fine-tune: a bundle and recordings of one's own → a run folder that says whether it helps.

Systems, on recordings of people that trained none of them:

<bundle>, fine-tuned       the bundle's network, trained on, calibrated on what did not train it
<bundle>, calibrated here  the bundle untouched, with the calibration that the other folds give it
<bundle>                   as it came
majority …                 the guessers that never hear a sound

The two in the middle only where the bundle answers the question asked. `auscult export` then fits
the network on every recording and writes it as a bundle.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from auscult.aggregate import blended
from auscult.bundle import Bundle
from auscult.datasets import DATASETS, Card, find_dataset
from auscult.datasets.dataset import LABEL
from auscult.errors import DatasetError
from auscult.evaluation import Evaluation
from auscult.inference.classifier import Classifier
from auscult.progress import Progress, Silent
from auscult.splits import make_rows
from auscult.training.fine_tune.options import FineTuneOptions
from auscult.training.fine_tune.run import FoldAnswers, Lesson, read_lesson, run_folds
from auscult.training.fine_tune.start import Start, find_start
from auscult.training.joint.blend import fit_calibration
from auscult.training.joint.members import indices_of
from auscult.training.run_folder import RunFolder, describe_data
from auscult.types import QUESTIONS, Entry, Split
from auscult.verbs.data import caution
from auscult.verbs.learned import Known, heard_before, known_to, learned_from
from auscult.verbs.predictions import (
    Answers,
    audio_free_answers,
    known_without_hearing,
    predictions_table,
)
from auscult.verbs.report import write_report
from auscult.verbs.train import (
    as_stored,
    labelled,
    leak_warnings,
    make_splits,
    stored_splits,
    taught,
)
from auscult.verbs.verify import refuse_changed
from auscult.verbs.zero_shot import hear_all


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """What a fine-tuning is about, once bundle and recordings are known."""

    start: Start
    options: FineTuneOptions
    entries: Sequence[Entry]
    labels: Sequence[str]
    data: Mapping[str, Any]
    cautions: tuple[str, ...]


def fine_tune(
    path: str | Path,
    options: FineTuneOptions,
    out: str | Path,
    progress: Progress | None = None,
    *,
    split: str | Path | None = None,
) -> Evaluation:
    """Cross-validate what training further on the recordings at ``path`` does to a bundle.

    Everything found stands in ``out``; giving the same call again continues a broken run. With
    ``split``, a file that `auscult data split` wrote, that file says how the data are divided.

    Raises
    ------
    BundleError
        If there is no bundle to start from, or it cannot be trained.
    DatasetError
        If the labels teach nothing, or the bundle was made from these recordings.
    AuscultError
        If the options, the division or the folder do not allow it.
    """
    progress = progress or Silent()
    material = read_material(path, options)
    options, entries = material.options, material.entries
    rows = make_rows(entries, material.labels)
    if split is None:
        splits = make_splits(rows, options)
    else:
        stored = stored_splits(split, path)
        splits, options = stored.divide(rows), as_stored(options, stored)
    folder = RunFolder(Path(out))
    folder.start(options, dict(material.data))
    cautions = [*filter(None, [caution(path)]), *material.cautions]
    warnings = [*cautions, *leak_warnings(rows, splits)]
    split_hash = folder.write_splits(splits, warnings)
    for sentence in warnings:
        progress.say(f"warning: {sentence}")
    lesson = read_lesson(
        material.start, options, entries, material.labels, folder=folder, progress=progress
    )
    found = run_folds(options, lesson, splits, folder, progress)
    answers = [
        *_tuned(options, splits, found),
        *_as_it_came(lesson, options, splits, folder, progress),
    ]
    known = known_without_hearing(entries, rows, options.classes)
    answers += audio_free_answers(options, splits, known)
    table = predictions_table(options, rows, answers, split_hash)
    table.write(folder.path / "predictions.csv")
    return write_report(folder.path)


def read_material(path: str | Path, options: FineTuneOptions) -> Material:
    """Open the bundle to start from, list the recordings, and fill in the options.

    Raises
    ------
    BundleError
        If there is no bundle to start from, or it cannot be trained.
    DatasetError
        If the labels teach nothing, or the bundle was made from these recordings.
    """
    start = find_start(options.start)
    dataset = find_dataset(path, DATASETS.values())
    refuse_changed(path)
    if not options.question:
        told = {entry.label for entry in dataset.scan(Path(path)) if entry.label is not None}
        options = replace(options, question=question_of(dataset.card, told))
    entries, labels = labelled(path, options)
    options = replace(taught(options, labels), start_hash=start.weights.sha256)
    data = describe_data(entries, labels)
    known = known_to(start.bundle, entries)
    _refuse_heard(start.bundle, known, len(entries), data)
    unsure = heard_before(start.bundle, entries)
    return Material(start, options, entries, labels, data, tuple(unsure))


def question_of(card: Card, labels: Iterable[str]) -> str:
    """Return the question whose answers the labels are, one to one; ``label`` if there is none."""
    here = set(labels)
    for question, answer_of in card.questions.items():
        if sorted(answer_of.get(label, "") for label in here) == sorted(QUESTIONS[question]):
            return question
    return LABEL


def _refuse_heard(bundle: Bundle, known: Known, n_recordings: int, data: Mapping[str, Any]) -> None:
    """Refuse what the network was trained on: it would be tested on what it knows by heart."""
    what = known.in_words(n_recordings)
    if not what and data["hash"] in {told.get("hash") for told in learned_from(bundle)}:
        what = "these very recordings"
    if what:
        raise DatasetError(
            f"{bundle.name} was trained on {what}: whatever of that is held out here, it has heard "
            "before, so no fold can tell whether training on helps. Leave those recordings out, "
            "start from a bundle to which they are new (`--from default` has heard none of your "
            "own), or train a model of their own (`auscult train` without --from, `auscult "
            "train-joint`)"
        )


def _tuned(
    options: FineTuneOptions, splits: Sequence[Split], found: Sequence[FoldAnswers]
) -> list[Answers]:
    return [
        Answers(options.model, split, fold.calibrated, fold.model_hash)
        for split, fold in zip(splits, found, strict=True)
    ]


def _as_it_came(
    lesson: Lesson,
    options: FineTuneOptions,
    splits: Sequence[Split],
    folder: RunFolder,
    progress: Progress,
) -> list[Answers]:
    """Return what the bundle itself says, if it answers: calibrated on the other folds, and not."""
    bundle, name = lesson.start.bundle, options.start_name
    if options.question not in {*bundle.questions, bundle.question} & {*QUESTIONS}:
        return []
    entries, model_hash = lesson.corpus.entries, str(bundle.describe()["digest"])
    kept_in = folder.path / f"came-{model_hash[:16]}.json"
    said = hear_all(Classifier(bundle), entries, options.question, kept_in, progress)
    anew, came = [], []
    for split in splits:
        told = (*split.train, *split.validation)
        kept, tested = (blended([np.stack([said[i] for i in ids])]) for ids in (told, split.test))
        calibration = fit_calibration(kept, lesson.answers(indices_of(lesson.corpus, told)))
        anew.append(Answers(f"{name}, calibrated here", split, calibration(tested), model_hash))
        came.append(Answers(name, split, np.exp(tested), model_hash))
    return [*anew, *came]
