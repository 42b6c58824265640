"""Tones keep their frequency, what cannot be represented goes, and librosa agrees."""

from math import ceil
from pathlib import Path

import librosa
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auscult.audio import read_recording, resample
from auscult.errors import ConfigError

RATES_HZ = st.sampled_from([1_000, 2_000, 4_000, 8_000, 11_025, 22_050, 44_100, 48_000])


def sine(frequency_hz: float, rate_hz: int, duration_s: float = 2.0) -> np.ndarray:
    times_s = np.arange(round(duration_s * rate_hz)) / rate_hz
    return np.sin(2 * np.pi * frequency_hz * times_s).astype(np.float32)


@given(st.integers(1, 5_000), RATES_HZ, RATES_HZ)
def test_length_is_that_of_the_duration(n_samples: int, from_hz: int, to_hz: int) -> None:
    out = resample(np.ones(n_samples, np.float32), from_hz, to_hz)
    assert out.size == ceil(n_samples * to_hz / from_hz)
    assert out.dtype == np.float32


@pytest.mark.parametrize(("from_hz", "to_hz"), [(44_100, 4_000), (4_000, 22_050), (48_000, 2_000)])
def test_a_tone_stays_the_tone(from_hz: int, to_hz: int) -> None:
    out = resample(sine(300, from_hz), from_hz, to_hz)
    inner = slice(to_hz // 4, -to_hz // 4)
    np.testing.assert_allclose(out[inner], sine(300, to_hz)[inner], atol=1e-3)


@pytest.mark.parametrize("frequency_hz", [2_100, 3_000, 3_700, 7_700])
def test_what_lies_beyond_the_new_nyquist_frequency_is_gone(frequency_hz: float) -> None:
    out = resample(sine(frequency_hz, 44_100), 44_100, 4_000)
    inner = out[1_000:-1_000]
    alias_db = 20 * np.log10(np.sqrt(np.mean(inner**2)) / np.sqrt(0.5))
    assert alias_db < -100


def test_equal_rates_change_nothing() -> None:
    tone = sine(100, 4_000)
    assert resample(tone, 4_000, 4_000) is tone


@pytest.mark.parametrize(("from_hz", "to_hz"), [(0, 4_000), (4_000, -1)])
def test_rates_must_be_positive(from_hz: int, to_hz: int) -> None:
    with pytest.raises(ConfigError, match=f"from_hz={from_hz} and to_hz={to_hz} must be positive"):
        resample(np.ones(4, np.float32), from_hz, to_hz)


@pytest.mark.parametrize(("from_hz", "to_hz"), [(44_100, 22_050), (4_000, 22_050), (44_100, 4_000)])
def test_agrees_with_librosa(from_hz: int, to_hz: int) -> None:
    noise = np.random.default_rng(1).uniform(-1, 1, 9_001).astype(np.float32)
    theirs = librosa.resample(noise, orig_sr=from_hz, target_sr=to_hz)
    np.testing.assert_allclose(resample(noise, from_hz, to_hz), theirs, atol=1e-6)


@pytest.mark.data
@pytest.mark.filterwarnings("ignore:.* is deprecated and slated for removal:DeprecationWarning")
def test_agrees_with_librosa_load_as_the_notebook_called_it(pascal_dir: Path) -> None:
    for path in [
        *sorted(pascal_dir.glob("set_a/*.flac"))[:2],
        *sorted(pascal_dir.glob("set_b/*"))[:2],
    ]:
        theirs, rate_hz = librosa.load(path, sr=22_050, duration=10)
        recording = read_recording(path)
        ours = resample(recording.samples, recording.rate_hz, 22_050)[: theirs.size]
        assert rate_hz == 22_050
        # subtle: librosa cuts to ten seconds first, so the end of a longer one differs
        np.testing.assert_allclose(ours[:-1_000], theirs[:-1_000], atol=1e-5)
