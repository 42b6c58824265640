"""A running `auscult serve` and Chromium in front of it: `page`, `microphone`, `pictures`.

Chromium's microphone plays a file, round and round. Needs `make setup-browser`.
"""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from auscult.audio import wav_bytes
from auscult.synth import PRESETS, synthesise
from serve import served


class Bench:
    """A running service, and browsers that are opened on it."""

    def __init__(self, playwright: Any, chromium: str, port: int, folder: Path) -> None:
        self._playwright, self._chromium = playwright, chromium
        self.address = f"http://127.0.0.1:{port}"
        self.folder = folder
        self.version = ""

    def sound(self, preset: str, rate_hz: int, **changed: Any) -> Path:
        """Make a synthetic sound of ten seconds; return its file."""
        return self.sound_and_rate(preset, rate_hz, **changed)[0]

    def sound_and_rate(self, preset: str, rate_hz: int, **changed: Any) -> tuple[Path, int | None]:
        """Make a synthetic sound; return its file and the rate of the beats that were drawn."""
        made = synthesise(replace(PRESETS[preset], **changed), rate_hz, 1)
        path = self.folder / f"{'-'.join([preset, *map(str, changed.values())])}.wav"
        path.write_bytes(wav_bytes(made.recording))
        s1_s = [mark.at_s for mark in made.marks if mark.sound == "S1"]
        n_cycles = len(s1_s) - 1
        return path, round(60 * n_cycles / (s1_s[-1] - s1_s[0])) if n_cycles > 0 else None

    @contextmanager
    def page(self, microphone: Path, **options: Any) -> Iterator[Any]:
        """Open the page in a browser whose microphone plays a file."""
        arguments = [
            *("--no-sandbox", "--disable-gpu"),
            *("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"),
            f"--use-file-for-fake-audio-capture={microphone}",
            "--autoplay-policy=no-user-gesture-required",
        ]
        browser = self._playwright.chromium.launch(executable_path=self._chromium, args=arguments)
        self.version = browser.version
        try:
            context = browser.new_context(base_url=self.address, reduced_motion="reduce", **options)
            page = context.new_page()
            page.goto("/")
            ready(page)
            yield page
        finally:
            browser.close()


def ready(page: Any) -> None:
    """Wait until the page can be used."""
    page.locator("[data-ready] h1").wait_for(state="attached")


def judge(page: Any, sound: Path) -> None:
    """Give the page a file and wait for its verdict and its marks."""
    page.set_input_files("#files", sound)
    page.locator(".detail .verdict").wait_for()
    page.locator("[part~=mark]").first.wait_for(state="attached")


def explain(page: Any) -> None:
    """Ask why, and wait for the outlines."""
    page.get_by_role("button", name="Why this answer?").click()
    page.locator("[part=tile]").first.wait_for(state="attached")


@contextmanager
def benches(folder: Path) -> Iterator[Bench]:
    """Start the service and a browser's driver."""
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415 - an extra
    except ImportError:
        sys.exit("playwright is not installed; run make setup-browser")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("there is no chromium on this machine; run make setup-browser")
    service, port, _ = served(Path(os.devnull))
    try:
        with sync_playwright() as playwright:
            yield Bench(playwright, chromium, port, folder)
    finally:
        service.terminate()
        service.wait()
