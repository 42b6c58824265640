import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auscult.augment import Stretch, time_stretch
from auscult.errors import ConfigError
from auscult.types import Samples

librosa = pytest.importorskip("librosa")


def noise(n_samples: int, seed: int = 0) -> Samples:
    return 0.1 * np.random.default_rng(seed).standard_normal(n_samples).astype(np.float32)


def error(sound: Samples, witness: Samples) -> float:
    """Norm of the difference over the norm of the witness."""
    return float(np.linalg.norm(sound - witness) / np.linalg.norm(witness))


@pytest.mark.parametrize("rate", [0.5, 0.8, 1.0, 1.2, 1.9, 2.5])
@pytest.mark.parametrize("padding", [(0, 0), (0, 50_000), (30_001, 0), (12_345, 23_456)])
def test_equals_librosa(rate: float, padding: tuple[int, int]) -> None:
    sound = np.pad(noise(40_000), padding)
    theirs = librosa.effects.time_stretch(sound.astype(np.float64), rate=rate)
    ours = time_stretch(sound, rate)
    assert (ours.shape, ours.dtype) == (theirs.shape, np.float32)
    assert error(ours, theirs) < 5e-6


@pytest.mark.data
@pytest.mark.parametrize("rate", [0.8, 1.2])
def test_equals_librosa_on_real_recordings(real_sounds: list[Samples], rate: float) -> None:
    errors = []
    for sound in real_sounds:
        exact = librosa.effects.time_stretch(sound.astype(np.float64), rate=rate)
        single = librosa.effects.time_stretch(sound, rate=rate)
        errors.append(error(time_stretch(sound, rate), exact))
        assert errors[-1] < error(single, exact), "librosa in float32 is closer than we are"
    assert max(errors) < 2e-6


@settings(deadline=None, max_examples=40)
@given(n_samples=st.integers(0, 5_000), rate=st.floats(0.1, 10))
def test_the_length_is_divided_by_the_rate(n_samples: int, rate: float) -> None:
    stretched = time_stretch(noise(n_samples), rate)
    assert stretched.shape == (round(n_samples / rate),)
    assert np.isfinite(stretched).all()


def test_silence_stays_silent() -> None:
    assert not time_stretch(np.zeros(9_000, np.float32), 0.8).any()


def test_the_pitch_stays() -> None:
    rate_hz = 4_000
    tone = np.sin(2 * np.pi * 200 * np.arange(40_000) / rate_hz).astype(np.float32)
    spectrum = np.abs(np.fft.rfft(time_stretch(tone, 1.25)))
    assert spectrum.argmax() * rate_hz / 32_000 == pytest.approx(200, abs=0.2)


def test_the_augmentation_crops_or_pads() -> None:
    sound = noise(20_000)
    slow = Stretch().apply(sound, 4_000, 0.8)
    fast = Stretch().apply(sound, 4_000, 1.25)
    np.testing.assert_array_equal(slow, time_stretch(sound, 0.8)[:20_000])
    np.testing.assert_array_equal(fast[:16_000], time_stretch(sound, 1.25))
    assert not fast[16_000:].any()


@pytest.mark.parametrize("rate", [0.0, -1.0, 0.09, 11.0, float("nan")])
def test_rates_out_of_range_are_refused(rate: float) -> None:
    with pytest.raises(ConfigError, match=r"rate=.* must be between 0.1 and 10"):
        time_stretch(noise(100), rate)
