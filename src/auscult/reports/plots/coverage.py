"""Coverage: how often the verdicts are right when the least sure of them are not given."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from auscult.reports.style import PAGE_IN, SizeIn, canvas, ink, label_axes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SHOWN_FROM = 0.05
"""Of fewer recordings than this share, the accuracy is chance."""


def coverage(
    curve: tuple[Sequence[float], Sequence[float]],
    *,
    size_in: SizeIn = PAGE_IN,
    title: str = "",
) -> "Figure":
    """Draw the share of right verdicts over the share of recordings that get one, surest first.

    Parameters
    ----------
    curve
        As ``auscult.metrics.coverage.coverage_curve`` gives.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    points = [(x, y) for x, y in zip(*curve, strict=True) if x >= SHOWN_FROM]
    answered, right = zip(*points, strict=True) if points else ((), ())
    with canvas(size_in) as figure:
        axes = figure.add_subplot()
        axes.plot(answered, right, color=ink("accent"))
        if right:
            axes.axhline(right[-1], color=ink("muted"), linewidth=1, linestyle=(0, (3, 3)))
        axes.set_xlim(1.01, 0)
        axes.set_ylim(min((0.5, *right)) - 0.02, 1.01)
        axes.grid()
        label_axes(axes, "Share answered, the surest", "Share right", title)
    return figure
