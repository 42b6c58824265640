import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auscult.errors import ConfigError
from auscult.features.mel import band_groups, hz_to_mel, mel_filterbank, mel_to_hz

librosa = pytest.importorskip("librosa")

SETTINGS = [
    (22_050, 2048, 128, 0.0, 11_025.0),
    (4_000, 512, 40, 25.0, 800.0),
    (2_000, 256, 16, 0.0, 1_000.0),
    (44_100, 1024, 13, 500.0, 20_000.0),
]


@pytest.mark.parametrize("setting", SETTINGS)
def test_filterbank_is_that_of_librosa(setting: tuple[int, int, int, float, float]) -> None:
    names = ("sr", "n_fft", "n_mels", "fmin", "fmax")
    theirs = librosa.filters.mel(**dict(zip(names, setting, strict=True)))
    np.testing.assert_allclose(mel_filterbank(*setting), theirs, atol=1e-6 * theirs.max())


@pytest.mark.parametrize("setting", [*SETTINGS, (2_000, 64, 60, 0.0, 1_000.0)])
def test_groups_multiply_like_the_whole_bank(setting: tuple[int, int, int, float, float]) -> None:
    bank = mel_filterbank(*setting)
    parts = np.random.default_rng(0).random((7, 2 * bank.shape[1]), np.float32)
    whole = (parts[:, ::2] + parts[:, 1::2]) @ bank.T
    pieced = np.zeros_like(whole)
    for group in band_groups(*setting):
        pieced[:, group.bands] = parts[:, group.columns] @ group.weights
    np.testing.assert_allclose(pieced, whole, rtol=1e-5, atol=1e-6 * whole.max())


def test_groups_leave_out_most_of_the_bank() -> None:
    stored = sum(group.weights.size for group in band_groups(*SETTINGS[0])) / 2
    assert stored < mel_filterbank(*SETTINGS[0]).size / 6


@given(hz=st.floats(0, 100_000))
def test_the_scale_can_be_undone(hz: float) -> None:
    assert mel_to_hz(np.array(hz_to_mel(hz))) == pytest.approx(hz, rel=1e-9, abs=1e-9)
    assert hz_to_mel(hz) == pytest.approx(float(librosa.hz_to_mel(hz)), rel=1e-9, abs=1e-9)


def test_filterbank_is_cached_and_read_only() -> None:
    assert mel_filterbank(*SETTINGS[0]) is mel_filterbank(*SETTINGS[0])
    with pytest.raises(ValueError, match="read-only"):
        mel_filterbank(*SETTINGS[0])[0, 0] = 1


@pytest.mark.parametrize(("low_hz", "high_hz"), [(0, 1_001), (500, 400), (-1, 400), (300, 300)])
def test_a_range_that_the_rate_cannot_hold_is_refused(low_hz: float, high_hz: float) -> None:
    with pytest.raises(ConfigError, match=r"must be in order, from 0 to half of rate_hz=2000"):
        mel_filterbank(2_000, 256, 16, low_hz, high_hz)
