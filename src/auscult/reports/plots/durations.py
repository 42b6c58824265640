"""How long recordings are, class by class."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from auscult.reports.style import STANDALONE_IN, SizeIn, canvas, class_inks, ink

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_N_BINS = 40


def durations(
    durations_s: Mapping[str, Sequence[float]],
    *,
    size_in: SizeIn = STANDALONE_IN,
    title: str = "",
) -> "Figure":
    """Draw a histogram a class, one above the other over one axis in seconds.

    Each panel has its own height, since classes differ in number; its tallest bar is labelled.

    Parameters
    ----------
    durations_s
        Class → durations in seconds; a class without recordings is left out.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    filled = {name: np.asarray(values) for name, values in durations_s.items() if len(values)}
    inks = class_inks(tuple(durations_s))
    longest_s = max(float(values.max()) for values in filled.values())
    edges = np.linspace(0, longest_s, _N_BINS + 1)
    with canvas(size_in) as figure:
        panels = figure.subplots(len(filled), 1, sharex=True, squeeze=False)[:, 0]
        for axes, (name, values) in zip(panels, filled.items(), strict=True):
            heights, _, _ = axes.hist(values, edges, color=inks[name], rwidth=0.9)
            axes.set_yticks([int(np.max(heights))])
            axes.set_ylim(0, 1.12 * float(np.max(heights)))
            axes.text(
                0.995,
                0.94,
                f"{name} · median {np.median(values):.1f} s",
                transform=axes.transAxes,
                ha="right",
                va="top",
                fontsize=9,
                color=ink("muted"),
            )
            axes.tick_params(axis="x", length=0)
        panels[-1].set_xlim(0, longest_s)
        panels[-1].set_xlabel("Duration (s)")
        figure.supylabel("Recordings in a bar", fontsize=9.5, color=ink("muted"))
        if title:
            figure.suptitle(title, x=0.01, ha="left", fontsize=11, fontweight="bold")
    return figure
