"""Error class → status."""

import pytest

from auscult import errors
from auscult.serve import problems
from auscult.serve.problems import STATUS, BusyError, ServeError, response_of, status_of


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (errors.AudioError, 422),
        (errors.MissingExtraError, 415),
        (errors.BundleError, 500),
        (errors.DownloadError, 500),
        (problems.TokenError, 401),
        (problems.SlowUploadError, 408),
        (problems.TooLargeError, 413),
        (problems.FormError, 415),
        (problems.BusyError, 503),
        (problems.SlowAnswerError, 504),
        (problems.WorkerError, 500),
        (KeyError, 500),
    ],
)
def test_every_class_has_its_status(kind: type[Exception], status: int) -> None:
    assert status_of(kind) == status


def test_every_error_of_the_service_stands_in_the_table() -> None:
    assert set(ServeError.__subclasses__()) <= set(STATUS)


def test_the_schemas_of_the_routes_name_every_status_of_the_table() -> None:
    from auscult.serve.hearing import _PROBLEMS

    told_elsewhere = {problems.CLIENT_GONE, STATUS[problems.OriginError]}  # to nobody, to sockets
    assert set(STATUS.values()) - told_elsewhere <= set(_PROBLEMS)


def test_what_was_not_foreseen_is_not_repeated() -> None:
    assert b"jane" not in response_of(KeyError("jane")).body
    assert b"jane" in response_of(errors.AudioError("jane: is empty")).body


def test_a_busy_service_says_when_to_come_back() -> None:
    response = response_of(BusyError(7))
    assert response.headers["Retry-After"] == "7"
    assert b"come back in 7 s" in response.body
