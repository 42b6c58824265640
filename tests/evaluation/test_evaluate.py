"""A whole evaluation: by hand, against scikit-learn, and its cautions."""

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from sklearn import metrics as witness

from auscult.config import digest
from auscult.errors import ConfigError, EvaluationError
from auscult.evaluation import Evaluation, PredictionRow, PredictionsTable, evaluate
from auscult.metrics import METRICS, PER_CLASS


def score(table: PredictionsTable, n_bootstrap: int = 60, seed: int = 0) -> Evaluation:
    return evaluate(table, title="t", protocol="p", n_bootstrap=n_bootstrap, seed=seed)


def small(*rows: tuple[str, str, str, str, float]) -> PredictionsTable:
    """Rows of (recording, group, subset, truth, probability of murmur)."""
    return PredictionsTable(
        ("murmur", "normal"),
        tuple(
            PredictionRow("model", name, group, subset, 0, 0, truth, (p, 1 - p), "m")
            for name, group, subset, truth, p in rows
        ),
        "s",
    )


@pytest.fixture(scope="module")
def evaluation(make_table: Callable[..., PredictionsTable]) -> Evaluation:
    return score(make_table(), n_bootstrap=200)


def test_by_hand() -> None:
    result = score(
        small(
            ("r1", "g1", "a", "murmur", 0.9),
            ("r2", "g1", "a", "murmur", 0.4),
            ("r3", "g2", "a", "normal", 0.2),
            ("r4", "g3", "a", "normal", 0.3),
        )
    ).model
    assert (result.n_recordings, result.n_groups) == (4, 3)
    assert result.confusion == ((1, 1), (0, 2))
    assert result.support == {"murmur": 2, "normal": 2}
    assert result.metrics["accuracy"].value == 0.75
    assert result.per_class["murmur"]["recall"].value == 0.5
    assert result.per_class["murmur"]["precision"].value == 1
    assert result.per_class["murmur"]["auc"].value == 1
    assert result.roc["murmur"] == ((0, 0, 1), (0, 1, 1))
    assert result.coverage == ((0.25, 0.5, 0.75, 1), (1, 1, 1, 0.75))
    assert result.right_among([1.0, 0.875]) == {1.0: 0.75, 0.875: 0.875}
    assert replace(result, coverage=((), ())).right_among([1.0]) == {}
    assert [(one.n, one.accuracy) for one in result.reliability] == [(1, 0), (1, 1), (1, 1), (1, 1)]


def test_pooled_figures_agree_with_scikit_learn(
    make_table: Callable[..., PredictionsTable], evaluation: Evaluation
) -> None:
    for result in evaluation.systems:
        cases = make_table().of(result.name).cases()
        truth, called = cases.truth, cases.predicted
        theirs = {
            "balanced_accuracy": witness.balanced_accuracy_score(truth, called),
            "macro_f1": witness.f1_score(truth, called, average="macro"),
            "macro_auc": witness.roc_auc_score(truth, cases.probabilities, multi_class="ovr"),
        }
        for name, expected in theirs.items():
            assert result.metrics[name].value == pytest.approx(expected)
        assert np.array_equal(result.confusion, witness.confusion_matrix(truth, called))


def test_every_figure_has_its_place(evaluation: Evaluation) -> None:
    for result in evaluation.systems:
        assert list(result.metrics) == list(METRICS)
        assert list(result.per_class) == list(evaluation.classes)
        assert all(list(figures) == list(PER_CLASS) for figures in result.per_class.values())
        assert list(result.per_subset) == ["a", "b"]
        for name, figure in result.metrics.items():
            assert figure.low is not None
            assert figure.high is not None
            if METRICS[name].better == "higher":
                assert figure.low <= figure.value <= figure.high


def test_a_recording_in_two_repeats_counts_once_as_a_recording(evaluation: Evaluation) -> None:
    assert evaluation.model.n_recordings == 90
    assert sum(evaluation.model.support.values()) == 90
    assert np.sum(evaluation.model.confusion) == 180


def test_folds_stand_on_their_own(
    make_table: Callable[..., PredictionsTable], evaluation: Evaluation
) -> None:
    folds = evaluation.model.per_fold
    assert [(one.repeat, one.fold) for one in folds] == [(r, f) for r in (0, 1) for f in range(5)]
    assert {one.n_recordings for one in folds} == {18}
    cases = [p.cases() for _, _, p in make_table().of("model").folds()]
    right = [np.mean(case.truth == case.predicted) for case in cases]
    assert [one.metrics["accuracy"] for one in folds] == pytest.approx(right)


def test_a_fold_without_a_class_leaves_its_average_undefined() -> None:
    found = score(small(("r1", "g1", "a", "murmur", 0.9), ("r2", "g2", "a", "murmur", 0.4)))
    result = found.model
    assert result.per_fold[0].metrics["accuracy"] == 0.5
    assert result.per_fold[0].metrics["balanced_accuracy"] is None
    assert result.metrics["balanced_accuracy"].value is None
    assert "there is no true case of normal" in result.metrics["balanced_accuracy"].reason
    assert result.roc == {}
    assert found.warnings == (
        "murmur comes from few groups (2): its intervals are rough",
        "subset a holds no normal: its class averages run over murmur",
    )


