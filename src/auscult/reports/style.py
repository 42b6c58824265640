"""How every picture looks: one palette with a light and a dark value for each role, one canvas.

A picture is drawn in the light values. On a page it becomes inline SVG whose colours are replaced
by CSS variables, so that the same picture turns dark with the page (``inline_svg`` in saving.py).

Conventions
-----------
size_in : (width, height) of a figure in inches; text is 9 to 10 points whatever the size
colours : "#rrggbb"; a role has one light value that no other role has

Matplotlib is imported when the first figure is made, never with the package, and pyplot not at all:
a figure belongs to whoever asked for it, and nothing is kept behind.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

from auscult.errors import MissingExtraError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SizeIn: TypeAlias = tuple[float, float]

STANDALONE_IN: SizeIn = (8.0, 3.6)
"""A picture saved on its own."""
PAGE_IN: SizeIn = (4.5, 2.75)
"""A picture on a page: two side by side on a desktop, one as wide as a phone."""

PALETTE: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "paper": ("#f5f7fa", "#0e1319"),
        "surface": ("#ffffff", "#161c24"),
        "ink": ("#18212c", "#e6ebf1"),
        "muted": ("#586474", "#9ba8b7"),
        "line": ("#d8dee6", "#2d3744"),
        "trace": ("#33506e", "#a3bbd4"),
        "accent": ("#1c5d99", "#7db8f0"),
        "on-accent": ("#fefefe", "#0b1017"),
        "warn": ("#a3310f", "#ff9c7a"),
        "s1": ("#1f6fd1", "#74b3ff"),
        "s2": ("#c2540a", "#ffa45c"),
        "normal": ("#15826a", "#4fc9a8"),
        "murmur": ("#c2344c", "#ff8094"),
        "extrahls": ("#a86a08", "#efb54f"),
        "extrastole": ("#7648b3", "#ba98f7"),
        "artifact": ("#6a7583", "#9aa6b4"),
        "unlabelled": ("#aab4c0", "#566373"),
        "spare-1": ("#2a7fae", "#78c0ea"),
        "spare-2": ("#9a5230", "#dd9f80"),
        "spare-3": ("#5d7a1f", "#b3d06a"),
        "spare-4": ("#a8447f", "#eb94c8"),
    }
)
"""Role → (light, dark). Classes of PASCAL have a role each; other classes take the spare ones."""

_SPARE = tuple(role for role in PALETTE if role.startswith("spare"))
_RC: Mapping[Any, Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],  # comes with matplotlib; a page puts its own in its place
    "font.size": 10.0,
    "text.parse_math": False,  # a file may be called "$a$"
    "text.color": PALETTE["ink"][0],
    "axes.labelcolor": PALETTE["muted"][0],
    "axes.edgecolor": PALETTE["line"][0],
    "axes.facecolor": PALETTE["surface"][0],
    "axes.titlelocation": "left",
    "axes.titlesize": 11.0,
    "axes.titleweight": "bold",
    "axes.titlepad": 9.0,
    "axes.labelsize": 9.5,
    "axes.labelpad": 5.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": False,
    "grid.color": PALETTE["line"][0],
    "grid.linewidth": 0.7,
    "lines.linewidth": 1.8,
    "lines.solid_capstyle": "round",
    "xtick.color": PALETTE["line"][0],
    "ytick.color": PALETTE["line"][0],
    "xtick.labelcolor": PALETTE["muted"][0],
    "ytick.labelcolor": PALETTE["muted"][0],
    "xtick.labelsize": 9.0,
    "ytick.labelsize": 9.0,
    "xtick.major.size": 3.0,
    "ytick.major.size": 0.0,
    "legend.frameon": False,
    "legend.fontsize": 9.0,
    "legend.labelcolor": PALETTE["muted"][0],
    "figure.facecolor": PALETTE["surface"][0],
    "savefig.facecolor": "auto",
    "image.cmap": "magma",
}


@contextmanager
def canvas(size_in: SizeIn) -> Iterator["Figure"]:
    """Open an empty figure to draw on; leaving the block lays it out.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    try:
        from matplotlib import rc_context  # noqa: PLC0415  an extra, and slow to import
        from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
        from matplotlib.figure import Figure  # noqa: PLC0415
    except ImportError:
        raise MissingExtraError("matplotlib", "plot") from None
    with rc_context(dict(_RC)):
        figure = Figure(figsize=size_in, layout="constrained")
        FigureCanvasAgg(figure)
        yield figure
        # subtle: ticks are made when first drawn and take the style of that moment, so draw now.
        figure.draw_without_rendering()


def ink(role: str) -> str:
    """Return the light colour of a role, as pictures are drawn."""
    return PALETTE[role][0]


def class_roles(classes: tuple[str, ...]) -> dict[str, str]:
    """Return the role of each class: its own where the palette has one, else a spare one in turn.

    Examples
    --------
    >>> class_roles(("murmur", "Absent", "Present"))
    {'murmur': 'murmur', 'Absent': 'spare-1', 'Present': 'spare-2'}
    """
    others = [name for name in classes if name not in PALETTE]
    spare = {name: _SPARE[i % len(_SPARE)] for i, name in enumerate(others)}
    return {name: spare.get(name, name) for name in classes}


def class_inks(classes: tuple[str, ...]) -> dict[str, str]:
    """Return the colour of each class, as pictures are drawn."""
    return {name: ink(role) for name, role in class_roles(classes).items()}


def label_axes(axes: "Axes", x: str, y: str, title: str = "") -> None:
    """Name both axes, with units, and set the title where there is one."""
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    if title:
        axes.set_title(title)
