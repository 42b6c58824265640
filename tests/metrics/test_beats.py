"""Beats against brute force and SciPy, by law, and on hand-made recordings."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching
from sklearn.metrics import accuracy_score, f1_score

from auscult.errors import EvaluationError
from auscult.metrics.beats import (
    STATES,
    OnsetCounts,
    frame_accuracy,
    frame_confusion,
    heart_rate_bpm,
    matched_distance,
    n_matched,
    onset_counts,
    stretches_of,
)
from auscult.types import StateSpan

# On a grid of 10 ms many onsets lie exactly on the tolerance.
onsets = st.lists(st.integers(0, 120), max_size=12).map(lambda ns: [n / 100 for n in ns])
tolerances = st.sampled_from([0.04, 0.06, 0.1])
stretch_lists = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda p: (p[0] / 100, sum(p) / 100)),
    max_size=3,
)


def scipy_matched(truth: list[float], answer: list[float], tolerance_s: float) -> int:
    """Largest matching as a flow, by SciPy."""
    if not truth or not answer:
        return 0
    near = [[round(abs(t - a) * 1e6) <= round(tolerance_s * 1e6) for a in answer] for t in truth]
    matching = maximum_bipartite_matching(csr_array(np.array(near, dtype=int)), perm_type="column")
    return int((matching >= 0).sum())


def is_inside(time_s: float, tolerance_s: float, stretches: list[tuple[float, float]]) -> bool:
    """Whether no onset outside of the stretches can be what is answered at ``time_s``."""
    return any(
        round(1e6 * (time_s - start)) > round(1e6 * tolerance_s) < round(1e6 * (end - time_s))
        for start, end in stretches
    )


@settings(max_examples=80)
@given(truth=onsets, answer=onsets, tolerance_s=tolerances)
def test_the_matching_is_the_largest_there_is(truth, answer, tolerance_s) -> None:
    assert n_matched(truth, answer, tolerance_s) == scipy_matched(truth, answer, tolerance_s)


@settings(max_examples=80)
@given(truth=onsets, answer=onsets, tolerance_s=tolerances, stretches=stretch_lists)
def test_extras_are_the_fewest_that_a_largest_matching_leaves_inside(
    truth, answer, tolerance_s, stretches
) -> None:
    counts = onset_counts(truth, answer, tolerance_s, stretches)
    assert counts.hits == scipy_matched(truth, answer, tolerance_s)
    assert counts.hits + counts.misses == len(truth)
    # Second implementation: a pair is worth 100, an answer inside one more.
    worth = np.zeros((len(truth), len(answer)))
    for (i, t), (j, a) in itertools.product(enumerate(truth), enumerate(answer)):
        if round(abs(t - a) * 1e6) <= round(tolerance_s * 1e6):
            worth[i, j] = 100 + is_inside(a, tolerance_s, stretches)
    pairs = [(i, j) for i, j in zip(*linear_sum_assignment(-worth), strict=True) if worth[i, j]]
    taken = {j for _, j in pairs}
    left = [
        a for j, a in enumerate(answer) if j not in taken and is_inside(a, tolerance_s, stretches)
    ]
    assert (counts.hits, counts.extras) == (len(pairs), len(left))


@settings(max_examples=80)
@given(truth=onsets, answer=onsets, tolerance_s=tolerances, stretches=stretch_lists)
def test_the_distance_is_the_cheapest_assignment(truth, answer, tolerance_s, stretches) -> None:
    # Second implementation: everyone may also be paired with nobody, at a price.
    n, m = len(truth), len(answer)
    prices = [tolerance_s * is_inside(a, tolerance_s, stretches) for a in answer]
    costs = np.zeros((n + m, n + m))
    for i, j in itertools.product(range(n), range(m)):
        off = abs(truth[i] - answer[j])
        costs[i, j] = off if round(off * 1e6) <= round(tolerance_s * 1e6) else 1e6
    costs[:n, m:] = tolerance_s
    costs[n:, :m] = prices
    cheapest = costs[linear_sum_assignment(costs)].sum()
    assert matched_distance(truth, answer, tolerance_s, stretches) == pytest.approx(
        cheapest, abs=1e-9
    )


@settings(max_examples=40)
@given(truth=onsets, answer=onsets, tolerance_s=tolerances)
def test_order_does_not_matter_and_sides_may_be_swapped(truth, answer, tolerance_s) -> None:
    counts = onset_counts(truth, answer, tolerance_s)
    assert onset_counts(truth[::-1], sorted(answer), tolerance_s) == counts
    swapped = onset_counts(answer, truth, tolerance_s)
    assert (swapped.hits, swapped.extras, swapped.misses) == (
        counts.hits,
        counts.misses,
        counts.extras,
    )
    assert matched_distance(truth, answer, tolerance_s) == pytest.approx(
        matched_distance(answer, truth, tolerance_s), abs=1e-9
    )


@settings(max_examples=30)
@given(truth=onsets.filter(bool), tolerance_s=tolerances)
def test_the_truth_itself_is_perfect(truth, tolerance_s) -> None:
    assert onset_counts(truth, truth, tolerance_s) == OnsetCounts(len(truth), 0, 0)
    assert onset_counts(truth, truth, tolerance_s).f1 == 1
    assert matched_distance(truth, truth, tolerance_s) == pytest.approx(0, abs=1e-12)


def test_an_onset_exactly_as_far_off_as_allowed_is_a_hit() -> None:
    assert 1.04 - 1.0 > 0.04
    assert onset_counts([1.0], [1.04], 0.04).hits == 1
    assert onset_counts([1.0], [1.0401], 0.04) == OnsetCounts(0, 1, 1)
    assert matched_distance([1.0], [1.04], 0.04) == pytest.approx(0.04)


def test_one_answer_hits_one_onset() -> None:
    assert onset_counts([1.0, 1.05], [1.02], 0.06) == OnsetCounts(1, 1, 0)


def test_pairs_are_many_rather_than_near() -> None:
    # The nearest pair first, 1.00 with 1.01, would leave both others alone.
    assert onset_counts([0.95, 1.0], [1.01, 1.06], 0.06).hits == 2


def test_outside_the_stretches_nothing_is_extra_but_a_hit_is_a_hit() -> None:
    stretches = [(1.0, 2.0)]
    assert onset_counts([1.0], [0.98, 0.3, 2.5], 0.04, stretches) == OnsetCounts(1, 0, 0)
    assert onset_counts([1.0], [0.98, 1.5], 0.04, stretches) == OnsetCounts(1, 0, 1)
    assert onset_counts([1.1], [1.07, 1.13], 0.06, stretches) == OnsetCounts(1, 0, 1)
    assert onset_counts([1.06], [1.03, 1.07], 0.04, stretches) == OnsetCounts(1, 0, 0)
    assert onset_counts([], [0.5], 0.04, []) == OnsetCounts()


@pytest.mark.parametrize("answer", [0.9, 1.04, 1.96, 2.0, 2.3])
def test_near_a_border_an_answer_may_belong_to_what_nobody_wrote_down(answer: float) -> None:
    assert onset_counts([], [answer], 0.04, [(1.0, 2.0)]) == OnsetCounts()
    assert matched_distance([], [answer], 0.04, [(1.0, 2.0)]) == 0
    assert onset_counts([], [1.05, 1.95], 0.04, [(1.0, 2.0)]) == OnsetCounts(0, 0, 2)


def test_counts_add_up_and_nothing_has_no_f1() -> None:
    both = OnsetCounts(3, 1, 0) + OnsetCounts(1, 0, 2)
    assert both == OnsetCounts(4, 1, 2)
    assert both.f1 == pytest.approx(8 / 11)
    assert both.f1 == pytest.approx(f1_score([1] * 5 + [0] * 2, [1] * 4 + [0] + [1] * 2))
    assert np.isnan(OnsetCounts().f1)


def test_a_miss_and_an_extra_cost_the_tolerance() -> None:
    assert matched_distance([1.0], [], 0.1) == pytest.approx(0.1)
    assert matched_distance([], [1.0, 2.0], 0.1) == pytest.approx(0.2)
    assert matched_distance([], [1.0, 2.0], 0.1, [(1.5, 3.0)]) == pytest.approx(0.1)
    assert matched_distance([1.0, 2.0], [1.01, 2.03], 0.1) == pytest.approx(0.04)
    assert matched_distance([], [], 0.1) == 0


@pytest.mark.parametrize("times", [[np.nan], [[1.0, 2.0]], [np.inf]])
def test_onsets_are_refused_that_are_none(times) -> None:
    with pytest.raises(EvaluationError, match="wanted \\(n_onsets,\\), finite"):
        n_matched(times, [1.0], 0.1)


@pytest.mark.parametrize("rate_bpm", [30, 72, 220])
def test_heart_rate_survives_a_missed_and_a_made_up_beat(rate_bpm: int) -> None:
    beats = np.arange(20) * 60 / rate_bpm
    assert heart_rate_bpm(beats) == pytest.approx(rate_bpm)
    assert heart_rate_bpm(np.delete(beats, 7)) == pytest.approx(rate_bpm)
    assert heart_rate_bpm(np.append(beats, beats[3] + 0.02)) == pytest.approx(rate_bpm)


def test_heart_rate_does_not_bridge_stretches() -> None:
    onsets_s = [0.0, 1.0, 5.0, 6.0, 9.0]
    assert heart_rate_bpm(onsets_s, [(0, 2), (4, 7)]) == pytest.approx(60)
    assert np.isnan(heart_rate_bpm(onsets_s, [(0, 0.5), (4.5, 5.5)]))
    assert np.isnan(heart_rate_bpm([2.0]))
    assert np.isnan(heart_rate_bpm([2.0, 2.0]))


def spans(*cells: tuple[str, float, float]) -> list[StateSpan]:
    return [StateSpan(*cell) for cell in cells]


def test_frames_are_judged_at_their_middle_and_only_where_annotated() -> None:
    truth = spans(("S1", 0.1, 0.2), ("systole", 0.2, 0.4))
    answer = spans(("systole", 0.16, 0.3), ("S2", 0.3, 0.36), ("diastole", 0.5, 0.9))
    confusion = frame_confusion(truth, answer, 0.02)
    assert confusion.shape == (4, 5)
    assert confusion.sum() == 15
    assert confusion[0].tolist() == [0, 2, 0, 0, 3]
    assert confusion[1].tolist() == [0, 5, 3, 0, 2]
    assert frame_accuracy(confusion) == pytest.approx(5 / 15)


@settings(max_examples=30)
@given(seed=st.integers(0, 2**32 - 1))
def test_frame_accuracy_agrees_with_scikit_learn(seed: int) -> None:
    rng = np.random.default_rng(seed)

    def draw() -> list[StateSpan]:
        edges = np.cumsum(rng.uniform(0.05, 0.4, 12))
        states = rng.integers(4, size=11)
        kept = rng.random(11) < 0.8
        kept[0] = True
        return [
            StateSpan(STATES[s], a, b)
            for s, a, b, k in zip(states, edges[:-1], edges[1:], kept, strict=True)
            if k
        ]

    truth, answer = draw(), draw()

    def state_at(time_s: float, listed: list[StateSpan]) -> str:
        return next((s.state for s in listed if s.start_s <= time_s < s.end_s), "none")

    middles = [0.01 + 0.02 * i for i in range(int(truth[-1].end_s / 0.02) + 1)]
    pairs = [(state_at(t, truth), state_at(t, answer)) for t in middles]
    true, answered = zip(*[pair for pair in pairs if pair[0] != "none"], strict=True)
    assert frame_accuracy(frame_confusion(truth, answer, 0.02)) == pytest.approx(
        accuracy_score(true, answered), abs=0.011
    )
    assert frame_accuracy(frame_confusion(truth, truth, 0.02)) == 1


def test_the_later_span_counts_where_two_overlap() -> None:
    truth = spans(("systole", 0.1, 0.2), ("S1", 0.0, 0.15))
    assert frame_confusion(truth, truth, 0.05).diagonal().tolist() == [2, 2, 0, 0]


def test_nothing_annotated_has_no_frame_accuracy() -> None:
    with pytest.raises(EvaluationError, match="needs an annotated frame"):
        frame_accuracy(frame_confusion([], spans(("S1", 0, 1)), 0.02))


def test_stretches_join_what_touches() -> None:
    listed = spans(("S2", 2.0, 2.2), ("S1", 0.0, 0.1), ("systole", 0.1, 0.3), ("S2", 0.305, 0.4))
    assert stretches_of(listed) == ((0.0, 0.3), (0.305, 0.4), (2.0, 2.2))
    assert stretches_of(listed, join_s=0.01) == ((0.0, 0.4), (2.0, 2.2))
    assert stretches_of(spans(("S1", 0.0, 1.0), ("systole", 0.2, 0.4))) == ((0.0, 1.0),)
    assert stretches_of([]) == ()
