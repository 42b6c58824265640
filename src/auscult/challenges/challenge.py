"""What a line of the challenges table holds: figures, each with formula, quirk and textbook twin.

A challenge's figure is compared with published ones, so it is computed as it was published, with
everything that is odd about it. The oddity is its ``quirk``, and the figure the textbook would have
in its place is its ``twin``, computed from the same answers and shown beside it.

Conventions
-----------
evidence : what the figures of a challenge are computed from: an array of counts, or clips
figure   : evidence → number; NaN stands for undefined, never 0
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import isnan
from typing import Any, Generic, Literal, TypeVar

from auscult.challenges.table import Column, Table
from auscult.errors import EvaluationError
from auscult.metrics.counts import Array

Evidence = TypeVar("Evidence")


@dataclass(frozen=True, slots=True)
class Score:
    """The value of one figure, or the reason why it has none."""

    name: str
    label: str
    value: float | None
    reason: str
    formula: str
    quirk: str
    twin: str
    better: str


@dataclass(frozen=True, slots=True)
class Figure(Generic[Evidence]):
    """One figure of a challenge.

    Parameters
    ----------
    name, label
        For programs and for readers.
    formula
        As text, as it was published.
    compute
        Evidence → value, NaN where undefined. For counts with leading axes (resamples), one value
        for each.
    needs
        What must be there for the figure to be defined, to follow "it needs".
    quirk
        What is odd about it; empty if nothing is.
    twin
        Name of the figure the textbook has in its place; empty if there is none.
    better, bounds
        Which way is good; lowest and highest possible value.
    """

    name: str
    label: str
    formula: str
    compute: Callable[[Evidence], Array | float]
    needs: str
    quirk: str = ""
    twin: str = ""
    better: Literal["higher", "lower"] = "higher"
    bounds: tuple[float, float] = (0, 1)

    def __call__(self, evidence: Evidence) -> float:
        """Return the figure.

        Raises
        ------
        EvaluationError
            If it is undefined; the message says why.
        """
        value = float(self.compute(evidence))
        if isnan(value):
            raise EvaluationError(f"{self.label} is undefined: it needs {self.needs}")
        return value

    def score(self, evidence: Evidence) -> Score:
        """Return the value or the reason why there is none."""
        value, reason = None, ""
        try:
            value = self(evidence)
        except EvaluationError as error:
            reason = str(error)
        return Score(
            self.name,
            self.label,
            value,
            reason,
            self.formula,
            self.quirk,
            self.twin,
            self.better,
        )


@dataclass(frozen=True, slots=True)
class Challenge(Generic[Evidence]):
    """A challenge: what its table must hold, and its figures in the order they are shown.

    Parameters
    ----------
    title, source
        For readers; where it was published.
    row
        What one row of the table is.
    columns
        What the table must, or may, hold.
    read
        Table → evidence.
    figures
        Published figures and their twins.
    remarks
        Evidence → sentences on how far the figures compare with published ones.

    Examples
    --------
    >>> from auscult.challenges import CHALLENGES, Table
    >>> table = Table.of(truth=["normal", "murmur"], answer=["normal", "normal"])
    >>> CHALLENGES["pascal2-b"].scores(table)[0].value
    0.5
    """

    title: str
    source: str
    row: str
    columns: tuple[Column, ...]
    read: Callable[[Table], Evidence]
    figures: tuple[Figure[Evidence], ...]
    remarks: Callable[[Evidence], tuple[str, ...]] = lambda _: ()

    def figure(self, name: str) -> Figure[Evidence]:
        """Return a figure by name.

        Raises
        ------
        EvaluationError
            If the challenge has no such figure.
        """
        figures = {figure.name: figure for figure in self.figures}
        if name not in figures:
            raise EvaluationError(
                f"{self.title} has no figure {name!r}; it has: {', '.join(figures)}"
            )
        return figures[name]

    def scores(self, table: Table) -> tuple[Score, ...]:
        """Return every figure of a table.

        Raises
        ------
        EvaluationError
            If the table is not of this challenge's form; the message names file and row.
        """
        evidence = self.read(table)
        return tuple(figure.score(evidence) for figure in self.figures)


AnyChallenge = Challenge[Any]
