"""Export: a finished cross-validation → a model fitted on everything, in a bundle with its card."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from auscult.bundle import Bundle
from auscult.errors import RunError
from auscult.evaluation import Evaluation
from auscult.frontend import FRONTENDS
from auscult.models import MODELS
from auscult.progress import Progress, Silent
from auscult.splits import PROTOCOLS, Row, make_rows
from auscult.splits.carving import carve
from auscult.training.calibrate import fit_temperature
from auscult.training.card import KEPT, model_card
from auscult.training.cross_validate import CHECKPOINT
from auscult.training.examples import Examples
from auscult.training.fine_tune.options import FineTuneOptions
from auscult.training.fitted import Fitted, fit
from auscult.training.options import TrainOptions
from auscult.training.run_folder import RunFolder, describe_data
from auscult.types import FloatArray, Split
from auscult.verbs.data import caution
from auscult.verbs.learned import listing_own
from auscult.verbs.report import evaluated
from auscult.verbs.train import examples_of, labelled


def export(
    run: str | Path,
    path: str | Path,
    out: str | Path,
    *,
    name: str,
    progress: Progress | None = None,
) -> Path:
    """Fit the run's model on every labelled recording at ``path``; write a bundle to ``out``.

    The temperature comes from the run's out-of-fold scores, the card's figures from its evaluation.
    A run of ``auscult train --from`` gives the network that it trained further.

    Raises
    ------
    RunError
        If the run is not finished, leaks, or was trained on other data.
    """
    progress = progress or Silent()
    folder = RunFolder(Path(run))
    options = folder.options()
    if isinstance(options, FineTuneOptions):
        return _export_fine_tuned(run, options, path, out, name=name, progress=progress)
    # subtle: what the dataset's card cautions of (subjects unknown) stands on the bundle's card.
    leaks = [sentence for sentence in folder.warnings() if sentence != caution(path)]
    if PROTOCOLS[options.protocol].leaks or leaks:
        raise RunError(f"{run}: protocol {options.protocol!r} leaks; export a grouped run")
    entries, labels = labelled(path, options)
    data = describe_data(entries, labels)
    if data != folder.read_json("data.json"):
        raise RunError(f"{run}: was trained on other recordings than those at {path}")
    evaluation = evaluated(run)
    rows = make_rows(entries, labels, options.copies)
    examples = examples_of(entries, rows, options, folder, progress)
    temperature = out_of_fold_temperature(examples, folder, folder.splits())
    fitted = _fit_on_everything(options, rows, examples, folder, progress)
    bundle = Bundle.of_one(
        name,
        fitted.onnx(),
        FRONTENDS[options.frontend],
        options.classes,
        question=options.question,
        temperature=temperature,
        provenance=_provenance(options, listing_own(data, entries), evaluation),
        card=model_card(name, options, data, evaluation),
    )
    return bundle.write(out)


def _export_fine_tuned(
    run: str | Path,
    options: FineTuneOptions,
    path: str | Path,
    out: str | Path,
    *,
    name: str,
    progress: Progress,
) -> Path:
    # subtle: here, because it needs torch, which the export of a classical model does not
    from auscult.verbs.export_fine_tuned import export_fine_tuned  # noqa: PLC0415

    return export_fine_tuned(run, options, path, out, name=name, progress=progress)


def out_of_fold_temperature(
    examples: Examples, folder: RunFolder, splits: Sequence[Split]
) -> float:
    """Return the temperature that fits the raw scores of all folds, each row scored unseen.

    It is the shipped model's, which is scored on none of these rows.

    Raises
    ------
    RunError
        If a fold has not been finished.
    """
    raw: list[FloatArray] = []
    row_ids: list[str] = []
    for split in splits:
        scores = folder.read_fold(split)
        if scores is None:
            raise RunError(f"{folder.fold(split)}: is not finished; give `auscult train` again")
        raw.append(scores.raw)
        row_ids += scores.row_ids
    return fit_temperature(np.concatenate(raw), examples.unscored(row_ids, "validation"))


def _fit_on_everything(
    options: TrainOptions,
    rows: Sequence[Row],
    examples: Examples,
    folder: RunFolder,
    progress: Progress,
) -> Fitted:
    """Fit on every row; a network keeps an eighth of the groups, copies included, to stop early."""
    rng = np.random.default_rng(options.seed)
    carved = carve(rows, {row.label for row in rows}, rng, "the last fit")
    stops_early = MODELS[options.model].kind == "torch"
    trained_on = carved.train if stops_early else tuple(row.row_id for row in rows)
    return fit(
        options,
        examples.unscored(trained_on, "train"),
        examples.unscored(carved.validation, "validation"),
        seed=options.seed,
        checkpoint=folder.path / "final" / CHECKPOINT,
        title="final",
        progress=progress,
    )


def _provenance(
    options: TrainOptions, data: dict[str, Any], evaluation: Evaluation
) -> dict[str, Any]:
    figures = {name: evaluation.model.metrics[name] for name in KEPT}
    return {
        "options": options,
        "data": data,
        "split_hash": evaluation.split_hash,
        "figures": {
            name: {"value": f.value, "low": f.low, "high": f.high} for name, f in figures.items()
        },
    }
