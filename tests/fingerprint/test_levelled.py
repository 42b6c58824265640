"""Levelled sounds: the same for every copy, in band, and even."""

import numpy as np
import pytest
from scipy import signal

from auscult.fingerprint import RATE_HZ, level
from auscult.fingerprint.levelled import moving_mean


def test_gain_and_offset_change_nothing(hearts) -> None:
    sound = hearts[0]
    np.testing.assert_allclose(level(0.01 * sound + 0.3, 4_000), level(sound, 4_000), atol=2e-3)


def test_only_the_band_is_left() -> None:
    noise = np.random.default_rng(0).normal(0, 0.1, 40_000).astype(np.float32)
    hz, power = signal.welch(level(noise, 4_000), RATE_HZ, nperseg=512)
    inside = power[(hz > 30) & (hz < 195)].mean()
    assert power[(hz < 15) | (hz > 215)].max() < 1e-2 * inside


def test_the_quiet_counts_more_than_before() -> None:
    noise = np.random.default_rng(0).normal(0, 0.1, 40_000).astype(np.float32)
    noise[20_000:] /= 100
    even = level(noise, 4_000)
    loud, quiet = even[2_000:8_000].std(), even[12_000:18_000].std()
    assert 3 < loud / quiet < 30


def test_silence_stays_silent() -> None:
    assert not level(np.full(8_000, 0.2, np.float32), 4_000).any()


@pytest.mark.parametrize("width", [1, 4, 7])
def test_the_moving_mean_is_that_of_numpy(width: int) -> None:
    values = np.random.default_rng(0).random(50).astype(np.float32)
    wanted = np.convolve(values, np.ones(width) / width)
    start = (width - 1) // 2
    np.testing.assert_allclose(moving_mean(values, width), wanted[start : start + 50], atol=1e-6)
