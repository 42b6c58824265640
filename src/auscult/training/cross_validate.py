"""Every fold of every repeat: fit, calibrate, score; finished folds are not done again.

A fold's temperature is fitted on its validation rows, which neither trained the model nor are
scored. A classical model is then fitted once more on training and validation rows together; a
network keeps the weights that validation chose. Under a protocol that stops on its test rows
nothing is calibrated. The test rows are scored by the exported network, through ONNX Runtime.

A network's validation rows choose its epoch and its temperature; with so few groups a third part
would cost more than that double use.
"""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from auscult.files import write_atomically
from auscult.models import MODELS
from auscult.network import Network
from auscult.progress import Progress
from auscult.splits import Role
from auscult.training.calibrate import fit_temperature
from auscult.training.examples import Examples
from auscult.training.fitted import Fitted, fit
from auscult.training.options import TrainOptions
from auscult.training.run_folder import FoldScores, RunFolder
from auscult.types import Split

CHECKPOINT = "checkpoint.safetensors"


def cross_validate(
    options: TrainOptions,
    examples: Examples,
    splits: Sequence[Split],
    folder: RunFolder,
    progress: Progress,
) -> list[FoldScores]:
    """Return the scores of every split, in order; each is written as soon as it is known."""
    all_scores = []
    for split in splits:
        scores = folder.read_fold(split)
        if scores is None:
            scores = _one_fold(options, examples, split, folder, progress)
            folder.write_fold(split, scores)
        (folder.fold(split) / CHECKPOINT).unlink(missing_ok=True)
        all_scores.append(scores)
    return all_scores


def _one_fold(
    options: TrainOptions,
    examples: Examples,
    split: Split,
    folder: RunFolder,
    progress: Progress,
) -> FoldScores:
    place = folder.fold(split)
    test = examples.of(split, "test")
    fitted, temperature = fit_and_calibrate(
        options,
        examples,
        split,
        checkpoint=place / CHECKPOINT,
        title=f"repeat {split.repeat} fold {split.fold}",
        progress=progress,
    )
    network = fitted.onnx()
    write_atomically(place / "model.onnx", network)
    if fitted.history:
        folder.write_json(f"{place.name}/history.json", fitted.history)
    return FoldScores(
        split.test,
        test.by_row(Network(network).probabilities(test.features)),
        temperature,
        sha256(network).hexdigest(),
    )


def fit_and_calibrate(
    options: TrainOptions,
    examples: Examples,
    split: Split,
    *,
    checkpoint: Path,
    title: str,
    progress: Progress,
) -> tuple[Fitted, float]:
    """Fit on the split's training rows; return the model and its temperature."""
    seed = options.seed * 1000 + split.repeat * 100 + split.fold

    def fit_on(*roles: Role) -> Fitted:
        return fit(
            options,
            examples.of(split, *roles),
            validation,
            seed=seed,
            checkpoint=checkpoint,
            title=title,
            progress=progress,
        )

    validation = examples.of(split, "validation")
    fitted = fit_on("train")
    if split.stops_on_test:
        return fitted, 1.0
    raw = validation.by_row(fitted.probabilities(validation.features))
    temperature = fit_temperature(raw, validation)
    if MODELS[options.model].kind == "sklearn":
        fitted = fit_on("train", "validation")
    return fitted, temperature
