"""Everything a client can do wrong, to a service in its own process: it says so and stays up."""

import json
import os
import re
import signal
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest

HEAD = (
    "POST /v1/classify HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=x\r\n"
    "Content-Length: {}\r\n\r\n"
    '--x\r\nContent-Disposition: form-data; name="file"; filename="secret.wav"\r\n\r\n'
)
MEMORY_MB = 600


@pytest.fixture(autouse=True)
def well(running) -> Iterator[None]:
    """After every test the service answers, nobody is inside, and memory is bounded."""
    yield
    assert running.web.get(f"{running.url}/healthz").json()["status"] == "ok"
    until(lambda: "auscult_requests_inside 0.0" in running.web.get(f"{running.url}/metrics").text)
    for number in (running.process.pid, *running.workers()):
        status = Path(f"/proc/{number}/status").read_text()
        assert int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1e3 < MEMORY_MB


def post(running, sound: bytes, name: str = "a.wav", task: str = "classify") -> httpx2.Response:
    return running.web.post(f"{running.url}/v1/{task}", files={"file": (name, sound)})


def heard(running) -> float:
    """How many sounds have been classified."""
    found = re.search(
        r'sounds_total{outcome="ok",task="classify"} (\S+)',
        running.web.get(f"{running.url}/metrics").text,
    )
    return float(found[1]) if found else 0.0


def until(true, patience_s: float = 20) -> None:
    deadline = time.monotonic() + patience_s
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("sound", "sentence"),
    [
        (b"", "is empty"),
        (b"%PDF-1.7 no sound at all", "is not a sound file"),
        (b"RIFF\xff\xff\xff\x7fWAVEfmt ", "not a sound file"),
        (bytes(100_000), "not a sound file"),
        (b"#!AMR\n" + bytes(10), "damaged"),
        (b"ffconcat version 1.0\nfile /etc/passwd\n", "not a sound file"),
    ],
)
@pytest.mark.parametrize("task", ["classify", "segment"])
def test_no_sound(running, sound: bytes, sentence: str, task: str) -> None:
    response = post(running, sound, task=task)
    assert response.status_code in {415, 422}
    assert sentence in response.json()["detail"] or "PyAV" in response.json()["detail"]


def test_a_bomb_is_not_opened(running, bomb: bytes) -> None:
    assert len(bomb) < 1_000_000
    start_s = time.monotonic()
    for task in ("classify", "segment"):
        response = post(running, bomb, task=task)
        assert response.status_code == 422
        assert "lasts 3.0 hours" in response.json()["detail"]
    assert time.monotonic() - start_s < 10


def test_declared_hours_are_refused_unheard(running, lying_flac: bytes) -> None:
    assert len(lying_flac) < 100
    response = post(running, lying_flac)
    assert response.status_code == 422
    assert "lasts 3,599 s" in response.json()["detail"]


def test_an_ogg_is_as_long_as_what_it_holds(running, lying_ogg: bytes, silent_ogg: bytes) -> None:
    (answer,) = post(running, lying_ogg).json()["results"]
    assert 1 <= answer["duration_s"] < 1.1
    assert len(silent_ogg) < 20_000
    response = post(running, silent_ogg)
    assert response.status_code == 422
    assert "lasts 120 s" in response.json()["detail"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--x--\r\n",
        b"no boundary anywhere",
        b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nno file name\r\n--x--\r\n',
        b'--x\r\nContent-Disposition: form-data; name="other"; filename="a"\r\n\r\n1\r\n--x--\r\n',
        b"--x\r\nContent-Disposition: form-data\r\n\r\nnameless\r\n--x--\r\n",
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\ncut off',
        b"--x\r\n" + b"X-Long: " + b"y" * 100_000 + b"\r\n\r\n\r\n--x--\r\n",
    ],
)
def test_no_form(running, body: bytes) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    response = running.web.post(f"{running.url}/v1/classify", content=body, headers=headers)
    assert response.status_code in {400, 422}
    assert response.headers["Content-Type"] == "application/problem+json"
    assert len(response.json()["detail"]) < 300


def test_too_many_files(running) -> None:
    files = [("file", ("a.wav", b"x"))] * 17
    response = running.web.post(f"{running.url}/v1/classify", files=files)
    assert response.status_code == 400
    assert "Too many files" in response.json()["detail"]


