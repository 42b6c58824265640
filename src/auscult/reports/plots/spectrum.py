"""The spectrum: the mean level at each frequency, from 0 to 1,000 Hz.

Heart sounds lie below 200 Hz and murmurs below 800 Hz, so what lies above is not drawn; the
Nyquist frequency is stated, because a recording made at 4,000 Hz holds nothing above 2,000 Hz.
"""

from typing import TYPE_CHECKING

import numpy as np

from auscult.reports.plots.levels import spectrum_db
from auscult.reports.plots.naming import title_of
from auscult.reports.style import STANDALONE_IN, SizeIn, canvas, ink, label_axes
from auscult.types import Recording

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TOP_HZ = 1_000.0
_WINDOW_S = 0.25
_RANGE_DB = 100.0


def spectrum(
    recording: Recording, *, size_in: SizeIn = STANDALONE_IN, title: str | None = None
) -> "Figure":
    """Draw the level in dB re full scale over the frequency in Hz.

    Welch's method with Hann windows of 0.25 s that overlap by half: a resolution of 4 Hz. A sine of
    amplitude 1 would reach 0 dB.

    Parameters
    ----------
    recording
        What to draw.
    size_in
        Width and height in inches.
    title
        "Spectrum" and the name of the recording by default; "" for none.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    nyquist_hz = recording.rate_hz / 2
    frequencies_hz, levels_db = spectrum_db(recording.samples, recording.rate_hz, _WINDOW_S)
    shown = frequencies_hz <= min(TOP_HZ, nyquist_hz)
    frequencies_hz, levels_db = frequencies_hz[shown], levels_db[shown]
    top_db = 10 * np.ceil(levels_db.max() / 10 + 0.2)
    bottom_db = max(10 * np.floor(levels_db.min() / 10), top_db - _RANGE_DB)
    with canvas(size_in) as figure:
        axes = figure.add_subplot()
        axes.fill_between(
            frequencies_hz, levels_db, bottom_db, color=ink("trace"), alpha=0.14, lw=0
        )
        axes.plot(frequencies_hz, levels_db, color=ink("trace"), linewidth=1.4)
        axes.set_xlim(0, min(TOP_HZ, nyquist_hz))
        axes.set_ylim(bottom_db, top_db)
        axes.grid(axis="y")
        axes.text(
            1.0,
            0.97,
            f"Nyquist frequency {nyquist_hz:,.0f} Hz",
            transform=axes.transAxes,
            color=ink("muted"),
            fontsize=8.5,
            ha="right",
            va="top",
        )
        name = title_of("Spectrum", recording, title)
        label_axes(axes, "Frequency (Hz)", "Level (dB re full scale)", name)
    return figure
