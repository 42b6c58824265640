"""The page as it is used: a service in a process of its own, Debian's Chromium in front of it."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from auscult.audio import wav_bytes
from auscult.synth import PRESETS, synthesise
from auscult.types import Recording

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
VOICE_OF_THE_NETWORK = "Failed to load resource"
"""What Chromium says of every answer that is no 200; a refused upload is one."""

Open = Callable[..., Any]


@pytest.fixture(scope="session")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of sounds: three hearts, a voice, one too short, one that is none, one to record."""
    folder = tmp_path_factory.mktemp("sounds")
    for name in ("normal", "mitral-regurgitation", "s3", "artifact-speech"):
        made = synthesise(PRESETS[name], 4_000, 1).recording
        (folder / f"{name}.wav").write_bytes(wav_bytes(made))
    short = synthesise(PRESETS["normal"], 4_000, 1).recording.samples[:2_400]
    (folder / "short.wav").write_bytes(wav_bytes(Recording(short, 4_000)))
    (folder / "notes.wav").write_bytes(b"these are notes, not sounds")
    spoken = synthesise(PRESETS["normal"], 48_000, 3).recording
    (folder / "microphone.wav").write_bytes(wav_bytes(spoken))
    return folder


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where ``auscult serve`` listens."""
    root = tmp_path_factory.mktemp("page")
    with (root / "log").open("w") as log, (root / "said").open("w") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "auscult", "serve", "--port", "0", "--workers", "1"],
            env={**os.environ, "OMP_NUM_THREADS": "1"},
            stdout=log,
            stderr=said,
        )
    try:
        while not (found := re.search(r"listening on (http://\S+?);", (root / "said").read_text())):
            assert process.poll() is None, (root / "said").read_text()
        yield found[1]
    finally:
        process.terminate()
        process.wait(20)
    assert "Traceback" not in (root / "said").read_text() + (root / "log").read_text()


@pytest.fixture(scope="module")
def chromium(sounds: Path) -> Iterator[Any]:
    """Chromium with a microphone that plays a heart; skips with what is missing."""
    playwright = pytest.importorskip("playwright.sync_api", reason="make setup-browser: playwright")
    if CHROMIUM is None:
        pytest.skip("make setup-browser: no chromium on this machine")
    options = [
        "--no-sandbox",  # as root there is none
        "--disable-gpu",  # pretending to have one costs seconds
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={sounds / 'microphone.wav'}",
        "--autoplay-policy=no-user-gesture-required",
    ]
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, args=options)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Any, address: str) -> Iterator[Open]:
    """Open the page; afterwards nothing may have been asked of another host, nor gone wrong."""
    contexts, asked, wrong = [], [], []

    def opened(hash_: str = "", *, width: int = 1440, height: int = 900, **options: Any) -> Any:
        size = {"width": width, "height": height}
        context = chromium.new_context(
            viewport=size, base_url=address, reduced_motion="reduce", **options
        )
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda told: wrong.append(told.text) if told.type == "error" else None)
        page.goto(f"{address}/{hash_}")
        page.locator("[data-ready] h1").wait_for(state="attached")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert asked
    assert [url for url in asked if not url.startswith((address, "blob:", "data:"))] == []
    assert [text for text in wrong if VOICE_OF_THE_NETWORK not in text] == []
