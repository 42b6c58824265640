"""Sound from a microphone, piece by piece, as it comes.

Conventions
-----------
piece : float32, shape (n_samples,), about ``PIECE_S`` long, in [-1, 1]; the first channel

PortAudio, through sounddevice of the extra ``live``, delivers what the driver records: it adds no
echo cancelling, noise suppression or automatic gain, which would take heart sounds away. Those of
the operating system or of a headset are to be switched off there.
"""

from collections.abc import Iterator
from queue import Full, Queue
from types import ModuleType, TracebackType
from typing import Any, Self

import numpy as np

from auscult.errors import AudioError, MissingExtraError
from auscult.types import Samples

PIECE_S = 0.05
_WAITING_S = 30.0
"""What is kept for a listener who is late; more is lost, and counted."""


class Microphone:
    """An input of this computer, open inside ``with``; iterating it yields pieces without end.

    Parameters
    ----------
    device
        Number or part of the name of the input, as sounddevice lists them; the system's by default.
    rate_hz
        Samples per second; the input's own by default.

    Attributes
    ----------
    rate_hz, name
        Of the input that was found.
    n_lost
        Pieces that were lost because nobody took them in time, or the driver was too slow.

    Raises
    ------
    MissingExtraError
        If sounddevice is not installed.
    AudioError
        If PortAudio is not there, or the input is unknown, taken, or of another rate.
    """

    def __init__(self, device: str | int | None = None, rate_hz: int | None = None) -> None:
        self._driver = _driver()
        try:
            found = self._driver.query_devices(device, "input")
        except (ValueError, self._driver.PortAudioError) as error:
            raise AudioError(
                f"no microphone was found ({_told(error)}); plug one in, or name one of those "
                "that `python -m sounddevice` lists"
            ) from error
        self.name = str(found["name"])
        self.rate_hz = rate_hz or round(found["default_samplerate"])
        self.n_lost = 0
        self._device = device
        self._waiting: Queue[Samples] = Queue(round(_WAITING_S / PIECE_S))

    def __enter__(self) -> Self:
        try:
            self._open = self._driver.InputStream(
                samplerate=self.rate_hz,
                blocksize=round(PIECE_S * self.rate_hz),
                device=self._device,
                channels=1,
                dtype="float32",
                callback=self._take,
            )
            self._open.start()
        except (ValueError, self._driver.PortAudioError) as error:
            raise AudioError(
                f"{self.name}: cannot be listened to at {self.rate_hz} Hz ({_told(error)}); "
                "choose another rate, or end the program that uses it"
            ) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.stop()
        self._open.close()

    def __iter__(self) -> Iterator[Samples]:
        while True:
            yield self._waiting.get()

    def _take(self, sound: Any, _n_frames: int, _times: Any, status: Any) -> None:
        """Keep what the driver brings, from its thread; it uses the same memory again."""
        self.n_lost += bool(status)
        try:
            self._waiting.put_nowait(np.array(sound[:, 0], np.float32))
        except Full:
            self.n_lost += 1


def _driver() -> ModuleType:
    try:
        import sounddevice  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise MissingExtraError("sounddevice", "live") from error
    except OSError as error:
        raise AudioError(
            "no microphone can be opened: the PortAudio library is not installed; on Debian and "
            "Ubuntu run: apt install libportaudio2"
        ) from error
    driver: ModuleType = sounddevice
    return driver


def _told(error: Exception) -> str:
    """Return the first line of what the driver says."""
    return str(error).partition("\n")[0].strip().rstrip(".")
