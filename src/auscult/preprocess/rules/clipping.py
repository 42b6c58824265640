"""Clipping: peaks cut off flat, by a gain that was too high.

A clipped S1 keeps its place but loses its shape, and its corners add overtones that lie where
murmurs do. A few cut peaks are common and harmless.

What is measured
----------------
The share of samples within a thousandth of the highest or the lowest value, on a side whose top is
flat. A smooth top is a parabola: near it the sound spends √10 times as long within a hundredth of
the extreme as within a thousandth, however loud it is. On a flat top both take equally long; half
way counts as flat. Neither full scale nor the number of bits need be known.

Limits
------
Turned up by 20 dB, recordings have 7 % of their samples cut, and 5 % of the answers turn; by 40 dB,
60 %, and a quarter. One recording in three hundred exceeds 2 %, and none 10 %.

What is not seen
----------------
Tops that were filtered or resampled after they were cut, and so ring or slope.
"""

from dataclasses import dataclass

import numpy as np

from auscult.preprocess.rules.rule import Finding, check_shares
from auscult.preprocess.rules.sketch import Sketch
from auscult.types import Samples

_AT, _NEAR = 0.001, 0.01
"""Parts of the amplitude: at the extreme, and near it."""
_FLAT_FROM = 0.5


@dataclass(frozen=True, slots=True)
class Clipping:
    """Refuse or note what sits at the extremes; shares of all samples."""

    note_from: float = 0.02
    refuse_from: float = 0.7

    def __post_init__(self) -> None:
        check_shares("clipping", {"note_from": self.note_from}, {"refuse_from": self.refuse_from})

    @property
    def refuses(self) -> str:
        """What it refuses, in words."""
        return f"{self.refuse_from:.0%} of the samples cut flat"

    def __call__(self, sketch: Sketch) -> Finding | None:
        """Return the share of cut samples, where it is large."""
        share = clipped_share(sketch.samples)
        if share < self.note_from:
            return None
        return Finding(
            "clipped",
            "refuse" if share >= self.refuse_from else "note",
            f"{share:.1%} of the samples sit at the extremes, wanted less than "
            f"{self.note_from:.0%}; turn the recording level down",
        )


def clipped_share(samples: Samples) -> float:
    """Return the share of samples on flat tops, in [0, 1]."""
    highest, lowest = samples.max(), samples.min()
    amplitude = (highest - lowest) / 2
    if amplitude == 0:
        return 0.0
    n_cut = 0
    for at, near in (
        (samples >= highest - _AT * amplitude, samples >= highest - _NEAR * amplitude),
        (samples <= lowest + _AT * amplitude, samples <= lowest + _NEAR * amplitude),
    ):
        n_at, n_near = int(np.count_nonzero(at)), int(np.count_nonzero(near))
        n_cut += n_at if n_at > _FLAT_FROM * n_near else 0
    return n_cut / samples.size
