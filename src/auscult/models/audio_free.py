"""Guessers that never hear a sound: what a figure must beat to mean anything.

Each sees, of the training rows, their labels and what their names and headers tell, and answers
for the test rows. Where patients or sessions leak, these guessers score as well as published
networks.

Conventions
-----------
result : float32, shape (n_test, n_classes), rows summing to 1
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auscult.registry import Registry
from auscult.types import Entry, FloatArray


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one recording without hearing it; ``label`` is a class index."""

    entry: Entry
    rate_hz: int
    duration_s: float
    label: int


Guesser = Callable[[Sequence[Known], Sequence[Known], int], FloatArray]


def majority(train: Sequence[Known], test: Sequence[Known], n_classes: int) -> FloatArray:
    """Answer with the training part's class shares, always."""
    return np.tile(_shares(train, n_classes), (len(test), 1))


def group_copy(train: Sequence[Known], test: Sequence[Known], n_classes: int) -> FloatArray:
    """Copy the labels of the same patient or session; class shares where there is none."""
    by_group: dict[str, list[Known]] = {}
    for known in train:
        by_group.setdefault(known.entry.group, []).append(known)
    return np.stack([_shares(by_group.get(k.entry.group, train), n_classes) for k in test])


def nearest_in_time(train: Sequence[Known], test: Sequence[Known], n_classes: int) -> FloatArray:
    """Copy the label of the training recording of the same set taken nearest in time."""
    return np.stack([_shares(_nearest(k, train) or train, n_classes) for k in test])


def rate_and_duration(train: Sequence[Known], test: Sequence[Known], n_classes: int) -> FloatArray:
    """Boosted trees on sampling rate and duration, as the headers give them."""
    from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: PLC0415 - training only

    trees = HistGradientBoostingClassifier(max_iter=100, class_weight="balanced", random_state=0)
    trees.fit(_headers(train), _labels(train))
    out = np.zeros((len(test), n_classes), np.float32)
    out[:, trees.classes_] = trees.predict_proba(_headers(test))
    return out


AUDIO_FREE: Registry[Guesser] = Registry(
    "audio-free guesser",
    {
        "majority": majority,
        "group copy": group_copy,
        "nearest in time": nearest_in_time,
        "rate + duration": rate_and_duration,
    },
)


def _nearest(known: Known, train: Sequence[Known]) -> list[Known]:
    """Return the training recording taken nearest; empty where no time is known."""
    if known.entry.taken_at_s is None:
        return []
    taken_at_s = known.entry.taken_at_s
    timed = [
        (abs(other.entry.taken_at_s - taken_at_s), index)
        for index, other in enumerate(train)
        if other.entry.taken_at_s is not None and other.entry.subset == known.entry.subset
    ]
    return [train[min(timed)[1]]] if timed else []


def _shares(knowns: Sequence[Known], n_classes: int) -> FloatArray:
    counts = np.bincount(_labels(knowns), minlength=n_classes)
    shares: FloatArray = (counts / counts.sum()).astype(np.float32)
    return shares


def _labels(knowns: Sequence[Known]) -> NDArray[np.int64]:
    return np.array([known.label for known in knowns], dtype=np.int64)


def _headers(knowns: Sequence[Known]) -> NDArray[np.float64]:
    return np.array([(known.rate_hz, known.duration_s) for known in knowns], dtype=np.float64)
