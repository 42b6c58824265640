"""Fetching a file from a server that misbehaves: all of it, once, or a sentence."""

import errno
import hashlib
import json
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auscult.download import Patience, SilentMeter, fetch
from auscult.download import part as part_module
from auscult.errors import ConfigError, DownloadError

DATA = np.random.default_rng(0).bytes(20_000)
SHA256 = hashlib.sha256(DATA).hexdigest()
LIMIT = 100_000


class Listener(SilentMeter):
    """Writes down what a meter is told."""

    def __init__(self) -> None:
        self.begun: list[tuple[int, int | None]] = []
        self.moved = 0
        self.said: list[str] = []

    def begin(self, _name, done_bytes, total_bytes) -> None:
        self.begun.append((done_bytes, total_bytes))

    def move(self, n_bytes) -> None:
        self.moved += n_bytes

    def say(self, sentence) -> None:
        self.said.append(sentence)


def left(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_file_comes_whole_with_its_receipt(site, hasty, tmp_path: Path) -> None:
    address, meter = site.add("/a.zip", DATA), Listener()
    fetched = fetch(
        [address], tmp_path / "new" / "a.zip", at_most_bytes=LIMIT, patience=hasty, meter=meter
    )
    assert (tmp_path / "new" / "a.zip").read_bytes() == DATA
    assert left(tmp_path / "new") == {"a.zip"}
    assert (fetched.name, fetched.address) == ("a.zip", address)
    assert (fetched.n_bytes, fetched.sha256, fetched.published) == (len(DATA), SHA256, False)
    assert fetched.date.endswith("+00:00")
    assert (meter.begun, meter.moved) == ([(0, len(DATA))], len(DATA))
    assert site.asked("/a.zip")[0]["Accept-Encoding"] == "identity"


def test_a_broken_connection_is_resumed_where_it_broke(site, hasty, tmp_path: Path) -> None:
    address, meter = site.add("/a.zip", DATA, cuts=[7_000, 5_000]), Listener()
    fetch(
        [address],
        tmp_path / "a.zip",
        at_most_bytes=LIMIT,
        sha256=SHA256,
        patience=hasty,
        meter=meter,
    )
    asked = site.asked("/a.zip")
    assert [headers.get("Range") for headers in asked] == [None, "bytes=7000-", "bytes=12000-"]
    assert asked[1]["If-Range"] == '"v1"'
    assert (tmp_path / "a.zip").read_bytes() == DATA
    assert meter.begun == [(0, 20_000), (7_000, 20_000), (12_000, 20_000)]
    assert meter.moved == len(DATA)
    assert "broke off after 7 kB of 20 kB; asking again" in meter.said[0]


@settings(max_examples=30, deadline=None)
@given(
    cuts=st.lists(st.integers(0, 20_000), max_size=6),
    server_does=st.tuples(st.booleans(), st.booleans()),
    stamp=st.sampled_from(["etag", "date", "weak", "none"]),
)
def test_wherever_it_breaks_the_file_is_whole_or_not_there(
    server, tmp_path_factory, cuts: list[int], server_does: tuple[bool, bool], stamp: str
) -> None:
    folder, (ranges, chunked) = tmp_path_factory.mktemp("cut"), server_does
    etag = {"etag": '"v1"', "weak": 'W/"v1"'}.get(stamp, "")
    date = "Mon, 23 Nov 2026 10:00:00 GMT" if stamp == "date" else ""
    address = server.add(
        "/cut.zip",
        DATA,
        cuts=list(cuts),
        ranges=ranges,
        chunked=chunked,
        etag=etag,
        last_modified=date,
    )
    patience = Patience(3, 1.0, 0, 0, 500)
    try:
        fetch([address], folder / "a.zip", at_most_bytes=LIMIT, patience=patience)
    except DownloadError:
        assert not (folder / "a.zip").exists()
        server.pages["/cut.zip"].cuts.clear()
        fetch([address], folder / "a.zip", at_most_bytes=LIMIT, patience=patience)
    assert (folder / "a.zip").read_bytes() == DATA
    assert left(folder) == {"a.zip"}


def test_what_came_is_kept_for_the_next_run(site, hasty, tmp_path: Path) -> None:
    address = site.add("/a.zip", DATA, cuts=[9_000, 0, 0, 0])
    with pytest.raises(DownloadError, match=r"/a.zip: broke off after 9 kB of 20 kB"):
        fetch([address], tmp_path / "a.zip", at_most_bytes=LIMIT, patience=hasty)
    assert left(tmp_path) == {"a.zip.part", "a.zip.part.json"}
    fetch([address], tmp_path / "a.zip", at_most_bytes=LIMIT, patience=hasty)
    assert site.asked("/a.zip")[-1]["Range"] == "bytes=9000-"
    assert left(tmp_path) == {"a.zip"}


def test_a_killed_run_that_had_all_bytes_only_needs_the_name(site, hasty, tmp_path: Path) -> None:
    address = site.add("/a.zip", DATA)
    (tmp_path / "a.zip.part").write_bytes(DATA)
    note = {"address": address, "validator": '"v1"', "total_bytes": len(DATA)}
    (tmp_path / "a.zip.part.json").write_text(json.dumps(note))
    fetch([address], tmp_path / "a.zip", at_most_bytes=LIMIT, patience=hasty)
    assert site.requests == []
    assert (tmp_path / "a.zip").read_bytes() == DATA


@pytest.mark.parametrize(
    ("change", "n_asked"),
    [
        ({}, 1),  # If-Range makes the server begin again
        ({"heeds_if_range": False}, 2),  # the ETag of the answer tells
        ({"heeds_if_range": False, "lies": {"ETag": ""}}, 2),  # the size tells
    ],
)
def test_a_file_that_changed_meanwhile_begins_again(
    site, hasty, tmp_path: Path, change: dict, n_asked: int
) -> None:
    address = site.add("/a.zip", DATA, cuts=[9_000, 0, 0, 0])
    with pytest.raises(DownloadError):
        fetch([address], tmp_path / "a.zip", at_most_bytes=LIMIT, patience=hasty)
    site.requests.clear()
    other = DATA[::-1] + b"more"
    site.add("/a.zip", other, etag='"v2"', **change)
    fetch([address], tmp_path / "a.zip", at_most_bytes=LIMIT, patience=hasty)
    assert (tmp_path / "a.zip").read_bytes() == other
    assert len(site.asked("/a.zip")) == n_asked


@pytest.mark.parametrize(
    "lies",
    [
        {"Content-Range": "bytes 0-19999/20000"},
        {"Content-Range": "bytes 9000-9999/20000"},
        {"Content-Range": "nonsense"},
        {"Content-Range": ""},
    ],
)
def test_an_answer_with_another_part_is_not_appended(
    site, hasty, tmp_path: Path, lies: dict[str, str]
) -> None:
    address = site.add("/a.zip", DATA, cuts=[9_000])
    with pytest.raises(DownloadError):
        fetch([address], tmp_path / "a.zip", at_most_bytes=LIMIT, patience=Patience(1, 1.0, 0, 0))
    site.pages["/a.zip"].lies = lies
    meter = Listener()
    with pytest.raises(DownloadError, match=r"part of the file|rest of the file"):
        fetch([address], tmp_path / "a.zip", at_most_bytes=LIMIT, patience=Patience(1, 1.0, 0, 0))
    fetch([address], tmp_path / "a.zip", at_most_bytes=LIMIT, patience=hasty, meter=meter)
    assert meter.begun == [(0, len(DATA))]  # what came before was of no use
    assert (tmp_path / "a.zip").read_bytes() == DATA


def test_a_part_that_is_too_long_begins_again(site, hasty, tmp_path: Path) -> None:
    address = site.add("/a.zip", DATA)
    (tmp_path / "a.zip.part").write_bytes(DATA + b"x")
    note = {"address": address, "validator": '"v1"', "total_bytes": None}
    (tmp_path / "a.zip.part.json").write_text(json.dumps(note))
    fetch([address], tmp_path / "a.zip", at_most_bytes=LIMIT, patience=hasty)
    assert len(site.asked("/a.zip")) == 2  # 416, then all of it
    assert (tmp_path / "a.zip").read_bytes() == DATA


@pytest.mark.parametrize("note", ["", "[]", "{}", '{"address": 1, "validator": "x"}'])
def test_a_part_of_unknown_origin_is_not_continued(site, hasty, tmp_path: Path, note: str) -> None:
    address = site.add("/a.zip", DATA)
    (tmp_path / "a.zip.part").write_bytes(b"from elsewhere")
    (tmp_path / "a.zip.part.json").write_text(note)
    fetch([address], tmp_path / "a.zip", at_most_bytes=LIMIT, patience=hasty)
    assert "Range" not in site.asked("/a.zip")[0]
    assert (tmp_path / "a.zip").read_bytes() == DATA


def test_a_part_from_another_address_is_not_continued(site, hasty, tmp_path: Path) -> None:
    first = site.add("/1.zip", DATA[::-1], cuts=[9_000, 0, 0])
    second = site.add("/2.zip", DATA)
    fetch([first, second], tmp_path / "a.zip", at_most_bytes=LIMIT, patience=hasty)
    assert "Range" not in site.asked("/2.zip")[0]
    assert (tmp_path / "a.zip").read_bytes() == DATA


@pytest.mark.parametrize("etag", ["", 'W/"v1"'])
def test_without_a_strong_validator_it_begins_again(site, hasty, tmp_path: Path, etag: str) -> None:
    address = site.add("/a.zip", DATA, cuts=[9_000], etag=etag)
    fetch([address], tmp_path / "a.zip", at_most_bytes=LIMIT, patience=hasty)
    assert ["Range" in headers for headers in site.asked("/a.zip")] == [False, False]
    assert (tmp_path / "a.zip").read_bytes() == DATA


def test_the_date_of_change_serves_where_there_is_no_etag(site, hasty, tmp_path: Path) -> None:
    date = "Mon, 23 Nov 2026 10:00:00 GMT"
    address = site.add("/a.zip", DATA, cuts=[9_000], etag="", last_modified=date)
    fetch([address], tmp_path / "a.zip", at_most_bytes=LIMIT, patience=hasty)
    assert site.asked("/a.zip")[1]["If-Range"] == date
    assert (tmp_path / "a.zip").read_bytes() == DATA


def test_a_silent_server_is_asked_again(site, tmp_path: Path) -> None:
    address = site.add("/a.zip", DATA, stalls=[3_000])
    patience, meter = Patience(2, 0.2, 0, 0, 500), Listener()
    fetch([address], tmp_path / "a.zip", at_most_bytes=LIMIT, patience=patience, meter=meter)
    assert (tmp_path / "a.zip").read_bytes() == DATA
    assert "no answer in time" in meter.said[0]
    assert site.asked("/a.zip")[1]["Range"] == "bytes=3000-"


def test_a_server_that_stays_silent_gets_a_sentence(site, tmp_path: Path) -> None:
    address = site.add("/a.zip", DATA, stalls=[0, 0])
    with pytest.raises(DownloadError, match=r"/a.zip: no answer in time"):
        fetch([address], tmp_path / "a.zip", at_most_bytes=LIMIT, patience=Patience(2, 0.2, 0, 0))


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_passing_fault_is_asked_again(site, hasty, tmp_path: Path, status: int) -> None:
    address = site.add("/a.zip", DATA, statuses=[status, status])
    fetch([address], tmp_path / "a.zip", at_most_bytes=LIMIT, patience=hasty)
    assert len(site.asked("/a.zip")) == 3


def test_a_lasting_fault_ends_with_a_sentence(site, hasty, tmp_path: Path) -> None:
    address = site.add("/a.zip", DATA, statuses=[503] * 9)
    with pytest.raises(DownloadError, match="answered 503 Service Unavailable"):
        fetch([address], tmp_path / "a.zip", at_most_bytes=LIMIT, patience=hasty)
    assert len(site.asked("/a.zip")) == 3


@pytest.mark.parametrize("status", [401, 403, 404, 410, 451])
def test_a_refusal_gives_way_to_the_next_address_at_once(
    site, hasty, tmp_path: Path, status: int
) -> None:
    first, second = site.add("/1.zip", DATA, statuses=[status]), site.add("/2.zip", DATA)
    meter = Listener()
    fetched = fetch(
        [first, second], tmp_path / "a.zip", at_most_bytes=LIMIT, patience=hasty, meter=meter
    )
    assert len(site.asked("/1.zip")) == 1
    assert fetched.address == second
    assert f"answered {status}" in meter.said[0]


def test_every_refusal_is_told(site, hasty, tmp_path: Path) -> None:
    addresses = [site.base + "/1.zip", site.add("/2.zip", statuses=[403])]
    with pytest.raises(DownloadError, match=r"1\.zip: answered 404 .*2\.zip: answered 403"):
        fetch(addresses, tmp_path / "a.zip", at_most_bytes=LIMIT, patience=hasty)
    assert left(tmp_path) == set()


def test_the_server_may_say_how_long_to_wait() -> None:
    patience = Patience(first_wait_s=1, longest_wait_s=60)
    assert [patience.wait_s(n, 0) for n in (1, 2, 3, 9)] == [1, 2, 4, 60]
    assert (patience.wait_s(1, 17), patience.wait_s(1, 3_600)) == (17, 60)


def test_retry_after_is_heard(site, tmp_path: Path, monkeypatch) -> None:
    address = site.add("/a.zip", DATA, statuses=[503], lies={"Retry-After": "7"})
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    fetch([address], tmp_path / "a.zip", at_most_bytes=LIMIT, patience=Patience(2))
    assert waits == [7.0]


def test_a_line_that_keeps_breaking_ends_as_long_as_it_moves(site, hasty, tmp_path: Path) -> None:
    address = site.add("/a.zip", DATA, cuts=[1_500] * 13)
    fetch([address], tmp_path / "a.zip", at_most_bytes=LIMIT, patience=hasty)
    assert len(site.asked("/a.zip")) == 14  # far more than three tries, each with progress


def test_a_line_that_begins_again_and_again_does_not_hold_anybody(
    site, hasty, tmp_path: Path
) -> None:
    address = site.add("/a.zip", DATA, ranges=False, cuts=[5_000] * 50)
    with pytest.raises(DownloadError, match="broke off after 5 kB"):
        fetch([address], tmp_path / "a.zip", at_most_bytes=LIMIT, patience=hasty)
    assert len(site.asked("/a.zip")) == 3  # it never came further than the first time


def test_a_redirect_is_followed_with_the_range(site, hasty, tmp_path: Path) -> None:
    site.add("/real.zip", DATA, cuts=[4_000])
    address = site.add("/a.zip", redirect="/real.zip")
    fetched = fetch([address], tmp_path / "a.zip", at_most_bytes=LIMIT, patience=hasty)
    assert fetched.address == address
    assert site.asked("/real.zip")[1]["Range"] == "bytes=4000-"


@pytest.mark.parametrize("to", ["ftp://127.0.0.1/a.zip", "file:///etc/hostname", "/a.zip"])
def test_an_unsafe_or_endless_redirect_is_refused(site, hasty, tmp_path: Path, to: str) -> None:
    address = site.add("/a.zip", redirect=to)
    with pytest.raises(DownloadError, match="answered 302"):
        fetch([address], tmp_path / "a.zip", at_most_bytes=LIMIT, patience=hasty)


def test_a_redirect_does_not_leave_https() -> None:
    from urllib.error import HTTPError
    from urllib.request import Request

    from auscult.download.transfer import _Redirects

    to = "http://example.org/a.zip"
    with pytest.raises(HTTPError, match="unsafe"):
        _Redirects().redirect_request(Request("https://a.org/"), None, 302, "", {}, to)
    again = _Redirects().redirect_request(Request("http://a.org/"), None, 302, "", {}, to)
    assert again.full_url == to


@pytest.mark.parametrize("address", ["file:///etc/hostname", "ftp://a.org/b.zip", "a.zip"])
def test_only_http_is_spoken(hasty, tmp_path: Path, address: str) -> None:
    with pytest.raises(DownloadError, match="neither an http nor an https address"):
        fetch([address], tmp_path / "a.zip", at_most_bytes=LIMIT, patience=hasty)


def test_nobody_listening_gets_a_sentence(hasty, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("no_proxy", "*")
    with pytest.raises(DownloadError, match="the connection failed"):
        fetch(["http://127.0.0.1:9/a"], tmp_path / "a", at_most_bytes=LIMIT, patience=hasty)


def test_a_web_page_is_no_archive(site, hasty, tmp_path: Path) -> None:
    lies = {"Content-Type": "text/html; charset=utf-8"}
    address = site.add("/a.zip", b"<p>log in</p>", lies=lies)
    with pytest.raises(DownloadError, match="a web page instead of the file"):
        fetch([address], tmp_path / "a.zip", at_most_bytes=LIMIT, patience=hasty)
    assert left(tmp_path) == set()


def test_a_compressed_transfer_is_refused(site, hasty, tmp_path: Path) -> None:
    address = site.add("/a.zip", DATA, lies={"Content-Encoding": "gzip"})
    with pytest.raises(DownloadError, match="sends gzip"):
        fetch([address], tmp_path / "a.zip", at_most_bytes=LIMIT, patience=hasty)


@pytest.mark.parametrize("chunked", [False, True])
def test_far_too_much_is_refused(site, hasty, tmp_path: Path, chunked: bool) -> None:
    address = site.add("/a.zip", DATA, chunked=chunked)
    with pytest.raises(DownloadError, match="far more than was published"):
        fetch([address], tmp_path / "a.zip", at_most_bytes=10_000, patience=hasty)
    assert left(tmp_path) == ({"a.zip.part", "a.zip.part.json"} if chunked else set())


def test_a_declared_length_that_never_comes_is_not_complete(site, hasty, tmp_path: Path) -> None:
    address = site.add("/a.zip", DATA, ranges=False, lies={"Content-Length": "20001"})
    with pytest.raises(DownloadError, match="broke off"):
        fetch([address], tmp_path / "a.zip", at_most_bytes=LIMIT, patience=hasty)
    assert not (tmp_path / "a.zip").exists()


def test_a_wrong_checksum_is_told_and_nothing_stays(site, hasty, tmp_path: Path) -> None:
    address = site.add("/a.zip", DATA[:-1] + b"?")
    with pytest.raises(DownloadError, match=f"{SHA256} was published; what came was removed"):
        fetch([address], tmp_path / "a.zip", at_most_bytes=LIMIT, sha256=SHA256, patience=hasty)
    assert left(tmp_path) == set()


def test_a_full_disk_gets_a_sentence_and_what_came_is_kept(
    site, hasty, tmp_path: Path, monkeypatch
) -> None:
    address, real = site.add("/a.zip", DATA), Path.open

    class Full:
        def __init__(self, file) -> None:
            self._file = file

        def __enter__(self):
            return self

        def __exit__(self, *_) -> None:
            self._file.close()

        def write(self, data: bytes) -> None:
            self._file.write(data[:6_000])
            raise OSError(errno.ENOSPC, "No space left on device")

    def opened(self: Path, mode: str = "r", *args, **options):
        file = real(self, mode, *args, **options)
        return Full(file) if self.suffix == ".part" and "a" in mode else file

    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", opened)
        with pytest.raises(DownloadError, match="the disk is full; the 6 kB that came are kept"):
            fetch([address], tmp_path / "a.zip", at_most_bytes=LIMIT, patience=hasty)
    fetch([address], tmp_path / "a.zip", at_most_bytes=LIMIT, sha256=SHA256, patience=hasty)
    assert site.asked("/a.zip")[1]["Range"] == "bytes=6000-"


def test_a_disk_that_is_too_small_is_seen_before_the_first_byte(
    site, hasty, tmp_path: Path, monkeypatch
) -> None:
    small = SimpleNamespace(free=1_000)
    monkeypatch.setattr(part_module, "disk_usage", lambda _: small)
    address = site.add("/a.zip", DATA)
    with pytest.raises(DownloadError, match="20 kB are still to come, and 1 kB are free"):
        fetch([address], tmp_path / "a.zip", at_most_bytes=LIMIT, patience=hasty)
    assert not (tmp_path / "a.zip").exists()


def test_a_folder_that_cannot_be_made_gets_a_sentence(site, hasty, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    address = site.add("/a.zip", DATA)
    with pytest.raises(DownloadError, match="it cannot be written"):
        fetch([address], tmp_path / "file" / "a.zip", at_most_bytes=LIMIT, patience=hasty)


@pytest.mark.parametrize(
    "wrong",
    [{"n_tries": 0}, {"timeout_s": 0.0}, {"first_wait_s": 2.0, "longest_wait_s": 1.0}],
)
def test_impossible_patience_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match="must be"):
        Patience(**wrong)
