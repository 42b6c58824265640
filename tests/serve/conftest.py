"""Sounds to send, a service in this process, and one in a process of its own."""

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import numpy as np
import pytest
import soundfile
from starlette.testclient import TestClient

from auscult.audio import wav_bytes
from auscult.serve.app import create_app
from auscult.serve.settings import Settings
from auscult.synth import PRESETS, synthesise

SILENT_HOURS = 3
ANY_NUMBER = httpx2.Limits(max_connections=None)


def encoded(samples: np.ndarray, rate_hz: int, kind: str) -> bytes:
    buffer = io.BytesIO()
    soundfile.write(buffer, samples, rate_hz, format=kind)
    return buffer.getvalue()


@pytest.fixture(scope="session")
def lying_flac() -> bytes:
    """A FLAC of a few hundred bytes that says it has an hour at 96 kHz: 1.4 GB of samples."""
    sound = bytearray(encoded(np.zeros(4_096, np.float32), 96_000, "FLAC"))
    sound[22:26] = (3_599 * 96_000).to_bytes(4, "big")
    return bytes(sound)


@pytest.fixture(scope="session")
def lying_ogg() -> bytes:
    """An OGG of some kilobytes whose last page says that days have passed."""
    sound = bytearray(encoded(np.zeros(8_000, np.float32), 8_000, "OGG"))
    at = sound.rfind(b"OggS")
    sound[at + 6 : at + 14] = (8_000 * 86_400 * 9).to_bytes(8, "little")
    sound[at + 22 : at + 26] = bytes(4)
    sound[at + 22 : at + 26] = _ogg_checksum(sound[at:]).to_bytes(4, "little")
    return bytes(sound)


@pytest.fixture(scope="session")
def silent_ogg() -> bytes:
    """Two minutes in some kilobytes of OGG: a hundredth of what they decode to."""
    return encoded(np.zeros(120 * 8_000, np.float32), 8_000, "OGG")


def _ogg_checksum(page: bytes) -> int:
    """CRC-32 as Ogg has it: polynomial 0x04C11DB7, most significant bit first, nothing inverted."""
    remainder = 0
    for byte in page:
        remainder ^= byte << 24
        for _ in range(8):
            remainder = (remainder << 1) ^ (0x04C11DB7 if remainder >> 31 else 0)
            remainder &= 0xFFFFFFFF
    return remainder


@pytest.fixture(scope="session")
def heart() -> bytes:
    """A normal heart, five seconds at 4,000 Hz, as WAV."""
    made = synthesise(PRESETS["normal"], 4_000, 1).recording
    return wav_bytes(type(made)(made.samples[:20_000], 4_000))


@pytest.fixture(scope="session")
def bomb() -> bytes:
    """A FLAC of some kilobytes that declares, and holds, hours of silence."""
    return encoded(np.zeros(SILENT_HOURS * 3600 * 1_000, np.float32), 1_000, "FLAC")


@pytest.fixture(scope="session")
def client() -> Iterator[TestClient]:
    """A service in this process, with one worker."""
    settings = Settings(n_workers=1, max_files=3, max_body_mb=2, max_duration_s=60, answer_s=120)
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client


@dataclass(frozen=True)
class Running:
    """A service in its own process: where it listens, its folders, and what it has logged."""

    url: str
    process: subprocess.Popen[str]
    folder: Path
    temporary: Path
    web: httpx2.Client

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def log(self) -> list[dict[str, object]]:
        lines = (self.folder.parent / "log").read_text().splitlines()
        return [json.loads(line) for line in lines]

    def workers(self) -> list[int]:
        """Process ids of its workers."""
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(number) for number in listed.read_text().split()]


Serve = Callable[..., AbstractContextManager[Running]]


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Serve:
    """Run ``auscult serve`` with options; ends it, and sees that it leaves nothing behind."""

    @contextmanager
    def serving(*options: object, **environment: str) -> Iterator[Running]:
        root = tmp_path_factory.mktemp("serve")
        folder, temporary = root / "folder", root / "temporary"
        folder.mkdir()
        temporary.mkdir()
        command = [sys.executable, "-m", "auscult", "serve", "--port", "0", *map(str, options)]
        with (root / "log").open("w") as log, (root / "said").open("w") as said:
            process = subprocess.Popen(
                command,
                cwd=folder,
                env={**os.environ, "TMPDIR": str(temporary), **environment},
                stdout=log,
                stderr=said,
                text=True,
            )
        try:
            with httpx2.Client(timeout=120, limits=ANY_NUMBER) as web:
                url = _url(process, root / "said")
                yield Running(url, process, folder, temporary, web)
        finally:
            process.terminate()
            code = process.wait(20)
        assert code == 0
        assert list(folder.iterdir()) == list(temporary.iterdir()) == []
        assert "Traceback" not in (root / "said").read_text() + (root / "log").read_text()

    return serving


@pytest.fixture(scope="session")
def running(serve: Serve) -> Iterator[Running]:
    """One with small limits, for whoever does not mind what others did to it."""
    options = ("--workers", 1, "--max-body-mb", 2, "--max-duration-s", 60, "--max-requests", 40)
    with serve(*options, "--upload-s", 3, "--answer-s", 60) as running:
        yield running


def _url(process: subprocess.Popen[str], said: Path) -> str:
    """Wait until the service says where it listens."""
    while process.poll() is None:
        if found := re.search(r"listening on (http://\S+?);", said.read_text()):
            return found[1]
    raise AssertionError(said.read_text())
