"""The live streams that are open: how many, the models they share, and whose turn it is.

They are heard in this process, one at a time in a thread beside the loop: raw samples need no
decoder that could crash or swell, and a second of sound takes some hundredths to judge.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from numpy.typing import NDArray

from auscult.inference import Classifier
from auscult.inference.stream import Stream
from auscult.inference.updates import Update
from auscult.segment import Segmenter
from auscult.serve.problems import BusyError

_RETRY_S = 10


class Streams:
    """Every open stream of one service.

    Parameters
    ----------
    classifier, find_states
        What all of them are heard with.
    most
        How many may be open at once.
    """

    def __init__(self, classifier: Classifier, find_states: Segmenter, most: int) -> None:
        self.model = classifier.bundle.name
        self.n_open = 0
        self._classifier, self._find_states = classifier, find_states
        self._most = most
        self._turn = asyncio.Lock()

    @contextmanager
    def opened(self, rate_hz: int) -> Iterator[Stream]:
        """Take a place and open a stream.

        Raises
        ------
        AudioError
            If no heart sound can be at this rate.
        BusyError
            If there is no place.
        """
        if self.n_open >= self._most:
            raise BusyError(_RETRY_S)
        stream = Stream(rate_hz, model=self._classifier, segmenter=self._find_states)
        self.n_open += 1
        try:
            yield stream
        finally:
            self.n_open -= 1

    async def feed(self, stream: Stream, samples: NDArray[Any]) -> list[Update]:
        """Feed a stream when it is its turn; first come, first served."""
        async with self._turn:
            return await asyncio.to_thread(stream.feed, samples)

    async def finish(self, stream: Stream) -> Update:
        """Finish a stream when it is its turn."""
        async with self._turn:
            return await asyncio.to_thread(stream.finish)
