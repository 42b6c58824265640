"""Tables of labels → counts: how often each combination of labels stands in a row.

Conventions
-----------
counts : float64, shape (…, n_labels of each column), the columns in their order. Optional columns
         have one place more, the last, for rows that do not say. Leading axes are resamples.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from auscult.challenges.challenge import Challenge, Figure
from auscult.challenges.table import Column, Table
from auscult.metrics.counts import Array


@dataclass(frozen=True, slots=True)
class Labels:
    """Counts the rows of a table by the labels in its columns.

    Parameters
    ----------
    columns
        One axis of the counts each.
    key
        Column that names what a row is about. If the table has it, a name may stand once.
    """

    columns: tuple[Column, ...]
    key: str

    def __call__(self, table: Table) -> Array:
        """Return counts, shape (n_labels of each column …)."""
        counts: Array = self.weighted(table, np.ones((1, len(table.rows))))[0]
        return counts

    def weighted(self, table: Table, weights: Array) -> Array:
        """Return counts under each weighting of the rows, for resampling.

        Parameters
        ----------
        table
            Rows of labels.
        weights
            Shape (n_weightings, n_rows), zero or more.

        Returns
        -------
        Array
            Shape (n_weightings, n_labels of each column …).
        """
        table.refuse_repeats(self.key)
        shape = tuple(len(column.labels) + column.optional for column in self.columns)
        places = tuple(column.indices(table) for column in self.columns)
        cells = np.ravel_multi_index(places, shape)
        membership = (cells[:, None] == np.arange(np.prod(shape))).astype(np.float64)
        counts: Array = (weights @ membership).reshape(-1, *shape)
        return counts


def label_challenge(
    *,
    title: str,
    source: str,
    row: str,
    key: str,
    columns: tuple[Column, ...],
    figures: tuple[Figure[Array], ...],
    remarks: Callable[[Array], tuple[str, ...]] = lambda _: (),
) -> Challenge[Array]:
    """Return a challenge whose rows are labels; ``key`` may name what a row is about."""
    named = Column(key, "its name, each once", optional=True)
    read = Labels(columns, key)
    return Challenge(title, source, row, (named, *columns), read, figures, remarks)
