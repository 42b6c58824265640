"""Who comes in, before a byte of the body is kept.

In this order: the token, the kind of body, its declared size, and whether there is room. Then the
body is counted as it arrives, since a chunked one declares nothing, and it must arrive in time: a
client that sends a byte a second would hold a place for ever.

Differences from FastAPI's own
------------------------------
A dependency that checks a token runs after the body has been read; ``max_body_size`` answers in
plain text and waits for slow clients.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from hmac import compare_digest

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from auscult.serve.pool import Pool
from auscult.serve.problems import (
    BusyError,
    FormError,
    ServeError,
    SlowUploadError,
    TokenError,
    TooLargeError,
    response_of,
)
from auscult.serve.settings import MB, Settings


def bears(authorization: str, token: str) -> bool:
    """Say whether the header ``Authorization`` has this scheme and this token."""
    scheme, _, given = authorization.partition(" ")
    # subtle: digests have one length; the time taken does not even tell that of the token.
    told, wanted = (sha256(text.strip().encode()).digest() for text in (given, token))
    return compare_digest(told, wanted) and scheme.lower() == "bearer"


class Door:
    """ASGI middleware.

    Parameters
    ----------
    app
        Who answers those that come in.
    settings
        Token and limits.
    pool
        Knows how many are inside, and for how long they will be.
    """

    def __init__(self, app: ASGIApp, settings: Settings, pool: Pool) -> None:
        self._app = app
        self._settings = settings
        self._pool = pool

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or tell it why not."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            headers = Headers(scope=scope)
            self._check_token(scope["path"], headers)
            if scope["method"] != "POST":
                await self._app(scope, receive, send)
                return
            self._check_body(headers)
            with self._place():
                await self._app(scope, self._limited(receive), send)
        except ServeError as error:
            await response_of(error)(scope, receive, send)

    def _check_token(self, path: str, headers: Headers) -> None:
        """Ask for the token wherever sounds are heard or counted."""
        token = self._settings.token
        if not token or not path.startswith(("/v1/", "/metrics")):
            return
        if not bears(headers.get("authorization", ""), token):
            raise TokenError("this service asks for a token; send Authorization: Bearer <token>")

    def _check_body(self, headers: Headers) -> None:
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "multipart/form-data":
            raise FormError("wanted multipart/form-data with one or more files named 'file'")
        declared = headers.get("content-length", "0")
        if not declared.isdecimal() or int(declared) > self._settings.max_body_bytes:
            raise self._too_large()

    def _too_large(self) -> TooLargeError:
        return TooLargeError(
            f"a request may have {self._settings.max_body_bytes / MB:g} million bytes; send fewer "
            "or shorter sounds, or FLAC instead of WAV"
        )

    @contextmanager
    def _place(self) -> Iterator[None]:
        """Take one of the places inside.

        Raises
        ------
        BusyError
            If there is none.
        """
        if self._pool.n_inside >= self._settings.max_requests:
            raise BusyError(self._pool.wait_s())
        self._pool.n_inside += 1
        try:
            yield
        finally:
            self._pool.n_inside -= 1

    def _limited(self, receive: Receive) -> Receive:
        """Return a ``receive`` that counts bytes, and waits no longer than a body may take."""
        settings, n_bytes, is_whole = self._settings, 0, False
        deadline_s = asyncio.get_running_loop().time() + settings.upload_s

        async def counted() -> Message:
            nonlocal n_bytes, is_whole
            if is_whole:
                return await receive()
            try:
                async with asyncio.timeout_at(deadline_s):
                    message = await receive()
            except TimeoutError:
                raise SlowUploadError(
                    f"the sound did not arrive within {settings.upload_s:g} s; send a shorter one"
                ) from None
            n_bytes += len(message.get("body", b""))
            if n_bytes > settings.max_body_bytes:
                raise self._too_large()
            is_whole = not message.get("more_body", False)
            return message

        return counted
