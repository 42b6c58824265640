import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auscult.errors import ConfigError
from auscult.stft import (
    check_framing,
    hann_window,
    istft,
    power_spectrogram,
    sounding_frames,
    spectra_blocks,
    stft,
)
from auscult.types import Samples

librosa = pytest.importorskip("librosa")

FRAMINGS = [(2048, 512), (512, 128), (400, 160), (256, 100), (64, 64)]


def noise(n_samples: int, seed: int = 0) -> Samples:
    return np.random.default_rng(seed).standard_normal(n_samples).astype(np.float32)


@pytest.mark.parametrize(("n_fft", "hop_length"), FRAMINGS)
@pytest.mark.parametrize("n_samples", [1, 63, 5_000, 30_001])
def test_stft_is_that_of_librosa(n_fft: int, hop_length: int, n_samples: int) -> None:
    sound = noise(n_samples)
    theirs = librosa.stft(
        np.pad(sound, n_fft // 2), n_fft=n_fft, hop_length=hop_length, center=False
    )
    ours = stft(sound, n_fft, hop_length)
    assert ours.dtype == np.complex64
    assert ours.shape == (1 + n_samples // hop_length, n_fft // 2 + 1)
    np.testing.assert_allclose(ours, theirs.T, atol=2e-6 * np.abs(theirs).max())


@pytest.mark.parametrize(("n_fft", "hop_length"), FRAMINGS)
def test_istft_is_that_of_librosa(n_fft: int, hop_length: int) -> None:
    spectra = stft(noise(20_000), n_fft, hop_length)
    length = 19_000
    theirs = librosa.istft(spectra.T, hop_length=hop_length, length=length)
    ours = istft([spectra], n_fft, hop_length, length, n_frames=len(spectra))
    # where the windows almost vanish, dividing by their squares magnifies the rounding
    covered = (
        librosa.filters.window_sumsquare(
            window="hann", n_frames=len(spectra), n_fft=n_fft, hop_length=hop_length
        )
        > 1e-3
    )
    covered = covered[n_fft // 2 :][:length]
    assert ours.shape == (length,)
    np.testing.assert_allclose(
        ours[: covered.size][covered], theirs[: covered.size][covered], atol=1e-4
    )


@given(
    n_samples=st.integers(1, 4_000),
    framing=st.sampled_from([(256, 64), (200, 50), (64, 16)]),
    seed=st.integers(0, 99),
)
def test_istft_undoes_stft(n_samples: int, framing: tuple[int, int], seed: int) -> None:
    sound = noise(n_samples, seed)
    spectra = stft(sound, *framing)
    again = istft([spectra], *framing, n_samples, n_frames=len(spectra))
    reached = (len(spectra) - 1) * framing[1] + 1
    np.testing.assert_allclose(again[:reached], sound[:reached], atol=2e-5)


def test_istft_takes_blocks_and_silent_frames() -> None:
    sound = noise(8_000)
    sound[:2_000] = sound[6_000:] = 0
    spectra = stft(sound, 512, 128)
    whole = istft([spectra], 512, 128, 8_000, n_frames=len(spectra))
    loud = sounding_frames(sound, 512, 128)
    middle = (loud.start + loud.stop) // 2
    parts = [spectra[loud.start : middle], spectra[middle : loud.stop]]
    pieced = istft(parts, 512, 128, 8_000, n_frames=len(spectra), first=loud.start)
    np.testing.assert_allclose(pieced, whole, atol=1e-7)


def test_power_is_the_squared_magnitude() -> None:
    sound = noise(10_000)
    np.testing.assert_allclose(
        power_spectrogram(sound, 512, 128), np.abs(stft(sound, 512, 128)) ** 2, rtol=1e-4, atol=1e-4
    )


@given(
    n_samples=st.integers(0, 600),
    loud=st.tuples(st.integers(0, 600), st.integers(0, 600)),
    framing=st.sampled_from([(64, 16), (32, 32), (50, 30)]),
)
def test_frames_outside_the_sounding_ones_are_zero_and_those_at_its_ends_are_not(
    n_samples: int, loud: tuple[int, int], framing: tuple[int, int]
) -> None:
    n_fft, hop_length = framing
    sound = np.zeros(n_samples, np.float32)
    sound[min(loud) : max(loud)] = 1
    padded = np.pad(sound, n_fft // 2)
    heard = [
        t
        for t in range(1 + n_samples // hop_length)
        if padded[t * hop_length : t * hop_length + n_fft].any()
    ]
    frames = sounding_frames(sound, n_fft, hop_length)
    assert list(frames) == heard


def test_blocks_cover_the_sounding_frames_once() -> None:
    sound = np.concatenate(
        [np.zeros(9_000, np.float32), noise(40_000), np.zeros(9_000, np.float32)]
    )
    rows = [row for block, _ in spectra_blocks(sound, 512, 128) for row in range(len(sound))[block]]
    assert rows == list(sounding_frames(sound, 512, 128))


def test_the_transform_runs_in_single_precision() -> None:
    """NumPy goes through float64 for an unscaled float32 transform; see the subtle note there."""
    sound = noise(2_048)
    (_, spectra), *_ = spectra_blocks(sound, 2_048, 2_048)
    exact = np.fft.rfft(np.pad(sound, 1_024)[:2_048].astype(np.float64) * hann_window(2_048))
    assert spectra.dtype == np.complex64
    np.testing.assert_allclose(spectra[0], exact, atol=1e-5 * np.abs(exact).max())


def test_window_is_periodic_cached_and_read_only() -> None:
    scipy_signal = pytest.importorskip("scipy.signal")
    np.testing.assert_allclose(hann_window(400), scipy_signal.get_window("hann", 400), atol=1e-7)
    assert hann_window(400) is hann_window(400)
    with pytest.raises(ValueError, match="read-only"):
        hann_window(400)[0] = 1


@pytest.mark.parametrize("n_fft", [0, 1, 511])
def test_odd_or_tiny_frames_are_refused(n_fft: int) -> None:
    with pytest.raises(ConfigError, match=f"n_fft={n_fft} must be even and at least 2"):
        check_framing(n_fft, 1)


@pytest.mark.parametrize("hop_length", [0, 513])
def test_a_hop_beyond_the_frame_is_refused(hop_length: int) -> None:
    with pytest.raises(ConfigError, match=f"hop_length={hop_length} must be between 1 and n_fft"):
        stft(noise(1_000), 512, hop_length)
