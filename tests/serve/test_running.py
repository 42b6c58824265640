"""The socket that the service listens on, and how it ends."""

import socket

import pytest

from auscult.serve import running
from auscult.serve.running import _socket
from auscult.serve.settings import Settings


def test_an_answer_does_not_wait_for_the_client_to_acknowledge_its_headers() -> None:
    with _socket(Settings(port=0)) as bound:
        with socket.create_connection(bound.getsockname()):
            answering, _ = bound.accept()
        with answering:
            assert answering.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_ctrl_c_is_how_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    def pressed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    said: list[str] = []
    monkeypatch.setattr(running, "create_app", lambda _: None)
    monkeypatch.setattr(running.uvicorn.Server, "run", pressed)
    running.run(Settings(port=0), said.append)
    assert len(said) == 1
