"""Every fold: from the same start, train on, answer; finished folds are not done again.

::

    config.json, data.json, environment.json, splits.json     as in every run folder
    sounds.npy, sounds.json                                   prepared samples
    came-….json                                               what the bundle says as it is
    r0-f0/          checkpoint while it runs; then losses.json, answers.json and network.onnx
    final/          the same, fitted on every recording, when the run has been exported

``answers.json`` holds what the fold's network says, uncalibrated, of its validation and of its test
recordings. Validation recordings train nothing: they are for the calibration alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import ceil

import numpy as np
from numpy.typing import NDArray

from auscult.aggregate import blended, mean_probabilities
from auscult.files import write_atomically
from auscult.network import OUTPUT, Network
from auscult.progress import Progress
from auscult.training.export import export_network
from auscult.training.fine_tune.options import FineTuneOptions
from auscult.training.fine_tune.start import Start, Tuned, with_head
from auscult.training.joint.blend import fit_calibration
from auscult.training.joint.corpus import Corpus
from auscult.training.joint.fit import JointSchedule, fit_joint
from auscult.training.joint.members import indices_of
from auscult.training.joint.other_ears import OtherEars
from auscult.training.joint.run import CHECKPOINT, training_part
from auscult.training.joint.sounds import Sounds, read_sounds
from auscult.training.run_folder import RunFolder
from auscult.types import Entry, FloatArray, Split

BATCH_SIZE = 32
EARS = OtherEars(share=0.5)
"""As the networks that ship are trained; more of them, and other paces, are no better here."""
LEAST_WINDOWS = 320
"""Windows of an epoch: ten steps, however few recordings there are."""


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """What is learned: the start, the recordings with their one answer each, their sounds."""

    start: Start
    corpus: Corpus
    sounds: Sounds

    def answers(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the class index of some recordings."""
        answers: NDArray[np.int64] = self.corpus.answers[places, 0]
        return answers


def read_lesson(
    start: Start,
    options: FineTuneOptions,
    entries: Sequence[Entry],
    labels: Sequence[str],
    *,
    folder: RunFolder,
    progress: Progress,
) -> Lesson:
    """Prepare the samples, or take them from the run's folder."""
    answers = np.array([[options.classes.index(label)] for label in labels], np.int64)
    columns = {options.question: slice(0, options.n_classes)}
    corpus = Corpus(tuple(entries), answers, columns=columns)
    sounds = read_sounds(entries, start.frontend, folder.path / "sounds.npy", progress)
    return Lesson(start, corpus, sounds)


@dataclass(frozen=True, slots=True, eq=False)
class FoldAnswers:
    """What one fold says of its test recordings: plain log-probabilities, and calibrated."""

    plain: FloatArray
    calibrated: FloatArray
    model_hash: str


def run_folds(
    options: FineTuneOptions,
    lesson: Lesson,
    splits: Sequence[Split],
    folder: RunFolder,
    progress: Progress,
) -> list[FoldAnswers]:
    """Train and answer every split that has not been answered yet; return the answers in order."""
    for split in splits:
        place = folder.fold(split)
        if (place / "answers.json").is_file():
            continue
        network = tune(
            options,
            lesson,
            training_part(lesson.corpus, split),
            seed=options.seed * 1000 + split.repeat * 100 + split.fold,
            folder=folder,
            name=place.name,
            progress=progress,
        )
        graph = exported(network, lesson)
        write_atomically(place / "network.onnx", graph)
        told = {r: hear(graph, lesson, getattr(split, r)).tolist() for r in ("validation", "test")}
        told = {"model_hash": sha256(graph).hexdigest(), **told}
        folder.write_json(f"{place.name}/answers.json", told)
        (place / CHECKPOINT).unlink(missing_ok=True)
    return [_answers(lesson, split, folder) for split in splits]


def tune(
    options: FineTuneOptions,
    lesson: Lesson,
    train: Sequence[int],
    *,
    seed: int,
    folder: RunFolder,
    name: str,
    progress: Progress,
) -> Tuned:
    """Return the start's network, trained on ``train``; a broken training goes on.

    Raises
    ------
    BundleError
        If the weights cannot be understood.
    """
    places = np.array(train)
    network = with_head(
        lesson.start.weights,
        options.question,
        options.classes,
        sounds=lesson.sounds,
        train=train,
        answers=lesson.answers(places),
    )
    history = fit_joint(
        network,
        JointSchedule(options.n_epochs, BATCH_SIZE, options.learning_rate),
        lesson.corpus,
        lesson.sounds,
        [int(i) for i in np.tile(places, ceil(LEAST_WINDOWS / len(places)))],
        ears=EARS,
        seed=seed,
        checkpoint=folder.path / name / CHECKPOINT,
        title=name,
        progress=progress,
    )
    folder.write_json(f"{name}/losses.json", history)
    return network


def exported(network: Tuned, lesson: Lesson) -> bytes:
    """Return the network as an ONNX graph."""
    return export_network(network, *lesson.sounds.windows(0).shape[1:])


def hear(graph: bytes, lesson: Lesson, ids: Sequence[str]) -> FloatArray:
    """Return what an exported network says of recordings: float32, shape (n, n_classes)."""
    network = Network(graph)
    said = [
        mean_probabilities(network.answers(lesson.sounds.windows(int(place)), (OUTPUT,))[OUTPUT])
        for place in indices_of(lesson.corpus, ids)
    ]
    return np.stack(said)


def _answers(lesson: Lesson, split: Split, folder: RunFolder) -> FoldAnswers:
    told = folder.read_json(f"{folder.fold(split).name}/answers.json")
    kept, test = (blended([np.array(told[role], np.float32)]) for role in ("validation", "test"))
    truth = lesson.answers(indices_of(lesson.corpus, split.validation))
    return FoldAnswers(test, fit_calibration(kept, truth)(test), told["model_hash"])
