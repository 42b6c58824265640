"""The waveform: amplitude over time.

A recording has more samples than a picture has columns. Up to a few thousand samples are joined by
a line; of more, each column shows the span from the lowest to the highest, so no click is lost.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from auscult.reports.plots.marks import draw_marks
from auscult.reports.plots.naming import title_of
from auscult.reports.style import STANDALONE_IN, SizeIn, canvas, ink, label_axes
from auscult.types import Mark, Recording, Samples

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_MOST_LINE_POINTS = 2_400
_N_COLUMNS = 1_000


def waveform(
    recording: Recording,
    marks: Sequence[Mark] = (),
    *,
    size_in: SizeIn = STANDALONE_IN,
    title: str | None = None,
) -> "Figure":
    """Draw the amplitude (1 is full scale) over time in seconds.

    Parameters
    ----------
    recording
        What to draw.
    marks
        Heart sounds, drawn as lines with their names.
    size_in
        Width and height in inches.
    title
        "Waveform" and the name of the recording by default; "" for none.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    with canvas(size_in) as figure:
        axes = figure.add_subplot()
        axes.set_gid("time")
        axes.set_xlim(0, recording.duration_s)
        axes.axhline(0, color=ink("line"), linewidth=0.7)
        if recording.samples.size <= _MOST_LINE_POINTS:
            times_s = np.arange(recording.samples.size) / recording.rate_hz
            axes.plot(times_s, recording.samples, color=ink("trace"), linewidth=0.9)
        else:
            times_s, low, high = _envelope(recording.samples, recording.duration_s)
            axes.fill_between(times_s, low, high, color=ink("trace"), linewidth=0.5, step="mid")
        peak = max(float(np.abs(recording.samples).max()), 1e-3)
        axes.set_ylim(-1.08 * peak, 1.08 * peak)
        axes.locator_params(axis="y", nbins=6)
        axes.grid(axis="y")
        draw_marks(axes, marks)
        label_axes(
            axes, "Time (s)", "Amplitude (1 = full scale)", title_of("Waveform", recording, title)
        )
        if marks:
            axes.set_title(axes.get_title(loc="left"), loc="left", pad=18)
    return figure


def _envelope(samples: Samples, duration_s: float) -> tuple[NDArray[np.float64], Samples, Samples]:
    """Return the middle of each column in seconds, and its lowest and highest sample."""
    edges = np.linspace(0, samples.size, _N_COLUMNS + 1).astype(int)[:-1]
    times_s = (np.arange(_N_COLUMNS) + 0.5) * duration_s / _N_COLUMNS
    return times_s, np.minimum.reduceat(samples, edges), np.maximum.reduceat(samples, edges)
