"""The socket that the service listens on."""

import socket

from auscult.serve.running import _socket
from auscult.serve.settings import Settings


def test_an_answer_does_not_wait_for_the_client_to_acknowledge_its_headers() -> None:
    with _socket(Settings(port=0)) as bound:
        with socket.create_connection(bound.getsockname()):
            answering, _ = bound.accept()
        with answering:
            assert answering.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
