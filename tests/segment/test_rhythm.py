from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from auscult.segment import Beat, beats_of, rhythm_of
from auscult.segment.rhythm import ONSET_ERROR_S
from auscult.types import STATES, Recording, StateSpan

RATE_HZ = 1_000


def spans_of(onsets_s: list[float]) -> tuple[StateSpan, ...]:
    """Beats at the given S1, each with a systole of 0.3 s; the last is cut before its end."""
    spans = []
    for start_s, end_s in pairwise(onsets_s):
        edges = (start_s, start_s + 0.1, start_s + 0.3, start_s + 0.4, end_s)
        spans += [
            StateSpan(state, a, b, 0.8)
            for state, a, b in zip(STATES, edges, edges[1:], strict=False)
        ]
    return (*spans, StateSpan("S1", onsets_s[-1], onsets_s[-1] + 0.1, 0.8))


def sound(duration_s: float, spans: tuple[StateSpan, ...] = ()) -> Recording:
    """A sound whose S1 is twice as strong as its S2."""
    samples = np.full(round(duration_s * RATE_HZ), 0.01, np.float32)
    for span in spans:
        level = {"S1": 0.4, "S2": 0.2}.get(span.state, 0.01)
        samples[round(span.start_s * RATE_HZ) : round(span.end_s * RATE_HZ)] = level
    return Recording(samples, RATE_HZ)


def test_a_steady_heart() -> None:
    spans = spans_of([0.2 + 0.8 * i for i in range(11)])
    beats = beats_of(spans, sound(10, spans))
    rhythm = rhythm_of(beats)
    assert (rhythm.n_beats, rhythm.n_whole, rhythm.irregular) == (11, 10, False)
    assert rhythm.rate_bpm == pytest.approx(75)
    assert rhythm.systole_ms == pytest.approx(300)
    assert rhythm.diastole_ms == pytest.approx(500)
    assert rhythm.s1_to_s2_db == pytest.approx(6.02, abs=0.1)
    assert rhythm.sdnn_ms is None  # nothing but the onsets' own error
    assert rhythm.rate_low_bpm < 75 < rhythm.rate_high_bpm
    assert beats[0].confidence == pytest.approx(0.8)
    assert (beats[-1].s2_s, beats[-1].cycle_s) == (None, None)


def test_an_early_beat_and_its_pause_are_told() -> None:
    onsets_s = [0.2, 1.0, 1.8, 2.6, 3.1, 4.4, 5.2, 6.0]
    spans = spans_of(onsets_s)
    rhythm = rhythm_of(beats_of(spans, sound(8, spans)))
    assert rhythm.irregular
    assert rhythm.early_at_s == pytest.approx((3.1,))
    assert rhythm.pauses_at_s == pytest.approx((3.1,))


def test_a_stretch_left_out_makes_no_long_cycle() -> None:
    first, second = spans_of([0.2, 1.0, 1.8]), spans_of([6.6, 7.4, 8.2])
    rhythm = rhythm_of(beats_of((*first, *second), sound(9)))
    assert rhythm.rate_bpm == pytest.approx(75)
    assert rhythm.n_whole == 4


def test_a_first_sound_cut_by_the_start_begins_no_beat() -> None:
    spans = spans_of([0.0, 0.8, 1.6])
    assert [beat.s1_s for beat in beats_of(spans, sound(2))] == [0.8, 1.6]


def test_nothing_heard_says_nothing() -> None:
    rhythm = rhythm_of(())
    assert (rhythm.n_beats, rhythm.rate_bpm, rhythm.irregular) == (0, None, None)


def test_a_rate_of_one_beat_needs_a_sure_beat_at_both_ends() -> None:
    spans = spans_of([0.2, 1.0])
    unsure = (*spans[:-1], replace(spans[-1], confidence=0.4))
    rhythm = rhythm_of(beats_of(unsure, sound(2)))
    assert (rhythm.n_beats, rhythm.n_whole, rhythm.rate_bpm) == (2, 1, None)
    many = tuple(replace(span, confidence=0.5) for span in spans_of([0.2, 1.0, 1.8, 2.6]))
    assert rhythm_of(beats_of(many, sound(3))).rate_bpm == pytest.approx(75)


def test_one_beat_has_no_rhythm() -> None:
    spans = spans_of([0.2, 1.0])
    rhythm = rhythm_of(beats_of(spans, sound(2)))
    assert rhythm.rate_bpm == pytest.approx(75)
    assert rhythm.irregular is None


def whole(cycles_s: np.ndarray) -> list[Beat]:
    start = Beat(0.1, 0.4, 0.3, 0.5, 0.8, 0.0, 0.9)
    return [replace(start, cycle_s=float(c)) for c in cycles_s]


def test_variability_is_what_the_error_of_the_onsets_leaves() -> None:
    rng = np.random.default_rng(0)
    own_s = 0.06
    onsets = np.cumsum(0.8 + own_s * rng.standard_normal(4_000))
    seen = onsets + ONSET_ERROR_S * rng.standard_normal(onsets.size)
    assert rhythm_of(whole(np.diff(seen))).sdnn_ms == pytest.approx(1000 * own_s, rel=0.05)
    steady = 0.8 * np.arange(4_000) + ONSET_ERROR_S * rng.standard_normal(4_000)
    assert rhythm_of(whole(np.diff(steady))).sdnn_ms is None


def test_the_interval_of_the_rate_holds_it_as_often_as_it_says() -> None:
    rng = np.random.default_rng(1)
    held = []
    for _ in range(400):
        onsets = np.cumsum(0.8 + 0.04 * rng.standard_normal(16))
        seen = onsets + ONSET_ERROR_S * rng.standard_normal(onsets.size)
        rhythm = rhythm_of(whole(np.diff(seen)))
        held.append(rhythm.rate_low_bpm <= 75 <= rhythm.rate_high_bpm)
    assert 0.88 < np.mean(held) < 0.99
