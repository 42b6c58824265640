from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from auscult.evaluation.result import Evaluation, FoldResult, Interval, SystemResult
from auscult.metrics import METRICS, PER_CLASS, ReliabilityBin
from auscult.reports import evaluation_page

CLASSES = ("murmur", "normal")
KNOWN = Interval(0.8125, 0.75, 0.875)
UNDEFINED = Interval(None, None, None, "there is no <positive> case")
PER_CLASS_FIGURES = dict.fromkeys(PER_CLASS, KNOWN)


def system(name: str, **changes: object) -> SystemResult:
    made = SystemResult(
        name=name,
        n_recordings=40,
        n_groups=20,
        metrics=dict.fromkeys(METRICS, KNOWN),
        per_class={"murmur": PER_CLASS_FIGURES, "normal": PER_CLASS_FIGURES | {"auc": UNDEFINED}},
        support={"murmur": 10, "normal": 30},
        confusion=((7, 3), (2, 28)),
        roc={"murmur": ((0.0, 0.5, 1.0), (0.0, 0.9, 1.0))},
        reliability=(ReliabilityBin(0.6, 0.5, 10), ReliabilityBin(0.9, 0.95, 30)),
        per_fold=(
            FoldResult(0, 0, 20, dict.fromkeys(METRICS, 0.5)),
            FoldResult(0, 1, 20, dict.fromkeys(METRICS, None)),
        ),
        per_subset={"A": dict.fromkeys(METRICS, KNOWN)},
        coverage=((0.5, 1.0), (0.97, 0.875)),
    )
    return replace(made, **changes)


@pytest.fixture
def evaluation() -> Evaluation:
    return Evaluation(
        title="Toy <evaluation>",
        protocol="Two folds, by patient",
        classes=CLASSES,
        systems=(system("network"), system("majority", metrics={"accuracy": KNOWN})),
        split_hash="s" * 64,
        model_hash="m" * 64,
        n_bootstrap=1000,
        seed=7,
        warnings=("This protocol leaks.",),
        differences={"majority": {"accuracy": Interval(-0.25, -0.5, 0.125)}},
    )


def test_every_figure_stands_with_its_interval_beside_the_baseline(
    evaluation: Evaluation, check_page: Callable[[str], Any]
) -> None:
    text = check_page(evaluation_page(evaluation)).text
    for said in (
        "Toy <evaluation> Two folds, by patient",
        "Figure network majority Accuracy higher is better 0.812 0.750 to 0.875 0.812 0.750",
        "Calibration error (ECE) lower is better",
        "minus majority",
        "Accuracy −0.250 −0.500 to +0.125",  # noqa: RUF001  a true minus sign
        "— there is no <positive> case",
        "0 / 0 20 0.500",
        "0 / 1 20 — ",
        "s" * 64,
        "m" * 64,
        "95 %, from 1,000 resamples of 20 groups",
        "Seed : 7",
    ):
        assert said in text, said


def test_warnings_come_before_every_figure_in_a_loud_box(
    evaluation: Evaluation, check_page: Callable[[str], Any]
) -> None:
    html = evaluation_page(evaluation)
    reader = check_page(html)
    assert [div["class"] for div in reader.all("div") if div.get("role") == "alert"] == ["warning"]
    assert html.index("This protocol leaks.") < html.index("0.812")
    assert 'role="alert"' not in evaluation_page(replace(evaluation, warnings=()))


def test_pictures_say_in_words_what_they_show(
    evaluation: Evaluation, check_page: Callable[[str], Any]
) -> None:
    reader = check_page(evaluation_page(evaluation))
    alts = " ".join(svg.get("aria-label") or "" for svg in reader.all("svg"))
    assert "murmur: 7 called murmur, 3 called normal" in alts
    assert "murmur 0.812, normal undefined" in alts
    assert "60% sure, 50% right" in alts
    assert "97.0% of the surest 50% are right" in alts


@pytest.mark.parametrize(("history", "n_pictures"), [(None, 4), ([{"epoch": 1}], 5)])
def test_curves_are_shown_when_there_is_a_history(
    evaluation: Evaluation,
    check_page: Callable[[str], Any],
    history: list[dict[str, float]] | None,
    n_pictures: int,
) -> None:
    reader = check_page(evaluation_page(evaluation, history))
    assert len(reader.all("figure")) == n_pictures


def test_one_fold_and_no_subset_get_no_table(evaluation: Evaluation) -> None:
    alone = system("network", per_fold=(), per_subset={})
    html = evaluation_page(replace(evaluation, systems=(alone,), differences={}))
    assert "Fold by fold" not in html
    assert "Subset by subset" not in html
    assert "minus" not in html.split("</style>")[1].split("<svg")[0]
