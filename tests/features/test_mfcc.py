import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auscult.errors import ConfigError
from auscult.features import LogMel, Mfcc
from auscult.features.mfcc import dct_matrix
from auscult.types import Samples

librosa = pytest.importorskip("librosa")
fft = pytest.importorskip("scipy.fft")

RATE_HZ = 22_050


def noise(n_samples: int, seed: int = 0) -> Samples:
    return 0.1 * np.random.default_rng(seed).standard_normal(n_samples).astype(np.float32)


def beats(n_samples: int) -> Samples:
    time_s = np.arange(n_samples) / RATE_HZ
    return (np.sin(2 * np.pi * 60 * time_s) * np.exp(-20 * (time_s % 0.8))).astype(np.float32)


@pytest.mark.parametrize("n_coefficients", [1, 13, 52, 128])
@pytest.mark.parametrize("sound", [noise(50_000), beats(50_000), np.pad(beats(30_000), 9_999)])
def test_equals_librosa(n_coefficients: int, sound: Samples) -> None:
    ours = Mfcc(n_coefficients)(sound, RATE_HZ)
    theirs = librosa.feature.mfcc(y=sound, sr=RATE_HZ, n_mfcc=n_coefficients)
    assert ours.dtype == np.float32
    np.testing.assert_allclose(ours, theirs, atol=1e-3)


@pytest.mark.data
def test_equals_librosa_on_real_recordings(real_sounds: list[Samples]) -> None:
    for sound in real_sounds:
        theirs = librosa.feature.mfcc(y=sound, sr=RATE_HZ, n_mfcc=52)
        np.testing.assert_allclose(Mfcc()(sound, RATE_HZ), theirs, atol=1e-3)


@given(n_bands=st.integers(1, 40), data=st.data())
def test_the_transform_is_that_of_scipy(n_bands: int, data: st.DataObject) -> None:
    n_coefficients = data.draw(st.integers(1, n_bands))
    theirs = fft.dct(np.eye(n_bands), axis=0, norm="ortho")[:n_coefficients]
    np.testing.assert_allclose(dct_matrix(n_coefficients, n_bands), theirs, atol=1e-12)


def test_gain_moves_the_first_coefficient_only() -> None:
    quiet = Mfcc(20)(noise(20_000), RATE_HZ)
    change = Mfcc(20)(10 * noise(20_000), RATE_HZ) - quiet
    np.testing.assert_allclose(change[0], 20 * np.sqrt(128), atol=1e-3)
    np.testing.assert_allclose(change[1:], 0, atol=1e-3)


@pytest.mark.parametrize("n_coefficients", [0, 53])
def test_more_coefficients_than_bands_are_refused(n_coefficients: int) -> None:
    message = f"n_coefficients={n_coefficients} must be between 1 and n_bands=52"
    with pytest.raises(ConfigError, match=message):
        Mfcc(n_coefficients, LogMel(n_bands=52))
