"""The confusion matrix: what each class was called."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from auscult.errors import ConfigError
from auscult.reports.style import PAGE_IN, SizeIn, canvas, ink, label_axes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_DARK_SHARE = 0.55


def confusion_matrix(
    counts: ArrayLike, classes: Sequence[str], *, size_in: SizeIn = PAGE_IN, title: str = ""
) -> "Figure":
    """Draw counts, and under each its share of the row; the shade follows the share.

    Parameters
    ----------
    counts
        Shape (n_classes, n_classes): rows are the truth, columns the verdict.
    classes
        Names of rows and columns.

    Raises
    ------
    ConfigError
        If ``counts`` is not square with one row a class.
    MissingExtraError
        If matplotlib is not installed.
    """
    table = np.asarray(counts)
    n_classes = len(classes)
    if table.shape != (n_classes, n_classes):
        raise ConfigError(f"counts has shape {table.shape}; wanted ({n_classes}, {n_classes})")
    totals = table.sum(axis=1, keepdims=True)
    shares = table / np.maximum(totals, 1)
    with canvas(size_in) as figure:
        from matplotlib.patches import Rectangle  # noqa: PLC0415  an extra

        axes = figure.add_subplot()
        for (row, column), share in np.ndenumerate(shares):
            # subtle: shade by opacity, not by colour map: it then follows the theme of the page.
            corner = (column - 0.485, row - 0.485)
            axes.add_patch(Rectangle(corner, 0.97, 0.97, fc=ink("line"), alpha=0.35, lw=0))
            axes.add_patch(Rectangle(corner, 0.97, 0.97, fc=ink("accent"), alpha=share, lw=0))
            colour = ink("on-accent" if share > _DARK_SHARE else "ink")
            count = f"{table[row, column]:,}"
            axes.text(column, row - 0.04, count, ha="center", va="bottom", color=colour)
            axes.text(
                column,
                row + 0.06,
                f"{share:.0%}",
                ha="center",
                va="top",
                color=colour,
                fontsize=8.5,
            )
        axes.set_xlim(-0.5, n_classes - 0.5)
        axes.set_ylim(n_classes - 0.5, -0.5)
        axes.set_xticks(range(n_classes), classes)
        rows = [f"{name}\nn = {n:,}" for name, n in zip(classes, totals[:, 0], strict=True)]
        axes.set_yticks(range(n_classes), rows)
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        label_axes(axes, "Verdict", "Truth", title)
    return figure
