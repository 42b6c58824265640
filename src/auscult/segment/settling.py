"""Onsets found again and again in overlapping stretches of one sound, each told once.

A segmenter that hears a sound as it comes finds the same onset many times, some milliseconds to and
fro, and is least sure of the newest: what follows decides. Here an onset is told when some time of
sound has followed it, and not again.

Conventions
-----------
times : seconds from the start of the sound, whatever stretch was looked at
order : what is told rises from one call to the next; what turns up later before it is not told
"""

from collections.abc import Iterable, Iterator
from math import inf

from auscult.types import Mark, StateSpan

SOUNDS = ("S1", "S2")
_SAME_APART_S = 0.2
_APART_S = 0.04
"""Two S1 lie no closer than at 300 beats a minute, S1 and S2 than the shortest state."""


class Settling:
    """What has been told of one sound: constant size."""

    def __init__(self) -> None:
        self._last_s = -inf
        self._last_of_s = dict.fromkeys(SOUNDS, -inf)

    def settled(
        self, spans: Iterable[StateSpan], from_s: float, until_s: float
    ) -> tuple[Mark, ...]:
        """Return the onsets up to ``until_s`` that are new, in order of time.

        Parameters
        ----------
        spans
            States in a stretch of the sound that begins at ``from_s``, timed from there. One that
            the beginning cuts has no onset.
        """
        return tuple(self._new(spans, from_s, until_s))

    def _new(self, spans: Iterable[StateSpan], from_s: float, until_s: float) -> Iterator[Mark]:
        for span in spans:
            at_s = from_s + span.start_s
            if span.state not in SOUNDS or span.start_s <= 0 or at_s > until_s:
                continue
            apart = at_s - self._last_s >= _APART_S
            if apart and at_s - self._last_of_s[span.state] >= _SAME_APART_S:
                self._last_s = self._last_of_s[span.state] = at_s
                yield Mark(span.state, at_s)
