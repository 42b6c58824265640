"""The table of published collections is complete, safe and known to the readers."""

import re
from urllib.parse import urlsplit

import pytest

from auscult.datasets import DATASETS
from auscult.download import PUBLISHED, Piece, Published
from auscult.errors import ConfigError

HOSTS = {"physionet.org", "github.com", "istethoscope.peterjbentley.com", "www.peterjbentley.com"}
NO_HTTPS = {"www.peterjbentley.com"}


@pytest.fixture(params=list(PUBLISHED))
def item(request) -> Published:
    return PUBLISHED[request.param]


def test_every_collection_has_a_reader_and_every_reader_of_one_a_way() -> None:
    read = {item.dataset for item in PUBLISHED.values()}
    assert read == {name for name in DATASETS if DATASETS[name].card.address.startswith("http")}


def test_addresses_are_the_publishers_and_encrypted_where_they_can_be(item: Published) -> None:
    addresses = [a for piece in item.pieces for a in piece.addresses]
    for address in [*addresses, *filter(None, [item.checksums])]:
        parts = urlsplit(address)
        assert parts.hostname in HOSTS
        assert parts.scheme == ("http" if parts.hostname in NO_HTTPS else "https")
        assert address.isascii()


def test_pieces_can_be_told_apart_and_have_a_size(item: Published) -> None:
    names = [piece.name for piece in item.pieces]
    assert len(set(names)) == len(names)
    for piece in item.pieces:
        assert "/" not in piece.name
        assert 1e6 <= piece.about_bytes <= 1e9
        assert piece.at_most_bytes < item.limits.max_bytes
        assert re.fullmatch("[0-9a-f]{64}|", piece.sha256)
        assert not piece.place.startswith("/")
        assert ".." not in piece.place


def test_everything_a_person_needs_is_said(item: Published) -> None:
    assert item.terms
    assert item.checked
    assert item.page.startswith("https://")
    assert bool(item.steps) or not item.by_hand


def test_no_checksum_was_invented() -> None:
    assert [p.sha256 for item in PUBLISHED.values() for p in item.pieces if p.sha256] == []


def test_an_entry_that_leads_nowhere_is_refused() -> None:
    with pytest.raises(ConfigError, match="needs pieces"):
        Published("pascal", (), "terms", "https://a.org", "not")
    with pytest.raises(ConfigError, match="steps where there is no address"):
        Published("pascal", (Piece("a.zip", (), 1),), "terms", "https://a.org", "not")
