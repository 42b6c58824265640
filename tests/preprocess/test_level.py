"""Level one, mean zero, whatever the gain; silence stays silence."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auscult.preprocess import UnitLevel


@given(st.floats(1e-4, 1e3), st.floats(-1, 1), st.integers(0, 99))
def test_gain_and_offset_say_nothing(gain: float, offset: float, seed: int) -> None:
    noise = np.random.default_rng(seed).standard_normal(1_000).astype(np.float32)
    out = UnitLevel()(np.float32(gain) * (noise + np.float32(offset)), 4_000)
    assert out.dtype == np.float32
    assert out.mean(dtype=np.float64) == pytest.approx(0, abs=1e-4)
    assert np.sqrt(np.mean(out**2, dtype=np.float64)) == pytest.approx(1, rel=1e-4)


@pytest.mark.parametrize("value", [0.0, 0.1, -1.0])
def test_a_constant_becomes_silence(value: float) -> None:
    assert not UnitLevel()(np.full(77, value, np.float32), 4_000).any()
