"""What a segmenter answers, and what every segmenter is."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from auscult.types import Mark, Recording, StateSpan


@dataclass(frozen=True, slots=True)
class Segmentation:
    """The states of the cardiac cycle in one recording.

    ``spans`` are in order of time and never overlap; time that none covers could not be told.
    ``reason`` is a sentence where part or all of the recording could not be told, else empty.
    """

    source: str
    duration_s: float
    spans: tuple[StateSpan, ...] = ()
    reason: str = ""

    def onsets_s(self, state: str) -> NDArray[np.float64]:
        """Return where each span of ``state`` begins, in seconds, rising: shape (n_spans,).

        A span that the start of the recording cuts has no onset.
        """
        starts_s = [span.start_s for span in self.spans if span.state == state and span.start_s > 0]
        return np.array(starts_s, np.float64)

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Where each S1 and S2 begins, in order of time."""
        return tuple(
            Mark(span.state, span.start_s)
            for span in self.spans
            if span.state in {"S1", "S2"} and span.start_s > 0
        )

    @property
    def told_s(self) -> float:
        """Seconds that spans cover."""
        return sum(span.end_s - span.start_s for span in self.spans)


class Segmenter(Protocol):
    """Finds the states of the cardiac cycle in a recording."""

    def __call__(self, recording: Recording) -> Segmentation:
        """Return the states; never raises for what the recording sounds like."""
        ...


def reason_of(spans: tuple[StateSpan, ...], duration_s: float) -> str:
    """Return why ``spans`` do not cover the recording; empty if they do, nearly."""
    if not spans:
        return (
            "no heartbeat found: nothing repeats like S1 and S2 at 30 to 220 a minute; record in a "
            "quiet room with the stethoscope pressed closer"
        )
    told_s = sum(span.end_s - span.start_s for span in spans)
    untold_s = duration_s - told_s
    if untold_s < max(_UNTOLD_S, _UNTOLD_SHARE * duration_s):
        return ""
    return f"{untold_s:.1f} of {duration_s:.1f} s could not be told and are left out"


_UNTOLD_S, _UNTOLD_SHARE = 0.5, 0.05
