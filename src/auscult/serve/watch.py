"""Around every request: one line in the log, one count, a number to ask about it by."""

import uuid
from collections.abc import Collection
from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from auscult.serve.logs import say
from auscult.serve.metrics import Metrics

_HEADERS = ((b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"))


class Watch:
    """ASGI middleware, outermost.

    Parameters
    ----------
    app
        Who answers.
    metrics
        Where requests are counted.
    paths
        The paths that are told apart; all others are "other", so that a scan of made-up paths
        grows no counter and writes none of their text into the log.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics, paths: Collection[str]) -> None:
        self._app = app
        self._metrics = metrics
        self._paths = frozenset(paths)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer and tell."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start_s, number, status = perf_counter(), uuid.uuid4().hex, 500

        async def told(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                own = ((b"x-request-id", number.encode()), *_HEADERS)
                message = {**message, "headers": [*message.get("headers", ()), *own]}
            await send(message)

        try:
            await self._app(scope, receive, told)
        finally:
            self._tell(scope, number, status, perf_counter() - start_s)

    def _tell(self, scope: Scope, number: str, status: int, spent_s: float) -> None:
        route = scope["path"] if scope["path"] in self._paths else "other"
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self._metrics.requests.labels(route, method, str(status)).inc()
        self._metrics.seconds.labels(route).observe(spent_s)
        say(
            "request",
            id=number,
            method=method,
            route=route,
            status=status,
            seconds=round(spent_s, 4),
        )


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
