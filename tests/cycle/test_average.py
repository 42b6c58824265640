from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from auscult.cycle import average_beat
from auscult.cycle.average import COLUMN_S, weighted_quantile, whole_cycles
from auscult.types import STATES, Recording, StateSpan


def test_the_typical_cycle_is_that_of_the_truth(heart) -> None:
    made = heart(heart_rate_bpm=75.0, rate_variability_ms=0.0)
    beat = average_beat(made.recording, made.spans)
    assert beat.edges_s[-1] == pytest.approx(60 / 75, abs=0.01)
    truth = np.median([[s.end_s - s.start_s for s in made.spans[i : i + 4]]
                       for i in range(4, len(made.spans) - 8, 4)], axis=0)  # fmt: skip
    lasting = {s.state: t for s, t in zip(made.spans[4:8], truth, strict=True)}
    found = dict(zip(STATES, np.diff(beat.edges_s), strict=True))
    assert found == pytest.approx(lasting, abs=0.01)
    assert np.diff(beat.times_s) == pytest.approx(COLUMN_S, rel=0.02)
    assert beat.levels_db.shape == (beat.frequencies_hz.size, beat.times_s.size)
    assert beat.levels_db.max() == beat.envelope_db.max() == 0
    assert (beat.low_db <= beat.envelope_db).all()
    assert (beat.envelope_db <= beat.high_db).all()


def test_s1_and_s2_are_loud_and_the_pauses_quiet(beat_of) -> None:
    beat = beat_of()
    level = {state: beat.envelope_db[beat.during(state)].max() for state in STATES}
    pause = beat.envelope_db[beat.during("diastole", 0.3, 0.9)].mean()
    assert min(level["S1"], level["S2"]) > pause + 20


def test_states_line_up_though_the_rate_wanders(heart) -> None:
    """Warped state by state, S2 is as sharp as in a steady heart; aligned at S1 alone it blurs."""
    made = heart(rate_variability_ms=90.0, heart_rate_bpm=70.0, breathing_depth=0.0)
    beat = average_beat(made.recording, made.spans)
    spread_db = (beat.high_db - beat.low_db)[beat.during("S2", 0.0, 0.6)]
    assert spread_db.mean() < 4


@settings(max_examples=8, deadline=None)
@given(gain=st.floats(1e-4, 1.0))
def test_gain_changes_nothing(heart, gain: float) -> None:
    made = heart()
    quiet = Recording(made.recording.samples * np.float32(gain), made.recording.rate_hz)
    loud, soft = (average_beat(r, made.spans) for r in (made.recording, quiet))
    # Places 80 dB down are rounding.
    heard = loud.levels_db > -80
    assert soft.levels_db[heard] == pytest.approx(loud.levels_db[heard], abs=0.05)
    assert soft.envelope_db == pytest.approx(loud.envelope_db, abs=0.05)


def test_what_comes_once_is_outvoted(heart) -> None:
    made = heart()
    knocked = made.recording.samples.copy()
    middle = knocked.size // 2
    rng = np.random.default_rng(0)
    knocked[middle : middle + 1200] += rng.normal(0, 0.3, 1200).astype(np.float32)
    clean, dirty = (
        average_beat(Recording(samples, 4_000), made.spans)
        for samples in (made.recording.samples, knocked)
    )
    assert np.abs(clean.envelope_db - dirty.envelope_db).mean() < 1


def test_a_beat_that_is_not_believed_weighs_nothing(heart) -> None:
    made = heart()
    spans = list(made.spans)
    assert len(whole_cycles(spans).weights) > 8
    doubted = [replace(s, confidence=0.0) if s.start_s > 5 else s for s in spans]
    half = average_beat(made.recording, doubted)
    assert 4 <= half.n_beats < average_beat(made.recording, spans).n_beats


@pytest.mark.parametrize("n_kept", [0, 1, 9, 16])
def test_too_few_beats_are_refused_with_the_reason(heart, n_kept: int) -> None:
    made = heart()
    first = next(i for i, s in enumerate(made.spans) if s.state == "S1" and s.start_s > 0)
    beat = average_beat(made.recording, made.spans[first : first + n_kept])
    assert "an average needs 4" in beat.reason
    assert beat.times_s.size == 0


def test_a_silent_recording_is_refused() -> None:
    times_s = np.arange(40) * 0.2
    spans = [StateSpan(STATES[i % 4], float(t), float(t + 0.2)) for i, t in enumerate(times_s)]
    silence = Recording(np.zeros(40_000, np.float32), 4_000)
    assert "silent" in average_beat(silence, spans).reason


def test_cycles_with_a_gap_or_a_missing_state_are_not_whole() -> None:
    times_s = np.arange(1, 14) * 0.2
    spans = [StateSpan(STATES[i % 4], float(t), float(t + 0.2)) for i, t in enumerate(times_s)]
    assert whole_cycles(spans).edges_s.shape == (3, 5)
    assert whole_cycles([*spans[:2], *spans[3:]]).edges_s.shape == (2, 5)
    late = [replace(s, start_s=s.start_s + 0.05) if i == 2 else s for i, s in enumerate(spans)]
    assert whole_cycles(late).edges_s.shape == (2, 5)


LEVELS = arrays(np.float64, st.tuples(st.integers(1, 9), st.just(3)), elements=st.floats(-100, 100))


@settings(deadline=None)
@given(values=LEVELS, q=st.sampled_from([0.25, 0.5, 0.75]))
def test_equal_weights_give_numpys_quantile(values: np.ndarray, q: float) -> None:
    found = weighted_quantile(values, np.ones(len(values)), q)
    assert found == pytest.approx(np.quantile(values, q, axis=0, method="averaged_inverted_cdf"))


@given(values=arrays(np.float64, (6, 2), elements=st.floats(-100, 100)))
def test_a_weight_of_two_is_a_row_that_stands_twice(values: np.ndarray) -> None:
    twice = np.concatenate([values, values[:2]])
    weights = np.array([2.0, 2, 1, 1, 1, 1])
    expected = weighted_quantile(twice, np.ones(8), 0.5)
    assert weighted_quantile(values, weights, 0.5) == pytest.approx(expected)
