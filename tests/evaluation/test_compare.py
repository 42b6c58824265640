"""Two tables on the same rows: the difference, its interval, and what is refused."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score

from auscult.errors import ConfigError, EvaluationError
from auscult.evaluation import PredictionRow, PredictionsTable
from auscult.evaluation.compare import compare

MakeTable = Callable[..., PredictionsTable]


@pytest.fixture(scope="module")
def pair(make_table: MakeTable) -> tuple[PredictionsTable, PredictionsTable]:
    both = make_table()
    return both.of("model"), both.of("baseline")


def test_a_table_against_itself_is_a_draw(pair: tuple[PredictionsTable, ...]) -> None:
    found = compare(pair[0], pair[0], n_bootstrap=60)
    for one in found.differences:
        assert (one.difference.value, one.difference.low, one.difference.high) == (0, 0, 0)
        assert one.share_a == 0.5


def test_the_better_one_wins_whichever_way_is_good(pair: tuple[PredictionsTable, ...]) -> None:
    found = compare(*pair, n_bootstrap=100)
    assert {one.share_a for one in found.differences} == {1.0}
    by_name = {one.metric: one.difference for one in found.differences}
    assert by_name["accuracy"].low > 0
    assert by_name["log_loss"].high < 0
    other = compare(*pair[::-1], n_bootstrap=100)
    assert {one.share_a for one in other.differences} == {0.0}


def test_agrees_with_a_bootstrap_by_hand(pair: tuple[PredictionsTable, ...]) -> None:
    found = compare(*pair, metrics=("balanced_accuracy",), n_bootstrap=400, seed=3).differences[0]
    truth = np.array([row.truth for row in pair[0].rows])
    called = [
        np.array([t.classes[int(np.argmax(row.probabilities))] for row in t.rows]) for t in pair
    ]
    groups = np.array([row.group for row in pair[0].rows])
    rows_of = {name: np.flatnonzero(groups == name) for name in np.unique(groups)}
    rng, gaps = np.random.default_rng(11), []
    while len(gaps) < 400:
        drawn = np.concatenate([rows_of[g] for g in rng.choice([*rows_of], len(rows_of))])
        if len(set(truth[drawn])) == 3:
            scores = [balanced_accuracy_score(truth[drawn], one[drawn]) for one in called]
            gaps.append(scores[0] - scores[1])
    low, high = np.quantile(gaps, [0.025, 0.975])
    assert found.difference.low == pytest.approx(low, abs=0.03)
    assert found.difference.high == pytest.approx(high, abs=0.03)


def test_order_of_rows_and_classes_does_not_matter(pair: tuple[PredictionsTable, ...]) -> None:
    a, b = pair
    turned = replace(
        b,
        classes=b.classes[::-1],
        rows=tuple(replace(r, probabilities=r.probabilities[::-1]) for r in b.rows[::-1]),
    )
    assert compare(a, turned, n_bootstrap=60) == compare(a, b, n_bootstrap=60)


def test_other_splits_are_told(pair: tuple[PredictionsTable, ...]) -> None:
    a, b = pair
    assert compare(a, b, n_bootstrap=60).notes == ()
    (note,) = compare(a, replace(b, split_hash="other"), n_bootstrap=60).notes
    assert "have learned from different ones" in note


def test_tables_over_other_rows_are_refused(pair: tuple[PredictionsTable, ...]) -> None:
    a, b = pair
    b = replace(b, source="b.csv")
    first, renamed = b.rows[0].recording, ("x", "murmur", "normal")

    def changed(**facts: str) -> PredictionsTable:
        rows = (replace(r, **facts) if r.recording == first else r for r in b.rows)
        return replace(b, rows=tuple(rows))

    def spelt(row: PredictionRow) -> PredictionRow:
        return replace(row, truth="x" if row.truth == "artifact" else row.truth)

    refused = {
        r"b.csv: lacks 1 rows that the other table has, among them recording 0 \(repeat 0\)": (
            replace(b, rows=b.rows[1:])
        ),
        "predictions table: lacks 1 rows": replace(
            b, rows=(*b.rows, replace(b.rows[0], recording="new"))
        ),
        "b.csv: recording 0 has the truth 'normal', in predictions table 'artifact'": changed(
            truth="normal"
        ),
        "recording 0 has the group 'else'": changed(group="else"),
        "its classes are x, murmur, normal": replace(
            b, classes=renamed, rows=tuple(map(spelt, b.rows))
        ),
    }
    for said, table in refused.items():
        with pytest.raises(EvaluationError, match=said):
            compare(a, table, n_bootstrap=60)


def test_several_systems_and_unknown_metrics_are_refused(make_table: MakeTable) -> None:
    both = make_table()
    with pytest.raises(EvaluationError, match="holds model, baseline; choose one system"):
        compare(both, both)
    one = both.of("model")
    with pytest.raises(ConfigError, match="unknown metric 'acuracy'; did you mean 'accuracy'"):
        compare(one, one, metrics=("acuracy",))
