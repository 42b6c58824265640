"""Getting a whole collection: it is there with everything checked, or not there."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from auscult.download import RECEIPT_NAME, Piece, Published
from auscult.errors import ConfigError, DatasetError, DownloadError
from auscult.verbs.get import get, offers

Make = Callable[..., Published]


def wav() -> bytes:
    buffer = io.BytesIO()
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, 4_000)
    soundfile.write(buffer, noise, 4_000, format="WAV")
    return buffer.getvalue()


FILES = {"set_a/normal__201102081321.wav": wav(), "set_a/murmur__201103081321.wav": wav()}
TABLE = b"dataset,fname,label,sublabel\n"


def packed(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name, data in files.items():
            file.writestr(name, data)
    return buffer.getvalue()


def sums(files: dict[str, bytes]) -> bytes:
    lines = (f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in files.items())
    return "".join(lines).encode()


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.fixture
def small(site) -> Published:
    """Two pieces on the loopback server: an archive with a top folder, and a table."""
    archive = packed({f"top-1.0/{name}": data for name, data in FILES.items()})
    return Published(
        dataset="pascal",
        pieces=(
            Piece("a.zip", (site.add("/a.zip", archive),), 10_000, strip=1),
            Piece("set_a.csv", (site.add("/set_a.csv", TABLE),), 1_000, place="set_a.csv"),
        ),
        terms="for tests",
        page="https://example.org/heart",
        checked="made here",
    )


@pytest.fixture
def fetch_it(small: Published, hasty, tmp_path: Path):
    def run(**options):
        item = options.pop("item", small)
        out = options.pop("out", tmp_path / "data")
        return get("small", out, patience=hasty, published={"small": item}, **options)

    return run


def test_a_collection_comes_with_a_receipt_and_is_recognised(fetch_it, tmp_path: Path) -> None:
    got = fetch_it()
    assert names(tmp_path) == {"data"}
    assert names(tmp_path / "data") == {"set_a", "set_a.csv", RECEIPT_NAME}
    told = json.loads((tmp_path / "data" / RECEIPT_NAME).read_text())
    assert told["files"] == {
        name: hashlib.sha256(data).hexdigest()
        for name, data in sorted((FILES | {"set_a.csv": TABLE}).items())
    }
    assert [one["name"] for one in told["fetched"]] == ["a.zip", "set_a.csv"]
    assert all(one["date"] and one["n_bytes"] and not one["published"] for one in told["fetched"])
    assert "no checksum is published" in got.notes[0]
    assert got.notes[1] == f"look at it with: auscult data summary {tmp_path / 'data'}"


def test_a_second_run_compares_with_the_receipt_and_asks_nobody(
    fetch_it, site, tmp_path: Path
) -> None:
    fetch_it()
    site.requests.clear()
    assert fetch_it().notes[0] == "all 3 files are as they came"
    assert site.requests == []
    (tmp_path / "data" / "set_a" / "normal__201102081321.wav").write_bytes(b"else")
    (tmp_path / "data" / "set_a.csv").unlink()
    said = r"normal__201102081321.wav is changed, set_a.csv is missing since it came"
    with pytest.raises(DownloadError, match=said):
        fetch_it()


def test_a_broken_receipt_gets_a_sentence(fetch_it, tmp_path: Path) -> None:
    fetch_it()
    for text in ("{", "{}", "[]", '{"fetched": [1]}'):
        (tmp_path / "data" / RECEIPT_NAME).write_text(text)
        with pytest.raises(DownloadError, match="is no receipt that auscult wrote"):
            fetch_it()


def test_archives_can_be_kept(fetch_it, tmp_path: Path) -> None:
    fetch_it(keep=True)
    assert {"a.zip", "set_a.csv"} <= names(tmp_path / "data.download")


def test_a_file_of_somebody_else_is_left_alone(fetch_it, tmp_path: Path) -> None:
    (tmp_path / "data.download").mkdir()
    (tmp_path / "data.download" / "mine").write_text("mine")
    fetch_it()
    assert names(tmp_path / "data.download") == {"mine"}


def test_a_piece_that_fails_leaves_no_folder_and_is_gone_on_with(
    fetch_it, site, tmp_path: Path
) -> None:
    site.pages["/set_a.csv"].statuses = [404]
    with pytest.raises(DownloadError, match=r"set_a.csv: answered 404(.|\n)*example.org/heart"):
        fetch_it()
    assert names(tmp_path) == {"data.download"}
    fetch_it()
    assert len(site.asked("/a.zip")) == 1
    assert names(tmp_path) == {"data"}


def test_a_waiting_piece_that_changed_is_not_used(fetch_it, site, tmp_path: Path) -> None:
    site.pages["/set_a.csv"].statuses = [404]
    with pytest.raises(DownloadError):
        fetch_it()
    (tmp_path / "data.download" / "a.zip").write_bytes(packed({"set_a/x.wav": b"else"}))
    with pytest.raises(DownloadError, match=r"a.zip: has SHA-256 .* is wanted; remove it"):
        fetch_it()


@pytest.mark.parametrize("bad", ["../../data/evil", "top/../../evil"])
def test_an_unsafe_archive_leaves_nothing(fetch_it, site, tmp_path: Path, bad: str) -> None:
    site.add("/a.zip", packed({"top/set_a/good.wav": b"x", bad: b"evil"}))
    with pytest.raises(DownloadError, match="would lie outside its folder"):
        fetch_it()
    assert names(tmp_path) == {"data.download"}


def test_a_folder_that_is_in_use_is_not_touched(fetch_it, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "mine").write_text("mine")
    with pytest.raises(DatasetError, match="was not fetched by auscult"):
        fetch_it()
    assert names(tmp_path / "data") == {"mine"}


def test_an_empty_folder_is_filled(fetch_it, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    fetch_it()
    assert "set_a" in names(tmp_path / "data")


@pytest.mark.parametrize("out", [".", "..", "/"])
def test_a_folder_without_a_name_is_refused(fetch_it, out: str, monkeypatch, tmp_path) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    with pytest.raises(ConfigError, match="is no name for a new folder"):
        fetch_it(out=out)


def test_another_collection_in_the_folder_is_told(fetch_it, small, hasty, tmp_path) -> None:
    fetch_it()
    with pytest.raises(DatasetError, match="holds small, not other"):
        get("other", tmp_path / "data", patience=hasty, published={"other": small})


def listed(small: Published, site, listing: bytes, *, archive_is_listed: bool) -> Published:
    address = site.add("/SHA256SUMS.txt", listing, lies={"Content-Type": "text/plain"})
    if not archive_is_listed:
        return replace(small, checksums=address, pieces=small.pieces[:1])
    pieces = tuple(replace(piece, listed_as=piece.name) for piece in small.pieces)
    return replace(small, checksums=address, pieces=pieces)


def test_published_checksums_of_archives_are_compared(fetch_it, small, site) -> None:
    archive = site.pages["/a.zip"].data
    item = listed(small, site, sums({"a.zip": archive, "set_a.csv": TABLE}), archive_is_listed=True)
    got = fetch_it(item=item)
    assert got.receipt.checked_against == item.checksums
    assert all(one.published for one in got.receipt.fetched)


def test_an_archive_unlike_its_published_checksum_is_refused(
    fetch_it, small, site, tmp_path: Path
) -> None:
    item = listed(small, site, sums({"a.zip": b"else", "set_a.csv": TABLE}), archive_is_listed=True)
    with pytest.raises(DownloadError, match="was published; what came was removed"):
        fetch_it(item=item)
    assert not (tmp_path / "data").exists()


def test_published_checksums_of_files_are_compared(fetch_it, small, site) -> None:
    item = listed(small, site, sums(FILES), archive_is_listed=False)
    assert fetch_it(item=item).receipt.checked_against == item.checksums


@pytest.mark.parametrize(
    ("name", "fault"), [("set_a/normal__201102081321.wav", "changed"), ("a/b.wav", "missing")]
)
def test_files_unlike_the_published_list_are_refused(
    fetch_it, small, site, name: str, fault: str
) -> None:
    item = listed(small, site, sums(FILES | {name: b"else"}), archive_is_listed=False)
    with pytest.raises(DownloadError, match=f"SHA256SUMS.txt: {name} is {fault} in what came"):
        fetch_it(item=item)


@pytest.mark.parametrize(
    ("listing", "said"), [(None, "answered 404"), (b"<p>sorry</p>", "is no SHA-256 and path")]
)
def test_a_list_that_cannot_be_had_is_said(
    fetch_it, small, site, listing: bytes | None, said: str
) -> None:
    item = listed(small, site, listing or b"", archive_is_listed=True)
    if listing is None:
        del site.pages["/SHA256SUMS.txt"]
    got = fetch_it(item=item)
    assert got.receipt.checked_against == ""
    assert "not compared with the published checksums" in got.notes[0]
    assert said in got.notes[0]


def test_a_piece_that_is_not_listed_is_said(fetch_it, small, site) -> None:
    listing = sums({"set_a.csv": TABLE})
    got = fetch_it(item=listed(small, site, listing, archive_is_listed=True))
    assert got.notes[0] == "not in the published list of checksums: a.zip"


def test_where_an_account_is_needed_each_step_is_said(fetch_it, small, tmp_path: Path) -> None:
    by_hand = Piece("archive.zip", (), 10_000, strip=1)
    item = replace(small, pieces=(by_hand,), steps=("make an account", "fetch it"))
    with pytest.raises(DownloadError, match=r"account(.|\n)*1\. make an(.|\n)*2\. fetch it"):
        fetch_it(item=item)
    mine = tmp_path / "mine.zip"
    mine.write_bytes(packed({f"top/{name}": data for name, data in FILES.items()}))
    got = fetch_it(item=item, archives=[mine])
    assert mine.is_file()
    assert got.receipt.fetched[0].address == "fetched by hand"
    assert "set_a" in names(tmp_path / "data")


def test_a_piece_fetched_by_hand_is_taken_by_its_name(fetch_it, site, tmp_path: Path) -> None:
    mine = tmp_path / "set_a.csv"
    mine.write_bytes(TABLE)
    fetch_it(archives=[mine])
    assert site.asked("/set_a.csv") == []
    with pytest.raises(ConfigError, match=r"is no piece of small; there are a.zip, set_a.csv"):
        fetch_it(archives=[tmp_path / "b.zip"], out=tmp_path / "more")
    with pytest.raises(ConfigError, match="no such file"):
        fetch_it(archives=[tmp_path / "a.zip"], out=tmp_path / "more")


def test_another_layout_than_published_is_said(fetch_it, site) -> None:
    site.add("/a.zip", packed({"top/readme.txt": b"moved"}))
    assert any("in a layout that is not known" in note for note in fetch_it().notes)


def test_what_is_offered_says_size_terms_subjects_and_how() -> None:
    rows = {offer.name: offer for offer in offers()}
    assert rows["circor"].subjects == "known"
    assert rows["yaseen"].subjects == "unknown"
    assert rows["circor"].how == "download, checksums published"
    assert rows["pascal-kaggle"].how == "by hand, needs an account"
    assert all(row.about_bytes and row.terms and row.size and row.checked for row in rows.values())
