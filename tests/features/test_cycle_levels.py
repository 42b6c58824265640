"""Cycle levels on sounds whose states and bands are known."""

from itertools import pairwise
from typing import TypeAlias

import numpy as np
import pytest

from auscult.config import from_config, to_config
from auscult.errors import ConfigError
from auscult.features.cycle_levels import DIASTOLE, S1, S2, SYSTOLE, CycleLevels
from auscult.types import FloatArray, Samples

Pauses: TypeAlias = dict[int, list[range]]

RATE_HZ = 2_000
LASTING_FRAMES = {S1: 12, SYSTOLE: 24, S2: 10, DIASTOLE: 44}
"""A cycle of 0.9 s."""
N_BEATS = 8
N_BANDS = 9
FEATURE = CycleLevels()
MEANS, DEVIATIONS = slice(0, 36), slice(36, 72)
THIRDS = {SYSTOLE: slice(72, 99), DIASTOLE: slice(108, 135)}
BEATS_DIFFER = {SYSTOLE: slice(99, 108), DIASTOLE: slice(135, 144)}
CERTAINTY = slice(156, 162)
PERCENTILES = {SYSTOLE: slice(162, 189), DIASTOLE: slice(189, 216)}
CONTRASTS, ROUGHNESS = slice(216, 243), slice(243, 279)


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


def laid_out(systoles: list[int], diastoles: list[int]) -> tuple[FloatArray, Pauses]:
    """The states of beats whose pauses last so many frames, and where the pauses are."""
    lasting = [n for two in zip(systoles, diastoles, strict=True) for n in (12, two[0], 10, two[1])]
    runs = [range(end - n, end) for n, end in zip(lasting, np.cumsum(lasting), strict=True)]
    states = np.eye(4, dtype=np.float32)[np.repeat(np.arange(len(lasting)) % 4, lasting)]
    return states, {SYSTOLE: runs[SYSTOLE::4], DIASTOLE: runs[DIASTOLE::4]}


def doubtful_states(n_frames: int = 300) -> FloatArray:
    return np.random.default_rng(1).dirichlet([0.4] * 4, n_frames).astype(np.float32)


