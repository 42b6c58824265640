"""A small made dataset in the class-folder layout, and a way to run the command line."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from auscult.audio import write_wav
from auscult.synth import PRESETS, synthesise, vary

KINDS = {"normal": "normal", "murmur": "mitral-regurgitation", "artifact": "artifact-music"}
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three classes, eight patients or sessions each, two short recordings of each."""
    root = tmp_path_factory.mktemp("made")
    for label, preset in KINDS.items():
        for group in range(8):
            for take in range(2):
                rng = np.random.default_rng([group, take])
                made = synthesise(vary(PRESETS[preset], rng), 4_000, group * 2 + take)
                samples = made.recording.samples[: 4_000 * 3]
                if label == "artifact":
                    name = f"artifact__2011{group + 1:02d}011{take}00"
                else:
                    subject = group + 100 * (label == "murmur") + 200
                    name = f"{label}__{subject}_1305030823364_{'AB'[take]}"
                cut = type(made.recording)(samples, 4_000)
                write_wav(root / label / f"{name}.wav", cut)
    return root


@pytest.fixture(scope="session")
def auscult() -> Run:
    """Run ``auscult`` in a fresh interpreter and return what it printed and its exit code."""

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "auscult", *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert "Traceback" not in done.stderr, done.stderr
        return done

    return run


@pytest.fixture(scope="session")
def lines_of() -> Callable[[str], list[dict[str, object]]]:
    """Parse JSON lines."""
    return lambda text: [json.loads(line) for line in text.splitlines()]