def test_a_subset_averages_over_its_own_classes_and_says_so(evaluation: Evaluation) -> None:
    in_b = evaluation.model.per_subset["b"]["balanced_accuracy"].value
    recalls = [evaluation.model.per_class[name]["recall"].value for name in ("murmur", "normal")]
    assert in_b == pytest.approx(sum(recalls) / 2)
    assert evaluation.warnings == (
        "subset a holds no murmur, normal: its class averages run over artifact",
        "subset b holds no artifact: its class averages run over murmur, normal",
    )


def test_a_class_of_few_groups_is_warned_of() -> None:
    table = small(*((f"r{i}", f"g{i}", "a", "normal" if i else "murmur", 0.4) for i in range(12)))
    assert score(table).warnings == ("murmur comes from few groups (1): its intervals are rough",)


def test_given_warnings_come_first(make_table: Callable[..., PredictionsTable]) -> None:
    found = evaluate(make_table(), title="t", protocol="p", warnings=("leaky",), n_bootstrap=40)
    assert found.warnings[0] == "leaky"
    assert len(found.warnings) == 3


def test_differences_are_paired(
    make_table: Callable[..., PredictionsTable], evaluation: Evaluation
) -> None:
    found = evaluation.differences["baseline"]["balanced_accuracy"]
    model, baseline = (one.metrics["balanced_accuracy"].value for one in evaluation.systems)
    assert model is not None
    assert baseline is not None
    assert found.value == pytest.approx(model - baseline)
    assert found.low is not None
    assert found.low > 0
    rows = make_table().of("model").rows
    twin = tuple(replace(row, system="twin") for row in rows)
    same = score(PredictionsTable(evaluation.classes, rows + twin, "s")).differences["twin"]
    assert all((one.value, one.low, one.high) == (0, 0, 0) for one in same.values())


def test_a_difference_names_the_system_that_is_undefined(
    make_table: Callable[..., PredictionsTable],
) -> None:
    rows = make_table().of("model").rows
    constant = tuple(replace(row, system="majority", probabilities=(0, 0, 1)) for row in rows)
    table = PredictionsTable(("artifact", "murmur", "normal"), rows + constant, "s")
    found = score(table).differences["majority"]["mcc"]
    assert found.value is None
    assert "no prediction of artifact, murmur (majority)" in found.reason


def test_the_same_seed_gives_the_same_evaluation(
    make_table: Callable[..., PredictionsTable],
) -> None:
    assert score(make_table()) == score(make_table())
    other = score(make_table(), seed=1).model.metrics["accuracy"]
    assert other.low != score(make_table()).model.metrics["accuracy"].low


def test_order_of_rows_does_not_matter(make_table: Callable[..., PredictionsTable]) -> None:
    table = make_table(n_groups=15)
    model, baseline = table.of("model").rows, table.of("baseline").rows
    turned = replace(table, rows=(*model[::-1], *baseline[::-1]))
    before, after = score(table), score(turned)
    for name, figure in before.model.metrics.items():
        assert figure.low == pytest.approx(after.model.metrics[name].low), name
    assert before.model.per_fold[0].n_recordings == after.model.per_fold[0].n_recordings


def test_says_which_model_and_split(
    make_table: Callable[..., PredictionsTable], evaluation: Evaluation
) -> None:
    assert (evaluation.split_hash, evaluation.model_hash) == ("split hash", "model hash")
    table = make_table()
    by_fold = replace(table, rows=tuple(replace(r, model_hash=f"m{r.fold}") for r in table.rows))
    assert score(by_fold).model_hash == digest(["m0", "m1", "m2", "m3", "m4"])


def test_refuses_systems_scored_on_different_rows(
    make_table: Callable[..., PredictionsTable],
) -> None:
    table = make_table(n_groups=6)
    with pytest.raises(
        EvaluationError,
        match=r"systems model and baseline differ in 1 rows, among them recording 11 \(repeat 1, f",
    ):
        score(replace(table, rows=table.rows[:-1]))


def test_refuses_too_few_resamples(make_table: Callable[..., PredictionsTable]) -> None:
    with pytest.raises(ConfigError, match="n_bootstrap=10 must be at least 40"):
        score(make_table(), n_bootstrap=10)


def test_curves_are_thinned(make_table: Callable[..., PredictionsTable]) -> None:
    curves = score(make_table(n_groups=600)).systems[1].roc
    assert max(len(rates) for rates, _ in curves.values()) == 200
    assert all(len(one) == len(other) for one, other in curves.values())


def test_a_study_of_pascals_size_takes_seconds(make_table: Callable[..., PredictionsTable]) -> None:
    table = make_table(n_groups=195, per_group=3, repeats=1).of("model")
    started = time.process_time()
    score(table, n_bootstrap=1000)
    assert time.process_time() - started < 5


def test_facets_cut_the_model_s_rows(make_table: Callable[..., PredictionsTable]) -> None:
    table = make_table()
    half = {f"recording {i}": "left" if i < 30 else "right" for i in range(89)}
    result = evaluate(table, title="t", protocol="p", n_bootstrap=60, facets={"side": half})
    left, right = result.model.per_facet["side"].values()
    assert (left.n_recordings, left.n_groups, right.n_recordings) == (30, 15, 59)
    rows = [row for row in table.of("model").rows if half.get(row.recording) == "left"]
    called = [table.classes[int(np.argmax(row.probabilities))] for row in rows]
    truth = [row.truth for row in rows]
    assert left.metrics["accuracy"].value == pytest.approx(witness.accuracy_score(truth, called))
    assert sum(left.support.values()) == 30
    assert all(not baseline.per_facet for baseline in result.baselines)
    assert Evaluation.from_json(result.to_json()) == result
