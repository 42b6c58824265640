"""Real recordings as the notebook hears them: 22,050 Hz, 10 s, padded with zeros."""

from pathlib import Path

import numpy as np
import pytest

from auscult.audio import read_recording, resample
from auscult.types import Samples

RATE_HZ = 22_050


@pytest.fixture(scope="session")
def real_sounds(pascal_dir: Path) -> list[Samples]:
    """Five recordings from both sets, among them short ones: float32, shape (220_500,)."""
    paths = sorted(path for path in pascal_dir.glob("set_*/*") if "unlabelled" not in path.stem)
    sounds = []
    for path in paths[:: len(paths) // 5][:5]:
        recording = read_recording(path)
        heard = resample(recording.samples, recording.rate_hz, RATE_HZ)[: 10 * RATE_HZ]
        sounds.append(np.pad(heard, (0, 10 * RATE_HZ - heard.size)))
    return sounds
