"""``auscult serve``: a socket, a temporary folder, and an end that leaves neither behind."""

import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from tempfile import TemporaryDirectory

import uvicorn

from auscult.errors import ConfigError
from auscult.serve import logs
from auscult.serve.app import create_app
from auscult.serve.settings import Settings

_MOST_CONNECTIONS = 1024
_FILES = 8192
_END_S = 10


def run(settings: Settings, listening: Callable[[str], None]) -> None:
    """Serve until the process is told to end (Ctrl-C, SIGTERM).

    Parameters
    ----------
    settings
        Everything that can be set.
    listening
        Told the address when connections are accepted.

    Raises
    ------
    BundleError
        If a model cannot be loaded.
    ConfigError
        If the address cannot be listened on.
    """
    logs.configure()
    app = create_app(settings)
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        http="h11",
        ws="websockets-sansio",
        ws_max_size=settings.max_frame_bytes,
        ws_per_message_deflate=False,  # sound hardly shrinks, and a bomb needs a fuse
        server_header=False,
        limit_concurrency=_MOST_CONNECTIONS,
        timeout_graceful_shutdown=_END_S,
    )
    _allow_many_files()
    with _ended_by_signal(), _temporary_folder(), _socket(settings) as bound:
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        listening(f"http://{host}:{bound.getsockname()[1]}")
        # subtle: uvicorn closes the service on Ctrl-C, and then raises it again
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[bound])


@contextmanager
def _temporary_folder() -> Iterator[None]:
    """Keep large uploads, while they are worked on, in a folder that goes away with the service."""
    before = tempfile.tempdir
    with TemporaryDirectory(prefix="auscult-") as folder:
        tempfile.tempdir = folder
        try:
            yield
        finally:
            tempfile.tempdir = before


@contextmanager
def _socket(settings: Settings) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        bound = socket.create_server((settings.host, settings.port), family=family, backlog=1024)
    except OSError as error:
        raise ConfigError(
            f"cannot listen on {settings.host}:{settings.port} ({error.strerror}); choose another "
            "--port or --host"
        ) from error
    # subtle: asyncio does so for its own sockets only. Without it, all but the first answer of a
    # connection wait until the client acknowledges the headers.
    bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with bound:
        yield bound


@contextmanager
def _ended_by_signal() -> Iterator[None]:
    """End with clean hands on SIGTERM.

    subtle: uvicorn closes the service and then sends itself the signal again, whose default is to
    end the process there and then.
    """
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _allow_many_files() -> None:
    """Raise the soft limit on open files: every connection is one, every large upload another."""
    with suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415 - Unix only

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
