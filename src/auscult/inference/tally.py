"""What a batch came to: how many of each answer, and the cases somebody should look at first."""

from collections import Counter

from auscult.types import Prediction

REFUSED, UNREADABLE = "refused", "unreadable"
_RANKS = {"refused": 0, "error": 1, "ok": 2}


class Tally:
    """Counts answers, and keeps the worst; memory does not grow with the batch.

    Worst first: refused, then unreadable, then the least sure.

    Parameters
    ----------
    n_worst
        How many are kept.
    """

    def __init__(self, n_worst: int) -> None:
        self.counts: Counter[str] = Counter()
        self._n_worst = n_worst
        self._kept: list[Prediction] = []

    def add(self, prediction: Prediction) -> None:
        """Count one answer."""
        other = {"refused": REFUSED, "error": UNREADABLE}
        self.counts[prediction.label or other[prediction.status]] += 1
        self._kept.append(prediction)
        if len(self._kept) > 2 * self._n_worst:
            self._kept = self.worst

    @property
    def worst(self) -> list[Prediction]:
        """The worst cases, the worst first."""
        return sorted(self._kept, key=_badness)[: self._n_worst]


def _badness(prediction: Prediction) -> tuple[int, float]:
    return _RANKS[prediction.status], prediction.confidence or 0.0
