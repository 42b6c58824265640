"""Every training row is scored by a model that knows neither it nor its group."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from auscult.progress import Silent
from auscult.splits import Row
from auscult.training import out_of_fold
from auscult.training.examples import Examples
from auscult.training.options import TrainOptions
from auscult.training.out_of_fold import cross_scored, is_refitted
from auscult.types import Split

N = 24
ROWS = tuple(
    Row(f"r{i}", ("absent", "present")[i % 2], f"g{i // 2}", "a", "k", variant)
    for i in range(N)
    for variant in ("", "stretch=0.8")
)
IDS = tuple(row.row_id for row in ROWS)
GROUP = {row.row_id: row.group for row in ROWS}
EXAMPLES = Examples(
    IDS,
    np.array([("absent", "present").index(row.label) for row in ROWS]),
    np.random.default_rng(0).standard_normal((2 * N, 4)).astype(np.float32),
    np.arange(2 * N),
)
ORIGINALS = tuple(f"r{i}" for i in range(N))
SPLIT = Split(
    "p",
    0,
    0,
    train=tuple(i for i in IDS if int(i.partition("@")[0][1:]) < 14),
    validation=ORIGINALS[14:18],
    test=ORIGINALS[18:],
)
OPTIONS = TrainOptions("logistic-regression", question="murmur")


@pytest.fixture
def fitted_on(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The rows of every fit."""
    seen: list[tuple[str, ...]] = []
    fit = out_of_fold.fit

    def spy(options: TrainOptions, train: Examples, *rest: Any, **told: Any) -> Any:
        seen.append(train.row_ids)
        return fit(options, train, *rest, **told)

    monkeypatch.setattr(out_of_fold, "fit", spy)
    return seen


def scored(split: Split = SPLIT, learns_from: tuple[str, ...] = IDS) -> out_of_fold.Unseen:
    place = Path("no checkpoint")
    return cross_scored(
        OPTIONS, EXAMPLES, ROWS, split, learns_from, checkpoint=place, progress=Silent()
    )


def test_no_row_is_scored_by_a_model_that_knows_its_group(fitted_on: list[Any]) -> None:
    unseen = scored()
    assert sorted(unseen.row_ids) == sorted(ORIGINALS[:18])
    assert unseen.roles == {"train", "validation"}
    assert unseen.scores.shape == (18, 2)
    tested = {GROUP[i] for i in SPLIT.test}
    groups = [{GROUP[i] for i in ids} for ids in fitted_on]
    assert not any(tested & one for one in groups)
    for group in {GROUP[i] for i in unseen.row_ids}:
        assert sum(group not in one for one in groups) == 1
    assert any("@" in i for ids in fitted_on for i in ids)


def test_rows_that_teach_nothing_are_scored_only(fitted_on: list[Any]) -> None:
    unseen = scored(learns_from=tuple(i for i in IDS if not i.startswith("r3")))
    assert "r3" in unseen.row_ids
    assert not [i for ids in fitted_on for i in ids if i.startswith("r3")]


def test_validation_rows_that_are_scored_stay_out(fitted_on: list[Any]) -> None:
    watched = Split("p", 0, 0, SPLIT.train, SPLIT.test[:2], SPLIT.test, stops_on_test=True)
    assert set(scored(watched).row_ids) == set(ORIGINALS[:14])
    assert not {i for ids in fitted_on for i in ids} & set(SPLIT.test)


def test_only_quick_models_are_fitted_again() -> None:
    assert is_refitted(OPTIONS)
    assert not is_refitted(TrainOptions("cnn-lstm", question="murmur"))
