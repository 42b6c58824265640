"""Listen to a heart sound; say what is heard, how surely, and when it cannot be told.

>>> import auscult
>>> model = auscult.load_model("default")
>>> sound = auscult.synthesise(auscult.PRESETS["normal"], rate_hz=4_000, seed=1)
>>> model.classify(sound.recording).status
'ok'

The names are imported when first used, so that a part of auscult loads no more than it needs.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from auscult.audio import read_recording, write_wav
    from auscult.bundle import Bundle, read_bundle
    from auscult.errors import AuscultError
    from auscult.frontend import FRONTENDS, Frontend
    from auscult.inference import Classifier, load_model, load_segmenter
    from auscult.inference.stream import Stream
    from auscult.synth import PRESETS, synthesise
    from auscult.types import Prediction, Recording

_ROOMS = {
    "FRONTENDS": "frontend",
    "PRESETS": "synth",
    "AuscultError": "errors",
    "Bundle": "bundle",
    "Classifier": "inference",
    "Frontend": "frontend",
    "Prediction": "types",
    "Recording": "types",
    "Stream": "inference.stream",
    "load_model": "inference",
    "load_segmenter": "inference",
    "read_bundle": "bundle",
    "read_recording": "audio",
    "synthesise": "synth",
    "write_wav": "audio",
}

__all__ = [
    "FRONTENDS",
    "PRESETS",
    "AuscultError",
    "Bundle",
    "Classifier",
    "Frontend",
    "Prediction",
    "Recording",
    "Stream",
    "load_model",
    "load_segmenter",
    "read_bundle",
    "read_recording",
    "synthesise",
    "write_wav",
]


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"module 'auscult' has no attribute {name!r}")
    return getattr(import_module(f"auscult.{_ROOMS[name]}"), name)


def __dir__() -> list[str]:
    return __all__
