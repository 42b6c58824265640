"""The probability of each class for one recording."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from auscult.reports.style import PAGE_IN, SizeIn, canvas, class_inks, ink

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def probability_bars(
    probabilities: Mapping[str, float],
    *,
    label: str | None = None,
    size_in: SizeIn = PAGE_IN,
    title: str = "",
) -> "Figure":
    """Draw one bar a class; the verdict's is strong, the others are pale.

    Parameters
    ----------
    probabilities
        Class → probability in [0, 1].
    label
        The verdict; None where there is none.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    classes = tuple(probabilities)
    inks = class_inks(classes)
    with canvas(size_in) as figure:
        axes = figure.add_subplot()
        axes.barh(classes, [1.0] * len(classes), color=ink("line"), alpha=0.45, height=0.6)
        for row, name in enumerate(classes):
            share = probabilities[name]
            strong = label in (None, name)
            axes.barh(name, share, color=inks[name], alpha=1 if strong else 0.45, height=0.6)
            axes.text(1.02, row, f"{share:.1%}", va="center", fontweight="bold" if strong else None)
        axes.set_xlim(0, 1.16)
        axes.set_xticks([0, 0.25, 0.5, 0.75, 1.0])
        axes.invert_yaxis()
        axes.spines[["left", "bottom"]].set_visible(False)
        axes.tick_params(axis="x", length=0)
        axes.set_xlabel("Probability")
        if title:
            axes.set_title(title)
    return figure
