import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auscult.augment import Noise
from auscult.augment.noise import NoiseParameters


@given(snr_db=st.floats(-20, 60), gain_db=st.floats(-60, 20))
def test_the_ratio_is_kept_at_every_level(snr_db: float, gain_db: float) -> None:
    sound = np.sin(np.arange(4_000) / 9).astype(np.float32) * np.float32(10 ** (gain_db / 20))
    added = Noise().apply(sound, 4_000, NoiseParameters(snr_db, 1)).astype(float) - sound
    measured_db = 10 * np.log10(np.sum(sound.astype(float) ** 2) / np.sum(added**2))
    assert measured_db == pytest.approx(snr_db, abs=0.05)


def test_the_noise_is_white() -> None:
    sound = np.full(65_536, 0.1, np.float32)
    added = Noise().apply(sound, 4_000, NoiseParameters(0.0, 1)) - sound
    power = np.abs(np.fft.rfft(added)) ** 2
    quarters = [part.mean() for part in np.array_split(power, 4)]
    assert max(quarters) / min(quarters) < 1.1


def test_another_seed_is_other_noise() -> None:
    sound = np.ones(100, np.float32)
    first, second = (Noise().apply(sound, 4_000, NoiseParameters(10.0, seed)) for seed in (1, 2))
    assert not np.array_equal(first, second)


def test_silence_stays_silent() -> None:
    assert not Noise().apply(np.zeros(100, np.float32), 4_000, NoiseParameters(10.0, 1)).any()
