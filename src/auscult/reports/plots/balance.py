"""How many recordings each class has: as shares of a whole, and for each subset."""

from collections.abc import Mapping
from math import ceil
from typing import TYPE_CHECKING

from auscult.reports.style import STANDALONE_IN, SizeIn, canvas, class_inks, ink

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_RING_WIDTH = 0.36


def class_balance_pie(
    counts: Mapping[str, int], *, size_in: SizeIn = STANDALONE_IN, title: str = ""
) -> "Figure":
    """Draw the share of each class as a ring, with count and percentage in the key.

    Parameters
    ----------
    counts
        Class → number of recordings; drawn clockwise from the top, the largest first.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    ordered = dict(sorted(counts.items(), key=lambda item: -item[1]))
    total = sum(ordered.values())
    inks = class_inks(tuple(counts))
    with canvas(size_in) as figure:
        axes = figure.add_subplot()
        pieces, *_ = axes.pie(
            list(ordered.values()),
            colors=[inks[name] for name in ordered],
            startangle=90,
            counterclock=False,
            wedgeprops={"width": _RING_WIDTH, "edgecolor": ink("surface"), "linewidth": 1.6},
        )
        said = [f"{name}  {count:,} ({count / total:.0%})" for name, count in ordered.items()]
        axes.legend(
            pieces,
            said,
            loc="center left",
            bbox_to_anchor=(1.02, 0.5),
            handlelength=0.8,
            handleheight=0.8,
            labelspacing=0.75,
            labelcolor=ink("ink"),
        )
        axes.text(0, 0.06, f"{total:,}", ha="center", va="center", fontsize=17, fontweight="bold")
        axes.text(0, -0.2, "labelled", ha="center", va="center", fontsize=9, color=ink("muted"))
        if title:
            axes.set_title(title)
    return figure


def class_balance_bars(
    counts: Mapping[str, Mapping[str, int]], *, size_in: SizeIn = STANDALONE_IN, title: str = ""
) -> "Figure":
    """Draw one panel a subset, one bar a class, with the count at its end.

    Parameters
    ----------
    counts
        Subset → class → number of recordings. A class one subset lacks counts 0 there.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    classes = tuple(dict.fromkeys(name for subset in counts.values() for name in subset))
    inks = class_inks(classes)
    n_columns = min(2, len(counts))
    most = max(count for subset in counts.values() for count in subset.values())
    with canvas(size_in) as figure:
        n_rows = ceil(len(counts) / n_columns)
        panels = list(
            figure.subplots(n_rows, n_columns, sharex=True, sharey=True, squeeze=False).flat
        )
        for axes, (subset, of_class) in zip(panels, counts.items(), strict=False):
            values = [of_class.get(name, 0) for name in classes]
            axes.barh(classes, values, color=[inks[name] for name in classes], height=0.66)
            for row, value in enumerate(values):
                axes.text(value + 0.02 * most, row, f"{value:,}", va="center", fontsize=9)
            axes.set_title(subset, fontsize=10)
            _bare(axes)
        for axes in panels[len(counts) :]:
            axes.set_visible(False)
        panels[0].set_xlim(0, 1.18 * most)
        panels[0].invert_yaxis()
        figure.supxlabel("Recordings", fontsize=9.5, color=ink("muted"))
        if title:
            figure.suptitle(title, x=0.01, ha="left", fontsize=11, fontweight="bold")
    return figure


def _bare(axes: "Axes") -> None:
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.locator_params(axis="x", nbins=4)
    axes.tick_params(axis="x", length=0)
    axes.grid(axis="x")
