"""Where heart sounds lie, drawn on a time axis."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from auscult.reports.style import ink
from auscult.types import Mark

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_ROLES = {"S1": "s1", "S2": "s2"}
_INCHES_A_LABEL = 0.19


def draw_marks(axes: "Axes", marks: Sequence[Mark], *, on_image: bool = False) -> None:
    """Draw one line a mark: S1 solid, S2 dashed, others dotted.

    Each line carries its name above the axes while names have room, otherwise a legend names the
    kinds once. On an image the lines are white, since the image is dark in either theme.
    """
    if not marks:
        return
    start_s, end_s = axes.get_xlim()
    shown = [mark for mark in marks if start_s <= mark.at_s <= end_s]
    width_in = axes.get_figure().get_size_inches()[0] * 0.8  # type: ignore[union-attr]
    roomy = len(shown) * _INCHES_A_LABEL <= width_in
    kinds: dict[str, object] = {}
    for mark in shown:
        colour = ink(_ROLES.get(mark.sound, "muted"))
        style = {"S1": "-", "S2": (0, (3, 2))}.get(mark.sound, ":")
        line = axes.axvline(
            mark.at_s,
            color="#fdfdfd" if on_image else colour,
            alpha=0.55 if on_image else 0.75,
            linewidth=0.9,
            linestyle=style,
        )
        kinds.setdefault(mark.sound, line)
        if roomy:
            _name(axes, mark, colour)
    if not roomy:
        _legend(axes, kinds)


def _name(axes: "Axes", mark: Mark, colour: str) -> None:
    axes.text(
        mark.at_s,
        1.015,
        mark.sound,
        transform=axes.get_xaxis_transform(),
        color=colour,
        fontsize=8,
        ha="center",
        va="bottom",
    )


def _legend(axes: "Axes", kinds: dict[str, object]) -> None:
    """Name each kind above the axes, in its own colour, with the look of its line."""
    for i, sound in enumerate(sorted(kinds)):
        dash = {"S1": "—", "S2": "- -"}.get(sound, "···")
        axes.text(
            1.0 - 0.13 * (len(kinds) - 1 - i),
            1.015,
            f"{dash} {sound}",
            transform=axes.transAxes,
            color=ink(_ROLES.get(sound, "muted")),
            fontsize=8,
            ha="right",
            va="bottom",
        )
