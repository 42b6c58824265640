"""Recordings of several datasets, and what each says about every question.

A CirCor site answers whether a murmur is audible and whether its sound was good enough to tell; a
CinC 2016 record whether the heart should be examined and whether its beats were found; PASCAL what
is heard, and by that what CirCor answers. What a recording does not say is ``UNTOLD``, and a
network is never taught it.

Conventions
-----------
answers : int64, shape (n_recordings, n_questions), class index or ``UNTOLD``
ids     : ``dataset/recording``, groups ``dataset/group``, so that nothing is confused
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from auscult.datasets import DATASETS, find_dataset
from auscult.datasets.dataset import Card
from auscult.errors import DatasetError
from auscult.splits import Row, make_rows
from auscult.types import QUESTIONS, Entry

UNTOLD = -1
ASKED = ("heard5", "murmur", "refer", "quality", "beats")
"""The questions a network is trained on; ``heard`` is sums of ``heard5``."""

COLUMNS = {
    question: slice(start, start + len(QUESTIONS[question]))
    for question, start in zip(
        ASKED, np.cumsum([0, *(len(QUESTIONS[q]) for q in ASKED[:-1])]).tolist(), strict=True
    )
}
"""Question → its logits in the network's output."""

N_LOGITS = sum(len(QUESTIONS[question]) for question in ASKED)


@dataclass(frozen=True, slots=True, eq=False)
class Corpus:
    """Entries with unique ids, and their answers; ``always_trains`` are never held out.

    ``columns`` is question → its logits in the output of whatever is trained on this corpus.
    """

    entries: tuple[Entry, ...]
    answers: NDArray[np.int64]
    always_trains: frozenset[str] = frozenset()
    cautions: tuple[str, ...] = ()
    columns: Mapping[str, slice] = field(default_factory=lambda: COLUMNS)

    def rows(self) -> tuple[Row, ...]:
        """Return one row a recording that may be held out.

        All are of one class: which answers a training part needs is for each question to say.
        """
        free = [e for e in self.entries if e.recording_id not in self.always_trains]
        return make_rows(free, ["told"] * len(free))

    def told(self, question: str) -> NDArray[np.bool_]:
        """Return which recordings answer ``question``: bool, shape (n_recordings,)."""
        told: NDArray[np.bool_] = self.answers[:, [*self.columns].index(question)] != UNTOLD
        return told

    def teaches(self, question: str, places: Sequence[int] | NDArray[np.int64]) -> bool:
        """Say whether every answer to ``question`` occurs in the recordings at ``places``."""
        given = self.answers[np.asarray(places), [*self.columns].index(question)]
        return set(given) >= set(range(len(QUESTIONS[question])))


def read_corpus(paths: Sequence[str | Path], also: Sequence[str | Path] = ()) -> Corpus:
    """Scan the datasets at ``paths`` and, for training only, those at ``also``.

    Raises
    ------
    DatasetError
        If a path holds no dataset, a dataset is named twice, or nothing in one answers a question.
    """
    entries: list[Entry] = []
    answers: list[list[int]] = []
    cautions: list[str] = []
    trains: set[str] = set()
    for path in (*paths, *also):
        dataset = find_dataset(path, DATASETS.values())
        scanned = dataset.scan(Path(path))
        names = {entry.dataset for entry in scanned}
        if twice := sorted(names.intersection(entry.dataset for entry in entries)):
            raise DatasetError(f"{path}: {', '.join(twice)} is named twice; name it once")
        found = [
            (_named(entry, already=len(names) > 1), answer)
            for entry in scanned
            if max(answer := _answers(entry, dataset.card)) != UNTOLD
        ]
        if not found:
            raise DatasetError(f"{path}: no recording here answers any of {', '.join(ASKED)}")
        entries += [entry for entry, _ in found]
        answers += [answer for _, answer in found]
        cautions += [dataset.card.caution] if dataset.card.caution else []
        if path in also:
            trains |= {entry.recording_id for entry, _ in found}
    return Corpus(tuple(entries), np.array(answers, np.int64), frozenset(trains), tuple(cautions))


def _answers(entry: Entry, card: Card) -> list[int]:
    told = [card.answer(entry, question) for question in ASKED]
    return [
        UNTOLD if answer is None else QUESTIONS[question].index(answer)
        for question, answer in zip(ASKED, told, strict=True)
    ]


def _named(entry: Entry, *, already: bool) -> Entry:
    """Return the entry under names unique in the corpus; a table of several sets has such names."""
    prefix = f"{entry.dataset}/"
    own = [entry.recording_id, entry.group, entry.subset]
    recording, group, subset = (n.removeprefix(prefix) if already else n for n in own)
    return replace(
        entry,
        recording_id=f"{prefix}{recording}",
        group=f"{prefix}{group}",
        subset=f"{entry.dataset} {subset}".strip(),
    )
