"""What a signal says against a recording."""

import numpy as np
import pytest

from auscult.preprocess.findings import signal_findings
from auscult.types import Recording

RATE_HZ = 4_000
SOUND = 0.5 * np.sin(np.arange(3 * RATE_HZ) / 9)


def findings(samples: np.ndarray) -> dict[str, str]:
    return signal_findings(Recording(samples.astype(np.float32), RATE_HZ))


def test_a_sound_recording_has_none() -> None:
    assert findings(SOUND) == {}


@pytest.mark.parametrize(
    ("samples", "kind", "note"),
    [
        (0 * SOUND, "silent", "silent: no sound above -75 dB of full scale"),
        (SOUND[:2_000], "too short", "too short: lasts 0.50 s, wanted 1 s or more"),
        (np.sign(SOUND), "clipped", "100.0% of the samples are at full scale"),
    ],
)
def test_each_fault_is_found_and_measured(samples: np.ndarray, kind: str, note: str) -> None:
    assert findings(samples) == {kind: note}


def test_a_thousandth_at_full_scale_is_no_clipping() -> None:
    peaks = SOUND.copy()
    peaks[: peaks.size // 1000] = 1.0
    assert findings(peaks) == {}
    peaks[: peaks.size // 1000 + 1] = -1.0
    assert set(findings(peaks)) == {"clipped"}


def test_a_recording_may_have_two() -> None:
    assert set(findings(np.sign(SOUND[:2_000]))) == {"too short", "clipped"}
