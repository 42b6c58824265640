"""What a terminal shows of an evaluation."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from auscult.evaluation import Evaluation, PredictionsTable, as_text, evaluate


@pytest.fixture(scope="module")
def evaluation(make_table: Callable[..., PredictionsTable]) -> Evaluation:
    return evaluate(
        make_table(n_groups=30), title="Heart", protocol="grouped", warnings=("[red]leaky",)
    )


def test_warnings_stand_above_the_figures(evaluation: Evaluation) -> None:
    lines = as_text(evaluation).splitlines()
    assert lines[:3] == ["Heart", "grouped", "warning: [red]leaky"]
    assert lines.index("") > 3


def test_the_model_stands_above_its_baseline(evaluation: Evaluation) -> None:
    lines = as_text(evaluation).splitlines()
    header = next(i for i, line in enumerate(lines) if line.startswith("system"))
    assert lines[header + 2].startswith("model ")
    assert lines[header + 3].startswith("baseline ")
    figure = evaluation.model.metrics["balanced_accuracy"]
    assert f"{figure.value:.3f} [{figure.low:.3f}, {figure.high:.3f}]" in lines[header + 2]


def test_columns_are_aligned(evaluation: Evaluation) -> None:
    for block in as_text(evaluation).split("\n\n")[1:-1]:
        assert len({len(line) for line in block.strip("\n").splitlines()}) == 1


def test_the_confusion_matrix_is_there(evaluation: Evaluation) -> None:
    row = evaluation.model.confusion[1]
    lines = [line.split() for line in as_text(evaluation).splitlines()]
    assert ["murmur", *map(str, row)] in lines


def test_reasons_are_numbered_and_told_once(evaluation: Evaluation) -> None:
    text = as_text(evaluation)
    assert text.count("undefined (1)") == 1
    assert text.count("\n(1) macro ROC AUC is undefined: it needs") == 1


def test_a_figure_without_interval_is_shown_with_its_reason(evaluation: Evaluation) -> None:
    alone = replace(evaluation.model.metrics["accuracy"], low=None, high=None, reason="one group")
    metrics = {**evaluation.model.metrics, "accuracy": alone, "macro_f1": alone}
    text = as_text(replace(evaluation, systems=(replace(evaluation.model, metrics=metrics),)))
    assert text.count(f"{alone.value:.3f} (1)") == 2
    assert text.count("one group") == text.count("\n(1) one group\n") == 1


def test_without_baselines_there_is_no_difference(evaluation: Evaluation) -> None:
    assert "model minus" in as_text(evaluation)
    assert "minus" not in as_text(replace(evaluation, differences={}))


def test_says_where_the_figures_come_from(evaluation: Evaluation) -> None:
    text = as_text(evaluation)
    assert "60 recordings of 30 groups, 10 folds; 95 % intervals from 1000 resamples" in text
    assert text.endswith("split split hash, model model hash\n")
