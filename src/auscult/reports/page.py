"""One page that holds everything: style, script, pictures and sound inside, no address outside.

The page is light or dark as the reader's system is, prints light, and reads on a phone. A picture
with a time axis in the same :func:`listen` block as a player shows where the sound is, and a click
on it goes there; without scripts the player and the pictures stand on their own.
"""

import re
from importlib.resources import files
from typing import TYPE_CHECKING

from auscult.reports.markup import Html, element, join, safe
from auscult.reports.saving import inline_svg
from auscult.reports.style import PALETTE

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DISCLAIMER = (
    "Not a medical device. These results are for research and teaching; they must not be used to "
    "diagnose, to treat, or to decide whether somebody needs care."
)


class Page:
    """A page in the making.

    Parameters
    ----------
    title
        The heading, and the name of the tab.
    subtitle
        One sentence under it.

    Examples
    --------
    >>> page = Page("Heart sounds", "A first look")
    >>> page.section("Counts", element("p", "585 labelled recordings"))
    >>> page.html().startswith("<!doctype html>")
    True
    """

    def __init__(self, title: str, subtitle: str = "") -> None:
        self._title = title
        self._subtitle = subtitle
        self._parts: list[Html] = []
        self._sections: dict[str, str] = {}
        self._n_pictures = 0

    def add(self, *content: object) -> None:
        """Put content before the first section, or after the last one so far."""
        self._parts.extend(map(safe, content))

    def section(self, heading: str, *content: object, listed: bool = True) -> None:
        """Add a section with a heading; the page's list of contents names it if ``listed``."""
        base = re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-") or "section"
        anchor, n = base, 2
        while anchor in self._sections:
            anchor, n = f"{base}-{n}", n + 1
        self._sections[anchor] = heading if listed else ""
        title = element("h2", heading, id=f"{anchor}-title")
        self._parts.append(
            element("section", title, *content, id=anchor, aria_labelledby=f"{anchor}-title")
        )

    def figure(self, figure: "Figure", caption: object, alt: str, *, wide: bool = False) -> Html:
        """Return a picture with its caption.

        Parameters
        ----------
        figure
            What to show; an axis whose gid is "time" follows the sound.
        caption
            What is to be seen.
        alt
            The same for those who cannot see it.
        wide
            Whether it takes the whole width of a grid.
        """
        self._n_pictures += 1
        svg = Html(inline_svg(figure, alt, f"p{self._n_pictures}"))
        picture = element("div", svg, class_="picture", **_time_axis(figure))
        words = element("figcaption", caption)
        return element("figure", picture, words, class_="wide" if wide else None)

    def html(self) -> str:
        """Return the page."""
        head = join(
            Html('<meta charset="utf-8">'),
            Html('<meta name="viewport" content="width=device-width, initial-scale=1">'),
            Html('<meta name="color-scheme" content="light dark">'),
            element("title", self._title),
            element("style", Html(_palette_css() + _asset("page.css"))),
        )
        lead = element("p", self._subtitle, class_="subtitle") if self._subtitle else ""
        header = element(
            "header", Html(_asset("mark.svg")), element("h1", self._title), lead, self._contents()
        )
        footer = element("footer", element("p", element("strong", "auscult"), " · ", DISCLAIMER))
        body = element("body", header, element("main", *self._parts), footer, self._script())
        return f"<!doctype html>\n{element('html', element('head', head), body, lang='en')}\n"

    def _contents(self) -> Html:
        listed = {anchor: heading for anchor, heading in self._sections.items() if heading}
        if len(listed) < 2:  # noqa: PLR2004  one section needs no list
            return Html()
        links = (element("a", heading, href=f"#{anchor}") for anchor, heading in listed.items())
        return element("nav", *links, aria_label="Contents")

    def _script(self) -> Html:
        playing = any("<audio" in part for part in self._parts)
        return element("script", Html(_asset("page.js"))) if playing else Html()


def listen(player: Html, *content: object) -> Html:
    """Return a player and the pictures that follow it."""
    return element("div", player, *content, class_="listen")


def _time_axis(figure: "Figure") -> dict[str, object]:
    """Where the time axis lies, in shares of the picture's width, and the seconds it spans."""
    for axes in figure.axes:
        if axes.get_gid() == "time":
            box, (start_s, end_s) = axes.get_position(), axes.get_xlim()
            return {
                "data_left": f"{box.x0:.4f}",
                "data_right": f"{box.x1:.4f}",
                "data_top": f"{1 - box.y1:.4f}",
                "data_bottom": f"{1 - box.y0:.4f}",
                "data_start": f"{start_s:g}",
                "data_end": f"{end_s:g}",
            }
    return {}


def _palette_css() -> str:
    light = ";".join(f"--{role}:{colours[0]}" for role, colours in PALETTE.items())
    dark = ";".join(f"--{role}:{colours[1]}" for role, colours in PALETTE.items())
    return f":root{{{light}}}\n@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"


def _asset(name: str) -> str:
    return files("auscult.reports").joinpath(name).read_text(encoding="utf-8")
