"""The cases a metric looks at, with as many weightings of them as wanted.

A metric is often wanted a thousand times on resamples of the same cases. A resample is nothing but
a weight for each case (how often it was drawn), so every formula here takes a stack of weightings
and answers for all of them at once; a plain evaluation is a stack of one, all weights 1.

Conventions
-----------
truth         : int, shape (n_cases,), indices into the classes
probabilities : float, shape (n_cases, n_classes), rows in [0, 1] summing to 1 within 1e-3
weights       : float, shape (n_weightings, n_cases), zero or more
prediction    : the most probable class, the first of them where several are equally probable
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from auscult.errors import EvaluationError
from auscult.metrics.counts import Array, Indices, confusion_matrices

SUM_TOLERANCE = 1e-3


# subtle: no slots, because cached_property keeps its value in the instance dictionary.
@dataclass(frozen=True, eq=False)
class Cases:
    """Truth and probabilities of the same cases, under one or many weightings.

    Parameters
    ----------
    truth
        Shape (n_cases,), indices into the classes.
    probabilities
        Shape (n_cases, n_classes).
    weights
        Shape (n_weightings, n_cases), or (n_weightings, 1) for equal weights; default: all 1.
    classes
        Names for messages; empty means "class 0", "class 1", …
    averaged
        Indices of the classes that the macro figures average over; empty means all.

    Raises
    ------
    EvaluationError
        If there is no case, the shapes differ, a truth is no class, or a row is no distribution.
    """

    truth: Indices
    probabilities: Array
    weights: Array = field(default_factory=lambda: np.ones((1, 1)))
    classes: tuple[str, ...] = ()
    averaged: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        truth, probabilities = np.asarray(self.truth), np.asarray(self.probabilities, np.float64)
        _check(truth, probabilities)
        n_cases, n_classes = probabilities.shape
        weights = np.asarray(self.weights, np.float64)
        if weights.ndim != 2 or weights.shape[1] not in (1, n_cases):  # noqa: PLR2004
            raise EvaluationError(
                f"weights have shape {weights.shape}; wanted (n_weightings, {n_cases})"
            )
        names = self.classes or tuple(f"class {index}" for index in range(n_classes))
        if len(names) != n_classes:
            raise EvaluationError(f"{len(names)} class names for {n_classes} columns")
        object.__setattr__(self, "truth", truth.astype(np.intp))
        object.__setattr__(self, "probabilities", probabilities)
        object.__setattr__(self, "weights", np.broadcast_to(weights, (len(weights), n_cases)))
        object.__setattr__(self, "classes", names)
        object.__setattr__(self, "averaged", self.averaged or tuple(range(n_classes)))

    @cached_property
    def predicted(self) -> Indices:
        """Most probable class of each case, shape (n_cases,)."""
        predicted: Indices = self.probabilities.argmax(axis=1)
        return predicted

    @cached_property
    def confusion(self) -> Array:
        """Shape (n_weightings, n_classes, n_classes), truth by prediction."""
        return confusion_matrices(self.truth, self.predicted, self.n_classes, self.weights)

    @property
    def n_classes(self) -> int:
        """Number of classes."""
        return len(self.classes)

    def totals(self, per_case: Array) -> Array:
        """Sum ``per_case``, shape (n_cases,) or (n_cases, m), under each weighting."""
        sums: Array = self.weights @ per_case
        return sums

    def macro(self, per_class: Array) -> Array:
        """Average ``per_class``, shape (n_weightings, n_classes), over the averaged classes."""
        means: Array = per_class[:, list(self.averaged)].mean(axis=1)
        return means

    def missing(self) -> str:
        """Say which classes are never true and which never predicted, under all weightings."""
        confusion = self.confusion.sum(axis=0)
        pairs = (("no true case", confusion.sum(1)), ("no prediction", confusion.sum(0)))
        sentences = []
        for what, counts in pairs:
            if names := [name for name, n in zip(self.classes, counts, strict=True) if not n]:
                sentences.append(f"{what} of {', '.join(names)}")
        return ", ".join(sentences)


def _check(truth: NDArray[np.generic], probabilities: Array) -> None:
    if probabilities.ndim != 2 or probabilities.shape[1] < 2:  # noqa: PLR2004
        raise EvaluationError(
            f"probabilities have shape {probabilities.shape}; wanted (n_cases, n_classes) "
            "with at least two classes"
        )
    n_cases, n_classes = probabilities.shape
    if n_cases == 0:
        raise EvaluationError("there is no case to score")
    if truth.shape != (n_cases,) or not np.issubdtype(truth.dtype, np.integer):
        raise EvaluationError(
            f"truth has shape {truth.shape} and type {truth.dtype}; wanted ({n_cases},) integers"
        )
    wrong = np.flatnonzero(~np.isin(truth, np.arange(n_classes)))
    if wrong.size:
        raise EvaluationError(
            f"case {wrong[0]} has truth {truth[wrong[0]]}, but the classes are 0 to {n_classes - 1}"
        )
    good = (probabilities >= 0).all(axis=1) & (probabilities <= 1).all(axis=1)
    good &= np.abs(probabilities.sum(axis=1) - 1) <= SUM_TOLERANCE
    if not good.all():
        case = int(np.flatnonzero(~good)[0])
        raise EvaluationError(
            f"case {case} has probabilities {probabilities[case].tolist()}; "
            "wanted numbers in [0, 1] that sum to 1"
        )
