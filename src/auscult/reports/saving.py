"""Figure → file, or → SVG that lives inside a page.

On a page the SVG keeps its text as text (searchable, read aloud, in the page's font), takes its
colours from the page's CSS variables, and carries no address of any other place.
"""

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from auscult.errors import ConfigError
from auscult.files import write_atomically
from auscult.reports.style import PALETTE

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMATS = ("png", "svg", "pdf")
DENSE_DPI = 192
"""Twice the 96 pixels an inch of a screen, for pictures made of pixels."""

_MARGIN_IN = 0.2
_ROLE_OF = {light: role for role, (light, _) in PALETTE.items()}
_PROLOG = re.compile(r"^.*?(?=<svg)|<metadata>.*?</metadata>|\s+xmlns(:\w+)?=\"[^\"]*\"", re.DOTALL)
_FONT = re.compile(r"'DejaVu Sans'[^;\"]*")
_SIZE = re.compile(r"(<svg[^>]*?) (?:width|height)=\"[^\"]*\"")
_COLOUR = re.compile(r"#[0-9a-f]{6}\b")
_REFERENCE = re.compile(r"(\bid=\"|\bhref=\"#|url\(#)")


def save(figure: "Figure", path: str | Path) -> Path:
    """Write a picture as PNG, SVG or PDF, by the suffix of ``path``, and return the path.

    Raises
    ------
    ConfigError
        If the suffix is another.
    RunError
        If the file cannot be written.
    """
    path = Path(path)
    suffix = path.suffix.lower().removeprefix(".")
    if suffix not in FORMATS:
        raise ConfigError(
            f"{path}: a picture ends in .png, .svg or .pdf, not in {path.suffix or 'nothing'!r}; "
            "rename the output"
        )
    buffer = io.BytesIO()
    figure.savefig(buffer, format=suffix, dpi=DENSE_DPI, bbox_inches="tight", pad_inches=_MARGIN_IN)
    return write_atomically(path, buffer.getvalue())


def save_page(html: str, path: str | Path) -> Path:
    """Write a page and return its path.

    Raises
    ------
    RunError
        If the file cannot be written.
    """
    return write_atomically(path, html)


def inline_svg(figure: "Figure", alt: str, prefix: str) -> str:
    """Return the figure as an ``<svg>`` element for the inside of a page.

    Parameters
    ----------
    alt
        What the picture shows, for those who cannot see it.
    prefix
        Put before every id, since ids are unique in a page.
    """
    from matplotlib import rc_context  # noqa: PLC0415  an extra; whoever has a figure has it

    buffer = io.StringIO()
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "auscult", "text.parse_math": False}):
        figure.savefig(buffer, format="svg", dpi=DENSE_DPI, transparent=True)
    svg = _PROLOG.sub("", buffer.getvalue()).strip()
    svg = svg.replace("xlink:href", "href").replace("image-rendering:pixelated", "")
    svg = svg.replace("image-rendering:crisp-edges;", "")
    svg = _FONT.sub("var(--font)", svg)
    svg = _COLOUR.sub(_as_variable, svg)
    svg = _REFERENCE.sub(rf"\g<1>{prefix}-", svg)
    while _SIZE.search(svg):
        svg = _SIZE.sub(r"\1", svg)
    return svg.replace("<svg", f'<svg role="img" aria-label={quoteattr(alt)}', 1)


def _as_variable(match: re.Match[str]) -> str:
    role = _ROLE_OF.get(match[0])
    return f"var(--{role})" if role else match[0]
