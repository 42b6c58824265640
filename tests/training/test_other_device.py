"""A copy through another device: repeatable, audibly different, the same heart."""

import numpy as np

from auscult.frontend import FRONTENDS
from auscult.synth import HeartSound, synthesise
from auscult.training.other_device import other_device
from auscult.types import Samples

RATE_HZ = 2_000


def heart(seed: int = 0) -> Samples:
    return FRONTENDS["heart"].prepare(synthesise(HeartSound(), RATE_HZ, seed).recording)


def test_the_same_recording_has_the_same_copy() -> None:
    np.testing.assert_array_equal(other_device(heart()), other_device(heart().copy()))


def test_recordings_get_devices_of_their_own() -> None:
    responses = []
    for seed in (0, 1):
        hiss = np.random.default_rng(seed).standard_normal(20_000).astype(np.float32)
        gain = np.abs(np.fft.rfft(other_device(hiss))) / np.abs(np.fft.rfft(hiss))
        responses.append(20 * np.log10(gain[500:8_000].reshape(15, -1).mean(axis=1)))
    assert np.abs(responses[0] - responses[1]).max() > 2


def test_the_heart_stays_louder_than_the_noise() -> None:
    for seed in range(8):
        samples, copy = heart(seed), other_device(heart(seed))
        assert copy.dtype == np.float32
        assert copy.shape == samples.shape
        envelopes = [np.abs(x[:20_000]).reshape(-1, 100).mean(axis=1) for x in (samples, copy)]
        assert np.corrcoef(*envelopes)[0, 1] > 0.8


def test_noise_fills_the_pauses() -> None:
    burst = np.random.default_rng(0).standard_normal(4_000).astype(np.float32)
    copy = other_device(np.pad(burst, (0, 12_000)))
    ratio_db = 20 * np.log10(copy[8_000:12_000].std() / copy.std())
    assert -27 < ratio_db < -7


def test_silence_stays_silence() -> None:
    assert not other_device(np.zeros(4_000, np.float32)).any()


def test_odd_and_tiny_sounds_are_finite() -> None:
    for n_samples in (1, 2, 101):
        copy = other_device(np.ones(n_samples, np.float32))
        assert copy.shape == (n_samples,)
        assert np.isfinite(copy).all()
