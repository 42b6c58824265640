"""Workers: too slow, too big, dead or all busy; and how they are spoken to."""

import asyncio
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from starlette.datastructures import UploadFile
from starlette.testclient import TestClient

from auscult.errors import BundleError, ConfigError
from auscult.serve.app import create_app
from auscult.serve.pool import Pool, Question, Worker
from auscult.serve.problems import BusyError, WorkerError
from auscult.serve.settings import Settings
from auscult.serve.worker import framed, read_frame

SETUP = {
    "model": "default",
    "segmenter": "envelope",
    "max_duration_s": 3600,
    "max_memory_bytes": 700_000_000,
}


def test_a_slow_answer_ends_the_worker_and_the_next_starts_afresh(heart: bytes) -> None:
    app = create_app(Settings(n_workers=1, answer_s=0.02))
    with TestClient(app) as client:
        for _ in range(2):
            response = client.post("/v1/classify", files={"file": ("a.wav", heart)})
            assert response.status_code == 504
            assert response.json()["title"] == "SlowAnswerError"
        lost = 'auscult_workers_lost_total{error="SlowAnswerError"} 2.0'
        assert lost in client.get("/metrics").text
        assert app.state.service.pool._free.qsize() == 1


def test_with_every_worker_busy_the_wait_ends_with_when_to_come_back(heart: bytes) -> None:
    app = create_app(Settings(n_workers=1, answer_s=0.1))
    with TestClient(app) as client:
        app.state.service.pool._free.get_nowait()
        response = client.post("/v1/classify", files={"file": ("a.wav", heart)})
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "1"


def test_a_pool_that_is_full_until_the_deadline_is_busy() -> None:
    async def ask() -> None:
        pool = Pool(Settings(n_workers=1), lambda _: None)
        now_s = asyncio.get_running_loop().time()
        question = Question("classify", "a", UploadFile(io.BytesIO(b"x")))
        await pool.answer(question, now_s + 0.05, asyncio.Event().wait)

    with pytest.raises(BusyError, match="come back in"):
        asyncio.run(ask())


def test_a_sound_that_fills_the_memory_is_told_and_the_worker_goes_on(
    lying_flac: bytes, heart: bytes
) -> None:
    async def ask() -> None:
        worker = Worker(SETUP)
        reply = await worker.ask("classify", "a.flac", lying_flac)
        process = worker._process
        assert reply.error == "AudioError"
        assert "does not fit into the memory" in reply.data["reason"]
        assert (await worker.ask("segment", "b.wav", heart)).error is None
        assert worker._process is process
        await worker.end()

    asyncio.run(ask())


def test_a_worker_that_cannot_start_is_an_error_without_a_name(capfd) -> None:
    async def ask() -> None:
        worker = Worker({**SETUP, "model": "secret-folder"})
        try:
            await worker.ask("classify", "secret-name.wav", b"x")
        finally:
            await worker.end()

    with pytest.raises(WorkerError, match="died of it"):
        asyncio.run(ask())
    told = capfd.readouterr().err
    assert json.loads(told)["error"] == "BundleError"
    assert "secret" not in told


def test_a_worker_ends_when_nobody_asks_any_more() -> None:
    command = [sys.executable, "-m", "auscult.serve.worker"]
    done = subprocess.run(command, input=framed(SETUP), capture_output=True, timeout=60, check=True)
    assert done.stdout == b""


def test_a_worker_knows_no_web_and_no_command_line() -> None:
    program = """
import sys
import auscult.serve.worker, auscult.verbs.answer
print(sorted({"fastapi", "starlette", "uvicorn", "typer", "torch"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout == b"[]\n"


def test_frames_come_back_as_they_were() -> None:
    message = {"task": "classify", "name": "ä\n", "n_bytes": 3}
    source = io.BytesIO(framed(message) + b"abc")
    assert read_frame(source) == message
    assert source.read(3) == b"abc"
    assert read_frame(source) is None


def test_a_model_that_is_none_ends_before_anything_listens(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="is no bundle"):
        create_app(Settings(model=str(tmp_path)))
    with pytest.raises(BundleError, match="is no bundle"):
        create_app(Settings(segmenter=str(tmp_path)))


@pytest.mark.parametrize(
    ("setting", "value", "sentence"),
    [
        ("n_workers", 0, "n_workers=0 must be 1 or more"),
        ("max_requests", 0, "max_requests=0 must be 1 or more"),
        ("max_files", -1, "max_files=-1 must be 1 or more"),
        ("max_body_mb", 0.0, "max_body_mb=0 must be positive"),
        ("answer_s", float("nan"), "answer_s=nan must be positive"),
        ("port", 70_000, "port=70000 must be between 0 and 65535"),
    ],
)
def test_a_setting_out_of_range_is_refused(setting: str, value: float, sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        Settings(**{setting: value})


@pytest.mark.parametrize(
    ("host", "token", "is_for_all"),
    [
        ("127.0.0.1", "", False),
        ("::1", "", False),
        ("localhost", "", False),
        ("0.0.0.0", "", True),  # noqa: S104 - what is warned of
        ("0.0.0.0", "a-token-of-our-own", False),  # noqa: S104
        ("heart.example", "", True),
    ],
)
def test_a_service_open_to_all_is_known(host: str, token: str, *, is_for_all: bool) -> None:
    assert Settings(host=host, token=token).is_for_all is is_for_all
