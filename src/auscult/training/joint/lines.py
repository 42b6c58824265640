"""Where to draw lines: from what was said of recordings that trained no listener."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from auscult.errors import RunError
from auscult.thresholds import OperatingPoint, Thresholds
from auscult.types import FloatArray

LOOKED_FOR: Mapping[str, str] = {
    "heard": "murmur",
    "heard5": "murmur",
    "murmur": "present",
    "refer": "abnormal",
    "quality": "poor",
    "beats": "unclear",
}
SENSITIVITIES = (0.8, 0.9, 0.95)
ANSWERED = 0.9
"""Share of unseen recordings whose answer counts as sure."""


def looked_for_both(question: str, classes: tuple[str, ...], truth: NDArray[np.int64]) -> bool:
    """Say whether some recordings are what is looked for and some are not."""
    positive = truth == classes.index(LOOKED_FOR[question])
    return bool(positive.any() and not positive.all())


def draw_lines(
    question: str, classes: tuple[str, ...], probabilities: FloatArray, truth: NDArray[np.int64]
) -> Thresholds:
    """Return the thresholds of one question.

    Parameters
    ----------
    probabilities
        Calibrated, shape (n, n_classes), of recordings that trained nothing.
    truth
        Class indices, shape (n,).

    Raises
    ------
    RunError
        If none, or nothing else, of what is looked for is among them.
    """
    if not looked_for_both(question, classes, truth):
        raise RunError(f"{question}: recordings with and without it are needed to draw a line")
    looked_for = LOOKED_FOR[question]
    scores = probabilities[:, classes.index(looked_for)].astype(np.float64)
    positive = truth == classes.index(looked_for)
    found = np.sort(scores[positive])
    points = []
    for wanted in SENSITIVITIES:
        # subtle: down, so that float32 scores read from a file still reach it
        line = float(np.floor(found[int((1 - wanted) * len(found))] * 1e6) / 1e6)
        points.append(
            OperatingPoint(
                line,
                float((scores[positive] >= line).mean()),
                float((scores[~positive] < line).mean()),
            )
        )
    sure_from = float(np.quantile(probabilities.max(axis=1), 1 - ANSWERED))
    return Thresholds(round(sure_from, 4), looked_for, tuple(points))
