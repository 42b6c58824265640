"""What a model says of its own training groups when it has not been trained on them.

Whatever turns scores into answers (a threshold, a step from recordings to patients) must be fitted
on scores like those it will meet: of people the model does not know. A fold's training and
validation groups are therefore cut into :data:`INNER_FOLDS` parts, each scored by a model fitted on
the others; the fold's test part is not looked at. A network is not fitted so often: the groups that
stopped its training stand in for all of them, which flatters it a little.

Conventions
-----------
scores : float32, shape (n_rows, n_classes), before calibration
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from auscult.models import MODELS
from auscult.progress import Progress
from auscult.splits import Role, Row
from auscult.splits.carving import assign_folds
from auscult.training.examples import Examples
from auscult.training.fitted import fit
from auscult.training.options import TrainOptions
from auscult.types import FloatArray, Split

INNER_FOLDS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Unseen:
    """Scores of rows by a model that was not fitted on them, and the roles the rows have."""

    row_ids: tuple[str, ...]
    scores: FloatArray
    roles: frozenset[Role]


def cross_scored(
    options: TrainOptions,
    examples: Examples,
    rows: Sequence[Row],
    split: Split,
    learns_from: Collection[str],
    *,
    checkpoint: Path,
    progress: Progress,
) -> Unseen:
    """Return the scores of the training and validation rows of ``split``, each row unseen.

    Parameters
    ----------
    examples, rows
        Of every recording, copies too; only originals are scored.
    learns_from
        Ids of the rows a model may be fitted on; the others are scored only.
    checkpoint
        Where a network would keep its state; a classical model has none.

    Raises
    ------
    RunError
        If a part cannot be fitted on.
    """
    inside = {*split.train} if split.stops_on_test else {*split.train, *split.validation}
    kept = [row for row in rows if row.row_id in inside]
    rng = np.random.default_rng([options.seed, split.repeat, split.fold])
    fold_of = assign_folds(kept, INNER_FOLDS, rng)
    row_ids: list[str] = []
    scores: list[FloatArray] = []
    for fold in range(INNER_FOLDS):
        title = f"repeat {split.repeat} fold {split.fold}, inner {fold}"
        inner = Split(
            protocol="inner",
            fold=fold,
            repeat=0,
            train=tuple(
                r.row_id for r in kept if fold_of[r.group] != fold and r.row_id in learns_from
            ),
            validation=(),
            test=tuple(r.row_id for r in kept if fold_of[r.group] == fold and not r.variant),
        )
        part = examples.of(inner, "train")
        fitted = fit(
            options,
            part,
            part,
            seed=options.seed,
            checkpoint=checkpoint,
            title=title,
            progress=progress,
        )
        scored = examples.of(inner, "test")
        row_ids += inner.test
        scores.append(scored.by_row(fitted.probabilities(scored.features)))
    return Unseen(tuple(row_ids), np.concatenate(scores), frozenset({"train", "validation"}))


def is_refitted(options: TrainOptions) -> bool:
    """Say whether the model is quick enough to be fitted once more for each inner part."""
    return MODELS[options.model].kind == "sklearn"
