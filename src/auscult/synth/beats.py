"""One heart cycle, and the truth of a recording that follows from many.

Conventions
-----------
times  : seconds from the start of the recording; the first beat may begin before 0, the last one
         may end after the recording does
onsets : of S2 is the aortic closure (A2); the pulmonary one (P2) follows after the split
truth  : does not depend on the sampling rate
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from auscult.types import Mark, StateSpan


@dataclass(frozen=True, slots=True)
class Beat:
    """One cycle from S1 to the next S1: times in seconds, gains relative to 1.

    ``s3_s`` and ``s4_s`` are None where the heart has no such sound; ``volume`` is the filling of
    the lungs at S1, in [-1, 1].
    """

    s1_s: float
    s1_end_s: float
    s2_s: float
    s2_end_s: float
    end_s: float
    split_s: float
    s1_gain: float
    s2_gain: float
    volume: float
    s3_s: float | None = None
    s4_s: float | None = None

    def states(self) -> Iterator[StateSpan]:
        """Return the four states of the cycle."""
        yield StateSpan("S1", self.s1_s, self.s1_end_s)
        yield StateSpan("systole", self.s1_end_s, self.s2_s)
        yield StateSpan("S2", self.s2_s, self.s2_end_s)
        yield StateSpan("diastole", self.s2_end_s, self.end_s)

    def onsets(self) -> Iterator[Mark]:
        """Return the onsets of the sounds there are, in order of time."""
        for sound, at_s in (
            ("S1", self.s1_s),
            ("S2", self.s2_s),
            ("S3", self.s3_s),
            ("S4", self.s4_s),
        ):
            if at_s is not None:
                yield Mark(sound, at_s)


def spans_of(beats: Iterable[Beat], duration_s: float) -> tuple[StateSpan, ...]:
    """Return the states of ``beats``, cut to the recording: contiguous from 0 to the end."""
    cut = (
        StateSpan(span.state, max(0.0, span.start_s), min(duration_s, span.end_s))
        for beat in beats
        for span in beat.states()
    )
    return tuple(span for span in cut if span.start_s < span.end_s)


def marks_of(beats: Iterable[Beat], duration_s: float) -> tuple[Mark, ...]:
    """Return the onsets of all sounds that begin within the recording, in order of time."""
    marks = (mark for beat in beats for mark in beat.onsets())
    return tuple(mark for mark in marks if 0 <= mark.at_s < duration_s)
