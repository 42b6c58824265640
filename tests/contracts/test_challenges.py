"""Every challenge in the table: perfect answers, range, order, reasons, and bad tables."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auscult.challenges import CHALLENGES, Labels, Table
from auscult.errors import ConfigError, EvaluationError
from auscult.metrics.beats import STATES

every = pytest.mark.parametrize("name", CHALLENGES)
LABELLED = [name for name, item in CHALLENGES.items() if isinstance(item.read, Labels)]
labelled = pytest.mark.parametrize("name", LABELLED)
seeds = given(seed=st.integers(0, 2**32 - 1))

Rows = list[dict[str, str]]


def draw(name: str, seed: int, *, perfect: bool = False) -> Rows:
    """Return rows of a table that a challenge takes; every label is true, of every quality."""
    rng = np.random.default_rng(seed)
    if name not in LABELLED:
        return beats(name, rng, perfect=perfect)
    columns = {column.name: column for column in CHALLENGES[name].columns}
    truths = columns["truth"].labels
    rows = []
    more = rng.choice(truths, int(rng.integers(30)))
    for index, truth in enumerate([*truths, *truths, *more]):
        row = {"truth": str(truth)}
        for column in columns.values():
            if column.labels and column.name != "truth":
                row[column.name] = str(rng.choice(column.labels))
        if "quality" in row and index < 2 * len(truths):
            row["quality"] = ("clean", "noisy")[index // len(truths)]
        if perfect:
            row["answer"] = row["truth"]
            if "outcome" in row:
                row["outcome"] = "Normal" if truth == "Absent" else "Abnormal"
        rows.append(row)
    return rows


def beats(name: str, rng: np.random.Generator, *, perfect: bool) -> Rows:
    """Return some clips; answered sounds are moved, and some of them are missing."""
    rows = []
    for clip in range(int(rng.integers(1, 5))):
        times = np.cumsum(rng.uniform(0.1, 0.5, 1 + 4 * int(rng.integers(2, 8)))).round(3)
        for who in ("truth", "answer"):
            wrong = who == "answer" and not perfect
            moved = np.sort(times + rng.normal(0, 0.04 * wrong, times.size)).clip(0)
            for index, (start, end) in enumerate(pairwise(moved)):
                state = STATES[index % 4]
                row = {"recording": f"r{clip}", "who": who}
                if name == "segmentation":
                    row |= {"state": state, "start_s": f"{start:.6f}", "end_s": f"{end:.6f}"}
                else:
                    row |= {"sound": state, "at_s": f"{start:.6f}"}
                heard = name == "segmentation" or state in ("S1", "S2")
                if heard and end > start and not (wrong and rng.random() < 0.2):
                    rows.append(row)
    return rows


def scored(name: str, rows: Rows) -> dict[str, float | None]:
    columns = {key: [row[key] for row in rows] for key in rows[0]}
    return {score.name: score.value for score in CHALLENGES[name].scores(Table.of(**columns))}


@every
@settings(max_examples=15)
@seeds
def test_stays_in_range_and_is_never_nan(name: str, seed: int) -> None:
    values = scored(name, draw(name, seed))
    for figure in CHALLENGES[name].figures:
        value = values[figure.name]
        if value is not None:
            assert figure.bounds[0] - 1e-9 <= value <= figure.bounds[1] + 1e-9


@every
@settings(max_examples=10)
@seeds
def test_perfect_answers_score_best(name: str, seed: int) -> None:
    values = scored(name, draw(name, seed, perfect=True))
    for figure in CHALLENGES[name].figures:
        best = figure.bounds[figure.better == "higher"]
        if figure.name.startswith("cost") or math.isinf(best):
            continue
        assert values[figure.name] == pytest.approx(best, abs=1e-9), figure.name


@labelled
@settings(max_examples=10)
@seeds
def test_the_order_of_rows_does_not_matter(name: str, seed: int) -> None:
    rows = draw(name, seed)
    shuffled = [rows[i] for i in np.random.default_rng(seed).permutation(len(rows))]
    assert scored(name, shuffled) == scored(name, rows)


@pytest.mark.parametrize("name", sorted(set(CHALLENGES) - set(LABELLED)))
@settings(max_examples=10)
@seeds
def test_the_order_of_recordings_does_not_matter(name: str, seed: int) -> None:
    rows = draw(name, seed)
    backwards = sorted(rows, key=lambda row: row["recording"], reverse=True)
    assert scored(name, backwards) == pytest.approx(scored(name, rows), nan_ok=True)


@labelled
@settings(max_examples=10)
@seeds
def test_a_weight_is_a_repetition(name: str, seed: int) -> None:
    rows = draw(name, seed)
    challenge = CHALLENGES[name]
    times = np.random.default_rng(seed).integers(1, 4, size=len(rows))
    columns = {key: [row[key] for row in rows] for key in rows[0]}
    stack = challenge.read.weighted(Table.of(**columns), np.array([times, np.ones(len(rows))]))
    repeated = scored(name, [row for row, n in zip(rows, times, strict=True) for _ in range(n)])
    plain = scored(name, rows)
    for figure in challenge.figures:
        values = np.asarray(figure.compute(stack))
        assert values.shape == (2,)
        for value, wanted in zip(values, (repeated, plain), strict=True):
            expected = wanted[figure.name]
            assert value == pytest.approx(
                math.nan if expected is None else expected, nan_ok=True, abs=1e-9
            )


@labelled
def test_nothing_to_score_is_undefined(name: str) -> None:
    shape = CHALLENGES[name].read(one_row(name)).shape
    for figure in CHALLENGES[name].figures:
        with pytest.raises(EvaluationError, match="is undefined: it needs "):
            figure(np.zeros(shape))


def one_row(name: str) -> Table:
    row = draw(name, 0)[0]
    return Table.of(**{key: [value] for key, value in row.items()})


@every
def test_an_undefined_figure_gives_a_reason(name: str) -> None:
    for score in CHALLENGES[name].scores(one_row(name)):
        assert (score.value is None) == bool(score.reason)
        if score.reason:
            assert "is undefined: it needs " in score.reason


@every
def test_a_quirk_has_a_twin_or_is_a_cost_and_the_twin_has_none(name: str) -> None:
    figures = {figure.name: figure for figure in CHALLENGES[name].figures}
    assert len(figures) == len(CHALLENGES[name].figures)
    for figure in figures.values():
        assert figure.label
        assert figure.formula
        assert figure.needs
        assert bool(figure.quirk) == bool(figure.twin or figure.name == "cost")
        if figure.twin:
            assert not figures[figure.twin].quirk


@every
def test_case_and_blanks_are_no_matter(name: str) -> None:
    rows = draw(name, 3)
    loud = [{f" {key.upper()} ": f" {cell.upper()} " for key, cell in row.items()} for row in rows]
    assert scored(name, loud) == scored(name, rows)


@every
def test_a_missing_column_is_named(name: str) -> None:
    row = draw(name, 0)[0]
    missing = next(c.name for c in CHALLENGES[name].columns if not c.optional and c.name in row)
    table = Table.of("f.csv", **{key: [cell] for key, cell in row.items() if key != missing})
    with pytest.raises(EvaluationError, match=f"f.csv, row 1: no column '{missing}'; there are: "):
        CHALLENGES[name].read(table)


@every
def test_an_unknown_label_is_named_with_its_row(name: str) -> None:
    for column in CHALLENGES[name].columns:
        if not column.labels:
            continue
        columns = {key: [cell, cell] for key, cell in draw(name, 0)[0].items()}
        columns[column.name][1] = "nonsense"
        wanted = f"f.csv, row 3: {column.name} 'nonsense' is none of {', '.join(column.labels)}"
        with pytest.raises(EvaluationError, match=wanted):
            CHALLENGES[name].read(Table.of("f.csv", **columns))


@labelled
def test_what_a_row_is_about_stands_once(name: str) -> None:
    key = CHALLENGES[name].columns[0].name
    columns = {k: [cell, cell] for k, cell in draw(name, 0)[0].items()} | {key: ["x", "x"]}
    with pytest.raises(EvaluationError, match=f"f.csv, row 3: {key} 'x' is in row 2 already"):
        CHALLENGES[name].read(Table.of("f.csv", **columns))


def test_an_unknown_challenge_is_answered_with_a_near_one() -> None:
    with pytest.raises(ConfigError, match="did you mean 'pascal2-a'"):
        CHALLENGES["pascal2a"]
