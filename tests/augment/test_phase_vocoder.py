import numpy as np
import pytest

from auscult.augment.phase_vocoder import Spectra, vocode
from auscult.stft import stft

librosa = pytest.importorskip("librosa")


def spectra_of_noise() -> Spectra:
    sound = np.random.default_rng(0).standard_normal(50_000).astype(np.float32)
    return stft(sound, 512, 128)


def read(spectra: Spectra, rate: float) -> Spectra:
    return np.concatenate(list(vocode(spectra, np.arange(0, len(spectra), rate))))


@pytest.mark.parametrize("rate", [0.3, 0.8, 1.0, 1.2, 2.0, 3.7])
def test_equals_librosa_in_float64(rate: float) -> None:
    spectra = spectra_of_noise()
    theirs = librosa.phase_vocoder(spectra.T.astype(np.complex128), rate=rate, hop_length=128)
    ours = read(spectra, rate)
    assert ours.dtype == np.complex64
    np.testing.assert_allclose(ours, theirs.T, atol=2e-5 * np.abs(theirs).max())


def test_rate_one_changes_nothing() -> None:
    spectra = spectra_of_noise()
    np.testing.assert_allclose(read(spectra, 1.0), spectra, atol=1e-4)


@pytest.mark.parametrize("rate", [0.8, 1.2])
@pytest.mark.parametrize("scale", [0, 1e-42, 1e-37, 1e-25, 1e25, 1e37])
def test_tiny_huge_and_zero_bins_stay_finite(rate: float, scale: float) -> None:
    spectra = spectra_of_noise()
    spectra /= np.abs(spectra).max()
    spectra[::3] *= np.float32(scale)
    with np.errstate(all="raise", under="ignore"):
        assert np.isfinite(read(spectra, rate)).all()


def test_a_silent_frame_has_angle_zero() -> None:
    spectra = spectra_of_noise()[:20]
    spectra[5] = spectra[:, 7] = 0
    theirs = librosa.phase_vocoder(spectra.T.astype(np.complex128), rate=0.8, hop_length=128)
    np.testing.assert_allclose(read(spectra, 0.8), theirs.T, atol=1e-5 * np.abs(theirs).max())


def test_the_running_phase_stays_on_the_unit_circle() -> None:
    spectra = np.resize(spectra_of_noise()[:50, :20], (40_000, 20))
    magnitude = np.abs(read(spectra, 1.0))
    np.testing.assert_allclose(magnitude[-50:], np.abs(spectra[-50:]), rtol=2e-5)
