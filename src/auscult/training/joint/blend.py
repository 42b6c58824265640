"""Two listeners → one calibrated answer.

The listeners' log-probabilities are averaged, then softened by a temperature and shifted by an
offset a class::

    log p = (log p_network + log p_ensemble) / 2 / T + b        normalised

Temperature and offsets are fitted on validation recordings by the log loss, with a penalty of half
the squared size of the offsets (and of log T), as if a few recordings said that nothing needs to
change: rare classes have few validation recordings.

Source
------
Guo, Pleiss, Sun, Weinberger: On Calibration of Modern Neural Networks, ICML 2017 (vector scaling).
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from auscult.types import FloatArray

FLOOR = 1e-6
STEPS, RATE = 400, 0.05


@dataclass(frozen=True, slots=True)
class Calibration:
    """A temperature and one offset a class."""

    temperature: float
    offsets: tuple[float, ...]

    def __call__(self, log_probabilities: FloatArray) -> FloatArray:
        """Return calibrated probabilities: float32, shape (n, n_classes)."""
        return _softmax(log_probabilities / self.temperature + np.array(self.offsets))

    @classmethod
    def fit(cls, log_probabilities: FloatArray, labels: NDArray[np.int64]) -> Self:
        """Return the calibration with the lowest penalised log loss.

        Parameters
        ----------
        log_probabilities
            Shape (n, n_classes), of recordings that trained neither listener.
        labels
            Class indices, shape (n,).
        """
        n_classes = log_probabilities.shape[1]
        truth = np.eye(n_classes)[labels]
        # subtle: Newton would be faster; plain gradient steps on ten numbers cannot go astray.
        sharpness, offsets = 0.0, np.zeros(n_classes)
        for _ in range(STEPS):
            scaled = np.exp(sharpness) * log_probabilities
            error = _softmax(scaled + offsets).astype(np.float64) - truth
            n = len(labels)
            sharpness -= RATE * (float((error * scaled).sum()) + sharpness) / n**0.5
            offsets -= RATE * (error.sum(0) + offsets) / n**0.5
        return cls(float(np.exp(-sharpness)), tuple(float(b) for b in offsets - offsets.mean()))


def blended(listeners: list[FloatArray]) -> FloatArray:
    """Return the mean log-probabilities of the listeners: shape (n, n_classes)."""
    logs = [np.log(np.maximum(said, FLOOR)) for said in listeners]
    mean: FloatArray = np.mean(logs, axis=0)
    return mean


def _softmax(scores: NDArray[np.floating]) -> FloatArray:
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    out: FloatArray = (powers / powers.sum(axis=-1, keepdims=True)).astype(np.float32)
    return out
