"""A microphone, with a driver of our own in the place of PortAudio."""

import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from auscult.audio.microphone import PIECE_S, Microphone
from auscult.errors import AudioError, MissingExtraError


class PortAudioError(Exception):
    pass


class Driver(SimpleNamespace):
    """One input, "stethoscope", that records at 8,000 Hz."""

    PortAudioError = PortAudioError

    def query_devices(self, device: str | int | None, kind: str) -> dict[str, Any]:
        if device not in {None, 0, "stethoscope"}:
            raise ValueError(f"No {kind} device matching {device!r}")
        return {"name": "stethoscope", "default_samplerate": 8_000.0}

    def InputStream(self, **options: Any) -> SimpleNamespace:  # noqa: N802 - the driver's name
        if options["samplerate"] == 8_001:
            raise PortAudioError("Invalid sample rate\n[PaErrorCode -9997]")
        self.options = options
        return SimpleNamespace(
            start=self.note("start"), stop=self.note("stop"), close=self.note("")
        )

    def note(self, done: str) -> Callable[[], None]:
        return lambda: self.calls.append(done)

    def record(self, level: float, status: bool = False) -> None:
        n = self.options["blocksize"]
        self.memory[:n, 0] = level
        self.options["callback"](self.memory[:n], n, None, status)


@pytest.fixture
def driver(monkeypatch: pytest.MonkeyPatch) -> Driver:
    driver = Driver(calls=[], memory=np.zeros((8_000, 1), np.float32))
    monkeypatch.setitem(sys.modules, "sounddevice", driver)
    return driver


def test_pieces_come_in_order_and_are_copies(driver: Driver) -> None:
    with Microphone() as microphone:
        assert (microphone.name, microphone.rate_hz) == ("stethoscope", 8_000)
        for level in (0.1, 0.2):
            driver.record(level)
        pieces = iter(microphone)
        first, second = next(pieces), next(pieces)
    assert first.dtype == np.float32
    assert first.shape == second.shape == (round(PIECE_S * 8_000),)
    assert (first[0], second[0]) == (np.float32(0.1), np.float32(0.2))
    assert driver.calls == ["start", "stop", ""]
    assert driver.options["channels"] == 1


def test_what_nobody_takes_is_counted_and_bounded(driver: Driver) -> None:
    with Microphone("stethoscope", 1_000) as microphone:
        for _ in range(700):
            driver.record(0.1)
        driver.record(0.1, status=True)
    assert driver.options["samplerate"] == 1_000
    assert microphone._waiting.qsize() == 600
    assert microphone.n_lost == 102


def test_an_unknown_or_unwilling_one_is_told(driver: Driver) -> None:
    del driver
    with pytest.raises(AudioError, match=r"no microphone was found \(No input device matching"):
        Microphone("x")
    with (
        pytest.raises(AudioError, match=r"at 8001 Hz \(Invalid sample rate\); choose another rate"),
        Microphone(rate_hz=8_001),
    ):
        pass


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    with pytest.raises(
        MissingExtraError, match=r"needs sounddevice.*pip install 'auscult\[live\]'"
    ):
        Microphone()


def test_without_portaudio_the_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object, **__: object) -> None:
        raise OSError("PortAudio library not found")

    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.setattr("builtins.__import__", _failing_for("sounddevice", missing, __import__))
    with pytest.raises(AudioError, match="apt install libportaudio2"):
        Microphone()


def _failing_for(name: str, fail: Callable[..., None], real: Callable[..., Any]) -> Any:
    return lambda wanted, *rest, **more: (fail if wanted == name else real)(wanted, *rest, **more)
