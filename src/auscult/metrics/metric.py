"""What a line of the metrics tables holds: a formula, its name, its range, and what it needs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from auscult.errors import EvaluationError
from auscult.metrics.cases import Cases
from auscult.metrics.counts import Array

Formula: TypeAlias = Callable[[Cases], Array]


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure for all classes together.

    Parameters
    ----------
    label
        Name for readers.
    formula
        Cases → values, shape (n_weightings,), NaN where undefined.
    needs
        What the cases must hold for the figure to be defined, to follow "it needs".
    better
        Which way is good.
    bounds
        Lowest and highest possible value; the good one is that of perfect answers.

    Examples
    --------
    >>> import numpy as np
    >>> from auscult.metrics import METRICS
    >>> METRICS["accuracy"](np.array([0, 1]), np.array([[0.9, 0.1], [0.8, 0.2]]))
    0.5
    """

    label: str
    formula: Formula
    needs: str
    better: Literal["higher", "lower"] = "higher"
    bounds: tuple[float, float] = (0, 1)

    def __call__(self, truth: NDArray[np.integer], probabilities: Array) -> float:
        """Return the figure.

        Parameters
        ----------
        truth
            Shape (n_cases,), indices into the classes.
        probabilities
            Shape (n_cases, n_classes), rows summing to 1.

        Raises
        ------
        EvaluationError
            If it is undefined on these cases; the message says why.
        """
        cases = Cases(truth.astype(np.intp), probabilities)
        value = float(self.formula(cases)[0])
        if np.isnan(value):
            raise EvaluationError(self.why_undefined(cases))
        return value

    @property
    def perfect(self) -> float:
        """Value of answers that are all right and sure."""
        return self.bounds[self.better == "higher"]

    def why_undefined(self, cases: Cases) -> str:
        """Return the sentence for cases on which the figure is undefined."""
        missing = f"; there is {cases.missing()}" if cases.missing() else ""
        return f"{self.label} is undefined: it needs {self.needs}{missing}"


@dataclass(frozen=True, slots=True)
class ClassMetric:
    """One figure for each class against the rest; fields as in :class:`Metric`, always in [0, 1].

    ``formula`` gives shape (n_weightings, n_classes), NaN where undefined.
    """

    label: str
    formula: Formula
    needs: str

    def __call__(self, truth: NDArray[np.integer], probabilities: Array) -> Array:
        """Return shape (n_classes,), NaN for a class on which the figure is undefined."""
        values: Array = self.formula(Cases(truth.astype(np.intp), probabilities))[0]
        return values

    def why_undefined(self, name: str) -> str:
        """Return the sentence for the class called ``name``."""
        return f"{self.label} of {name} is undefined: it needs {self.needs}"
