"""Listen to a heart sound; say what is heard, how surely, and when it cannot be told.

>>> import auscult
>>> model = auscult.load_model("default")
>>> sound = auscult.synthesise(auscult.PRESETS["normal"], rate_hz=4_000, seed=1)
>>> model.classify(sound.recording).status
'ok'
"""

from auscult.audio import read_recording, write_wav
from auscult.bundle import Bundle, read_bundle
from auscult.errors import AuscultError
from auscult.frontend import FRONTENDS, Frontend
from auscult.inference import Classifier, load_model
from auscult.synth import PRESETS, synthesise
from auscult.types import Prediction, Recording

__all__ = [
    "FRONTENDS",
    "PRESETS",
    "AuscultError",
    "Bundle",
    "Classifier",
    "Frontend",
    "Prediction",
    "Recording",
    "load_model",
    "read_bundle",
    "read_recording",
    "synthesise",
    "write_wav",
]
