"""What `pip install .` puts on a machine is all that classifying needs."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from auscult.audio import write_wav
from auscult.bundle import shipped_bundles
from auscult.synth import PRESETS, synthesise

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "auscult"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds what the wheel holds."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory"]
    subprocess.run([*build, folder], cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(folder / "site")
    return folder / "site"


def test_every_file_of_the_package_is_in_the_wheel(installed: Path) -> None:
    there = {p.relative_to(SOURCE) for p in SOURCE.rglob("*") if p.is_file()}
    wanted = {path for path in there if "__pycache__" not in path.parts}
    packed = {p.relative_to(installed / "auscult") for p in (installed / "auscult").rglob("*")}
    assert wanted - packed == set()


@pytest.mark.parametrize("model", [name for name in shipped_bundles() if name != "segmenter"])
def test_the_shipped_weights_answer_from_the_wheel(
    installed: Path, tmp_path: Path, model: str
) -> None:
    heart = write_wav(tmp_path / "heart.wav", synthesise(PRESETS["normal"], 4_000, 1).recording)
    command = "import auscult; print(auscult.__file__); from auscult.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", command, "classify", heart, "--model", model, "--json"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(installed)},
        check=True,
        capture_output=True,
        text=True,
    )
    place, answer = done.stdout.splitlines()
    assert Path(place).is_relative_to(installed)
    assert json.loads(answer)["label"] == "normal"
