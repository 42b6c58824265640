import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auscult.augment import Shift


@pytest.mark.parametrize(("rate_hz", "moved"), [(4, 1), (8, 2), (400, 0)])
def test_a_quarter_second_is_a_quarter_second_at_any_rate(rate_hz: int, moved: int) -> None:
    sound = np.arange(100, dtype=np.float32)
    assert Shift().apply(sound, rate_hz, 0.25)[moved] == 0


@given(shift_s=st.floats(-30, 30), n_samples=st.integers(1, 300))
def test_shifting_back_gives_the_sound(shift_s: float, n_samples: int) -> None:
    sound = np.arange(n_samples, dtype=np.float32)
    there = Shift().apply(sound, 10, shift_s)
    np.testing.assert_array_equal(Shift().apply(there, 10, -shift_s), sound)
