"""The page at ``/``: static files, sent so that a browser lets nothing else in or out.

The page is plain ES modules in ``page/``; nothing is built. Its colours are those of the reports
(``/page/palette.css``), with a hand on the switch: ``data-theme`` on the root element decides where
the reader has chosen, else the system does.

Every answer carries one content security policy: scripts, styles, requests and sounds come from
this service alone, no frame may hold the page, no form may be sent elsewhere. A style element needs
the number that is drawn anew for each page (the waveform's shadow tree has one).

The page itself asks for no token; everything that it then asks of ``/v1/`` does.
"""

import mimetypes
import secrets
from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import MutableHeaders
from starlette.staticfiles import StaticFiles
from starlette.types import Message, Receive, Scope, Send

from auscult.reports.style import PALETTE

FOLDER = Path(str(files("auscult.serve"))) / "page"
_NONCE = "{{nonce}}"
_POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    f"style-src 'self' 'nonce-{_NONCE}'",
    "img-src 'self' data:",
    "media-src 'self' blob:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
)
_OTHER_HEADERS = {
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

router = APIRouter(include_in_schema=False)


@router.get("/")
async def page() -> HTMLResponse:
    """Return the page."""
    nonce = secrets.token_urlsafe(18)
    text = (FOLDER / "index.html").read_text(encoding="utf-8")
    return HTMLResponse(text.replace(_NONCE, nonce), headers=_headers(nonce))


@router.get("/page/palette.css")
async def palette() -> Response:
    """Return the colours of the reports, light and dark."""
    return Response(palette_css(), media_type="text/css", headers=_headers())


class PageFiles(StaticFiles):
    """The files of the page, each under the page's policy."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send a file with the headers of the page."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_headers())
            await send(message)

        await super().__call__(scope, receive, guarded)


def install(app: FastAPI) -> None:
    """Put the page and its files into ``app``."""
    # subtle: some systems call a script text/plain, and no browser then runs it as a module.
    mimetypes.add_type("text/javascript", ".js")
    app.include_router(router)
    app.mount("/page", PageFiles(directory=FOLDER))


def palette_css() -> str:
    """Return ``PALETTE`` as CSS variables: the system's choice, unless the root element has one."""
    light, dark = (
        ";".join(f"--{role}:{colours[index]}" for role, colours in PALETTE.items())
        for index in (0, 1)
    )
    return (
        f":root,.on-paper{{{light};color-scheme:light}}\n"
        "@media screen and (prefers-color-scheme:dark){"
        f":root:not([data-theme=light]){{{dark};color-scheme:dark}}}}\n"
        f"@media screen{{:root[data-theme=dark]{{{dark};color-scheme:dark}}}}\n"
    )


def _headers(nonce: str = "") -> dict[str, str]:
    policy = "; ".join(_POLICY).replace(f" 'nonce-{_NONCE}'", f" 'nonce-{nonce}'" if nonce else "")
    return {"Content-Security-Policy": policy, **_OTHER_HEADERS}
