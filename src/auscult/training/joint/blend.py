"""How surely two listeners know: temperature and offsets from recordings that trained neither.

Fitted by the log loss, with a penalty of half the squared size of the offsets (and of log T), as if
a few recordings said that nothing needs to change: rare classes have few validation recordings.

Source
------
Guo, Pleiss, Sun, Weinberger: On Calibration of Modern Neural Networks, ICML 2017 (vector scaling,
with one temperature).
"""

import numpy as np
from numpy.typing import NDArray

from auscult.aggregate import Calibration
from auscult.types import FloatArray

STEPS, RATE = 400, 0.05


def fit_calibration(log_probabilities: FloatArray, labels: NDArray[np.int64]) -> Calibration:
    """Return the calibration with the lowest penalised log loss.

    Parameters
    ----------
    log_probabilities
        Shape (n, n_classes), of validation recordings.
    labels
        Class indices, shape (n,).
    """
    n, n_classes = log_probabilities.shape
    truth = np.eye(n_classes)[labels]
    log_sharpness, offsets = 0.0, np.zeros(n_classes)
    # subtle: Newton would be faster; plain gradient steps on ten numbers cannot go astray.
    for _ in range(STEPS):
        now = Calibration(float(np.exp(-log_sharpness)), tuple(offsets.tolist()))
        error = now(log_probabilities).astype(np.float64) - truth
        slope = float((error * log_probabilities).sum()) * np.exp(log_sharpness)
        log_sharpness -= RATE * (slope + log_sharpness) / n**0.5
        offsets -= RATE * (error.sum(0) + offsets) / n**0.5
    return Calibration(float(np.exp(-log_sharpness)), tuple((offsets - offsets.mean()).tolist()))
