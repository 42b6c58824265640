"""Windows → recording, and scores → calibrated probabilities.

Windows are averaged: the answer of a listener who trusts every window alike, and it does not
depend on how many there are. Then the bundle's temperature is applied.
"""

import numpy as np

from auscult.types import FloatArray


def mean_probabilities(windows: FloatArray) -> FloatArray:
    """Return float32, shape (n_classes,), from (n_windows, n_classes); rows and result sum to 1."""
    mean = windows.mean(axis=0, dtype=np.float64)
    out: FloatArray = (mean / mean.sum()).astype(np.float32)
    return out


def tempered(probabilities: FloatArray, temperature: float) -> FloatArray:
    """Return p^(1/temperature), normalised over the last axis: float32, same shape.

    Examples
    --------
    >>> tempered(np.array([0.8, 0.2], np.float32), 1.0).round(3).tolist()
    [0.800000011920929, 0.20000000298023224]
    """
    scores = np.log(np.maximum(probabilities.astype(np.float64), 1e-12)) / temperature
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    out: FloatArray = (powers / powers.sum(axis=-1, keepdims=True)).astype(np.float32)
    return out
