"""Of several channels, the heart is heard; where that is not clear, nobody guesses."""

import numpy as np
import pytest

from auscult.audio import parsed_channel, read_recording
from auscult.audio.channels import listened_to
from auscult.errors import AudioError, ConfigError
from auscult.synth import PRESETS, synthesise

RATE_HZ = 2_000


def ecg(n_samples: int, noise: float = 0.01) -> np.ndarray:
    """A beat a second: P, Q, R, S and T as bell curves, a wandering baseline, and mains hum."""
    times_s = np.arange(n_samples) / RATE_HZ
    wave = 0.3 * np.sin(2 * np.pi * 0.2 * times_s) + 0.1 * np.sin(2 * np.pi * 50 * times_s)
    for at_s, width_s, height in (
        *((-0.2, 0.025, 0.15), (-0.035, 0.01, -0.15), (0, 0.011, 1.0)),
        *((0.035, 0.01, -0.25), (0.3, 0.04, 0.3)),
    ):
        wave += height * np.exp(-0.5 * (((times_s - at_s + 0.5) % 1 - 0.5) / width_s) ** 2)
    return wave + noise * np.random.default_rng(1).standard_normal(n_samples)


@pytest.fixture(scope="module")
def heart() -> np.ndarray:
    return synthesise(PRESETS["normal"], RATE_HZ, 3).recording.samples


def chosen(*channels: np.ndarray, channel="auto", names=()) -> tuple[np.ndarray, str]:
    samples = np.stack(channels, axis=1).astype(np.float32)
    return listened_to(samples, RATE_HZ, channel, "x.wav", names)


@pytest.mark.parametrize("level", [0.01, 1, 100])
@pytest.mark.parametrize("preset", ["normal", "mitral-regurgitation", "s3"])
def test_the_heart_beside_an_ecg_is_taken_on_either_side(preset: str, level: float) -> None:
    heart = synthesise(PRESETS[preset], RATE_HZ, 3).recording.samples
    other = level * ecg(heart.size)
    samples, note = chosen(other, heart)
    np.testing.assert_array_equal(samples, heart)
    assert note == "channel 2 of 2 was taken; the others look like an ECG"
    samples, note = chosen(heart, other, other[::-1])
    np.testing.assert_array_equal(samples, heart)
    assert note.startswith("channel 1 of 3 was taken")


def test_a_stereo_microphone_is_averaged(heart: np.ndarray) -> None:
    rng = np.random.default_rng(0)
    left, right = (heart + 0.02 * rng.standard_normal(heart.size) for _ in range(2))
    samples, note = chosen(left, 0.4 * right)
    np.testing.assert_allclose(samples, (left + 0.4 * right) / 2, atol=1e-6)
    assert note == ""


def test_a_channel_turned_over_does_not_cancel_the_other(heart: np.ndarray) -> None:
    samples, note = chosen(heart, -heart)
    np.testing.assert_array_equal(samples, heart)
    assert note == "channel 1 of 2 was taken; others are it, turned over"
    assert not chosen(heart, -heart, channel="mean")[0].any()


def test_a_silent_channel_does_not_halve_the_other(heart: np.ndarray) -> None:
    samples, note = chosen(np.full(heart.size, 0.1), heart)
    np.testing.assert_array_equal(samples, heart)
    assert note.startswith("channel 2 of 2 was taken; the others are silent")


@pytest.mark.parametrize("level_dbfs", [-60, -76, -90])
def test_an_open_input_is_left_out_like_silence(heart: np.ndarray, level_dbfs: float) -> None:
    noise = 10 ** (level_dbfs / 20) * np.random.default_rng(0).standard_normal(heart.size)
    noise[heart.size // 2] += 0.5  # a plug
    samples, note = chosen(heart, 0.1 + noise)
    np.testing.assert_array_equal(samples, heart)
    assert note == "channel 1 of 2 was taken; the others are silent or no heart sound"
    np.testing.assert_array_equal(chosen(heart, noise, channel=2)[0], noise.astype(np.float32))


def test_a_quiet_channel_is_not_empty_and_neither_are_two_quiet_ones(heart: np.ndarray) -> None:
    noise = np.random.default_rng(0).standard_normal(heart.size)
    for pair in ((heart, 0.01 * noise), (1e-3 * heart, 1e-4 * noise)):
        with pytest.raises(AudioError, match="its 2 channels hold different sounds"):
            chosen(*pair)


def test_shared_mains_hum_does_not_make_two_channels_alike(heart: np.ndarray) -> None:
    hum = 3 * np.sin(2 * np.pi * 50 * np.arange(heart.size) / RATE_HZ)
    samples, note = chosen(heart + hum, ecg(heart.size) + hum)
    np.testing.assert_allclose(samples, heart + hum, atol=1e-6)
    assert note.endswith("look like an ECG")


def test_silence_on_all_channels_is_left_to_the_gate() -> None:
    assert not chosen(np.zeros(50), np.zeros(50))[0].any()


def test_what_the_file_calls_an_ecg_is_left_out(heart: np.ndarray) -> None:
    noise = np.random.default_rng(0).standard_normal(heart.size)
    samples, note = chosen(noise, heart, names=("ECG, lead I", "PCG"))
    np.testing.assert_array_equal(samples, heart)
    assert note.startswith("channel 2 of 2")


@pytest.mark.parametrize("case", ["two places", "two ECGs", "rumble"])
def test_where_the_heart_cannot_be_told_the_user_is_asked(heart: np.ndarray, case: str) -> None:
    n, rng = heart.size, np.random.default_rng(0)
    rumble = np.convolve(rng.standard_normal(n), np.hanning(120), "same")
    pair = {
        "two places": (heart, rng.standard_normal(n)),
        "two ECGs": (ecg(n), np.roll(ecg(n), 600)),
        "rumble": (ecg(n), heart + rumble / rumble.std()),
    }[case]
    with pytest.raises(
        AudioError,
        match=r"^x\.wav: its 2 channels hold different sounds.*--channel 1, --channel 2 or --chan",
    ):
        chosen(*pair)


def test_a_number_names_a_channel(heart: np.ndarray) -> None:
    np.testing.assert_array_equal(chosen(ecg(heart.size), heart, channel=2)[0], heart)
    with pytest.raises(AudioError, match=r"^x\.wav: has no channel 3; it has 2$"):
        chosen(heart, heart, channel=3)


def test_the_mean_is_the_mean_whatever_the_channels_are(heart: np.ndarray) -> None:
    other = ecg(heart.size)
    np.testing.assert_allclose(
        chosen(heart, other, channel="mean")[0], (heart + other) / 2, atol=1e-6
    )


@pytest.mark.parametrize("n_samples", [1, 2, 40])
def test_the_shortest_sounds_can_be_chosen_from(n_samples: int) -> None:
    ramp = np.arange(n_samples)
    np.testing.assert_allclose(chosen(ramp, ramp)[0], ramp)


@pytest.mark.parametrize("text", ["0", "-1", "left", "1.5", ""])
def test_a_channel_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match=f"channel '{text}' must be a number from 1 on, mean or"):
        parsed_channel(text)


def test_numbers_that_are_none_are_refused_by_name_not_chosen_by(encoded) -> None:
    sound = np.stack([np.zeros(4_000), np.sin(np.arange(4_000))], axis=1)
    sound[7, 1] = np.nan
    with pytest.raises(AudioError, match="NaN or infinite"):
        read_recording(encoded(sound, 4_000, "wav", "pcm_f32le"))
