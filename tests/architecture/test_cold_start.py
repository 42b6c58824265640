"""Whoever only classifies loads nothing heavy."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from auscult.audio import write_wav
from auscult.bundle import Bundle
from auscult.frontend import FRONTENDS
from auscult.types import Recording

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


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A network that answers 52 numbers with the softmax of the first three."""
    weights = np.eye(52, 3, dtype=np.float32)
    graph = helper.make_graph(
        [
            helper.make_node("MatMul", ["features", "weights"], ["scores"]),
            helper.make_node("Softmax", ["scores"], ["probabilities"], axis=1),
        ],
        "small",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["n", 52])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["n", 3])],
        [helper.make_tensor("weights", TensorProto.FLOAT, weights.shape, weights.ravel())],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.checker.check_model(model)
    return Bundle.of_one(
        "small",
        model.SerializeToString(),
        FRONTENDS["notebook"],
        ("artifact", "murmur", "normal"),
    ).write(tmp_path / "small")


def test_importing_loads_nothing_heavy() -> None:
    assert loaded("import auscult; answer = auscult.__name__") == ([], "auscult")


def test_classifying_loads_nothing_heavy(bundle: Path, tmp_path: Path) -> None:
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, 8_000).astype(np.float32)
    sound = write_wav(tmp_path / "a.wav", Recording(noise, 4_000))
    work = (
        "from auscult.inference import load_model; "
        "answer = load_model(sys.argv[1]).classify(sys.argv[2]).status"
    )
    assert loaded(work, str(bundle), str(sound)) == ([], "ok")


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
