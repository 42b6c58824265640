"""Every failure as an answer: error class → status, in one table.

A failure is told as RFC 9457 asks (``application/problem+json``): ``title`` is the class of the
error, ``detail`` the sentence it carries. ``results`` holds the answers of a request none of whose
sounds could be opened, as a command would print them.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from auscult.errors import AudioError, AuscultError, MissingExtraError


class ServeError(AuscultError):
    """A request cannot be taken in, or not be answered."""


class TokenError(ServeError):
    """The token is missing or wrong."""


class FormError(ServeError):
    """The body is no multipart form."""


class OriginError(ServeError):
    """A page of another site wants to listen."""


class TooLargeError(ServeError):
    """The body, or what a stream brings, is larger than it may be."""


class SlowUploadError(ServeError):
    """The body did not arrive in time."""


class SlowAnswerError(ServeError):
    """The answer was not found in time."""


class WorkerError(ServeError):
    """The process that worked on a sound died."""


class BusyError(ServeError):
    """As many requests as the service takes on are inside.

    Parameters
    ----------
    retry_after_s
        When to come back.
    """

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"the service is busy; come back in {retry_after_s} s")
        self.retry_after_s = retry_after_s


CLIENT_GONE = 499
"""Nobody hears this status; it stands in the log and in the counts."""

STATUS: Mapping[type[Exception], int] = MappingProxyType(
    {
        RequestValidationError: 422,
        AudioError: 422,
        MissingExtraError: 415,
        FormError: 415,
        TokenError: 401,
        OriginError: 403,
        TooLargeError: 413,
        SlowUploadError: 408,
        ClientDisconnect: CLIENT_GONE,
        WorkerError: 500,
        AuscultError: 500,
        Exception: 500,
        BusyError: 503,
        SlowAnswerError: 504,
    }
)


class Problem(BaseModel):
    """What every failure is told as."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "AudioError",
                    "status": 422,
                    "detail": "song.wav: is empty (0 bytes); copy or record it again",
                    "results": [],
                }
            ]
        }
    )

    title: str = Field(description="The class of the error, or the name of the status.")
    status: int = Field(description="The status of the response.")
    detail: str = Field(description="What came, what was wanted, what to do.")
    results: list[dict[str, Any]] = Field(
        description="If no sound could be opened: the answer for each, with its reason."
    )


def describe(app: FastAPI) -> None:
    """Add :class:`Problem`, which every route's schema names, to the schemas of ``app``."""
    app.openapi()["components"]["schemas"]["Problem"] = Problem.model_json_schema()


def described(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return what a route's schema says of its failures."""
    media = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    busy = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds to wait."}}
    return {
        status: {
            "description": _phrase(status),
            "content": media,
            **({"headers": busy} if status == HTTPStatus.SERVICE_UNAVAILABLE else {}),
        }
        for status in statuses
    }


def status_of(kind: type[BaseException]) -> int:
    """Return the status of an error's class: its own in the table, or that of its nearest base."""
    return next((STATUS[base] for base in kind.__mro__ if base in STATUS), 500)


def response_of(error: BaseException, results: Sequence[Mapping[str, Any]] = ()) -> JSONResponse:
    """Return ``error`` as a response."""
    status, headers = status_of(type(error)), {}
    if isinstance(error, BusyError):
        headers["Retry-After"] = str(error.retry_after_s)
    if isinstance(error, TokenError):
        headers["WWW-Authenticate"] = "Bearer"
    told = str(error) if isinstance(error, AuscultError) else "the service failed; it is logged"
    return _response(type(error).__name__, status, told, results, headers)


def install(app: FastAPI) -> None:
    """Make ``app`` tell every failure as a :class:`Problem`."""
    app.add_exception_handler(HTTPException, _of_framework)
    app.add_exception_handler(RequestValidationError, _of_form)
    for kind in (AuscultError, ClientDisconnect, Exception):
        app.add_exception_handler(kind, _of_error)


async def _of_error(_: Request, error: Exception) -> JSONResponse:
    return response_of(error)


async def _of_framework(_: Request, error: Exception) -> JSONResponse:
    """Tell what Starlette raises: no such path, wrong method, a form that cannot be read."""
    # subtle: FastAPI wraps whatever happens while a form is read; what we raised is the cause.
    if isinstance(error.__cause__, AuscultError | ClientDisconnect):
        return response_of(error.__cause__)
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for nothing else
    headers = dict(error.headers or {})
    return _response(_phrase(error.status_code), error.status_code, error.detail, (), headers)


async def _of_form(_: Request, error: Exception) -> JSONResponse:
    """Tell what is missing in a form, without repeating what was in it."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for nothing else
    faults = [f"{'.'.join(map(str, e['loc'][1:])) or 'body'}: {e['msg']}" for e in error.errors()]
    if any(e["loc"][0] == "body" for e in error.errors()):
        faults.append("send multipart/form-data with one or more files named 'file'")
    return _response(
        "RequestValidationError", STATUS[RequestValidationError], "; ".join(faults), (), {}
    )


def _response(
    title: str,
    status: int,
    detail: str,
    results: Sequence[Mapping[str, Any]],
    headers: Mapping[str, str],
) -> JSONResponse:
    content = {"title": title, "status": status, "detail": detail, "results": list(results)}
    return JSONResponse(content, status, headers, media_type="application/problem+json")


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase
