"""Temperature: one number that makes probabilities mean what they say.

A probability vector p becomes p^(1/T), normalised. T above 1 softens an overconfident model. It is
fitted by minimising the log loss on recordings the model has not been trained on.

Source
------
Guo, Pleiss, Sun, Weinberger: On Calibration of Modern Neural Networks, ICML 2017.
"""

import numpy as np
from numpy.typing import NDArray

from auscult.aggregate import tempered
from auscult.splits import check_fitting
from auscult.training.examples import Examples
from auscult.types import FloatArray

GRID = np.exp(np.linspace(np.log(0.2), np.log(5.0), 161))


def fit_temperature(probabilities: FloatArray, examples: Examples) -> float:
    """Return the temperature in [0.2, 5] with the lowest log loss.

    Parameters
    ----------
    probabilities
        float32, shape (n_rows, n_classes), of recordings kept from the model.
    examples
        Those recordings, of a training or validation part.

    Raises
    ------
    SplitError
        If they are of a test part, or of none.
    """
    check_fitting(examples.roles, "a temperature")
    losses = [_log_loss(tempered(probabilities, float(t)), examples.labels) for t in GRID]
    return float(GRID[int(np.argmin(losses))])


def _log_loss(probabilities: FloatArray, labels: NDArray[np.int64]) -> float:
    of_truth = probabilities[np.arange(len(labels)), labels]
    return float(-np.log(np.maximum(of_truth, 1e-12)).mean())
