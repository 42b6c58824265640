from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auscult.errors import ConfigError
from auscult.features import LogMel
from auscult.types import FloatArray, Samples

librosa = pytest.importorskip("librosa")

RATE_HZ = 22_050


def noise(n_samples: int, seed: int = 0) -> Samples:
    return 0.1 * np.random.default_rng(seed).standard_normal(n_samples).astype(np.float32)


def by_librosa(sound: Samples, rate_hz: int, feature: LogMel) -> FloatArray:
    power = librosa.feature.melspectrogram(
        y=sound,
        sr=rate_hz,
        n_fft=feature.n_fft,
        hop_length=feature.hop_length,
        n_mels=feature.n_bands,
        fmin=feature.low_hz,
        fmax=feature.high_hz,
    )
    return librosa.power_to_db(power, top_db=feature.top_db)


@pytest.mark.parametrize(
    ("feature", "rate_hz"),
    [
        (LogMel(), RATE_HZ),
        (LogMel(top_db=None), RATE_HZ),
        (LogMel(n_bands=40, n_fft=512, hop_length=128, low_hz=25.0, high_hz=800.0), 4_000),
        (LogMel(n_bands=13, n_fft=400, hop_length=160, top_db=30.0), 16_000),
    ],
)
@pytest.mark.parametrize("padding", [0, 30_000])
def test_equals_librosa(feature: LogMel, rate_hz: int, padding: int) -> None:
    sound = np.pad(noise(40_000), (padding // 3, padding))
    ours = feature(sound, rate_hz)
    assert ours.dtype == np.float32
    np.testing.assert_allclose(ours, by_librosa(sound, rate_hz, feature), atol=1e-3)


@pytest.mark.data
def test_equals_librosa_on_real_recordings(real_sounds: list[Samples]) -> None:
    for sound in real_sounds:
        theirs = by_librosa(sound, RATE_HZ, LogMel())
        np.testing.assert_allclose(LogMel()(sound, RATE_HZ), theirs, atol=1e-3)


def test_silence_is_the_floor() -> None:
    np.testing.assert_allclose(LogMel()(np.zeros(9_000, np.float32), RATE_HZ), -100, rtol=1e-6)


@settings(deadline=None, max_examples=25)
@given(n_samples=st.integers(1, 5_000), gain_db=st.floats(-20, 20))
def test_shape_and_gain_law(n_samples: int, gain_db: float) -> None:
    feature = LogMel(n_bands=20, n_fft=256, hop_length=64, high_hz=1_000.0)
    sound = noise(n_samples)
    quiet = feature(sound, 4_000)
    loud = feature(sound * np.float32(10 ** (gain_db / 20)), 4_000)
    assert quiet.shape == (20, 1 + n_samples // 64)
    above = (quiet > -70) & (quiet > quiet.max() - 79)
    np.testing.assert_allclose(loud[above], quiet[above] + gain_db, atol=1e-3)


def test_top_db_is_the_range() -> None:
    sound = np.pad(noise(20_000), (0, 20_000))
    bands = LogMel(top_db=45.0)(sound, RATE_HZ)
    assert bands.max() - bands.min() == pytest.approx(45)


def test_half_the_rate_is_the_end_of_the_bands() -> None:
    with pytest.raises(ConfigError, match=r"high_hz=1200 must be in order.*rate_hz=2000"):
        LogMel(high_hz=1_200.0)(noise(4_000), 2_000)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n_bands": 0}, "n_bands=0 must be at least 1"),
        ({"n_fft": 511}, "n_fft=511 must be even"),
        ({"hop_length": 0}, "hop_length=0 must be between 1 and n_fft=2048"),
        ({"hop_length": 4096}, "hop_length=4096 must be between"),
        ({"low_hz": -1.0}, "low_hz=-1 must be 0 or more"),
        ({"low_hz": float("nan")}, "low_hz=nan must be 0 or more"),
        ({"low_hz": 50.0, "high_hz": 50.0}, "high_hz=50 must be greater than low_hz=50"),
        ({"high_hz": float("inf")}, "high_hz=inf must be greater"),
        ({"top_db": 0.0}, "top_db=0 must be greater than 0"),
    ],
)
def test_options_out_of_range_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        LogMel(**options)
