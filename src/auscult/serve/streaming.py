"""``WS /v1/stream``: samples in as they are recorded, an update out every second of sound.

::

    client                                          service
    {"rate_hz": 4000, "format": "s16le"}      →
                                              ←     {"type": "listening", …}
    samples, at most MOST_S a message         →
                                              ←     {"type": "update", …}      every hop
    "finish"                                  →
                                              ←     {"type": "final", …}       and closed

A failure is told as ``{"type": "problem", "title", "status", "detail"}``, as over HTTP, and closes
the stream; samples that are no sound only cost themselves. docs/stream.md describes every field.

Who may come in is asked as at the door: the token stands in the header ``Authorization`` or, since
a browser can send none, in the first message. A page of another site is turned away: a browser
lets any page open a socket to any address, this machine's own included.
"""

import asyncio
import json
import uuid
from collections.abc import Mapping
from time import perf_counter
from types import MappingProxyType
from typing import Any, Literal
from urllib.parse import urlsplit

import numpy as np
from fastapi import APIRouter
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.requests import ClientDisconnect
from starlette.websockets import WebSocket

from auscult.audio.raw import ENCODINGS
from auscult.errors import AudioError, AuscultError
from auscult.inference.stream import Stream
from auscult.inference.updates import as_data
from auscult.serve.door import bears
from auscult.serve.logs import fault, say
from auscult.serve.problems import (
    BusyError,
    FormError,
    OriginError,
    ServeError,
    SlowUploadError,
    TokenError,
    TooLargeError,
    response_of,
    status_of,
)
from auscult.serve.service import Service, service_of

router = APIRouter()

PATH = "/v1/stream"
FINISH = "finish"
MOST_S = 5.0
"""Sound that one message may hold: the others wait until it has been heard."""
_OPENING_S = 10.0
_DONE, _UNFIT, _AGAINST_RULES, _TOO_BIG, _FAILED, _LATER = 1000, 1007, 1008, 1009, 1011, 1013
CLOSED: Mapping[type[Exception], int] = MappingProxyType(
    {
        AudioError: _UNFIT,
        FormError: _UNFIT,
        TokenError: _AGAINST_RULES,
        SlowUploadError: _AGAINST_RULES,
        TooLargeError: _TOO_BIG,
        BusyError: _LATER,
    }
)
"""Error → code of RFC 6455 that the socket is closed with; any other with 1011."""


class Opening(BaseModel):
    """The first message of a client."""

    model_config = ConfigDict(extra="forbid", strict=True)

    rate_hz: int
    format: Literal["s16le", "f32le"]
    token: str = ""


@router.websocket(PATH)
async def stream(socket: WebSocket) -> None:
    """Hear a sound while it is recorded."""
    service, start_s, end, heard_s = service_of(socket), perf_counter(), "failed", 0.0
    talk = Talk(socket, service)
    try:
        end = await talk.held()
        heard_s = talk.heard_s
    finally:
        service.metrics.streams.labels(end).inc()
        say(
            "stream",
            id=uuid.uuid4().hex,
            end=end,
            heard_s=round(heard_s, 2),
            seconds=round(perf_counter() - start_s, 4),
        )


