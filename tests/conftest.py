"""Fixtures that every test may use."""

import os
from pathlib import Path

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
def real_sounds(pascal_dir: Path) -> list[Samples]:
    """Five recordings as the notebook hears them, 10 s at 22,050 Hz: float32, (220_500,)."""
    paths = sorted(path for path in pascal_dir.glob("set_*/*") if "unlabelled" not in path.stem)
    sounds = []
    for path in paths[:: len(paths) // 5][:5]:
        recording = read_recording(path)
        heard = resample(recording.samples, recording.rate_hz, RATE_HZ)[: 10 * RATE_HZ]
        sounds.append(np.pad(heard, (0, 10 * RATE_HZ - heard.size)))
    return sounds
