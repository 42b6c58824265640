"""One HTTP request for the rest of a file, and what the answer means.

Three outcomes: bytes that continue what is there (or begin again), :class:`RefusedError` (this
address has nothing for us; asking again will not help) and :class:`BrokenError` (it may work in a
moment).

Conventions
-----------
start_byte  : position in the file where the body begins; 0 for the whole file
total_bytes : size of the whole file, or None where the server does not say
validator   : strong ETag, else Last-Modified, else empty; names one state of the file

Source
------
RFC 9110 (HTTP Semantics), sections 13.1.5 (If-Range), 14 (Range Requests), 15.3.7 (206).

Differences from urllib.request
-------------------------------
Only http and https are spoken, and a redirect never leaves https for http. urllib follows a
redirect to ftp, and opens files.
"""

import re
from dataclasses import dataclass
from email.message import Message
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse
from importlib.metadata import version
from ssl import SSLCertVerificationError
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

from auscult.errors import DownloadError

SCHEMES = ("https://", "http://")
WORTH_ANOTHER_TRY = frozenset(
    {
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.TOO_EARLY,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)
_CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")


class RefusedError(DownloadError):
    """The address will not give the file, however often it is asked."""


class BrokenError(DownloadError):
    """The connection failed; it may work in ``wait_s`` seconds, where the server said so."""

    def __init__(self, sentence: str, wait_s: float = 0.0) -> None:
        super().__init__(sentence)
        self.wait_s = wait_s


class StaleError(BrokenError):
    """What came before does not belong to the file that is there now; begin again."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An open response, its position in the file understood and checked."""

    start_byte: int
    total_bytes: int | None
    validator: str
    body: HTTPResponse


class _Redirects(HTTPRedirectHandler):
    """Follow a redirect unless it leaves https, or HTTP altogether."""

    def redirect_request(  # noqa: PLR0917 - urllib's contract
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> Request | None:
        allowed = SCHEMES[:1] if req.full_url.startswith(SCHEMES[0]) else SCHEMES
        if not newurl.startswith(allowed):
            raise HTTPError(newurl, code, "a redirect to an unsafe address", headers, fp)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opener() -> OpenerDirector:
    opener = OpenerDirector()
    for handler in (
        ProxyHandler(),
        HTTPHandler(),
        HTTPSHandler(),
        _Redirects(),
        HTTPDefaultErrorHandler(),
        HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    return opener


def ask(address: str, *, timeout_s: float, start_byte: int = 0, validator: str = "") -> Answer:
    """Ask for the file from ``start_byte`` on, if it is still the one ``validator`` names.

    A server that does not do ranges, or holds another file by now, answers with the whole file:
    ``start_byte`` of the answer is then 0. Close ``body`` when done.

    Raises
    ------
    RefusedError, BrokenError, StaleError
        As the module says.
    """
    if not address.startswith(SCHEMES):
        raise RefusedError(f"{address}: is neither an http nor an https address")
    # subtle: a compressed transfer has other bytes than the file, and cannot be resumed.
    headers = {"User-Agent": f"auscult/{version('auscult')}", "Accept-Encoding": "identity"}
    if start_byte:
        headers |= {"Range": f"bytes={start_byte}-", "If-Range": validator}
    request = Request(address, headers=headers)  # noqa: S310 - the scheme is checked above
    try:
        response = _opener().open(request, timeout=timeout_s)
    except HTTPError as error:
        with error:
            raise _failure(address, error) from error
    except (OSError, HTTPException) as error:
        raise unreachable(address, error) from error
    try:
        return _understood(address, response, start_byte)
    except DownloadError:
        response.close()
        raise


def unreachable(address: str, error: OSError | HTTPException) -> DownloadError:
    """Return what a network error means: worth another try, unless nobody can be trusted there."""
    cause = error.reason if isinstance(error, URLError) else error
    if isinstance(cause, SSLCertVerificationError):
        return RefusedError(
            f"{address}: its certificate cannot be verified ({cause.verify_message}); check the "
            "clock and the certificates of this machine"
        )
    if isinstance(cause, TimeoutError):
        return BrokenError(f"{address}: no answer in time")
    said = getattr(cause, "strerror", None) or str(cause) or type(cause).__name__
    return BrokenError(f"{address}: the connection failed ({said})")


def _failure(address: str, error: HTTPError) -> DownloadError:
    sentence = f"{address}: answered {error.code} {error.reason}"
    if error.code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
        return StaleError(sentence)
    if error.code in WORTH_ANOTHER_TRY:
        wanted = error.headers.get("Retry-After", "")
        return BrokenError(sentence, wait_s=float(wanted) if wanted.isdecimal() else 0.0)
    return RefusedError(sentence)


def _understood(address: str, response: HTTPResponse, start_byte: int) -> Answer:
    headers = response.headers
    if headers.get("Content-Encoding", "identity") != "identity":
        raise RefusedError(
            f"{address}: sends {headers['Content-Encoding']} where the file was asked"
        )
    # subtle: a page of HTML is a log-in or an apology, never an archive.
    if headers.get_content_type() == "text/html":
        raise RefusedError(f"{address}: answered with a web page instead of the file")
    if response.status == HTTPStatus.PARTIAL_CONTENT:
        return _continued(address, response, start_byte)
    length = headers.get("Content-Length", "")
    return Answer(0, int(length) if length.isdecimal() else None, _validator(headers), response)


def _continued(address: str, response: HTTPResponse, start_byte: int) -> Answer:
    """Check that a partial answer begins where it was asked to, and runs to the end."""
    found = _CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", ""))
    if found is None or int(found[1]) != start_byte:
        raise StaleError(f"{address}: answered with another part of the file than was asked")
    total_bytes = None if found[3] == "*" else int(found[3])
    if total_bytes is not None and int(found[2]) + 1 != total_bytes:
        raise StaleError(f"{address}: answered with less than the rest of the file")
    return Answer(start_byte, total_bytes, _validator(response.headers), response)


def _validator(headers: Message) -> str:
    """Return what names this state of the file; a weak ETag does not, byte for byte."""
    etag = str(headers.get("ETag", ""))
    return etag if etag.startswith('"') else str(headers.get("Last-Modified", ""))
