"""Who is fitted on which rows, and what is calibrated on which."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from auscult.progress import Silent
from auscult.training import cross_validate as module
from auscult.training.cross_validate import CHECKPOINT, cross_validate, fit_and_calibrate
from auscult.training.examples import Examples
from auscult.training.options import TrainOptions
from auscult.training.run_folder import RunFolder
from auscult.types import Split

ROW_IDS = ("a", "b", "c", "d", "e", "f")
EXAMPLES = Examples(
    ROW_IDS, np.array([0, 1, 2, 0, 1, 2]), np.arange(6, dtype=np.float32)[:, None], np.arange(6)
)
SPLIT = Split("grouped", 2, 1, train=("a", "b"), validation=("c", "d"), test=("f", "e"))


class Echo:
    """A model, fitted or exported, that is sure of class 0 and says so for every window."""

    def __init__(self, graph: bytes = b"a graph") -> None:
        self.graph = graph

    history: Sequence[dict[str, float]] = ()

    def probabilities(self, features: np.ndarray) -> np.ndarray:
        return np.tile(np.array([0.9, 0.06, 0.04], np.float32), (len(features), 1))

    def onnx(self) -> bytes:
        return self.graph


@pytest.fixture
def fits(monkeypatch: pytest.MonkeyPatch) -> list[tuple[tuple[str, ...], tuple[str, ...], int]]:
    """Training rows, validation rows and seed of every fit."""
    seen: list[Any] = []

    def fit(_: TrainOptions, train: Examples, validation: Examples, **told: Any) -> Echo:
        seen.append((train.row_ids, validation.row_ids, told["seed"]))
        told["checkpoint"].parent.mkdir(parents=True, exist_ok=True)
        told["checkpoint"].touch()
        return Echo()

    monkeypatch.setattr(module, "fit", fit)
    monkeypatch.setattr(module, "Network", Echo)
    return seen


def calibrated(model: str, split: Split, folder: Path) -> float:
    told = {"checkpoint": folder / "c", "title": "t", "progress": Silent()}
    return fit_and_calibrate(TrainOptions(model, seed=3), EXAMPLES, split, **told)[1]


def test_a_classical_model_is_fitted_again_on_validation_rows_too(
    fits: list[Any], tmp_path: Path
) -> None:
    temperature = calibrated("logistic-regression", SPLIT, tmp_path)
    seed = 3 * 1000 + 100 + 2
    assert fits == [
        (("a", "b"), ("c", "d"), seed),
        (("a", "b", "c", "d"), ("c", "d"), seed),
    ]
    assert temperature > 1  # of the validation rows, one of two is not the class it is sure of


def test_a_network_keeps_the_weights_that_validation_chose(fits: list[Any], tmp_path: Path) -> None:
    assert calibrated("cnn-lstm", SPLIT, tmp_path) > 1
    assert [train for train, _, _ in fits] == [("a", "b")]


def test_nothing_is_calibrated_on_rows_that_are_scored(fits: list[Any], tmp_path: Path) -> None:
    leaking = replace(SPLIT, test=("c", "d", "e"), stops_on_test=True)
    assert calibrated("logistic-regression", leaking, tmp_path) == 1.0
    assert [train for train, _, _ in fits] == [("a", "b")]


def test_a_fold_is_written_as_soon_as_it_is_known_and_not_done_again(
    fits: list[Any], tmp_path: Path
) -> None:
    folder = RunFolder(tmp_path)
    options = TrainOptions("cnn-lstm")
    first = cross_validate(options, EXAMPLES, [SPLIT], folder, Silent())
    assert len(fits) == 1
    assert first[0].row_ids == SPLIT.test
    assert sorted(path.name for path in (tmp_path / "r1-f2").iterdir()) == [
        "model.onnx",
        "scores.json",
    ]
    (tmp_path / "r1-f2" / CHECKPOINT).touch()  # as left by a kill right after the scores
    again = cross_validate(options, EXAMPLES, [SPLIT], folder, Silent())
    assert len(fits) == 1
    np.testing.assert_array_equal(again[0].raw, first[0].raw)
    assert not (tmp_path / "r1-f2" / CHECKPOINT).exists()
