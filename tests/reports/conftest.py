from collections.abc import Callable
from html.parser import HTMLParser

import numpy as np
import pytest

from auscult.types import Recording

VOID = {"meta", "link", "br", "img", "input", "hr"}


def tone(rate_hz: int = 4000, duration_s: float = 2.0, at_hz: float = 100.0) -> Recording:
    times_s = np.arange(round(rate_hz * duration_s)) / rate_hz
    samples = 0.5 * np.sin(2 * np.pi * at_hz * times_s)
    return Recording(samples.astype(np.float32), rate_hz, "folder/tone.wav")


class Reader(HTMLParser):
    """Collects elements and text, and fails on anything unbalanced."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def check_page(html: str) -> Reader:
    """Read a page; fail unless it is balanced, self-contained and accessible."""
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert not reader.open, f"never closed: {reader.open}"
    for tag, attributes in reader.elements:
        for name in ("src", "href"):
            address = attributes.get(name)
            assert address is None or address.startswith(("#", "data:")), (tag, address)
        assert not [name for name in attributes if name.startswith("on")], (tag, attributes)
    style = html[html.index("<style>") : html.index("</style>")]
    assert "@import" not in style
    assert "url(" not in style
    assert len(reader.all("h1")) == 1
    assert all(svg.get("aria-label") or svg.get("aria-hidden") for svg in reader.all("svg"))
    assert len(reader.all("table")) == len(reader.all("caption"))
    ids = [attributes["id"] for _, attributes in reader.elements if "id" in attributes]
    assert len(ids) == len(set(ids)), "an id occurs twice"
    links = {a["href"] for a in reader.all("a")}
    assert links <= {f"#{one}" for one in ids}
    return reader


@pytest.fixture(name="check_page")
def check_page_fixture() -> Callable[[str], Reader]:
    return check_page


@pytest.fixture(name="tone")
def tone_fixture() -> Callable[..., Recording]:
    return tone