def test_two_gigabytes_are_refused_before_they_are_sent(running) -> None:
    with socket.create_connection(("127.0.0.1", running.port), timeout=20) as line:
        line.sendall(HEAD.format(2 * 2**30).encode())
        assert line.recv(100).startswith(b"HTTP/1.1 413 ")


def test_gigabytes_in_chunks_are_refused_on_the_way(running) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        while sent < 100_000_000:
            sent += 65_536
            yield bytes(65_536)

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    url = f"{running.url}/v1/classify"
    response = running.web.post(url, content=endless(), headers=headers)
    assert response.status_code in {400, 413}


def test_a_slow_client_is_sent_away(running) -> None:
    with socket.create_connection(("127.0.0.1", running.port), timeout=20) as line:
        line.sendall(HEAD.format(1_000).encode())
        start_s = time.monotonic()
        line.settimeout(0.2)
        answer = b""
        while not answer:
            assert time.monotonic() - start_s < 20
            line.sendall(b"z")
            try:
                answer = line.recv(4096)
            except TimeoutError:
                continue
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert time.monotonic() - start_s > 2.5


def test_an_aborted_upload_is_forgotten(running) -> None:
    def gone() -> int:
        return sum(line.get("status") == 499 for line in running.log())

    before = gone()
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", running.port), timeout=20) as line:
            line.sendall(HEAD.format(1_500_000).encode() + bytes(1_200_000))
    until(lambda: gone() - before >= 19)


def test_a_client_that_leaves_before_its_answer_costs_no_worker(running, heart: bytes) -> None:
    body = HEAD.format(len(HEAD.partition("\r\n\r\n")[2]) + len(heart) + 9).encode() + heart
    lines = []
    for _ in range(20):
        line = socket.create_connection(("127.0.0.1", running.port), timeout=20)
        line.sendall(body + b"\r\n--x--\r\n")
        lines.append(line)
    before = heard(running)
    for line in lines:
        line.close()
    assert post(running, heart).status_code == 200
    assert heard(running) - before < 10


def test_two_hundred_at_once(running, heart: bytes) -> None:
    wanted = post(running, heart).json()

    def ask(_: int) -> tuple[int, bool]:
        response = post(running, heart)
        if response.status_code == 503:
            return 503, int(response.headers["Retry-After"]) >= 1
        return response.status_code, response.json() == wanted

    with ThreadPoolExecutor(200) as crowd:
        told = list(crowd.map(ask, range(200)))
    assert {status for status, _ in told} <= {200, 503}
    assert all(right for _, right in told)
    assert sum(status == 200 for status, _ in told) >= 40


@pytest.mark.parametrize("name", ["../../../escape.wav", "/escape.wav", "a\\..\\b\\escape.wav"])
def test_a_name_is_no_path(running, heart: bytes, name: str) -> None:
    big = heart + bytes(1_500_000)
    response = post(running, big, name)
    assert response.json().get("results")[0]["path"] == "escape.wav"
    assert not list(running.folder.parent.rglob("escape*"))


def test_a_worker_that_is_killed_is_replaced(running, heart: bytes) -> None:
    (worker,) = running.workers()
    os.kill(worker, signal.SIGKILL)
    until(lambda: worker not in running.workers())
    assert post(running, heart).status_code == 200


def test_other_paths_and_methods(running) -> None:
    for method, path, status in (
        ("GET", "/nothing", 404),
        ("GET", "/docs", 404),
        ("GET", "/v1/classify", 405),
        ("DELETE", "/v1/models", 405),
        ("GET", "/v1/../../etc/passwd", 404),
    ):
        response = running.web.request(method, f"{running.url}{path}")
        assert response.status_code == status
        assert response.json()["status"] == status


def test_the_log_tells_of_everything_and_names_nothing(running, heart: bytes) -> None:
    post(running, heart, "jane-doe.wav")
    post(running, b"damaged", "jane-doe.wav")
    running.web.get(f"{running.url}/jane-doe?name=jane-doe")
    until(lambda: running.log()[-1].get("route") == "other")
    kept = {"time", "level", "event", "id", "method", "route", "status", "seconds"}
    lines = [line for line in running.log() if line["event"] == "request"]
    assert all(line.keys() == kept for line in lines)
    assert [line["status"] for line in lines[-3:]] == [200, 422, 404]
    assert not re.search("jane|escape|secret|127.0.0.1", json.dumps(running.log()))
