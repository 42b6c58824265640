"""What a model says of recordings it does not know: of a fold's test part, and of its own training.

The second is what a contest's rule is fitted on. It is written to the fold's folder
(``unseen.json``) as soon as it is known, so that a broken run does not compute it twice.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from auscult.network import Network
from auscult.progress import Progress
from auscult.splits import Row
from auscult.training.cross_validate import CHECKPOINT
from auscult.training.examples import Examples
from auscult.training.options import TrainOptions
from auscult.training.out_of_fold import Unseen, cross_scored, is_refitted
from auscult.training.run_folder import FoldScores, RunFolder
from auscult.types import FloatArray, Split
from auscult.verbs.contests import FoldHeard

UNSEEN = "unseen.json"


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """A run whose folds are trained.

    ``answering`` holds the rows that may be learned from; the others are only scored.
    """

    options: TrainOptions
    examples: Examples
    rows: Sequence[Row]
    answering: Collection[str]
    folder: RunFolder
    progress: Progress

    def heard(self, split: Split) -> FoldHeard:
        """Return what the finished fold says of ``split``, a split of all rows."""
        place = self.folder.fold(split)
        network = Network((place / "model.onnx").read_bytes())
        scored = self.folder.read_fold(split)
        assert scored is not None  # noqa: S101 - cross_validate has returned
        test = self.examples.of(split, "test")
        scores = test.by_row(network.probabilities(test.features))
        return FoldHeard(
            split,
            dict(zip(split.test, scores, strict=True)),
            self._unseen(split, network),
            scored.model_hash,
        )

    def _unseen(self, split: Split, network: Network) -> Unseen:
        name = f"{self.folder.fold(split).name}/{UNSEEN}"
        roles = self.examples.of(split, "train", "validation").roles
        stored = self.folder.read_json(name)
        if stored is not None:
            return Unseen(tuple(stored["row_ids"]), np.array(stored["raw"], np.float32), roles)
        if is_refitted(self.options):
            self.progress.say(f"repeat {split.repeat} fold {split.fold}: rule for the challenge")
            unseen = cross_scored(
                self.options,
                self.examples,
                self.rows,
                split,
                self.answering,
                checkpoint=self.folder.fold(split) / CHECKPOINT,
                progress=self.progress,
            )
        else:
            kept = self.examples.of(split, "validation")
            scores = kept.by_row(network.probabilities(kept.features))
            unseen = Unseen(kept.row_ids, scores, kept.roles)
        raw = [[float(p) for p in row] for row in unseen.scores]
        self.folder.write_json(name, {"row_ids": list(unseen.row_ids), "raw": raw})
        return unseen


def ask_bundle(
    said: Mapping[str, FloatArray],
    model_hash: str,
    splits: Sequence[Split],
    every: Sequence[Split],
) -> tuple[list[FoldScores], tuple[FoldHeard, ...]]:
    """Return what was said of the test parts of ``splits``, and of all parts of ``every``."""

    def scores(row_ids: Sequence[str]) -> FloatArray:
        return np.stack([said[row_id] for row_id in row_ids])

    folds = [FoldScores(split.test, scores(split.test), 1.0, model_hash) for split in splits]
    return folds, tuple(
        FoldHeard(
            split,
            {row_id: said[row_id] for row_id in split.test},
            _all_of_training(split, scores((*split.train, *split.validation))),
            model_hash,
        )
        for split in every
    )


def _all_of_training(split: Split, scores: FloatArray) -> Unseen:
    """Return the training part's scores: a bundle has been fitted on none of it."""
    return Unseen((*split.train, *split.validation), scores, frozenset({"train", "validation"}))
