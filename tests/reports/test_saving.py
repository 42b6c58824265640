import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from auscult.errors import ConfigError, MissingExtraError, RunError
from auscult.reports import save, save_page
from auscult.reports.plots import spectrogram, waveform
from auscult.reports.saving import inline_svg
from auscult.types import Mark, Recording

HEADS = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF", "PNG": b"\x89PNG"}


@pytest.mark.parametrize("suffix", HEADS)
def test_the_suffix_chooses_the_format(
    suffix: str, tmp_path: Path, tone: Callable[..., Recording]
) -> None:
    path = save(waveform(tone()), tmp_path / "new" / f"a.{suffix}")
    assert path.read_bytes().startswith(HEADS[suffix])
    assert [p.name for p in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("name", ["a.jpg", "a", "png"])
def test_another_suffix_is_refused_and_nothing_written(
    name: str, tmp_path: Path, tone: Callable[..., Recording]
) -> None:
    with pytest.raises(ConfigError, match=r"a picture ends in \.png, \.svg or \.pdf"):
        save(waveform(tone()), tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "page.html").mkdir()
    with pytest.raises(RunError, match=r"page\.html: cannot be written"):
        save_page("<p>", tmp_path / "page.html")
    assert [p.name for p in tmp_path.iterdir()] == ["page.html"]


def test_inline_svg_takes_colours_and_font_from_the_page(tone: Callable[..., Recording]) -> None:
    svg = inline_svg(waveform(tone(), [Mark("S1", 0.5)]), 'a "quoted" <alt>', "p1")
    assert svg.startswith('<svg role="img" aria-label=\'a "quoted" &lt;alt&gt;\'')
    assert "var(--trace)" in svg
    assert "var(--s1)" in svg
    assert "var(--font)" in svg
    assert "DejaVu" not in svg
    assert ">Time (s)<" in svg
    assert "http" not in svg
    assert " width=" not in svg[: svg.index(">")]


def test_inline_svg_is_the_same_twice_and_prefixes_every_reference(
    tone: Callable[..., Recording],
) -> None:
    first, again = (inline_svg(spectrogram(tone()), "alt", "p7") for _ in range(2))
    assert first == again
    assert 'id="p7-' in first
    assert first.count("url(#") == first.count("url(#p7-") > 0
    assert first.count('href="#') == first.count('href="#p7-') > 0


def test_without_matplotlib_the_extra_is_named(
    monkeypatch: pytest.MonkeyPatch, tone: Callable[..., Recording]
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'auscult\[plot\]'"):
        waveform(tone())


def test_a_place_below_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RunError, match=r"page\.html: cannot be written"):
        save_page("<p>", tmp_path / "file" / "page.html")


def test_a_page_about_a_name_that_is_no_utf8_is_written(tmp_path: Path) -> None:
    page = save_page(b"<p>\xff".decode(errors="surrogateescape"), tmp_path / "page.html")
    assert page.read_text() == "<p>\\udcff"
