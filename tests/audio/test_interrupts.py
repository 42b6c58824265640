"""Ctrl-C in the middle of a sound file is neither lost nor taken for damage."""

import io
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import soundfile

from auscult.audio import libsndfile, read_recording, writing
from auscult.audio.interrupts import interrupts_wait
from auscult.types import Recording


@pytest.fixture(autouse=True)
def heard() -> Iterator[None]:
    """Ctrl-C is heard, also where whoever started the tests left it out, as ``nohup`` does."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


class Interrupted(io.BytesIO):
    """Bytes at whose first reading or writing somebody presses Ctrl-C."""

    pressed = False

    def press(self) -> None:
        if not self.pressed:
            self.pressed = True
            signal.raise_signal(signal.SIGINT)

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        self.press()
        return super().readinto(buffer)

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self.press()
        return super().write(data)


@pytest.fixture
def wav(tmp_path: Path) -> Path:
    soundfile.write(tmp_path / "heart.wav", np.sin(np.arange(8_000) / 9), 4_000)
    return tmp_path / "heart.wav"


def test_an_interrupt_within_a_callback_is_raised(
    wav: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(libsndfile.io, "BytesIO", Interrupted)
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        read_recording(wav)
    assert signal.getsignal(signal.SIGINT) is before


def test_an_interrupt_while_a_file_is_made_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing.io, "BytesIO", Interrupted)
    with pytest.raises(KeyboardInterrupt):
        writing.wav_bytes(Recording(np.zeros(4_000, np.float32), 4_000))


@interrupts_wait()
def interrupted_and_failing() -> None:
    signal.raise_signal(signal.SIGINT)
    raise ValueError


def test_an_interrupt_outweighs_what_else_went_wrong() -> None:
    with pytest.raises(KeyboardInterrupt):
        interrupted_and_failing()


def test_who_ignores_interrupts_hears_of_none() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with interrupts_wait():
            signal.raise_signal(signal.SIGINT)
            assert signal.getsignal(signal.SIGINT) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_other_threads_read_as_ever(wav: Path) -> None:
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(read_recording, wav).result().rate_hz == 4_000
