"""The reliability diagram: whether a verdict given 80 % is right 80 times in 100."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from auscult.metrics.calibration import N_BINS, ReliabilityBin
from auscult.reports.style import PAGE_IN, SizeIn, canvas, ink

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def reliability(
    bins: Sequence[ReliabilityBin], *, size_in: SizeIn = PAGE_IN, title: str = ""
) -> "Figure":
    """Draw the share of right verdicts over their probability, and the number in each bin.

    On the dashed diagonal the model is as sure as it should be; below it, too sure.

    Parameters
    ----------
    bins
        Bins that hold a verdict, by rising probability.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    sure = [one.mean_confidence for one in bins]
    right = [one.accuracy for one in bins]
    centres = [(min(int(value * N_BINS), N_BINS - 1) + 0.5) / N_BINS for value in sure]
    width = 0.9 / N_BINS
    with canvas(size_in) as figure:
        upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
        upper.bar(centres, right, width, color=ink("accent"), alpha=0.28, lw=0)
        upper.plot([0, 1], [0, 1], color=ink("muted"), linewidth=1, linestyle=(0, (3, 3)))
        upper.plot(sure, right, "o-", color=ink("accent"), markersize=4.5, linewidth=1.4)
        upper.set_ylim(0, 1.04)
        upper.grid(axis="y")
        upper.set_ylabel("Share right")
        upper.tick_params(axis="x", length=0)
        lower.bar(centres, [one.n for one in bins], width, color=ink("trace"), alpha=0.8, lw=0)
        lower.set_ylabel("Verdicts")
        lower.locator_params(axis="y", nbins=3, integer=True)
        lower.set_xlabel("Probability of the verdict")
        lower.set_xlim(0, 1)
        if title:
            upper.set_title(title)
    return figure
