"""Interruptions: stretches in which the sound stands still.

No microphone delivers the same value for a twentieth of a second. A loose cable, a lost packet, or
noise suppression that takes faint sound for silence does: and with it go soft murmurs.

What is measured
----------------
The share of time in runs of constant samples of 0.25 s or more, counted in frames of 50 ms, between
the first and the last frame that moves. Silence padded to the ends is none of it.
"""

from dataclasses import dataclass

import numpy as np

from auscult.preprocess.rules.rule import Finding, check_shares
from auscult.preprocess.rules.sketch import Sketch
from auscult.types import Samples

_FRAME_S = 0.05
_SHORTEST_FRAMES = 5


@dataclass(frozen=True, slots=True)
class Interruptions:
    """Refuse or note constant stretches; shares of the time between the ends."""

    note_from: float = 0.05
    refuse_from: float = 0.25

    def __post_init__(self) -> None:
        check_shares(
            "interruptions", {"note_from": self.note_from}, {"refuse_from": self.refuse_from}
        )

    def __call__(self, sketch: Sketch) -> Finding | None:
        """Return the share of constant sound, where it is large."""
        share = still_share(sketch.samples, sketch.rate_hz)
        if share < self.note_from:
            return None
        return Finding(
            "interrupted",
            "refuse" if share >= self.refuse_from else "note",
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
    moving = np.flatnonzero(frames.max(axis=1) != frames.min(axis=1))
    if moving.size < 2:  # noqa: PLR2004 - nothing lies between the ends
        return 0.0
    still = np.diff(moving) - 1
    between = moving[-1] - moving[0] + 1
    return float(still[still >= _SHORTEST_FRAMES].sum() / between)
