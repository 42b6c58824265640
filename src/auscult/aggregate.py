"""Windows → recording, listeners → one answer, scores → calibrated probabilities.

Windows are averaged: the answer of a listener who trusts every window alike, and it does not
depend on how many there are. Several listeners' log-probabilities are averaged. Then a temperature
softens and offsets shift::

    log p = mean over listeners of log p_listener / T + b        normalised
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isfinite

import numpy as np

from auscult.errors import ConfigError
from auscult.types import FloatArray

LEAST_PROBABILITY = 1e-6
"""No listener is surer than this that something is not so: the other must be able to object."""

MIN_TEMPERATURE = 1e-6
"""Below, one answer is certain whatever is heard."""


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


@dataclass(frozen=True, slots=True)
class Calibration:
    """A temperature and one offset a class.

    Raises
    ------
    ConfigError
        If the temperature is too low, or a number is not finite.
    """

    temperature: float
    offsets: tuple[float, ...]

    def __post_init__(self) -> None:
        if not MIN_TEMPERATURE <= self.temperature < inf:
            raise ConfigError(
                f"temperature={self.temperature} must be finite, and {MIN_TEMPERATURE:g} or more"
            )
        if not all(map(isfinite, self.offsets)):
            raise ConfigError(f"offsets={self.offsets} must be finite")

    def __call__(self, log_probabilities: FloatArray) -> FloatArray:
        """Return calibrated probabilities: float32, shape (n, n_classes)."""
        scores = log_probabilities / self.temperature + np.array(self.offsets)
        powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
        out: FloatArray = (powers / powers.sum(axis=-1, keepdims=True)).astype(np.float32)
        return out

    def then(self, later: "Calibration") -> "Calibration":
        """Return the calibration that does this one and then ``later``."""
        shifted = np.array(self.offsets) / later.temperature + np.array(later.offsets)
        return Calibration(self.temperature * later.temperature, tuple(shifted.tolist()))


def blended(listeners: Sequence[FloatArray]) -> FloatArray:
    """Return the mean log-probabilities of listeners: shape (n, n_classes), like each of them."""
    logs = [np.log(np.maximum(said, LEAST_PROBABILITY)) for said in listeners]
    mean: FloatArray = np.mean(logs, axis=0)
    return mean
