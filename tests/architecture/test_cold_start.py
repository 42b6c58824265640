"""Whoever only classifies loads nothing heavy."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from auscult.audio import write_wav
from auscult.bundle import shipped_bundles
from auscult.synth import PRESETS, synthesise

HEAVY = (
    *("torch", "sklearn", "scipy", "matplotlib", "pandas", "pyarrow"),
    *("librosa", "onnx", "skl2onnx", "ray"),
)
ASK = f"""
import json, sys
{{work}}
print(json.dumps([sorted(set({HEAVY!r}) & set(sys.modules)), answer]))
"""


def loaded(work: str, *arguments: str) -> tuple[list[str], str]:
    done = subprocess.run(
        [sys.executable, "-c", ASK.format(work=work), *arguments],
        capture_output=True,
        text=True,
        check=True,
    )
    heavy, answer = json.loads(done.stdout)
    return heavy, answer


def test_importing_loads_nothing_heavy() -> None:
    assert loaded("import auscult; answer = auscult.__name__") == ([], "auscult")


@pytest.mark.parametrize("model", [name for name in shipped_bundles() if name != "segmenter"])
def test_classifying_loads_nothing_heavy(model: str, tmp_path: Path) -> None:
    sound = write_wav(tmp_path / "a.wav", synthesise(PRESETS["normal"], 4_000, 1).recording)
    work = (
        "from auscult.inference import load_model; "
        "answer = load_model(sys.argv[1]).classify(sys.argv[2]).label"
    )
    assert loaded(work, model, str(sound)) == ([], "normal")


def test_the_guard_sees_what_is_loaded() -> None:
    heavy, _ = loaded("import sklearn; answer = ''")
    assert {"sklearn", "scipy"} <= set(heavy)


def test_one_feature_loads_no_more_than_it_needs() -> None:
    work = """
from auscult.features import Mfcc
answer = " ".join(sorted(name for name in sys.modules if name.startswith("auscult.")))
"""
    rooms = ("arrays", "errors", "features", "registry", "stft")
    files = ("feature", "log_mel", "mel", "mfcc")
    wanted = sorted([*rooms, *(f"features.{name}" for name in files)])
    assert loaded(work) == ([], " ".join(f"auscult.{name}" for name in wanted))
