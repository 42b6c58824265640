"""A publisher on the loopback interface that can be told to misbehave."""

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from auscult.download import Patience


@dataclass
class Page:
    """A file on the server, and its misdeeds, each used up by one request."""

    data: bytes = b""
    etag: str = '"v1"'
    last_modified: str = ""
    ranges: bool = True
    heeds_if_range: bool = True
    lies: dict[str, str] = field(default_factory=dict)  # headers that replace the true ones
    chunked: bool = False
    redirect: str = ""
    statuses: list[int] = field(default_factory=list)  # answers before the first good one
    cuts: list[int] = field(default_factory=list)  # body bytes after which to hang up
    stalls: list[int] = field(default_factory=list)  # body bytes after which to fall silent


class Site:
    """Pages by path, and the requests that came."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.pages: dict[str, Page] = {}
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.closing = threading.Event()

    def add(self, path: str, data: bytes = b"", **misdeeds: object) -> str:
        """Put a page up and return its address."""
        self.pages[path] = Page(data, **misdeeds)
        return self.base + path

    def asked(self, path: str) -> list[dict[str, str]]:
        """Return the headers of the requests for ``path``."""
        return [headers for asked, headers in self.requests if asked == path]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: Site

    def log_message(self, *args: object) -> None:
        """Keep the test's output clean."""

    def do_GET(self) -> None:
        self.close_connection = True
        self.site.requests.append((self.path, dict(self.headers)))
        page = self.site.pages.get(self.path)
        if page is None:
            self.say(404)
        elif page.statuses:
            self.say(page.statuses.pop(0), page.lies)
        elif page.redirect:
            self.say(302, {"Location": page.redirect})
        else:
            self.give(page)

    def say(self, status: int, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def give(self, page: Page) -> None:
        start, total = 0, len(page.data)
        wanted, condition = self.headers.get("Range", ""), self.headers.get("If-Range", "")
        same = condition in {page.etag, page.last_modified} or not page.heeds_if_range
        if wanted and page.ranges and same:
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
            if start >= total:
                self.say(416, {"Content-Range": f"bytes */{total}"})
                return
        body = page.data[start:]
        headers = {"ETag": page.etag, "Last-Modified": page.last_modified}
        if page.chunked:
            headers["Transfer-Encoding"] = "chunked"
        else:
            headers["Content-Length"] = str(len(body))
        if start:
            headers["Content-Range"] = f"bytes {start}-{total - 1}/{total}"
        self.send_response(206 if start else 200)
        for name, value in ({"Content-Type": "application/zip"} | headers | page.lies).items():
            if value:
                self.send_header(name, value)
        self.end_headers()
        self.send_body(page, body)

    def send_body(self, page: Page, body: bytes) -> None:
        cut = page.cuts.pop(0) if page.cuts else len(body)
        stall = page.stalls.pop(0) if page.stalls else None
        sent = body[: cut if stall is None else stall]
        if page.chunked:
            for at in range(0, len(sent), 1_000):
                piece = sent[at : at + 1_000]
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            if cut >= len(body):
                self.wfile.write(b"0\r\n\r\n")
        else:
            self.wfile.write(sent)
        self.wfile.flush()
        if stall is not None:
            self.site.closing.wait(20)


class QuietServer(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hung up is no news."""


@pytest.fixture(scope="session")
def server() -> Iterator[Site]:
    handler = type("Handler", (Handler,), {})
    server = QuietServer(("127.0.0.1", 0), handler)
    handler.site = Site(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield handler.site
    handler.site.closing.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def site(server: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """The publisher, with nothing published yet."""
    monkeypatch.setenv("no_proxy", "*")
    server.pages.clear()
    server.requests.clear()
    return server


@pytest.fixture(scope="session", autouse=True)
def _no_waiting_for_the_disk() -> Iterator[None]:
    """Leave out fsync, which on a busy machine takes longer than everything else."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(os, "fsync", lambda _: None)
        yield


@pytest.fixture(scope="session")
def hasty() -> Patience:
    """Patience of a test: three tries, no waiting, a second for an answer."""
    return Patience(n_tries=3, timeout_s=1.0, first_wait_s=0, longest_wait_s=0, progress_bytes=500)