class Talk:
    """One client's stream, from its first message to the last."""

    def __init__(self, socket: WebSocket, service: Service) -> None:
        self._socket, self._service = socket, service
        self._settings = service.settings
        self.heard_s = 0.0

    async def held(self) -> str:
        """Talk; return how it ended: finished, left, or the class of the error."""
        try:
            self._check_caller()
        except ServeError as error:
            await self._socket.send_denial_response(response_of(error))
            return type(error).__name__
        await self._socket.accept()
        try:
            await self._listen()
        except ClientDisconnect:
            return "left"
        except Exception as error:  # noqa: BLE001 - whatever it is, the client is told
            return await self._told(error)
        await self._socket.close(_DONE)
        return "finished"

    def _check_caller(self) -> None:
        """Ask a page for its site, and for the token whoever can tell it now."""
        headers, token = self._socket.headers, self._settings.token
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != headers.get("host"):
            raise OriginError("only pages of this service may listen through it in a browser")
        if token and "authorization" in headers and not bears(headers["authorization"], token):
            raise TokenError("the token is not the one that this service asks for")

    async def _listen(self) -> None:
        settings = self._settings
        opening = await self._opening()
        with self._service.streams.opened(opening.rate_hz) as stream:
            await self._send(
                "listening",
                model=self._service.streams.model,
                window_s=stream.window_s,
                hop_s=stream.hop_s,
            )
            try:
                async with asyncio.timeout(settings.max_duration_s + settings.idle_s):
                    await self._hear(stream, opening.format)
            except TimeoutError:
                raise self._too_long() from None
            finally:
                self.heard_s = stream.heard_s

    async def _opening(self) -> Opening:
        """Return the first message, if it is one and holds the token."""
        said = await self._next(min(_OPENING_S, self._settings.idle_s))
        try:
            opening = Opening.model_validate_json(said)
        except ValidationError as error:
            first, *_ = error.errors()
            where = ".".join(str(key)[:40] for key in first["loc"]) or "first message"
            raise FormError(
                f"{where}: {first['msg']}; begin with JSON such as "
                '{"rate_hz": 4000, "format": "s16le"}'
            ) from None
        is_asked = self._settings.token and "authorization" not in self._socket.headers
        if is_asked and not bears(f"Bearer {opening.token}", self._settings.token):
            raise TokenError(
                'this service asks for a token; send Authorization: Bearer <token>, or "token" '
                "in the first message"
            )
        return opening

    async def _hear(self, stream: Stream, encoding: str) -> None:
        """Hear until the client finishes, or has sent as much as it may."""
        while (said := await self._next(self._settings.idle_s)) != FINISH:
            if isinstance(said, str):
                raise FormError(f'after the first message come samples, then the text "{FINISH}"')
            try:
                samples = _samples(said, encoding, stream.rate_hz)
                left = round(self._settings.max_duration_s * stream.rate_hz - stream.n_heard)
                updates = await self._service.streams.feed(stream, samples[:left])
            except AudioError as error:
                await self._problem(error)
                continue
            for update in updates:
                await self._send("update", **as_data(update, self._service.streams.model))
            if samples.size >= left:
                await self._final(stream)
                raise self._too_long()
        await self._final(stream)

    async def _final(self, stream: Stream) -> None:
        update = await self._service.streams.finish(stream)
        self._service.metrics.sounds.labels("stream", update.prediction.status).inc()
        await self._send("final", **as_data(update, self._service.streams.model))

    async def _next(self, within_s: float) -> str | bytes:
        """Return the client's next message."""
        try:
            async with asyncio.timeout(within_s):
                message = await self._socket.receive()
        except TimeoutError:
            raise SlowUploadError(
                f"nothing came for {within_s:g} s; send silence to keep the stream"
            ) from None
        if message["type"] == "websocket.disconnect":
            raise ClientDisconnect
        said: str | bytes = message.get("text") or message.get("bytes") or b""
        if len(said) > self._settings.max_frame_bytes:
            raise TooLargeError(
                f"a message may have {self._settings.max_frame_bytes:,} bytes; send shorter pieces"
            )
        return said

    async def _send(self, kind: str, **fields: Any) -> None:
        text = json.dumps({"type": kind, **fields}, ensure_ascii=False)
        try:
            async with asyncio.timeout(self._settings.idle_s):
                await self._socket.send_text(text)
        except (TimeoutError, RuntimeError, OSError):
            # subtle: who does not read for so long, or has gone, hears no problem either.
            raise ClientDisconnect from None

    async def _problem(self, error: Exception) -> None:
        told = str(error) if isinstance(error, AuscultError) else "the service failed; it is logged"
        kind = type(error)
        await self._send("problem", title=kind.__name__, status=status_of(kind), detail=told)

    async def _told(self, error: Exception) -> str:
        """Tell the client what ended its stream; return the error's class."""
        if not isinstance(error, AuscultError):
            where: dict[str, Any] = fault(error)
            say("stream failed", **where)
        code = next((CLOSED[base] for base in type(error).__mro__ if base in CLOSED), _FAILED)
        try:
            await self._problem(error)
            await self._socket.close(code)
        except (ClientDisconnect, RuntimeError, OSError):
            return "left"
        return type(error).__name__

    def _too_long(self) -> TooLargeError:
        return TooLargeError(
            f"a stream may last {self._settings.max_duration_s:g} s; open another to go on"
        )


def _samples(said: bytes, encoding: str, rate_hz: int) -> NDArray[Any]:
    """Return the samples of one message."""
    kind = np.dtype(ENCODINGS[encoding])
    if len(said) % kind.itemsize:
        raise AudioError(
            f"{len(said)} bytes are no whole number of {encoding} samples; they were left out"
        )
    if len(said) > MOST_S * rate_hz * kind.itemsize:
        raise TooLargeError(f"a message may hold {MOST_S:g} s of sound; send shorter pieces")
    return np.frombuffer(said, kind)
