"""Where S1 and S2 lie, and the rhythm they make.

A segmenter takes a recording and answers with a :class:`Segmentation`; ``inference.SEGMENTERS``
lists them, since the best one needs a model bundle.
"""

from auscult.segment.beats import Beat, beats_of
from auscult.segment.cycle import CycleFinder
from auscult.segment.decoder import Decoder
from auscult.segment.durations import Durations
from auscult.segment.envelope import EnvelopeSegmenter
from auscult.segment.rhythm import Rhythm, rhythm_of
from auscult.segment.segmentation import Segmentation, Segmenter, reason_of

__all__ = [
    "Beat",
    "CycleFinder",
    "Decoder",
    "Durations",
    "EnvelopeSegmenter",
    "Rhythm",
    "Segmentation",
    "Segmenter",
    "beats_of",
    "reason_of",
    "rhythm_of",
]
