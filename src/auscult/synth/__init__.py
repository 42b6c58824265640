"""Heart sounds from a seed, with their exact truth. See docs/synthesiser.md."""

from auscult.synth.disturbance import (
    Breathing,
    Disturbance,
    Hum,
    Knocks,
    Music,
    Rubbing,
    Rumble,
    Speech,
    Squeal,
    WhiteNoise,
)
from auscult.synth.murmur import Murmur
from auscult.synth.presets import PRESETS
from auscult.synth.spec import SPEC_TYPES, Artifact, HeartSound, Stethoscope
from auscult.synth.synthesiser import Synthetic, synthesise
from auscult.synth.variation import vary

__all__ = [
    "PRESETS",
    "SPEC_TYPES",
    "Artifact",
    "Breathing",
    "Disturbance",
    "HeartSound",
    "Hum",
    "Knocks",
    "Murmur",
    "Music",
    "Rubbing",
    "Rumble",
    "Speech",
    "Squeal",
    "Stethoscope",
    "Synthetic",
    "WhiteNoise",
    "synthesise",
    "vary",
]
