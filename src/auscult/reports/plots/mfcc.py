"""The MFCCs of a recording: coefficient over time.

Coefficient 0 is the level, tens of times larger than the others; the colours are those of the
others, and it goes beyond them, as the pointed ends of the colour bar say.

Differences from librosa.display.specshow(librosa.feature.mfcc(...))
-------------------------------------------------------------------
Frames are 64 ms at 4,000 Hz, not 2,048 samples (half a second there): S1 and S2 stay apart.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from auscult.audio import resample
from auscult.features import LogMel, Mfcc
from auscult.reports.plots.levels import mean_columns
from auscult.reports.plots.marks import draw_marks
from auscult.reports.plots.naming import title_of
from auscult.reports.style import STANDALONE_IN, SizeIn, canvas, ink, label_axes
from auscult.types import Mark, Recording

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_WORKING_HZ = 4_000
_MFCC = Mfcc(n_coefficients=52, log_mel=LogMel(n_bands=64, n_fft=256, hop_length=64))
_N_COLUMNS = 700
_SHOWN_PERCENT = 96.0


def mfcc(
    recording: Recording,
    marks: Sequence[Mark] = (),
    *,
    feature: Mfcc | None = None,
    size_in: SizeIn = STANDALONE_IN,
    title: str | None = None,
) -> "Figure":
    """Draw the coefficients, in dB, over time in s.

    Parameters
    ----------
    recording
        What to draw.
    marks
        Heart sounds, drawn as lines with their names.
    feature
        Which MFCCs, taken at the recording's own rate. By default 52 of 64 bands, in frames of
        64 ms every 16 ms, at 4,000 Hz or the recording's rate if that is lower.
    size_in
        Width and height in inches.
    title
        "MFCC" and the name of the recording by default; "" for none.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    rate_hz = recording.rate_hz if feature else min(recording.rate_hz, _WORKING_HZ)
    samples = resample(recording.samples, recording.rate_hz, rate_hz)
    coefficients = mean_columns((feature or _MFCC)(samples, rate_hz), _N_COLUMNS)
    others = coefficients[1:] if len(coefficients) > 1 else coefficients
    limit_db = max(float(np.percentile(np.abs(others), _SHOWN_PERCENT)), 1.0)
    with canvas(size_in) as figure:
        axes = figure.add_subplot()
        axes.set_gid("time")
        image = axes.imshow(
            coefficients,
            origin="lower",
            aspect="auto",
            interpolation="none",
            cmap="RdBu_r",
            extent=(0, recording.duration_s, -0.5, len(coefficients) - 0.5),
            vmin=-limit_db,
            vmax=limit_db,
        )
        bar = figure.colorbar(image, ax=axes, pad=0.02, aspect=24, extend="both")
        bar.set_label("Coefficient (dB)")
        bar.outline.set_visible(False)
        axes.spines[:].set_color(ink("line"))
        axes.locator_params(axis="y", integer=True)
        draw_marks(axes, marks)
        label_axes(axes, "Time (s)", "MFCC number", title_of("MFCC", recording, title))
        if marks:
            axes.set_title(axes.get_title(loc="left"), loc="left", pad=18)
    return figure
