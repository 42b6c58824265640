"""Demo: a synthetic sound of each kind, judged by the shipped model; no data, no network.

The sounds come from the project's own synthesiser, which the model has never heard. They show how
auscult answers; how well it hears is measured on recordings of people, in the model's card.
"""

from pathlib import Path

import numpy as np

from auscult.audio import write_wav
from auscult.types import Prediction, Recording
from auscult.verbs.classify import Classified, classify
from auscult.verbs.synth import synth

SHOWN = ("normal", "s3", "extrasystole", "mitral-regurgitation", "artifact-handling")
RATE_HZ = 4_000


def demo(out: str | Path, *, seed: int = 0) -> tuple[list[Prediction], Classified]:
    """Write sounds, ``predictions.csv`` and ``report.html`` into ``out``; return the answers.

    The last sound is digital silence, to show a refusal.
    """
    sounds = Path(out) / "sounds"
    files = [
        path
        for preset in SHOWN
        for path in synth(preset, sounds, rate_hz=RATE_HZ, duration_s=8.0, seed=seed)
        if path.suffix == ".wav"
    ]
    silence = Recording(np.zeros(8 * RATE_HZ, np.float32), RATE_HZ)
    files.append(write_wav(sounds / "silence.wav", silence))
    answers: list[Prediction] = []
    done = classify(
        files,
        out=Path(out) / "predictions.csv",
        report=Path(out) / "report.html",
        each=answers.append,
    )
    return answers, done
