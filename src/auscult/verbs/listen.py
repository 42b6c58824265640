"""Listen: sound that comes piece by piece → what is heard, every hop, and at the end."""

import time
from collections.abc import Callable, Iterable, Iterator

from auscult.audio.microphone import PIECE_S
from auscult.inference.stream import Stream
from auscult.inference.updates import Update
from auscult.types import Recording, Samples


def listen(pieces: Iterable[Samples], stream: Stream) -> Iterator[Update]:
    """Feed ``pieces`` to ``stream``; yield each update, and the last when they end.

    Raises
    ------
    AudioError
        If no sound came at all.
    """
    for piece in pieces:
        yield from stream.feed(piece)
    yield stream.finish()


def played(
    recording: Recording,
    *,
    fast: bool = False,
    now_s: Callable[[], float] = time.monotonic,
    wait: Callable[[float], None] = time.sleep,
) -> Iterator[Samples]:
    """Yield ``recording`` in pieces as a microphone would: each when it has been recorded.

    With ``fast`` each comes as soon as the one before has been taken.
    """
    length = max(1, round(PIECE_S * recording.rate_hz))
    began_s = now_s()
    for start in range(0, recording.samples.size, length):
        piece = recording.samples[start : start + length]
        left_s = began_s + (start + piece.size) / recording.rate_hz - now_s()
        if not fast and left_s > 0:
            wait(left_s)
        yield piece
