"""Fixtures that every test may use."""

import importlib.util
import os
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from auscult.audio import read_recording, resample
from auscult.types import Samples

RATE_HZ = 22_050


def _data_root() -> Path:
    default = Path(__file__).resolve().parents[2] / "shared" / "data"
    return Path(os.environ.get("AUSCULT_DATA", default))


@pytest.fixture(scope="session")
def pascal_dir() -> Path:
    """The real PASCAL recordings; skips when they are not there."""
    folder = _data_root() / "pascal"
    if not folder.is_dir():
        pytest.skip(f"no PASCAL recordings at {folder}; set AUSCULT_DATA to a folder with pascal/")
    return folder


@pytest.fixture(scope="session")
def circor_dir() -> Path:
    """The real CirCor recordings; skips when they are not there."""
    folder = _data_root() / "circor"
    if not folder.is_dir():
        pytest.skip(f"no CirCor recordings at {folder}; set AUSCULT_DATA to a folder with circor/")
    return folder


@pytest.fixture(scope="session")
def cinc2016_dir() -> Path:
    """The real PhysioNet/CinC 2016 recordings; skips when they are not there."""
    folder = _data_root() / "cinc2016"
    if not folder.is_dir():
        pytest.skip(f"no CinC 2016 at {folder}; set AUSCULT_DATA to a folder with cinc2016/")
    return folder


@pytest.fixture(scope="session")
def made() -> ModuleType:
    """Functions that make a small tree of each dataset's layout; see tests/datasets/made.py."""
    path = Path(__file__).parent / "datasets" / "made.py"
    spec = importlib.util.spec_from_file_location("made_datasets", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def real_sounds(pascal_dir: Path) -> list[Samples]:
    """Five recordings as the notebook hears them, 10 s at 22,050 Hz: float32, (220_500,)."""
    paths = sorted(path for path in pascal_dir.glob("set_*/*") if "unlabelled" not in path.stem)
    sounds = []
    for path in paths[:: len(paths) // 5][:5]:
        recording = read_recording(path)
        heard = resample(recording.samples, recording.rate_hz, RATE_HZ)[: 10 * RATE_HZ]
        sounds.append(np.pad(heard, (0, 10 * RATE_HZ - heard.size)))
    return sounds
