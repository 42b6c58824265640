"""States of the cycle: what counts where somebody annotated."""

import pytest

from auscult.challenges import CHALLENGES, Clip, Table
from auscult.errors import EvaluationError
from auscult.synth import PRESETS, synthesise
from auscult.types import StateSpan

CHALLENGE = CHALLENGES["segmentation"]


def cycle(n_beats: int, start_s: float = 0.0) -> tuple[StateSpan, ...]:
    edges = [("S1", 0.0, 0.1), ("systole", 0.1, 0.3), ("S2", 0.3, 0.4), ("diastole", 0.4, 0.8)]
    return tuple(
        StateSpan(state, start_s + 0.8 * beat + a, start_s + 0.8 * beat + b)
        for beat in range(n_beats)
        for state, a, b in edges
    )


def moved(spans: tuple[StateSpan, ...], by_s: float) -> tuple[StateSpan, ...]:
    return tuple(StateSpan(s.state, s.start_s + by_s, s.end_s + by_s) for s in spans)


def values(*clips: Clip) -> dict[str, float]:
    return {figure.name: figure(clips) for figure in CHALLENGE.figures}


def test_a_shift_of_50_ms() -> None:
    truth = cycle(10, 1.0)
    found = values(Clip.of_states("r", truth, moved(truth, 0.05)))
    assert (found["s1_f1_40ms"], found["s1_f1_60ms"], found["s2_f1_100ms"]) == (0, 1, 1)
    assert found["heart_rate_error_bpm"] == pytest.approx(0)
    # Four borders a cycle of 40 frames, each 50 ms late: 2 or 3 frames wrong at each.
    assert found["frame_accuracy"] == pytest.approx(1 - 4 * 2.5 / 40, abs=0.05)


def test_answers_where_nobody_annotated_are_no_mistake() -> None:
    whole = cycle(20)
    truth = whole[20:40]
    found = values(Clip.of_states("r", truth, whole))
    assert found["s1_f1_40ms"] == found["s2_f1_40ms"] == found["frame_accuracy"] == 1
    part = values(Clip.of_states("r", whole, truth))
    assert part["frame_accuracy"] == pytest.approx(0.25)
    assert part["s1_f1_40ms"] == pytest.approx(2 * 5 / (2 * 5 + 15))


def test_a_first_beat_a_little_early_counts_for_the_heart_rate() -> None:
    truth = cycle(2, 1.0)
    clip = Clip.of_states("r", truth, moved(truth, -0.05))
    assert clip.heart_rates_bpm() == pytest.approx((75, 75))


def test_synthetic_truth_is_perfect() -> None:
    spans = synthesise(PRESETS["normal"], 4_000, 1).spans
    found = values(Clip.of_states("r", spans, spans))
    assert found["frame_accuracy"] == found["s1_f1_40ms"] == found["s2_f1_40ms"] == 1


def table(**columns: list[str]) -> Table:
    return Table.of("s.csv", **{"recording": ["r", "r"], "who": ["truth", "answer"]} | columns)


def test_circors_numbers_are_understood() -> None:
    rows = table(state=["1", "S1"], start_s=["0", "0.01"], end_s=["0.1", "0.11"])
    found = {score.name: score for score in CHALLENGE.scores(rows)}
    assert found["s1_f1_40ms"].value == 1
    assert found["frame_accuracy"].value == 1
    assert found["heart_rate_error_bpm"].value is None
    assert "two true and two answered S1" in found["heart_rate_error_bpm"].reason


def test_a_state_ends_after_it_begins() -> None:
    rows = table(state=["1", "1"], start_s=["0", "0.3"], end_s=["0.1", "0.3"])
    with pytest.raises(EvaluationError, match=r"s.csv, row 3: end_s 0.3 must be after start_s"):
        CHALLENGE.read(rows)


def test_systole_alone_has_a_frame_accuracy_but_no_f1() -> None:
    rows = table(state=["2", "2"], start_s=["0", "0"], end_s=["0.4", "0.2"])
    found = {score.name: score for score in CHALLENGE.scores(rows)}
    assert found["frame_accuracy"].value == 0.5
    assert found["s1_f1_40ms"].reason == "S1 F1 within 40 ms is undefined: it needs an S1"
