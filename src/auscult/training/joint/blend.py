"""How surely two listeners know: temperature and offsets from recordings that trained neither.

Fitted by the log loss, with a penalty on the squares of log T and of the offsets, as if some
recordings said that nothing needs to change. Offsets need many recordings to be worth anything:
sixty, with two of the rarest class, only add noise, so theirs is the stronger.

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
TEMPERATURE_PENALTY, OFFSET_PENALTY = 1.0, 25.0


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
    truth, scale = np.eye(n_classes)[labels], (n + OFFSET_PENALTY) ** 0.5
    log_sharpness, offsets = 0.0, np.zeros(n_classes)
    # subtle: Newton would be faster; plain gradient steps on ten numbers cannot go astray.
    for _ in range(STEPS):
        now = Calibration(float(np.exp(-log_sharpness)), tuple(offsets.tolist()))
        error = now(log_probabilities).astype(np.float64) - truth
        slope = float((error * log_probabilities).sum()) * np.exp(log_sharpness)
        log_sharpness -= RATE * (slope + TEMPERATURE_PENALTY * log_sharpness) / scale
        offsets -= RATE * (error.sum(0) + OFFSET_PENALTY * offsets) / scale
    return Calibration(float(np.exp(-log_sharpness)), tuple((offsets - offsets.mean()).tolist()))
