"""A teacher: what the ensembles say of recordings that did not teach them, for a network to learn.

A label says yes or no; an ensemble that has not met the recording says how surely, and has an
opinion on the questions that a recording's publisher never asked. A network taught both is the
ensemble's student and needs no ensemble afterwards.

Source
------
Hinton, Vinyals and Dean: Distilling the Knowledge in a Neural Network, 2015, arXiv:1503.02531.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from auscult.network import Network
from auscult.splits import grouped_split, make_rows
from auscult.training.joint.corpus import ASKED, COLUMNS, N_LOGITS, UNTOLD, Corpus
from auscult.training.joint.members import export_ensemble, indices_of
from auscult.types import FloatArray

N_FOLDS = 5


@dataclass(frozen=True, slots=True, eq=False)
class Teacher:
    """What is said of every training recording, and how far it is trusted.

    Parameters
    ----------
    said
        Probabilities, float32, shape (n_recordings, n_logits); NaN where nothing is said.
    trust
        In [0, 1]: weight of the teacher beside the label, and of its word where there is none.
    """

    said: FloatArray
    trust: float = 0.5

    def softened(
        self, targets: FloatArray, weights: FloatArray, corpus: Corpus, train: Sequence[int]
    ) -> tuple[FloatArray, FloatArray]:
        """Return the targets and weights of a network that this teacher teaches too."""
        targets, weights = targets.copy(), weights.copy()
        pool = np.unique(train)
        for number, column in enumerate(corpus.columns.values()):
            heard = pool[np.isfinite(self.said[pool, column]).all(axis=1)]
            told = heard[corpus.answers[heard, number] != UNTOLD]
            open_ = heard[corpus.answers[heard, number] == UNTOLD]
            labels = targets[told, column]
            targets[told, column] = labels + self.trust * (self.said[told, column] - labels)
            targets[open_, column] = self.said[open_, column]
            weights[open_, number] = self.trust
        return targets, weights


def ensemble_teacher(
    corpus: Corpus, measured: FloatArray, train: Sequence[int], seed: int, trust: float = 0.5
) -> Teacher:
    """Return what the ensembles say: of each training recording, one that has not met its group.

    On a question that lacks a class in some part nothing is said.
    """
    said = np.full((len(corpus.entries), N_LOGITS), np.nan, np.float32)
    entries = [corpus.entries[index] for index in np.unique(train)]
    rows = make_rows(entries, ["told"] * len(entries))
    for split in grouped_split(rows, N_FOLDS, seed=seed):
        learned = indices_of(corpus, (*split.train, *split.validation))
        asked = indices_of(corpus, split.test)
        for question in ASKED:
            if corpus.teaches(question, learned):
                graph = export_ensemble(question, corpus, measured, learned.tolist(), seed)
                said[asked, COLUMNS[question]] = Network(graph).probabilities(measured[asked])
    return Teacher(said, trust)
