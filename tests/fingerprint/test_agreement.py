"""Agreement against SciPy's cross-correlation, and what does not make a copy."""

import numpy as np
import pytest
from scipy import signal

from auscult.fingerprint import RATE_HZ, agreement, level, repetition


@pytest.fixture(scope="session")
def sounds(hearts) -> list[np.ndarray]:
    return [level(sound, 4_000) for sound in hearts[:6]]


def best_by_scipy(one: np.ndarray, two: np.ndarray, near: int) -> tuple[int, float]:
    """Lag and normalised correlation of the largest |correlation| within 4 ms of ``near``."""
    products = signal.correlate(one.astype(float), two.astype(float), "full")
    lags = signal.correlation_lags(one.size, two.size, "full")
    energy = signal.correlate(one.astype(float) ** 2, np.ones(two.size), "full") * signal.correlate(
        np.ones(one.size), two.astype(float) ** 2, "full"
    )
    score = products / np.sqrt(np.maximum(energy, 1e-12))
    score[np.abs(lags - near) > 8] = 0
    at = np.abs(score).argmax()
    return int(lags[at]), float(score[at])


@pytest.mark.parametrize("near", [-4_001, -7, 0, 1_234, 6_000])
def test_scipy_says_the_same(sounds, near: int) -> None:
    told = agreement(sounds[0], sounds[1], near)
    lag, correlation = best_by_scipy(sounds[0], sounds[1], near)
    assert told.offset_s * RATE_HZ == pytest.approx(lag)
    assert told.correlation == pytest.approx(correlation, abs=1e-5)
    assert not told.is_copy


@pytest.mark.parametrize("sign", [1, -1])
def test_an_excerpt_is_a_copy(sounds, sign: int) -> None:
    told = agreement(sounds[0], sign * sounds[0][5_000:12_000], 5_003)
    assert told.is_copy
    assert (told.offset_s, told.start_s, told.shared_s) == (2.5, 2.5, 3.5)
    assert told.correlation == pytest.approx(sign, abs=1e-6)


def test_a_short_excerpt_upside_down_is_a_copy(sounds) -> None:
    told = agreement(sounds[0], -sounds[0][5_000:9_000], 5_000)
    assert told.is_copy
    assert told.correlation == pytest.approx(-1, abs=1e-6)


def test_a_piece_put_into_another_recording_is_found(sounds) -> None:
    piece = sounds[0][2_000:12_000]
    joined = np.concatenate([sounds[1][:4_000], piece, sounds[2][:6_000]])
    told = agreement(sounds[0], joined, -2_000)
    assert told.is_copy
    assert told.start_s == pytest.approx(1.0, abs=0.5)
    assert told.shared_s == pytest.approx(5.0, abs=0.5)
    assert told.correlation > 0.99


def test_two_seconds_in_another_recording_are_not_enough(sounds) -> None:
    joined = np.concatenate([sounds[1][:4_000], sounds[0][4_000:8_000], sounds[2][:6_000]])
    assert not agreement(sounds[0], joined, 0).is_copy


def test_a_shared_click_is_no_copy(sounds) -> None:
    click = np.zeros(6_000, np.float32)
    click[3_000:3_100] = 60 * signal.windows.hann(100) * np.sin(np.arange(100) / 3)
    one, two = sounds[0][:6_000] + click, sounds[1][:6_000] + click
    told = agreement(one, two, 0)
    assert told.correlation > 0.9
    assert not told.is_copy


def test_the_end_of_one_on_the_start_of_another_is_no_copy(sounds) -> None:
    two = np.concatenate([sounds[0][-4_000:], sounds[1]])
    told = agreement(sounds[0], two, sounds[0].size - 4_000)
    assert told.correlation > 0.99
    assert not told.is_copy


@pytest.mark.parametrize("offset", [10**6, -(10**6)])
def test_what_does_not_overlap_does_not_agree(sounds, offset: int) -> None:
    told = agreement(sounds[0], sounds[1], offset)
    assert (told.correlation, told.shared_s, told.is_copy) == (0.0, 0.0, False)


def test_silence_agrees_with_nothing() -> None:
    silence = np.zeros(10_000, np.float32)
    assert not agreement(silence, silence, 0).is_copy
    assert repetition(silence) == 0


def test_a_loop_repeats_itself_a_heart_does_not(sounds) -> None:
    cycle = sounds[0][4_000:5_800]
    assert repetition(np.tile(cycle, 9)) == pytest.approx(1, abs=0.01)
    assert max(repetition(sound) for sound in sounds) < 0.65
    assert repetition(np.tile(cycle, 4)) == 0


def test_repetition_is_the_best_correlation_with_itself_later(sounds) -> None:
    half = sounds[0][::2].astype(float)
    lags = range(300, min(5_000, half.size - 3_000))
    wanted = max(
        half[lag:] @ half[:-lag] / np.sqrt((half[lag:] @ half[lag:]) * (half[:-lag] @ half[:-lag]))
        for lag in lags
    )
    assert repetition(sounds[0]) == pytest.approx(wanted, abs=1e-6)
