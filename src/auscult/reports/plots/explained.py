"""The spectrogram of a recording, what an answer rests on outlined, and the average beat below.

Everything that is not outlined is dimmed; tiles that lie one above the other are drawn as one.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from auscult.cycle import AverageBeat
from auscult.inference.explanation import Tile
from auscult.reports.plots.beat import draw_beat
from auscult.reports.plots.naming import title_of
from auscult.reports.plots.spectrogram import draw_spectrogram
from auscult.reports.style import STANDALONE_IN, SizeIn, canvas, label_axes
from auscult.types import Mark, Recording

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_OUTLINE = "#8df0ff"
_TOUCHING_S = 1e-3


def explained(
    recording: Recording,
    tiles: Sequence[Tile],
    marks: Sequence[Mark] = (),
    *,
    size_in: SizeIn = STANDALONE_IN,
    title: str | None = None,
) -> "Figure":
    """Draw the spectrogram with ``tiles`` outlined.

    Parameters
    ----------
    recording, marks
        As of :func:`auscult.reports.plots.spectrogram`.
    tiles
        What to outline.
    size_in
        Width and height in inches.
    title
        "What the answer rests on" and the name of the recording by default; "" for none.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    with canvas(size_in) as figure:
        _draw(figure.add_subplot(), recording, tiles, marks, title)
    return figure


def explanation_sheet(
    recording: Recording,
    tiles: Sequence[Tile],
    marks: Sequence[Mark],
    beat: AverageBeat,
    *,
    size_in: SizeIn = (STANDALONE_IN[0], 2.1 * STANDALONE_IN[1]),
    title: str | None = None,
) -> "Figure":
    """Draw :func:`explained` above the average beat, as one picture; alone if there is none.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    if beat.reason:
        return explained(recording, tiles, marks, title=title)
    with canvas(size_in) as figure:
        whole, above, below = figure.subplots(3, 1, height_ratios=(3, 1.6, 2.4))
        below.sharex(above)
        above.tick_params(labelbottom=False)
        _draw(whole, recording, tiles, marks, title)
        draw_beat(above, below, beat)
        above.set_title(f"Average of {beat.n_beats} beats", pad=20)
    return figure


def _draw(
    axes: "Axes",
    recording: Recording,
    tiles: Sequence[Tile],
    marks: Sequence[Mark],
    title: str | None,
) -> None:
    draw_spectrogram(axes, recording, marks)
    name = title_of("What the answer rests on", recording, title)
    label_axes(axes, "Time (s)", "Frequency (Hz)", name)
    axes.set_title(axes.get_title(loc="left"), loc="left", pad=18 if marks else None)
    if tiles:
        outline(axes, tiles)


def outline(axes: "Axes", tiles: Sequence[Tile]) -> None:
    """Outline ``tiles``, those that touch as one, and dim everything else on ``axes``."""
    from matplotlib.patches import PathPatch, Rectangle  # noqa: PLC0415  an extra
    from matplotlib.path import Path  # noqa: PLC0415

    boxes = [
        ((start_s, low_hz), end_s - start_s, high_hz - low_hz)
        for start_s, end_s, low_hz, high_hz in joined(tiles)
    ]
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    # subtle: rectangles wound the other way are holes in the one that dims.
    frame = Path([(left, bottom), (right, bottom), (right, top), (left, top), (left, bottom)])
    holes = [
        Path([(x, y), (x, y + height), (x + width, y + height), (x + width, y), (x, y)])
        for (x, y), width, height in boxes
    ]
    dimming = Path.make_compound_path(frame, *holes)
    axes.add_patch(PathPatch(dimming, facecolor="#000004", alpha=0.45, linewidth=0, zorder=1.5))
    for corner, width, height in boxes:
        axes.add_patch(
            Rectangle(
                corner, width, height, fill=False, edgecolor=_OUTLINE, linewidth=1.1, zorder=3
            )
        )


def joined(tiles: Sequence[Tile]) -> list[tuple[float, float, float, float]]:
    """Return (start_s, end_s, low_hz, high_hz) of the tiles, those one above the other as one."""
    found: list[tuple[float, float, float, float]] = []
    for tile in sorted(tiles, key=lambda t: (t.start_s, t.low_hz)):
        if found:
            start_s, end_s, low_hz, high_hz = found[-1]
            same = max(abs(tile.start_s - start_s), abs(tile.end_s - end_s)) < _TOUCHING_S
            if same and tile.low_hz <= high_hz:
                found[-1] = start_s, end_s, low_hz, max(high_hz, tile.high_hz)
                continue
        found.append((tile.start_s, tile.end_s, tile.low_hz, tile.high_hz))
    return found
