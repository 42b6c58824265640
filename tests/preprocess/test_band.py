"""What lies in the band stays, what lies outside goes, and nothing moves in time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auscult.errors import ConfigError
from auscult.preprocess import BandPass

RATE_HZ = 4_000
TIMES_S = np.arange(2 * RATE_HZ) / RATE_HZ


def sine(frequency_hz: float) -> np.ndarray:
    return np.sin(2 * np.pi * frequency_hz * TIMES_S).astype(np.float32)


@pytest.mark.parametrize("frequency_hz", [35, 100, 300, 650])
def test_a_tone_in_the_band_is_left_as_it_is(frequency_hz: float) -> None:
    inner = slice(RATE_HZ // 2, -RATE_HZ // 2)
    out = BandPass()(sine(frequency_hz), RATE_HZ)
    np.testing.assert_allclose(out[inner], sine(frequency_hz)[inner], atol=2e-3)


@pytest.mark.parametrize("frequency_hz", [5, 15, 1_000, 1_700])
def test_a_tone_outside_is_gone(frequency_hz: float) -> None:
    out = BandPass()(sine(frequency_hz), RATE_HZ)
    assert np.abs(out[RATE_HZ // 2 : -RATE_HZ // 2]).max() < 0.01


def test_the_edges_are_where_the_gain_is_one_half() -> None:
    band = BandPass(low_hz=40.0, high_hz=400.0)
    frequencies_hz = np.array([0, 20, 40, 100, 400, 800], np.float32)
    np.testing.assert_allclose(band.gain(frequencies_hz), [0, 0, 0.5, 1, 0.5, 0], atol=1e-5)


def test_an_impulse_stays_where_it_was_and_does_not_wrap() -> None:
    late = np.zeros(RATE_HZ, np.float32)
    late[-10] = 1
    out = BandPass()(late, RATE_HZ)
    assert np.abs(out).argmax() == late.size - 10
    assert np.abs(out[: RATE_HZ // 4]).max() < 1e-3


def test_a_band_beyond_the_nyquist_frequency_only_loses_its_lower_part() -> None:
    out = BandPass(high_hz=10_000.0)(sine(1_500), RATE_HZ)
    np.testing.assert_allclose(out[2_000:-2_000], sine(1_500)[2_000:-2_000], atol=1e-2)


@given(st.integers(1, 500))
def test_length_and_precision_are_kept(n_samples: int) -> None:
    out = BandPass()(np.ones(n_samples, np.float32), RATE_HZ)
    assert out.shape == (n_samples,)
    assert out.dtype == np.float32


@pytest.mark.parametrize(("low_hz", "high_hz"), [(0.0, 800.0), (50.0, 50.0), (float("nan"), 10.0)])
def test_a_band_that_is_none_is_refused(low_hz: float, high_hz: float) -> None:
    with pytest.raises(ConfigError, match="must satisfy 0 < low_hz < high_hz"):
        BandPass(low_hz, high_hz)
