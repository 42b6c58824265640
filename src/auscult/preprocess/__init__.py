"""Samples → samples, before any feature: length, band, level; and the cut into windows."""

from auscult.preprocess.band import BandPass
from auscult.preprocess.gate import GATE_TYPES, Gate
from auscult.preprocess.length import NotebookLength
from auscult.preprocess.level import UnitLevel
from auscult.preprocess.rules import RULES
from auscult.preprocess.sounding_part import SoundingPart
from auscult.preprocess.step import Step
from auscult.preprocess.windows import Sliding, Whole, Windowing
from auscult.registry import Registry

STEPS: Registry[type[Step]] = Registry(
    "preprocessing step",
    {
        "band-pass": BandPass,
        "notebook-length": NotebookLength,
        "sounding-part": SoundingPart,
        "unit-level": UnitLevel,
    },
)

WINDOWINGS: Registry[type[Windowing]] = Registry("windowing", {"sliding": Sliding, "whole": Whole})

__all__ = [
    "GATE_TYPES",
    "RULES",
    "STEPS",
    "WINDOWINGS",
    "BandPass",
    "Gate",
    "NotebookLength",
    "Sliding",
    "SoundingPart",
    "Step",
    "UnitLevel",
    "Whole",
    "Windowing",
]
