"""``WS /v1/stream``: what is heard, who is let in, and what a client may not do."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import numpy as np
import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocketDisconnect
from websockets.exceptions import ConnectionClosedError, InvalidStatus
from websockets.sync.client import connect

from auscult.inference import load_model, load_segmenter
from auscult.inference.stream import Stream
from auscult.inference.updates import as_data
from auscult.serve.app import create_app
from auscult.serve.settings import Settings
from auscult.synth import PRESETS, synthesise

RATE_HZ = 4_000
TOKEN = "a-token-of-our-own"  # noqa: S105 - guards nothing
OPENING = {"rate_hz": RATE_HZ, "format": "s16le"}
HEART = np.round(synthesise(PRESETS["normal"], RATE_HZ, 1).recording.samples * 32_767)
PIECES = [piece.astype("<i2").tobytes() for piece in np.split(HEART, 25)]


@pytest.fixture(scope="module")
def live() -> Iterator[TestClient]:
    """A service that takes two streams of 12 s, and waits for a second."""
    limits = {"max_streams": 2, "max_duration_s": 12, "max_frame_kb": 60, "idle_s": 1}
    with TestClient(create_app(Settings(n_workers=1, **limits))) as client:
        yield client


@pytest.fixture(scope="module")
def guarded() -> TestClient:
    return TestClient(create_app(Settings(n_workers=1, token=TOKEN, idle_s=1)))


def opened(client: TestClient, opening: Any = OPENING, **headers: str):
    socket = client.websocket_connect("/v1/stream", headers=headers)
    socket.__enter__()
    socket.send_text(opening if isinstance(opening, str) else json.dumps(opening))
    return socket


def until_closed(socket) -> tuple[list[dict[str, Any]], int]:
    """Every message to come, and the code that the socket is closed with."""
    messages = []
    try:
        while True:
            messages.append(socket.receive_json())
    except WebSocketDisconnect as closed:
        return messages, closed.code
    finally:
        socket.__exit__(None, None, None)


def test_a_stream_is_heard_as_the_library_hears_it(live: TestClient) -> None:
    socket = opened(live)
    for piece in PIECES:
        socket.send_bytes(piece)
    socket.send_text("finish")
    (hello, *updates, last), code = until_closed(socket)
    assert hello == {"type": "listening", "model": "default", "window_s": 10.0, "hop_s": 1.0}
    stream = Stream(RATE_HZ, model=load_model(), segmenter=load_segmenter())
    expected = [*stream.feed(HEART.astype(np.int16)), stream.finish()]
    kinds = [*(["update"] * 10), "final"]
    assert [*updates, last] == [
        {"type": kind, **json.loads(json.dumps(as_data(update, "default")))}
        for kind, update in zip(kinds, expected, strict=True)
    ]
    assert code == 1000


def test_floats_are_heard_too(live: TestClient) -> None:
    socket = opened(live, {"rate_hz": RATE_HZ, "format": "f32le"})
    socket.send_bytes((HEART[: 3 * RATE_HZ] / 32_768).astype("<f4").tobytes())
    socket.send_text("finish")
    messages, _ = until_closed(socket)
    assert messages[-1]["prediction"]["label"] == "normal"


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (np.full(4, np.nan, "<f4").tobytes(), "are NaN, infinite"),
        (b"12345", "5 bytes are no whole number of f32le samples"),
    ],
)
def test_what_is_no_sound_costs_only_itself(live: TestClient, bad: bytes, told: str) -> None:
    socket = opened(live, {"rate_hz": RATE_HZ, "format": "f32le"})
    socket.send_bytes(bad)
    socket.send_bytes((HEART[:RATE_HZ] / 32_768).astype("<f4").tobytes())
    socket.send_text("finish")
    (_, problem, *updates), code = until_closed(socket)
    assert (problem["type"], problem["title"]) == ("problem", "AudioError")
    assert told in problem["detail"]
    assert [update["heard_s"] for update in updates] == [1, 1]
    assert code == 1000


@pytest.mark.parametrize(
    ("opening", "title", "told"),
    [
        ("words", "FormError", "first message: Invalid JSON"),
        ({**OPENING, "rate_hz": "4000"}, "FormError", "rate_hz: Input should be a valid integer"),
        ({**OPENING, "format": "mp3"}, "FormError", "format: Input should be 's16le' or 'f32le'"),
        ({**OPENING, "fromat": 1}, "FormError", "fromat: Extra inputs are not permitted"),
        ({"rate_hz": 4_000}, "FormError", "format: Field required"),
        ({**OPENING, "rate_hz": 500}, "AudioError", "sampling rate of 500 Hz"),
        ({**OPENING, "rate_hz": -1}, "AudioError", "sampling rate of -1 Hz"),
    ],
)
def test_a_wrong_beginning_is_told(live: TestClient, opening: Any, title: str, told: str) -> None:
    ((problem,), code) = until_closed(opened(live, opening))
    assert problem["title"] == title
    assert told in problem["detail"]
    assert code == 1007


def test_words_in_the_middle_end_it(live: TestClient) -> None:
    socket = opened(live)
    socket.send_text("fnish")
    (_, problem), code = until_closed(socket)
    assert problem["detail"] == 'after the first message come samples, then the text "finish"'
    assert code == 1007


def test_nothing_heard_has_no_answer(live: TestClient) -> None:
    socket = opened(live)
    socket.send_text("finish")
    (_, problem), code = until_closed(socket)
    assert "holds no samples" in problem["detail"]
    assert code == 1007


@pytest.mark.parametrize(
    ("n_bytes", "told"),
    [(60_002, "a message may have 60,000 bytes"), (40_002, "a message may hold 5 s of sound")],
)
def test_a_message_too_large_ends_it(live: TestClient, n_bytes: int, told: str) -> None:
    socket = opened(live)
    socket.send_bytes(bytes(n_bytes))
    (_, problem), code = until_closed(socket)
    assert (problem["title"], problem["status"], code) == ("TooLargeError", 413, 1009)
    assert told in problem["detail"]


def test_a_stream_too_long_gets_its_answer_and_ends(live: TestClient) -> None:
    socket = opened(live)
    for piece in [*PIECES, *PIECES[:10]]:
        socket.send_bytes(piece)
    messages, code = until_closed(socket)
    *_, final, problem = messages
    assert (final["type"], final["heard_s"]) == ("final", 12)
    assert problem["detail"] == "a stream may last 12 s; open another to go on"
    assert code == 1009


@pytest.mark.parametrize("first", [True, False])
def test_a_silent_client_is_let_go(live: TestClient, first: bool) -> None:
    socket = opened(live) if not first else live.websocket_connect("/v1/stream").__enter__()
    messages, code = until_closed(socket)
    assert messages[-1]["detail"] == "nothing came for 1 s; send silence to keep the stream"
    assert (messages[-1]["status"], code) == (408, 1008)


def test_no_more_streams_than_places_and_each_place_comes_free(live: TestClient) -> None:
    for _ in range(2):
        sockets = [opened(live) for _ in range(2)]
        assert [socket.receive_json()["type"] for socket in sockets] == ["listening"] * 2
        ((problem,), code) = until_closed(opened(live))
        assert (problem["title"], problem["status"], code) == ("BusyError", 503, 1013)
        for socket in sockets:
            socket.__exit__(None, None, None)


def test_a_page_of_another_site_is_turned_away(live: TestClient) -> None:
    with pytest.raises(WebSocketDenialResponse) as denied:
        opened(live, origin="https://elsewhere.example")
    assert denied.value.status_code == 403
    assert denied.value.json()["title"] == "OriginError"
    socket = opened(live, origin="http://testserver")
    assert socket.receive_json()["type"] == "listening"
    until_closed(socket)


def test_a_wrong_token_does_not_come_in(guarded: TestClient) -> None:
    with pytest.raises(WebSocketDenialResponse) as denied:
        opened(guarded, authorization="Bearer wrong")
    assert denied.value.status_code == 401
    assert denied.value.headers["WWW-Authenticate"] == "Bearer"
    for token in ({}, {"token": ""}, {"token": "wrong"}):
        ((problem,), code) = until_closed(opened(guarded, {**OPENING, **token}))
        assert (problem["title"], code) == ("TokenError", 1008)


def test_the_right_token_comes_in_by_header_or_message(guarded: TestClient) -> None:
    for socket in (
        opened(guarded, authorization=f"Bearer {TOKEN}"),
        opened(guarded, {**OPENING, "token": TOKEN}),
    ):
        assert socket.receive_json()["type"] == "listening"
        until_closed(socket)


def test_a_fault_of_ours_is_told_without_its_text(
    live: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> None:
        raise RuntimeError("jane-doe.wav")

    monkeypatch.setattr(Stream, "feed", failing)
    socket = opened(live)
    socket.send_bytes(PIECES[0])
    (_, problem), code = until_closed(socket)
    assert problem["detail"] == "the service failed; it is logged"
    assert (problem["status"], code) == (500, 1011)


def test_over_a_real_socket_limits_hold_and_the_log_tells_no_more(serve) -> None:
    with serve("--workers", 1, "--max-frame-kb", 20, "--max-streams", 1) as running:
        address = f"{running.url.replace('http', 'ws')}/v1/stream"
        with connect(address) as socket, connect(address) as other:
            socket.send(json.dumps(OPENING))
            assert json.loads(socket.recv())["type"] == "listening"
            other.send(json.dumps(OPENING))
            assert json.loads(other.recv())["title"] == "BusyError"
            with pytest.raises(ConnectionClosedError):  # noqa: PT012 - whichever notices first
                socket.send([PIECES[0]] * 8)  # one message in fragments, too large together
                socket.recv()
            assert socket.close_code == 1009
        with pytest.raises(InvalidStatus, match="403"):
            connect(address, origin="https://elsewhere.example").__enter__()
        with ExitStack() as left:
            first, *_ = [left.enter_context(connect(address)) for _ in range(3)]
            first.send(json.dumps(OPENING))
            first.recv()
            running.process.terminate()  # with one stream open and two that say nothing
            assert running.process.wait(20) == 0
        told = [line for line in running.log() if line["event"] == "stream"]
        assert {line["end"] for line in told} == {"left", "BusyError", "OriginError"}
        assert told[0].keys() == {"time", "level", "event", "id", "end", "heard_s", "seconds"}


def test_ends_are_counted_and_no_place_is_kept(live: TestClient) -> None:
    opened(live).__exit__(None, None, None)
    until_closed(opened(live, "words"))
    finished = opened(live)
    finished.send_bytes(PIECES[0])
    finished.send_text("finish")
    until_closed(finished)
    families = text_string_to_metric_families(live.get("/metrics").text)
    found = {
        (sample.name, *sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }
    assert found["auscult_streams_open",] == 0
    assert found["auscult_streams_total", "left"] >= 1
    assert found["auscult_streams_total", "finished"] >= 1
    assert found["auscult_streams_total", "FormError"] >= 1
