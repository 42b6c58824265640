"""The heart's band: hardly anything below 150 Hz, so no heart sound came through.

S1 and S2 have nearly all of their power from 25 to 150 Hz. Telephones and voice processing begin at
300 Hz: Chromium's loses 56 dB at 30 Hz and 7 dB at 100. Loud speech, crying or a whistle far above
the heart shows the same way.

What is measured
----------------
The share of the power from 20 to 800 Hz that lies below 150 Hz, in the best 3 s: a child that cries
in between leaves a stretch in which the heart is heard.

Limits
------
White noise has 0.18, nearly all hearts have more. A high-pass at 300 Hz leaves 0.005, and of S1 and
S2 nothing.

What is not seen
----------------
Opus in its voice mode loses 19 dB at 20 Hz and 5 dB at 50: too little to tell it from a stethoscope
with a weak bass. Nor is a recording without anything *above* 150 Hz told from a quiet heart.
"""

from dataclasses import dataclass

import numpy as np

from auscult.preprocess.rules.rule import Finding, check_shares
from auscult.preprocess.rules.sketch import TOP_HZ, Sketch

_EDGES_HZ = (20.0, 150.0, TOP_HZ)
_STRETCH_S = 3.0


@dataclass(frozen=True, slots=True)
class HeartBand:
    """Refuse or note a weak heart band; shares of the power from 20 to 800 Hz."""

    refuse_below: float = 0.02
    note_below: float = 0.2

    def __post_init__(self) -> None:
        check_shares(
            "heart band", {"refuse_below": self.refuse_below}, {"note_below": self.note_below}
        )

    @property
    def refuses(self) -> str:
        """What it refuses, in words."""
        return f"less than {self.refuse_below:.0%} of the power below 150 Hz"

    def __call__(self, sketch: Sketch) -> Finding | None:
        """Return the share of the heart's band, where it is small."""
        share = heart_share(sketch)
        if share >= self.note_below:
            return None
        return Finding(
            "out of band",
            "refuse" if share < self.refuse_below else "note",
            f"only {share:.1%} of the power lies below 150 Hz, wanted {self.note_below:.0%} or "
            "more; switch voice processing off, wait for quiet and press the stethoscope closer",
        )


def heart_share(sketch: Sketch) -> float:
    """Return the share below 150 Hz in the best stretch, in [0, 1]; 1 where nothing is heard."""
    bands = sketch.bands(_EDGES_HZ)
    length = min(len(bands), round(_STRETCH_S / sketch.hop_s))
    sums = np.cumsum(np.vstack([np.zeros((1, 2)), bands]), axis=0)
    stretches = sums[length:] - sums[: len(sums) - length]
    total = stretches.sum(axis=1)
    # subtle: where a stretch is silent, rounding of the running sums is all that is left of it
    heard = total > 1e-6 * total.max(initial=0.0)
    return float((stretches[heard, 0] / total[heard]).max(initial=0.0)) if heard.any() else 1.0
