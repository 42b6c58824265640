import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auscult.errors import ConfigError
from auscult.segment import CycleFinder
from auscult.segment.cycle import autocorrelation

FRAME_S = 0.01


def beating(rate_bpm: float, duration_s: float = 12.0) -> np.ndarray:
    """One bump a beat, and an opposite one after a third of it."""
    cycle_s = 60 / rate_bpm
    phase = np.arange(0, duration_s, FRAME_S) % cycle_s / cycle_s
    return np.exp(-((phase - 0.1) ** 2) / 0.005) - np.exp(-((phase - 0.43) ** 2) / 0.005)


@settings(deadline=None, max_examples=40)
@given(rate_bpm=st.floats(31, 215), gain=st.floats(0.01, 100))
def test_every_rate_is_found_whatever_the_gain(rate_bpm: float, gain: float) -> None:
    cycle_s, strength = CycleFinder()(gain * beating(rate_bpm), FRAME_S)
    np.testing.assert_allclose(cycle_s, 60 / rate_bpm, rtol=0.01, atol=0.011)
    assert strength.min() > 0.7


def test_a_change_of_rate_is_followed() -> None:
    wave = np.concatenate([beating(60, 20), beating(150, 20)])
    cycle_s, _ = CycleFinder()(wave, FRAME_S)
    np.testing.assert_allclose(cycle_s[:17], 1.0, atol=0.011)
    np.testing.assert_allclose(cycle_s[24:], 0.4, atol=0.011)


@pytest.mark.parametrize("n_frames", [1, 2, 10, 40, 300])
def test_silence_repeats_nothing(n_frames: int) -> None:
    cycle_s, strength = CycleFinder()(np.zeros(n_frames), FRAME_S)
    assert not cycle_s.any()
    assert not strength.any()


def test_noise_repeats_weakly() -> None:
    noise = np.random.default_rng(0).standard_normal(2_000)
    assert CycleFinder()(noise, FRAME_S)[1].max() < 0.3


def test_autocorrelation_agrees_with_the_definition() -> None:
    row = np.random.default_rng(1).standard_normal(50)
    slow = np.array([np.mean(row[: 50 - lag] * row[lag:]) for lag in range(50)])
    np.testing.assert_allclose(autocorrelation(row[None])[0], slow / slow[0])


@pytest.mark.parametrize("options", [{"window_s": 0}, {"hop_s": -1}, {"nearly": 0}, {"nearly": 2}])
def test_what_cannot_be_is_refused(options: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match="must be positive"):
        CycleFinder(**options)
