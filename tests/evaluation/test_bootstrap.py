"""Intervals: against counting by hand, against simulation, and what they refuse."""

from collections.abc import Callable

import numpy as np
import pytest

from auscult.errors import ConfigError, EvaluationError
from auscult.evaluation import Interval, PredictionsTable, bootstrap
from auscult.evaluation.bootstrap import draw_groups, figures, interval, resampled_figures
from auscult.metrics import METRICS, PER_CLASS, Cases


def accuracy_width(right: np.ndarray, groups: np.ndarray, seed: int = 0) -> float:
    low, high = accuracy_interval(right, groups, seed)
    return high - low


def accuracy_interval(right: np.ndarray, groups: np.ndarray, seed: int) -> tuple[float, float]:
    cases = Cases(np.zeros(right.size, int), np.eye(2)[1 - right.astype(int)])
    rng = np.random.default_rng(seed)
    drawn = resampled_figures(cases, groups.tolist(), 200, rng).metrics["accuracy"]
    found = interval(float(right.mean()), drawn, np.unique(groups).size, "")
    assert found.low is not None
    assert found.high is not None
    return found.low, found.high


def test_draws_as_many_groups_as_there_are() -> None:
    counts = draw_groups(7, 100, np.random.default_rng(0))
    assert counts.shape == (100, 7)
    assert np.all(counts.sum(axis=1) == 7)
    assert counts.mean(axis=0) == pytest.approx(np.ones(7), abs=0.4)


def test_refuses_too_few_resamples() -> None:
    with pytest.raises(ConfigError, match="n_bootstrap=39 must be at least 40"):
        draw_groups(7, 39, np.random.default_rng(0))


def test_equals_scoring_each_resample_on_its_own(
    make_table: Callable[..., PredictionsTable],
) -> None:
    table = make_table(n_groups=9).of("model")
    cases, groups = table.cases(), np.array([row.group for row in table.rows])
    drawn = resampled_figures(cases, groups.tolist(), 40, np.random.default_rng(3))
    counts = draw_groups(9, 40, np.random.default_rng(3))
    for index, count in enumerate(counts):
        rows = np.concatenate(
            [
                np.tile(np.flatnonzero(groups == name), int(times))
                for name, times in zip(np.unique(groups), count, strict=True)
            ]
        )
        truth, probabilities = cases.truth[rows], cases.probabilities[rows]
        for name, metric in METRICS.items():
            try:
                expected = metric(truth, probabilities)
            except EvaluationError:
                expected = np.nan
            assert drawn.metrics[name][index] == pytest.approx(expected, nan_ok=True), name
        for name, class_metric in PER_CLASS.items():
            assert drawn.per_class[name][index] == pytest.approx(
                class_metric(truth, probabilities), nan_ok=True
            ), name


def test_blocks_change_nothing(
    make_table: Callable[..., PredictionsTable], monkeypatch: pytest.MonkeyPatch
) -> None:
    table = make_table(n_groups=12)
    cases, groups = table.cases(), [row.group for row in table.rows]
    whole = resampled_figures(cases, groups, 50, np.random.default_rng(1))
    for size in (1, 1000):
        monkeypatch.setattr(bootstrap, "BLOCK_WEIGHTS", size)
        parts = resampled_figures(cases, groups, 50, np.random.default_rng(1))
        for name in METRICS:
            assert parts.metrics[name] == pytest.approx(whole.metrics[name], nan_ok=True)


def test_repeats_of_a_group_move_together(make_table: Callable[..., PredictionsTable]) -> None:
    table = make_table(repeats=1).of("model")
    cases, groups = table.cases(), [row.group for row in table.rows]
    thrice = Cases(np.tile(cases.truth, 3), np.tile(cases.probabilities, (3, 1)))
    once = resampled_figures(cases, groups, 60, np.random.default_rng(0))
    again = resampled_figures(thrice, groups * 3, 60, np.random.default_rng(0))
    for name in METRICS:
        assert again.metrics[name] == pytest.approx(once.metrics[name], nan_ok=True)


def test_copies_within_a_group_are_no_evidence() -> None:
    right = np.random.default_rng(0).random(60) < 0.8
    copies, groups = right.repeat(9), np.arange(60).repeat(9)
    alone = accuracy_width(right, np.arange(60))
    assert accuracy_width(copies, groups) == pytest.approx(alone)
    assert accuracy_width(copies, np.arange(copies.size)) < 0.5 * alone


def test_intervals_shrink_with_the_root_of_n() -> None:
    right = np.arange(1600) % 5 > 0
    wide, narrow = (accuracy_width(right[:n], np.arange(n)) for n in (100, 1600))
    assert wide / narrow == pytest.approx(4, rel=0.25)


def test_about_95_of_100_intervals_hold_the_truth() -> None:
    rng = np.random.default_rng(20)
    groups = np.arange(40).repeat(3)
    held = 0
    for seed in range(200):
        right = rng.random(120) < rng.beta(4, 1, size=40)[groups]
        low, high = accuracy_interval(right, groups, seed)
        held += low <= 0.8 <= high
    assert 0.90 <= held / 200 <= 0.98


def test_percentiles_by_hand() -> None:
    drawn = np.arange(201) / 200
    found = interval(0.4, drawn, 5, "")
    assert (found.value, found.low, found.high) == (0.4, pytest.approx(0.025), pytest.approx(0.975))


def test_undefined_resamples_are_left_out_up_to_a_tenth() -> None:
    drawn = np.linspace(0, 1, 100)
    drawn[:10] = np.nan
    found = interval(0.5, drawn, 5, "why")
    assert found.low == pytest.approx(np.quantile(drawn[10:], 0.025))
    drawn[10] = np.nan
    assert interval(0.5, drawn, 5, "recall of x is undefined") == Interval(
        0.5, None, None, "no interval: in 11% of the resamples, recall of x is undefined"
    )


def test_an_undefined_figure_gives_its_reason() -> None:
    assert interval(np.nan, np.ones(50), 5, "why") == Interval(None, None, None, "why")


def test_one_group_bears_no_interval() -> None:
    found = interval(0.5, np.full(50, 0.5), 1, "why")
    assert found == Interval(0.5, None, None, "no interval: there is one group only")


def test_figures_cover_both_tables(make_table: Callable[..., PredictionsTable]) -> None:
    plain = figures(make_table().cases())
    assert list(plain.metrics) == list(METRICS)
    assert {name: values.shape for name, values in plain.per_class.items()} == dict.fromkeys(
        PER_CLASS, (1, 3)
    )
