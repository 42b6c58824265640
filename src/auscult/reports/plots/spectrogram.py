"""The spectrogram: the level at each frequency and time.

Windows of 60 ms overlap by seven eighths: short enough to part S1 from S2, long enough to tell
20 Hz from 40 Hz. The frequency axis ends at 1,000 Hz, or where the recording ends.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from auscult.audio import resample
from auscult.reports.plots.levels import FLOOR_DB, spectrogram_db
from auscult.reports.plots.marks import draw_marks
from auscult.reports.plots.naming import title_of
from auscult.reports.plots.spectrum import TOP_HZ
from auscult.reports.style import STANDALONE_IN, SizeIn, canvas, ink, label_axes
from auscult.types import Mark, Recording

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_WINDOW_S = 0.06
_WORKING_HZ = 2_500  # the resampler is flat to 0.91 of its half: past the 1,000 Hz that are drawn
_N_COLUMNS = 700
_RANGE_DB = 60.0


def spectrogram(
    recording: Recording,
    marks: Sequence[Mark] = (),
    *,
    size_in: SizeIn = STANDALONE_IN,
    title: str | None = None,
) -> "Figure":
    """Draw the level in dB re full scale over time in s and frequency in Hz.

    The colours span the 60 dB below the loudest place.

    Parameters
    ----------
    recording
        What to draw.
    marks
        Heart sounds, drawn as lines with their names.
    size_in
        Width and height in inches.
    title
        "Spectrogram" and the name of the recording by default; "" for none.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    with canvas(size_in) as figure:
        axes = figure.add_subplot()
        draw_spectrogram(axes, recording, marks)
        name = title_of("Spectrogram", recording, title)
        label_axes(axes, "Time (s)", "Frequency (Hz)", name)
        if marks:
            axes.set_title(axes.get_title(loc="left"), loc="left", pad=18)
    return figure


def draw_spectrogram(axes: "Axes", recording: Recording, marks: Sequence[Mark] = ()) -> None:
    """Draw the levels with their colour bar and marks on ``axes``; names of axes are left open."""
    rate_hz = min(recording.rate_hz, _WORKING_HZ)
    samples = resample(recording.samples, recording.rate_hz, rate_hz)
    levels_db = spectrogram_db(samples, rate_hz, _WINDOW_S, _N_COLUMNS)
    top_hz = min(TOP_HZ, rate_hz / 2)
    bin_hz = rate_hz / 2 / (len(levels_db) - 1)
    levels_db = levels_db[: 1 + int(np.ceil(top_hz / bin_hz))]
    loudest_db = max(float(levels_db.max()), FLOOR_DB + _RANGE_DB)
    axes.set_gid("time")
    image = axes.imshow(
        levels_db,
        origin="lower",
        aspect="auto",
        interpolation="none",
        extent=(0, recording.duration_s, -bin_hz / 2, (len(levels_db) - 0.5) * bin_hz),
        vmin=loudest_db - _RANGE_DB,
        vmax=loudest_db,
    )
    axes.set_ylim(0, top_hz)
    bar = axes.figure.colorbar(image, ax=axes, pad=0.02, aspect=24)
    bar.set_label("Level (dB re full scale)")
    bar.outline.set_visible(False)
    axes.spines[:].set_color(ink("line"))
    draw_marks(axes, marks, on_image=True)
