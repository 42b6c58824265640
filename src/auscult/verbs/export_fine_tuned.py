"""Export a fine-tuning: the network trained on every recording, as a bundle with its card."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auscult.bundle import Bundle
from auscult.errors import RunError
from auscult.evaluation import Evaluation
from auscult.listener import Listener
from auscult.progress import Progress
from auscult.thresholds import Thresholds
from auscult.training.card import KEPT
from auscult.training.checkpoint import packed
from auscult.training.fine_tune.card import fine_tuned_card
from auscult.training.fine_tune.options import FineTuneOptions
from auscult.training.fine_tune.run import Lesson, exported, read_lesson, run_folds, tune
from auscult.training.fine_tune.start import taken_head
from auscult.training.joint.blend import fit_calibration
from auscult.training.joint.lines import draw_lines, looked_for_both
from auscult.training.joint.members import indices_of
from auscult.training.run_folder import RunFolder
from auscult.types import QUESTIONS, FloatArray
from auscult.verbs.fine_tune import Material, read_material
from auscult.verbs.learned import listing_own
from auscult.verbs.report import evaluated
from auscult.weights import Head, Weights

FINAL = "final"


def export_fine_tuned(
    run: str | Path,
    options: FineTuneOptions,
    path: str | Path,
    out: str | Path,
    *,
    name: str,
    progress: Progress,
) -> Path:
    """Train the start's network on every recording at ``path``; write a bundle to ``out``.

    Calibration and lines come from the run's out-of-fold answers, the card's figures from its
    evaluation. A broken training goes on where it stopped.

    Raises
    ------
    BundleError
        If the bundle it started from is gone.
    RunError
        If the run is not finished, or was made from other recordings or another bundle.
    """
    folder = RunFolder(Path(run))
    material = read_material(path, options)
    if material.options.start_hash != options.start_hash:
        raise RunError(
            f"{run}: started from other weights than {options.start} holds now; give its "
            "`auscult train --from` again, with another --out"
        )
    if material.data != folder.read_json("data.json"):
        raise RunError(f"{run}: was trained on other recordings than those at {path}")
    evaluation = evaluated(run)
    lesson = read_lesson(
        material.start, options, material.entries, material.labels, folder=folder, progress=progress
    )
    graph, weights = _fitted(material, lesson, folder, progress)
    said, truth = _out_of_fold(options, lesson, folder, progress)
    calibration, question = fit_calibration(said, truth), options.question
    listener = Listener("network", graph, material.start.listener.frontend, (question,), weights)
    thresholds = _lines(options, calibration(said), truth)
    new_head = taken_head(material.start.weights.heads, question, options.classes) is None
    bundle = Bundle(
        name=name,
        listeners=(listener,),
        question=question,
        classes=options.classes,
        calibrations={question: calibration},
        thresholds=thresholds,
        gate=material.start.bundle.gate,
        provenance=_provenance(material, evaluation),
        card=fine_tuned_card(
            name, options, material.data, evaluation, thresholds, new_head=new_head
        ),
    )
    return bundle.write(out)


def _fitted(
    material: Material, lesson: Lesson, folder: RunFolder, progress: Progress
) -> tuple[bytes, Weights]:
    """Return the graph and the weights of the network trained on every recording."""
    options = material.options
    network = tune(
        options,
        lesson,
        range(len(material.entries)),
        seed=options.seed,
        folder=folder,
        name=FINAL,
        progress=progress,
    )
    start = material.start.weights
    taken = taken_head(start.heads, options.question, options.classes)
    head = Head(options.question, options.classes) if taken is None else taken.head
    tensors = packed(network.network.state_dict())
    weights = Weights.of(tensors, start.architecture, {head.question: head.classes})
    return exported(network, lesson), weights


def _out_of_fold(
    options: FineTuneOptions, lesson: Lesson, folder: RunFolder, progress: Progress
) -> tuple[FloatArray, NDArray[np.int64]]:
    """Return what the folds' networks say, uncalibrated, of what they were tested on; the truth."""
    splits = folder.splits()
    folds = run_folds(options, lesson, splits, folder, progress)
    tested = [recording for split in splits for recording in split.test]
    truth = lesson.answers(indices_of(lesson.corpus, tested))
    return np.concatenate([fold.plain for fold in folds]), truth


def _lines(
    options: FineTuneOptions, said: FloatArray, truth: NDArray[np.int64]
) -> dict[str, Thresholds]:
    """Return where to draw lines; none for labels of one's own, of which none is looked for."""
    question, classes = options.question, options.classes
    if question not in QUESTIONS or not looked_for_both(question, classes, truth):
        return {}
    return {question: draw_lines(question, classes, said, truth)}


def _provenance(material: Material, evaluation: Evaluation) -> dict[str, Any]:
    """Return where it comes from, the start's own provenance last."""
    bundle, figures = material.start.bundle, evaluation.model.metrics
    told = {key: bundle.provenance[key] for key in ("data", "start") if key in bundle.provenance}
    return {
        "options": material.options,
        "data": listing_own(material.data, material.entries),
        "split_hash": evaluation.split_hash,
        "figures": {
            name: {"value": f.value, "low": f.low, "high": f.high}
            for name, f in figures.items()
            if name in KEPT
        },
        "start": {"name": bundle.name, "digest": bundle.describe()["digest"], **told},
    }
