"""Interruptions: stretches in which the sound stands still.

No microphone delivers the same value for a quarter of a second. A loose cable, a lost packet, or
noise suppression that takes faint sound for silence does: and with it go beats or soft murmurs.

What is measured
----------------
The share of time in runs of five or more constant frames of 50 ms, between the first and the last
frame that moves. Silence padded to the ends is none of it, nor is a pause softer than the last bit:
the frames on both sides must move by a hundredth of the loudest.

Why never a refusal
-------------------
Sound lost at random ruins the answer: a third of it lost turns every second one. But a recording
whose diastoles were muted stands still as long and keeps its beats; this number is the same.
"""

from dataclasses import dataclass

import numpy as np

from auscult.errors import ConfigError
from auscult.preprocess.rules.rule import Finding
from auscult.preprocess.rules.sketch import Sketch
from auscult.types import Samples

_FRAME_S = 0.05
_SHORTEST_FRAMES = 5
_LIVELY_FROM = 0.01


@dataclass(frozen=True, slots=True)
class Interruptions:
    """Note constant stretches; a share of the time between the ends."""

    note_from: float = 0.1

    def __post_init__(self) -> None:
        if not 0 < self.note_from <= 1:
            raise ConfigError(f"interruptions: note_from={self.note_from:g} must be in (0, 1]")

    @property
    def refuses(self) -> str:
        """Nothing: muted diastoles and lost beats give the same number."""
        return ""

    def __call__(self, sketch: Sketch) -> Finding | None:
        """Return the share of constant sound, where it is large."""
        share = still_share(sketch.samples, sketch.rate_hz)
        if share < self.note_from:
            return None
        return Finding(
            "interrupted",
            "note",
            f"the sound stands still for {share:.0%} of the time, wanted less than "
            f"{self.note_from:.0%}; check the cable and switch noise suppression off",
        )


def still_share(samples: Samples, rate_hz: int) -> float:
    """Return the share of time in long constant runs, in [0, 1]."""
    length = max(1, int(_FRAME_S * rate_hz))
    n_frames = samples.size // length
    if n_frames == 0:
        return 0.0
    frames = samples[: n_frames * length].reshape(n_frames, length)
    spans = frames.max(axis=1) - frames.min(axis=1)
    moving = np.flatnonzero(spans)
    if moving.size < 2:  # noqa: PLR2004 - nothing lies between the ends
        return 0.0
    still = np.diff(moving) - 1
    lively = spans[moving] >= _LIVELY_FROM * spans.max()
    lost = still[(still >= _SHORTEST_FRAMES) & lively[:-1] & lively[1:]]
    return float(lost.sum() / (moving[-1] - moving[0] + 1))
