"""The average beat: its envelope above, its spectrogram below, the states shaded and named.

After the cycle ends its S1 is shown once more, so that diastole is seen to lead into it.
"""

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from auscult.cycle import AverageBeat
from auscult.errors import ConfigError
from auscult.reports.style import PAGE_IN, SizeIn, canvas, ink
from auscult.types import STATES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BEAT_IN: SizeIn = (PAGE_IN[0], 1.5 * PAGE_IN[1])
_RANGE_DB = 50.0
_ENVELOPE_RANGE_DB = 42.0
_BOTTOM_HZ, _TOP_HZ = 20.0, 800.0
_N_ROWS = 120
_ROLES = {"S1": "s1", "S2": "s2"}


def average_beat(
    beat: AverageBeat, *, size_in: SizeIn = BEAT_IN, title: str | None = None
) -> "Figure":
    """Draw level over time from S1 in s, and the level at each frequency in Hz.

    Parameters
    ----------
    beat
        What to draw.
    size_in
        Width and height in inches.
    title
        "Average of … beats" by default; "" for none.

    Raises
    ------
    ConfigError
        If there is no average.
    MissingExtraError
        If matplotlib is not installed.
    """
    with canvas(size_in) as figure:
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=(2, 3))
        draw_beat(above, below, beat)
        name = f"Average of {beat.n_beats} beats" if title is None else title
        if name:
            above.set_title(name, pad=20)
    return figure


def draw_beat(above: "Axes", below: "Axes", beat: AverageBeat) -> None:
    """Draw the envelope on ``above`` and the spectrogram on ``below``; both share their time axis.

    Raises
    ------
    ConfigError
        If there is no average.
    """
    if beat.reason:
        raise ConfigError(f"there is no average beat to draw: {beat.reason}")
    again = np.concatenate([np.arange(beat.times_s.size), np.flatnonzero(beat.during("S1"))])
    step_s = float(beat.edges_s[-1]) / beat.times_s.size
    times_s = (np.arange(again.size) + 0.5) * step_s
    _shade(above, beat)
    low, high = beat.low_db[again], beat.high_db[again]
    above.fill_between(times_s, low, high, color=ink("trace"), alpha=0.28, linewidth=0)
    above.plot(times_s, beat.envelope_db[again], color=ink("trace"), linewidth=1.6)
    above.set_xlim(0, again.size * step_s)
    above.set_ylim(-_ENVELOPE_RANGE_DB, max(4.0, float(high.max()) + 1))
    above.set_ylabel("Level (dB)")
    above.grid(axis="y")
    _levels(below, beat.levels_db[:, again], beat, again.size * step_s)
    below.set_xlabel("Time from the onset of S1 (s)")
    below.set_ylabel("Frequency (Hz)")


def _shade(axes: "Axes", beat: AverageBeat) -> None:
    """Shade S1 and S2, and name all four states above the axes."""
    edges_s = [*beat.edges_s, beat.edges_s[-1] + beat.edges_s[1]]
    total_s = edges_s[-1]
    for at, (start_s, end_s) in enumerate(pairwise(edges_s)):
        state = STATES[at % len(STATES)]
        role = _ROLES.get(state, "muted")
        if state in _ROLES:
            axes.axvspan(start_s, end_s, color=ink(role), alpha=0.13, linewidth=0)
        axes.text(
            (start_s + min(end_s, total_s)) / 2,
            1.03,
            state,
            transform=axes.get_xaxis_transform(),
            color=ink(role),
            fontsize=8.5,
            ha="center",
            va="bottom",
        )


def _levels(axes: "Axes", levels_db: np.ndarray, beat: AverageBeat, end_s: float) -> None:
    """Draw the spectrogram on a logarithmic axis of frequency, with lines where states begin."""
    edges_hz = np.geomspace(_BOTTOM_HZ, _TOP_HZ, _N_ROWS + 1)
    rows_hz = np.sqrt(edges_hz[1:] * edges_hz[:-1])
    columns = (np.interp(rows_hz, beat.frequencies_hz, column) for column in levels_db.T)
    image = axes.pcolormesh(
        np.linspace(0, end_s, levels_db.shape[1] + 1),
        edges_hz,
        np.stack(list(columns), axis=1),
        vmin=-_RANGE_DB,
        vmax=0,
        rasterized=True,
    )
    axes.set_yscale("log")
    axes.set_ylim(_BOTTOM_HZ, _TOP_HZ)
    ticks = (25, 50, 100, 200, 400, 800)
    axes.set_yticks(ticks, [str(tick) for tick in ticks])
    axes.minorticks_off()
    for edge_s in beat.edges_s[1:]:
        axes.axvline(float(edge_s), color="#fdfdfd", alpha=0.6, linewidth=0.8)
    bar = axes.figure.colorbar(image, ax=axes, pad=0.02, aspect=18)
    bar.set_label("dB below the loudest")
    bar.outline.set_visible(False)
    axes.spines[:].set_color(ink("line"))
