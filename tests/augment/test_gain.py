import numpy as np
import pytest

from auscult.augment import Gain


@pytest.mark.parametrize(("gain_db", "factor"), [(0.0, 1.0), (20.0, 10.0), (-40.0, 0.01)])
def test_twenty_decibels_are_a_factor_of_ten(gain_db: float, factor: float) -> None:
    sound = np.linspace(-1, 1, 101, dtype=np.float32)
    np.testing.assert_allclose(Gain().apply(sound, 4_000, gain_db), sound * factor, rtol=1e-6)


def test_loud_samples_are_not_clipped() -> None:
    assert Gain().apply(np.ones(1, np.float32), 4_000, 6.0)[0] == pytest.approx(1.995, abs=1e-3)
