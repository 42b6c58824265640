"""Laws of the truth: whatever heart is asked for, its states tell one consistent story."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from auscult.errors import ConfigError
from auscult.synth import HeartSound, Rumble, synthesise
from auscult.synth.rhythm import systole_s

ORDER = ("S1", "systole", "S2", "diastole")


@st.composite
def hearts(draw: st.DrawFn) -> HeartSound:
    rate_bpm = draw(st.floats(30, 220))
    return HeartSound(
        duration_s=draw(st.floats(0.5, 20)),
        heart_rate_bpm=rate_bpm,
        rate_variability_ms=draw(st.floats(0, 1)) * 0.15 * 60_000 / rate_bpm,
        s2_split_ms=draw(st.floats(0, 80)),
        s2_split_breathing_ms=draw(st.floats(0, 80)),
        s3_level_db=draw(st.none() | st.floats(-40, 10)),
        s4_level_db=draw(st.none() | st.floats(-40, 10)),
        extrasystole_every=draw(st.none() | st.integers(2, 9)),
    )


@settings(deadline=None, max_examples=60)
@given(spec=hearts(), seed=st.integers(0, 2**32 - 1))
@example(  # a beat ends between the duration asked for and the last whole sample
    spec=HeartSound(
        duration_s=18.41375989437313,
        heart_rate_bpm=213.640625,
        rate_variability_ms=39.32933518613326,
        s2_split_ms=0,
        s2_split_breathing_ms=0,
        extrasystole_every=2,
    ),
    seed=409011,
)
def test_states_follow_one_another_from_start_to_end(spec: HeartSound, seed: int) -> None:
    made = synthesise(spec, rate_hz=1000, seed=seed)
    spans = made.spans
    assert spans[0].start_s == 0
    assert spans[-1].end_s == made.recording.duration_s
    for span, following in pairwise(spans):
        assert span.start_s < span.end_s == following.start_s
        assert ORDER.index(following.state) == (ORDER.index(span.state) + 1) % 4


@settings(deadline=None, max_examples=60)
@given(spec=hearts(), seed=st.integers(0, 2**32 - 1))
def test_marks_are_the_onsets_of_the_spans(spec: HeartSound, seed: int) -> None:
    made = synthesise(spec, rate_hz=1000, seed=seed)
    times_s = [mark.at_s for mark in made.marks]
    assert times_s == sorted(times_s)
    assert all(0 <= at_s < made.recording.duration_s for at_s in times_s)
    for sound in ("S1", "S2"):
        onsets = [m.at_s for m in made.marks if m.sound == sound]
        assert onsets == [s.start_s for s in made.spans if s.state == sound and s.start_s > 0]
    diastoles = [(b.s2_end_s, b.end_s) for b in made.beats]
    for mark in made.marks:
        if mark.sound in ("S3", "S4"):
            assert any(start_s < mark.at_s < end_s for start_s, end_s in diastoles)


@settings(deadline=None, max_examples=40)
@given(
    rate_bpm=st.floats(30, 220),
    share=st.floats(0, 1),
    every=st.none() | st.integers(2, 9),
    seed=st.integers(0, 2**32 - 1),
)
def test_the_rate_is_the_one_asked_for(
    rate_bpm: float, share: float, every: int | None, seed: int
) -> None:
    mean_s = 60 / rate_bpm
    spec = HeartSound(
        duration_s=60,
        heart_rate_bpm=rate_bpm,
        rate_variability_ms=share * 0.15 * mean_s * 1000,
        extrasystole_every=every,
    )
    beats = synthesise(spec, rate_hz=1000, seed=seed).beats
    # Slow waves do not quite cancel over a minute, and the ends cut one beat each.
    slack_s = 0.3 * share * 0.15 * mean_s + 2 * mean_s / len(beats)
    assert (beats[-1].end_s - beats[0].s1_s) / len(beats) == pytest.approx(mean_s, abs=slack_s)


@pytest.mark.parametrize("deviation_ms", [0.0, 20.0, 60.0])
def test_the_variability_is_the_one_asked_for(deviation_ms: float) -> None:
    spec = HeartSound(duration_s=600, heart_rate_bpm=60, rate_variability_ms=deviation_ms)
    intervals_ms = [1000 * (b.end_s - b.s1_s) for b in synthesise(spec, 1000, seed=4).beats]
    assert np.std(intervals_ms) == pytest.approx(deviation_ms, rel=0.15, abs=1e-6)


def test_the_heart_quickens_while_breathing_in() -> None:
    beats = synthesise(HeartSound(duration_s=300), rate_hz=1000, seed=1).beats
    volumes, intervals_s = zip(*((b.volume, b.end_s - b.s1_s) for b in beats), strict=True)
    assert np.corrcoef(volumes, intervals_s)[0, 1] < -0.4


def test_s2_splits_while_breathing_in() -> None:
    beats = synthesise(HeartSound(duration_s=60), rate_hz=1000, seed=1).beats
    full = [b.split_s for b in beats if b.volume > 0.8]
    empty = [b.split_s for b in beats if b.volume < -0.8]
    assert min(full) > 0.03
    assert max(empty) < 0.009


def test_systole_shortens_less_than_the_beat() -> None:
    rates = np.arange(30, 221, 5)
    systoles_s = np.array([systole_s(float(rate)) for rate in rates])
    assert (np.diff(systoles_s) < 0).all()
    assert (np.diff(systoles_s * rates) >= -1e-9).all()


def test_an_extrasystole_is_early_weak_and_followed_by_a_full_pause() -> None:
    steady = HeartSound(duration_s=30, rate_variability_ms=0, loudness_spread=0, breathing_depth=0)
    spec = HeartSound(
        duration_s=30,
        rate_variability_ms=0,
        loudness_spread=0,
        breathing_depth=0,
        extrasystole_every=4,
    )
    regular = [b.s1_s for b in synthesise(steady, 1000, seed=5).beats]
    beats = synthesise(spec, 1000, seed=5).beats
    early = [
        i
        for i, (b, on_time) in enumerate(zip(beats, regular, strict=True))
        if b.s1_s < on_time - 0.1
    ]
    assert len(early) == pytest.approx(len(beats) / 4, abs=1)
    for index in early[1:-1]:
        before, beat, after = beats[index - 1 : index + 2]
        assert after.s1_s - before.s1_s == pytest.approx(2 * 60 / 72, abs=1e-6)
        assert before.s2_end_s < beat.s1_s
        assert beat.s2_gain < before.s2_gain < after.s2_gain


@settings(deadline=None, max_examples=15)
@given(seed=st.integers(0, 2**32 - 1), rate_hz=st.integers(1000, 48_000))
def test_the_truth_does_not_depend_on_the_sampling_rate(seed: int, rate_hz: int) -> None:
    spec = HeartSound(duration_s=4, extrasystole_every=3)
    assert synthesise(spec, rate_hz, seed).beats == synthesise(spec, 1000, seed).beats


def test_more_disturbances_leave_the_rhythm_alone() -> None:
    plain = HeartSound(duration_s=4)
    noisy = HeartSound(duration_s=4, disturbances=(Rumble(0),))
    assert synthesise(plain, 1000, seed=2).beats == synthesise(noisy, 1000, seed=2).beats


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"heart_rate_bpm": 29}, "heart_rate_bpm=29 must be between 30 and 220"),
        ({"heart_rate_bpm": float("nan")}, "heart_rate_bpm=nan must be between"),
        ({"duration_s": 0.4}, "duration_s=0.4 must be between 0.5 and 600 s"),
        ({"rate_variability_ms": 126}, r"rate_variability_ms=126 must be .* 125 ms"),
        ({"rate_variability_ms": -1}, "rate_variability_ms=-1 must be"),
        ({"extrasystole_every": 1}, "extrasystole_every=1 must be between 2"),
        ({"s3_level_db": 11}, "s3_level_db=11 must be between -40 and 10"),
    ],
)
def test_numbers_out_of_range_are_refused(options: dict[str, float], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        HeartSound(**options)
