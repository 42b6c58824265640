"""HTML, escaped by construction.

Everything that is not already :class:`Html` is text and is escaped when it is put into an element,
so a file called ``<script>`` is shown, never run. Nothing here knows heart sounds.

Examples
--------
>>> element("p", "a < b & ", element("b", "c"), class_="note")
'<p class="note">a &lt; b &amp; <b>c</b></p>'
"""

import html
from base64 import b64encode
from collections.abc import Iterable, Sequence

from auscult.audio import resample, wav_bytes
from auscult.types import Recording

_LISTENING_HZ = 8_000
_NEARLY_ALL = 0.995
_VOID = ("br", "input")
"""Elements without content or end."""


class Html(str):
    """Markup that is safe to put into a page as it is."""

    __slots__ = ()


def safe(content: object) -> Html:
    """Return markup as it is, and anything else as escaped text."""
    return content if isinstance(content, Html) else Html(html.escape(str(content)))


def join(*content: object) -> Html:
    """Return the pieces one after another."""
    return Html("".join(map(safe, content)))


def element(tag: str, *content: object, **attributes: object) -> Html:
    """Return one element; ``class_`` and ``data_x`` name the attributes class and data-x.

    An attribute that is None or False is left out, one that is True stands alone.
    """
    named = "".join(
        f" {name.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{safe(value)}"')
        for name, value in attributes.items()
        if value is not None and value is not False
    )
    if tag in _VOID:
        return Html(f"<{tag}{named}>")
    return Html(f"<{tag}{named}>{join(*content)}</{tag}>")


def text(*content: object) -> Html:
    """Return a paragraph."""
    return element("p", *content)


def note(*content: object) -> Html:
    """Return a quiet box."""
    return element("div", *content, class_="note", role="note")


def warning(heading: str, sentences: Iterable[str]) -> Html:
    """Return a loud box with a heading and one line a sentence."""
    items = join(*(element("li", sentence) for sentence in sentences))
    return element(
        "div", element("strong", heading), element("ul", items), class_="warning", role="alert"
    )


def tiles(facts: Sequence[tuple[str, object]]) -> Html:
    """Return (name, value) pairs as a row of large figures."""
    pairs = (element("div", element("dt", name), element("dd", value)) for name, value in facts)
    return element("dl", *pairs, class_="tiles")


def table(
    caption: object,
    header: Sequence[object],
    rows: Iterable[Sequence[object]],
    *,
    numeric: bool = True,
) -> Html:
    """Return a table; the first cell of a row names it, the others are set right if ``numeric``.

    A table wider than the screen scrolls by itself, and can be reached by keyboard to do so.
    """
    head = element("tr", *(element("th", cell, scope="col") for cell in header))
    body = (
        element("tr", element("th", first, scope="row"), *(element("td", cell) for cell in rest))
        for first, *rest in rows
    )
    whole = element(
        "table",
        element("caption", element("span", caption)),
        element("thead", head),
        element("tbody", *body),
        class_="numeric" if numeric else None,
    )
    return element("div", whole, class_="scroll", role="region", tabindex=0, aria_label=caption)


def grid(*items: object) -> Html:
    """Return the items two abreast, or one above the other on a phone."""
    return element("div", *items, class_="grid")


def chip(label: str, role: str) -> Html:
    """Return a word with a dot in the colour of a role."""
    return element("span", label, class_="chip", style=f"--chip:var(--{role})")


def share_bar(label: str, share: float, role: str, *, strong: bool = False) -> Html:
    """Return a labelled bar for ``share`` in [0, 1]."""
    return element(
        "span",
        element("span", label, class_="name"),
        element("span", class_="track", style=f"--share:{share:.1%};--chip:var(--{role})"),
        element("span", percent(share), class_="value"),
        class_="share strong" if strong else "share",
    )


def percent(share: float) -> str:
    """Return ``share`` as a whole percentage; what only rounds to all or nothing says so.

    Examples
    --------
    >>> percent(0.914), percent(0.9989), percent(0.001), percent(1.0)
    ('91%', '> 99%', '< 1%', '100%')
    """
    if _NEARLY_ALL < share < 1:
        return "> 99%"
    return "< 1%" if 0 < share < 1 - _NEARLY_ALL else f"{share:.0%}"


def audio(recording: Recording, label: str) -> Html:
    """Return a player that holds the sound itself: 16-bit WAV, 8,000 Hz or the rate if lower."""
    rate_hz = min(recording.rate_hz, _LISTENING_HZ)
    samples = resample(recording.samples, recording.rate_hz, rate_hz)
    data = b64encode(wav_bytes(Recording(samples, rate_hz, recording.source))).decode("ascii")
    return element(
        "audio",
        controls=True,
        preload="metadata",
        src=f"data:audio/wav;base64,{data}",
        aria_label=f"Play {label}",
    )
