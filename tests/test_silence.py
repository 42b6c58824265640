"""What is cut off as silence, and what is not."""

import numpy as np
import pytest

from auscult.silence import sounding

RATE_HZ = 2_000
TONE = np.cos(2 * np.pi * 90 * np.arange(RATE_HZ) / RATE_HZ).astype(np.float32)


def with_pause() -> np.ndarray:
    samples = TONE.copy()
    samples[600:1_200] = 0
    return samples


@pytest.mark.parametrize("constant", [0.0, 0.3])
def test_ends_are_cut_and_pauses_kept(constant: float) -> None:
    samples = with_pause()
    longer = np.pad(samples, (500, 700), constant_values=constant)
    np.testing.assert_array_equal(sounding(longer, RATE_HZ), samples)


@pytest.mark.parametrize("constant", [0.0, 0.3])
@pytest.mark.parametrize(("before", "after"), [(530, 730), (0, 150), (101, 0), (399, 401)])
def test_silence_within_the_first_and_last_block_goes_too(
    before: int, after: int, constant: float
) -> None:
    longer = np.pad(TONE, (before, after), constant_values=constant)
    np.testing.assert_array_equal(sounding(longer, RATE_HZ), TONE)


def test_silence_of_less_than_a_block_stays() -> None:
    assert sounding(np.pad(TONE, (50, 49)), RATE_HZ).size == TONE.size + 99


def test_many_silent_blocks_do_not_make_the_rest_silent() -> None:
    longer = np.pad(TONE, (0, 60 * RATE_HZ))
    np.testing.assert_array_equal(sounding(longer, RATE_HZ), TONE)


def test_a_quiet_end_stays_where_a_heart_may_pause_for_as_long() -> None:
    pause = TONE[: round(0.7 * RATE_HZ)]
    samples = np.concatenate([0.01 * pause, TONE, 0.01 * pause])
    assert sounding(samples, RATE_HZ).size == samples.size


def test_a_quiet_end_stays_where_it_is_nearly_as_loud() -> None:
    samples = np.concatenate([0.06 * TONE, TONE, 0.06 * TONE])
    assert sounding(samples, RATE_HZ).size == samples.size


def test_a_faint_end_is_cut_at_the_first_loud_block() -> None:
    noise = 0.01 * np.random.default_rng(0).standard_normal(2 * RATE_HZ).astype(np.float32)
    np.testing.assert_array_equal(sounding(np.r_[noise, TONE, noise], RATE_HZ), TONE)


def test_a_faint_passage_between_loud_ones_stays() -> None:
    samples = np.concatenate([TONE, 0.01 * TONE, 0.01 * TONE, TONE])
    assert sounding(samples, RATE_HZ).size == samples.size


@pytest.mark.parametrize("n_samples", [0, 1, 99, 100, 4_000])
def test_silence_comes_back_as_it_is(n_samples: int) -> None:
    silence = np.full(n_samples, 0.2, np.float32)
    np.testing.assert_array_equal(sounding(silence, RATE_HZ), silence)
