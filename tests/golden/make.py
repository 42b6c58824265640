"""What the shipped bundles answer to three made sounds, stored by ``python tests/golden/make.py``.

Run it when a bundle has been exported anew, and look at what changed before it is committed.
"""

import json
from pathlib import Path
from typing import Any, TypeAlias

import auscult
from auscult.bundle import DESCRIPTION, find_bundle

Answers: TypeAlias = dict[str, dict[str, float]]

STORED = Path(__file__).with_name("answers.json")
COMMAND = "python tests/golden/make.py"
BUNDLES = ("default", "tiny")
SOUNDS = ("normal", "murmur-diastolic", "artifact-noise")
"""A faint murmur, of which the bundles are not sure: there a small change shows most."""
RATE_HZ, SEED = 4_000, 2


def digest_of(name: str) -> str:
    """What tells a bundle from every other."""
    told = json.loads((find_bundle(name) / DESCRIPTION).read_text(encoding="utf-8"))
    return str(told["digest"])


def answers_of(name: str) -> dict[str, Answers]:
    """Sound → question → class → calibrated probability, rounded."""
    model = auscult.load_model(name)
    answers = {}
    for sound in SOUNDS:
        made = auscult.synthesise(auscult.PRESETS[sound], rate_hz=RATE_HZ, seed=SEED)
        answers[sound] = {
            question: {kind: round(probability, 5) for kind, probability in classes.items()}
            for question, classes in model.answers(made.recording).items()
        }
    return answers


def golden() -> dict[str, Any]:
    """What is stored of every bundle."""
    return {name: {"digest": digest_of(name), "answers": answers_of(name)} for name in BUNDLES}


if __name__ == "__main__":
    STORED.write_text(json.dumps(golden(), indent=1) + "\n", encoding="utf-8")
