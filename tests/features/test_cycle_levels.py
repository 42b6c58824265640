"""Cycle levels on sounds whose states and bands are known."""

import numpy as np
import pytest

from auscult.config import from_config, to_config
from auscult.errors import ConfigError
from auscult.features.cycle_levels import DIASTOLE, S1, S2, SYSTOLE, CycleLevels
from auscult.types import FloatArray, Samples

RATE_HZ = 2_000
LASTING_FRAMES = {S1: 12, SYSTOLE: 24, S2: 10, DIASTOLE: 44}
"""A cycle of 0.9 s."""
N_BEATS = 8
N_BANDS = 9
FEATURE = CycleLevels()


def states_of(n_beats: int = N_BEATS, sure: float = 1.0) -> FloatArray:
    likeliest = np.tile(np.repeat(list(LASTING_FRAMES), list(LASTING_FRAMES.values())), n_beats)
    return (np.eye(4)[likeliest] * sure + (1 - sure) / 4).astype(np.float32)


def tone_in(state: int, hertz: float, states: FloatArray) -> Samples:
    """A tone that sounds in one state alone, over a quiet noise."""
    n_samples = len(states) * RATE_HZ // 100 - 1  # a frame a row: the last is centred at the end
    inside = np.repeat(states[:, state] > 0.5, RATE_HZ // 100)[:n_samples]
    tone = np.sin(2 * np.pi * hertz * np.arange(n_samples) / RATE_HZ) * inside
    noise = np.random.default_rng(0).normal(0, 1e-3, n_samples)
    return (tone + noise).astype(np.float32)


def means_of(values: FloatArray) -> FloatArray:
    return values[: 4 * N_BANDS].reshape(4, N_BANDS)


@pytest.mark.parametrize("state", [S1, SYSTOLE, S2, DIASTOLE])
@pytest.mark.parametrize(("hertz", "band"), [(85, 2), (185, 4), (550, 7)])
def test_a_tone_is_loudest_in_its_state_and_band(state: int, hertz: float, band: int) -> None:
    states = states_of()
    means = means_of(FEATURE(tone_in(state, hertz, states), RATE_HZ, states))
    assert np.unravel_index(means.argmax(), means.shape) == (state, band)


def test_a_murmur_in_systole_is_not_one_in_diastole() -> None:
    states = states_of()
    systolic, diastolic = (
        means_of(FEATURE(tone_in(state, 185, states), RATE_HZ, states))
        for state in (SYSTOLE, DIASTOLE)
    )
    assert systolic[SYSTOLE, 4] > systolic[DIASTOLE, 4] + 20
    assert diastolic[DIASTOLE, 4] > diastolic[SYSTOLE, 4] + 20


def test_the_course_of_systole_tells_early_from_late() -> None:
    states = states_of()
    early = states.copy()
    systole = np.flatnonzero(states[:, SYSTOLE])
    late_frames = systole.reshape(N_BEATS, -1)[:, LASTING_FRAMES[SYSTOLE] // 3 :].ravel()
    early[late_frames] = 0  # the tone stops after the first third; the states go on
    values = FEATURE(tone_in(SYSTOLE, 185, early), RATE_HZ, states)
    thirds = values[8 * N_BANDS : 11 * N_BANDS].reshape(3, N_BANDS)[:, 4]
    assert thirds[0] > thirds[1] + 10 > thirds[2]


def test_gain_tells_nothing() -> None:
    states = states_of()
    sound = tone_in(SYSTOLE, 185, states)
    np.testing.assert_allclose(
        FEATURE(sound, RATE_HZ, states), FEATURE(sound * 0.01, RATE_HZ, states), atol=0.02
    )


def test_durations_are_those_of_the_states() -> None:
    states = states_of()
    values = FEATURE(tone_in(S1, 85, states), RATE_HZ, states)
    courses = 8 * N_BANDS + 8 * N_BANDS
    durations = values[courses : courses + 12]
    assert durations[[0, 2, 4, 6]] == pytest.approx([0.12, 0.24, 0.10, 0.44], abs=0.011)
    assert durations[8] == pytest.approx(0.9, abs=1e-6)
    assert durations[9] == pytest.approx(0, abs=1e-6)
    assert durations[10] == pytest.approx(1 / 0.9, rel=0.01)
    assert durations[11] == pytest.approx(1)


def test_a_flicker_is_no_run() -> None:
    states = states_of()
    flickering = states.copy()
    flickering[20:22] = np.eye(4)[S2]
    sound = tone_in(S1, 85, states)
    steady, shaken = FEATURE(sound, RATE_HZ, states), FEATURE(sound, RATE_HZ, flickering)
    durations = slice(16 * N_BANDS, 16 * N_BANDS + 12)
    np.testing.assert_allclose(steady[durations], shaken[durations])


def test_where_nothing_can_be_told_all_states_sound_alike() -> None:
    unsure = np.full((len(states_of()), 4), 0.25, np.float32)
    means = means_of(FEATURE(tone_in(SYSTOLE, 185, states_of()), RATE_HZ, unsure))
    np.testing.assert_allclose(means, np.tile(means[:1], (4, 1)), atol=1e-4)


@pytest.mark.parametrize("n_samples", [1, 2, 511, 4_000, 40_001])
def test_any_length_gives_the_same_finite_values(n_samples: int) -> None:
    rng = np.random.default_rng(n_samples)
    states = rng.dirichlet(np.ones(4), 1 + n_samples // 20).astype(np.float32)
    for sound in (rng.normal(0, 0.1, n_samples).astype(np.float32), np.zeros(n_samples, "f4")):
        values = FEATURE(sound, RATE_HZ, states)
        assert values.shape == (279,)
        assert values.dtype == np.float32
        assert np.isfinite(values).all()


def test_states_told_at_another_pace_are_refused() -> None:
    states = states_of()
    sound = tone_in(S1, 85, states)
    with pytest.raises(ConfigError, match="one row a frame"):
        FEATURE(sound, RATE_HZ, states[::2])


@pytest.mark.parametrize("shape", [(0, 4), (6, 3), (24,)])
def test_states_of_another_shape_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ConfigError, match="wanted is"):
        FEATURE(np.zeros(100, np.float32), RATE_HZ, np.zeros(shape, np.float32))


def test_limits_that_cannot_be_are_refused() -> None:
    with pytest.raises(ConfigError, match="longest_pause_s"):
        CycleLevels(least_run_s=2.0)
    with pytest.raises(ConfigError, match="rising"):
        CycleLevels(edges_hz=(100, 50))


def test_survives_its_configuration() -> None:
    assert from_config(to_config(FEATURE), {"CycleLevels": CycleLevels}) == FEATURE
