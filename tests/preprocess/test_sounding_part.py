"""The sounding part is the same however much silence was added."""

import numpy as np
import pytest

from auscult.preprocess import SoundingPart


@pytest.mark.parametrize("rate_hz", [2_000, 4_000])
@pytest.mark.parametrize(("before_s", "after_s"), [(0.5, 0.0), (0.0, 3.0), (1.0, 1.0)])
def test_added_silence_changes_nothing(rate_hz: int, before_s: float, after_s: float) -> None:
    sound = np.random.default_rng(0).normal(0, 0.1, 2 * rate_hz).astype(np.float32)
    longer = np.pad(sound, (round(before_s * rate_hz), round(after_s * rate_hz)))
    np.testing.assert_array_equal(SoundingPart()(longer, rate_hz), sound)
