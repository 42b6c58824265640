"""A read-only name table that imports late and helps with near misses."""

import sys

import pytest

from auscult.errors import ConfigError
from auscult.registry import Registry

COLOURS = Registry("colour", {"red": 1, "green": 2, "blue": 3})


def test_is_a_mapping_in_the_order_written() -> None:
    assert dict(COLOURS) == {"red": 1, "green": 2, "blue": 3}
    assert list(COLOURS) == ["red", "green", "blue"]
    assert len(COLOURS) == 3
    assert "red" in COLOURS
    assert "grey" not in COLOURS


def test_cannot_be_written() -> None:
    with pytest.raises(TypeError, match="does not support item assignment"):
        COLOURS["grey"] = 4  # type: ignore[index]


def test_a_later_change_of_the_table_it_was_made_from_does_not_show() -> None:
    made_from: dict[str, int | str] = {"red": 1}
    made = Registry[int]("colour", made_from)
    made_from["grey"] = 2
    assert list(made) == ["red"]


def test_a_near_miss_is_suggested_and_all_names_are_told() -> None:
    with pytest.raises(
        ConfigError,
        match=r"unknown colour 'gren'; did you mean 'green'\? There are: blue, green, red",
    ):
        COLOURS["gren"]
    with pytest.raises(ConfigError, match=r"^unknown colour 'xyz'; There are: blue"):
        COLOURS["xyz"]


def test_text_is_imported_when_first_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    late = Registry("function", {"hls": "colorsys:rgb_to_hls"})
    assert list(late) == ["hls"]
    assert "colorsys" not in sys.modules
    assert late["hls"] is sys.modules["colorsys"].rgb_to_hls
