"""Recordings that a bundle has learned from are known by their bytes, others by their dataset."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from auscult.bundle import Bundle, find_bundle, read_bundle
from auscult.frontend import FRONTENDS
from auscult.types import Entry
from auscult.verbs.learned import Known, heard_before, known_to, listing_own, made_from

OWN = {"dataset": "own", "hash": "abc"}


def made(**provenance: object) -> Bundle:
    return Bundle.of_one(
        "mine", b"", FRONTENDS["heart"], ("a", "b"), question="label", provenance=provenance
    )


def sounds(folder: Path, *contents: str, dataset: str = "own") -> list[Entry]:
    """One recording of each content, called by its place and folder, labelled differently."""
    folder.mkdir(exist_ok=True)
    found = []
    for place, content in enumerate(contents):
        path = folder / f"{place}.wav"
        path.write_text(content)
        found.append(Entry(f"{folder.name}{place}", path, dataset, "", folder.name, str(place)))
    return found


def test_what_a_bundle_was_made_from_is_told_with_what_its_start_was_made_from() -> None:
    assert made_from(read_bundle(find_bundle("default"))) == {"pascal", "circor", "cinc2016"}
    assert made_from(made()) == frozenset()
    start = {"data": {"dataset": "circor + pascal"}, "start": {"data": {"dataset": "bmdhs"}}}
    assert made_from(made(data=OWN, start=start)) == {"own", "circor", "pascal", "bmdhs"}


def test_own_recordings_are_known_again_whatever_they_are_called(tmp_path: Path) -> None:
    told = listing_own(OWN, sounds(tmp_path / "old", "a", "b", "c", "d"))
    here = sounds(tmp_path / "new", "x", "b", "c", "y", "d", dataset="ward")
    known = known_to(made(data=told), here)
    assert known == Known((), ("new1", "new2", "new4"), unlisted=False)
    assert known.in_words(5) == "3 of these 5 recordings (new1, new2, new4)"
    assert known_to(made(data={"dataset": "pascal"}, start={"data": told}), here) == known
    [sentence] = heard_before(made(data=told), here)
    assert "mine was made from 3 of these 5 recordings" in sentence
    assert heard_before(made(data=told), here[::3]) == []


def test_what_a_bundle_was_calibrated_on_is_told_too(tmp_path: Path) -> None:
    own = sounds(tmp_path / "own", "a", "b", "c")
    published = sounds(tmp_path / "pascal", "d", dataset="pascal")
    bundle = made(data={"dataset": "circor"}, calibrated_on=listing_own(OWN, own[:2]))
    [sentence] = heard_before(bundle, [*own, *published])
    assert "mine was calibrated on 2 of these 4 recordings (own0, own1)" in sentence
    assert heard_before(bundle, own[2:]) == []
    elsewhere = made(calibrated_on=listing_own({"dataset": "pascal"}, published))
    [sentence] = heard_before(elsewhere, published)
    assert "mine was calibrated on pascal" in sentence


def test_published_recordings_are_known_by_name_and_not_listed(tmp_path: Path) -> None:
    published = sounds(tmp_path / "pascal", "a", "b", dataset="pascal")
    data = {"dataset": "pascal + ward"}
    assert listing_own(data, published) == data
    own = sounds(tmp_path / "ward", "c", dataset="ward")
    told = listing_own(data, [*published, *own])
    assert len(told["recordings"]) == 1
    new = sounds(tmp_path / "ward-2", "d", dataset="ward")
    assert known_to(made(data=told), [*new, *published]).datasets == ("pascal",)
    assert not known_to(made(data=told), new).in_words(1)
    assert not known_to(read_bundle(find_bundle("default")), new).in_words(1)


@pytest.mark.parametrize(
    ("data", "dataset", "wanted"),
    [
        (OWN, "own", Known((), (), unlisted=True)),
        (OWN, "ward", Known((), (), unlisted=True)),
        (OWN, "yaseen", Known((), (), unlisted=False)),
        ({"dataset": "ward"}, "ward", Known(("ward",), (), unlisted=False)),
        ({"dataset": "ward"}, "own", Known((), (), unlisted=False)),
    ],
)
def test_a_bundle_that_lists_nothing_leaves_room_for_doubt(
    data: Mapping[str, Any], dataset: str, wanted: Known, tmp_path: Path
) -> None:
    here = sounds(tmp_path / "new", "a", dataset=dataset)
    assert known_to(made(data=data), here) == wanted
    doubts = "does not list them" in " ".join(heard_before(made(data=data), here))
    assert doubts == wanted.unlisted


def test_more_than_three_are_counted_and_not_all_named() -> None:
    known = Known(("pascal",), tuple("abcde"), unlisted=False)
    assert known.in_words(9) == "pascal, 5 of these 9 recordings (a, b, c, …)"
    assert replace(known, datasets=(), recordings=()).in_words(9) == ""