def restless(n_frames: int) -> Samples:
    """Noise that is now loud, now quiet."""
    rng = np.random.default_rng(2)
    gains = np.repeat(rng.uniform(0.05, 1, n_frames // 30 + 1), 600)[: n_frames * 20 - 1]
    return (rng.normal(0, 0.1, gains.size) * gains).astype(np.float32)


def levels_by_hand(sound: Samples) -> FloatArray:
    """Levels as they are defined: frame after frame, band after band, in float64."""
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(64) / 64)
    padded = np.pad(sound.astype(np.float64), 32)
    frames = [padded[at : at + 64] * window for at in range(0, sound.size + 1, 20)]
    power = np.abs(np.fft.rfft(frames)) ** 2
    starts_hz = (np.arange(33) - 0.5) * RATE_HZ / 64
    ends_hz = starts_hz + RATE_HZ / 64
    bands = []
    for low, high in pairwise(FEATURE.edges_hz):
        share = np.maximum(np.minimum(ends_hz, high) - np.maximum(starts_hz, low), 0)
        bands.append(power @ share / share.sum())
    levels = 10 * np.log10(np.maximum(bands / np.mean(bands), 1e-7)).T
    return levels - levels.mean()


def means_by_hand(levels: FloatArray, states: FloatArray) -> FloatArray:
    return np.array([np.average(levels, axis=0, weights=of + 1e-3) for of in states.T])


def course_by_hand(levels: FloatArray, pauses: list[range]) -> tuple[FloatArray, FloatArray]:
    """The median thirds of some pauses, and how much beats differ."""
    thirds = [
        [levels[p[len(p) * k // 3 : len(p) * (k + 1) // 3]].mean(axis=0) for k in range(3)]
        for p in pauses
    ]
    return np.median(thirds, axis=0), np.mean(thirds, axis=1).std(axis=0)


def check(values: FloatArray, wanted: FloatArray) -> None:
    np.testing.assert_allclose(values, np.ravel(wanted), atol=1e-4)


def check_courses(values: FloatArray, levels: FloatArray, whole: Pauses) -> None:
    for state, pauses in whole.items():
        thirds, differ = course_by_hand(levels, pauses)
        check(values[THIRDS[state]], thirds)
        check(values[BEATS_DIFFER[state]], differ)


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


def test_levels_are_averaged_by_how_probable_a_state_is() -> None:
    states = doubtful_states()
    sound = restless(len(states))
    values, levels = FEATURE(sound, RATE_HZ, states), levels_by_hand(sound)
    means = means_by_hand(levels, states)
    check(values[MEANS], means)
    off = [
        np.average((levels - m) ** 2, axis=0, weights=of + 1e-3)
        for m, of in zip(means, states.T, strict=True)
    ]
    check(values[DEVIATIONS], np.sqrt(off))


def test_silence_is_no_quieter_than_70_decibels_below_the_mean() -> None:
    states = states_of()
    sound = restless(len(states))
    sound[: sound.size // 2] = 0
    levels = levels_by_hand(sound)
    check(FEATURE(sound, RATE_HZ, states)[MEANS], means_by_hand(levels, states))


def test_courses_are_those_of_whole_pauses() -> None:
    states, pauses = laid_out([24, 31, 20, 26], [44, 52, 40, 47])
    sound = restless(len(states))
    values = FEATURE(sound, RATE_HZ, states)
    whole = {SYSTOLE: pauses[SYSTOLE], DIASTOLE: pauses[DIASTOLE][:-1]}  # no S1 ends the last
    check_courses(values, levels_by_hand(sound), whole)


@pytest.mark.parametrize(("state", "other"), [(SYSTOLE, DIASTOLE), (DIASTOLE, SYSTOLE)])
def test_beats_that_differ_by_6_decibels_are_told_in_their_state(state: int, other: int) -> None:
    states = states_of()
    tone = tone_in(state, 185, states)
    gains = np.repeat(np.tile([1, 0.5], N_BEATS // 2), 1_800)[: tone.size]  # samples of 0.9 s
    noise = np.random.default_rng(1).normal(0, 0.01, tone.size)
    values = FEATURE((tone * gains + noise).astype(np.float32), RATE_HZ, states)
    assert values[BEATS_DIFFER[state]][4] == pytest.approx(3, abs=0.1)
    assert values[BEATS_DIFFER[other]][4] < 1


@pytest.mark.parametrize("n_beats", [1, 2])
def test_below_two_whole_pauses_the_course_is_flat(n_beats: int) -> None:
    """Of two beats both systoles are whole, and one diastole."""
    states, pauses = laid_out([24, 31][:n_beats], [44, 52][:n_beats])
    sound = restless(len(states))
    values = FEATURE(sound, RATE_HZ, states)
    means, deviations = (values[part].reshape(4, N_BANDS) for part in (MEANS, DEVIATIONS))
    for state in (SYSTOLE, DIASTOLE)[n_beats - 1 :]:
        check(values[THIRDS[state]], np.tile(means[state], 3))
        check(values[BEATS_DIFFER[state]], deviations[state])
    if n_beats == 2:
        check_courses(values, levels_by_hand(sound), {SYSTOLE: pauses[SYSTOLE]})


@pytest.mark.parametrize(("n_frames", "is_whole"), [(200, False), (150, False), (149, True)])
def test_a_pause_of_a_second_and_a_half_is_not_whole(n_frames: int, is_whole: bool) -> None:
    states, pauses = laid_out([24, n_frames, 20, 26], [n_frames, 44, 52, 40])
    sound = restless(len(states))
    values = FEATURE(sound, RATE_HZ, states)
    pauses[DIASTOLE].pop()
    if not is_whole:
        del pauses[SYSTOLE][1], pauses[DIASTOLE][0]
    check_courses(values, levels_by_hand(sound), pauses)


def test_pauses_between_two_s1_are_not_whole() -> None:
    states, pauses = laid_out([24, 31, 20, 26], [44, 52, 40, 47])
    states[pauses[SYSTOLE][1].stop : pauses[DIASTOLE][1].start] = np.eye(4)[S1]
    sound = restless(len(states))
    whole = {SYSTOLE: pauses[SYSTOLE], DIASTOLE: pauses[DIASTOLE][:-1]}
    for of_state in whole.values():
        del of_state[1]
    check_courses(FEATURE(sound, RATE_HZ, states), levels_by_hand(sound), whole)


@pytest.mark.parametrize(
    ("states", "wanted"),
    [
        (states_of(), [1, 0, 12 / 90, 24 / 90, 10 / 90, 44 / 90]),
        (np.full((300, 4), 0.25, np.float32), [0.25, -np.log(4), 0.25, 0.25, 0.25, 0.25]),
        (
            np.tile(np.float32([0.5, 0, 0.25, 0.25]), (300, 1)),
            [0.5, -1.5 * np.log(2), 0.5, 0, 0.25, 0.25],
        ),
    ],
)
def test_certainty_is_that_of_the_states(states: FloatArray, wanted: list[float]) -> None:
    values = FEATURE(restless(len(states)), RATE_HZ, states)
    np.testing.assert_allclose(values[CERTAINTY], wanted, atol=1e-5)


def test_certainty_is_averaged_over_frames() -> None:
    states = doubtful_states()
    values = FEATURE(restless(len(states)), RATE_HZ, states)[CERTAINTY]
    assert values[0] == pytest.approx(np.mean([row.max() for row in states]), abs=1e-5)
    entropies = [sum(p * np.log(p) for p in row if p > 0) for row in states.astype(np.float64)]
    assert values[1] == pytest.approx(np.mean(entropies), abs=1e-4)
    np.testing.assert_allclose(values[2:], states.mean(axis=0), atol=1e-5)


def test_percentiles_are_those_where_a_state_is_likelier_than_not() -> None:
    states = doubtful_states()
    sound = restless(len(states))
    values, levels = FEATURE(sound, RATE_HZ, states), levels_by_hand(sound)
    for state, part in PERCENTILES.items():
        inside = np.sort(levels[states[:, state] > 0.5], axis=0)
        check(values[part], np.quantile(inside, [0.1, 0.5, 0.9], axis=0))


@pytest.mark.parametrize(("state", "other"), [(SYSTOLE, DIASTOLE), (DIASTOLE, SYSTOLE)])
@pytest.mark.parametrize("n_frames", [5, 6])
def test_below_six_frames_percentiles_are_the_mean(state: int, other: int, n_frames: int) -> None:
    states = np.full((300, 4), 0.125, np.float32)
    states[:, state], states[:, other] = 0.5, 0.25  # as likely as not
    states[100 : 100 + n_frames] = np.eye(4)[state]
    sound = restless(len(states))
    values, levels = FEATURE(sound, RATE_HZ, states), levels_by_hand(sound)
    means = means_by_hand(levels, states)
    check(values[PERCENTILES[other]], np.tile(means[other], 3))
    told = np.quantile(levels[100 : 100 + n_frames], [0.1, 0.5, 0.9], axis=0)
    check(values[PERCENTILES[state]], np.tile(means[state], 3) if n_frames < 6 else told)


def test_contrasts_are_those_of_the_sounds_the_pauses_and_both() -> None:
    states = doubtful_states()
    sound = restless(len(states))
    s1, systole, s2, diastole = means_by_hand(levels_by_hand(sound), states)
    values = FEATURE(sound, RATE_HZ, states)
    check(values[CONTRASTS], [s1 - s2, systole - diastole, s1 - systole])


@pytest.mark.parametrize(
    ("state", "signs"),
    [(S1, (1, 0, 1)), (SYSTOLE, (0, 1, -1)), (S2, (-1, 0, 0)), (DIASTOLE, (0, -1, 0))],
)
def test_a_tone_stands_out_in_the_contrasts_of_its_state(
    state: int, signs: tuple[int, ...]
) -> None:
    states = states_of()
    values = FEATURE(tone_in(state, 185, states), RATE_HZ, states)
    contrasts = values[CONTRASTS].reshape(3, N_BANDS)[:, 4]
    assert tuple(np.sign(contrasts) * (np.abs(contrasts) > 20)) == signs


def test_roughness_is_the_change_within_a_state() -> None:
    states = doubtful_states()
    sound = restless(len(states))
    changes = np.abs(np.diff(levels_by_hand(sound), axis=0))
    both = np.array([np.minimum(*two) + 1e-3 for two in pairwise(states)])
    values = FEATURE(sound, RATE_HZ, states)
    check(values[ROUGHNESS], [np.average(changes, axis=0, weights=of) for of in both.T])


def test_one_frame_has_no_roughness() -> None:
    values = FEATURE(np.ones(10, np.float32), RATE_HZ, np.full((1, 4), 0.25, np.float32))
    assert not values[ROUGHNESS].any()


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
