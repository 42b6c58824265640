"""Receiver operating characteristic: each class against the rest, at every threshold."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from auscult.reports.style import PAGE_IN, SizeIn, canvas, class_inks, ink, label_axes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Curve: TypeAlias = tuple[Sequence[float], Sequence[float]]
"""False positive rates and true positive rates, as ``auscult.metrics.roc.roc_curve`` gives."""


def roc_curves(
    curves: Mapping[str, Curve],
    areas: Mapping[str, float | None],
    *,
    size_in: SizeIn = PAGE_IN,
    title: str = "",
) -> "Figure":
    """Draw the true over the false positive rate, a curve a class, with its area (AUC).

    Parameters
    ----------
    curves
        Class → curve.
    areas
        Class → area. A class without a curve or an area is named as undefined.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    inks = class_inks(tuple(areas))
    with canvas(size_in) as figure:
        axes = figure.add_subplot()
        axes.plot([0, 1], [0, 1], color=ink("muted"), linewidth=1, linestyle=(0, (3, 3)))
        for name, area in areas.items():
            false_rate, true_rate = curves.get(name, ((), ()))
            said = "undefined" if area is None else f"AUC {area:.3f}"
            axes.plot(false_rate, true_rate, color=inks[name], label=f"{name}  {said}")
        axes.set_xlim(-0.01, 1)
        axes.set_ylim(0, 1.015)
        axes.grid()
        axes.legend(loc="lower right", handlelength=1.4, labelspacing=0.35)
        label_axes(axes, "False positive rate", "True positive rate", title)
    return figure
