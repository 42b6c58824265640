"""Nothing is fitted on test rows: not weights, not an epoch, not a temperature."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from auscult.errors import SplitError
from auscult.models.cnn_lstm import CnnLstm
from auscult.models.model import Schedule
from auscult.progress import Silent
from auscult.training.calibrate import fit_temperature
from auscult.training.examples import Examples
from auscult.training.fit_network import fit_network
from auscult.training.fitted import fit
from auscult.training.options import TrainOptions
from auscult.types import Split

ROW_IDS = tuple("abcdefghijkl")
LABELS = np.arange(12) % 3
EXAMPLES = Examples(ROW_IDS, LABELS, np.eye(12, dtype=np.float32), np.arange(12))
SPLIT = Split("grouped", 0, 0, train=ROW_IDS[:6], validation=ROW_IDS[6:9], test=ROW_IDS[9:])
TRAIN, VALIDATION, TEST = (EXAMPLES.of(SPLIT, r) for r in ("train", "validation", "test"))
NO_PART = EXAMPLES.select(SPLIT.train)
TEST_PART, NO_ROLE = (
    "would be fitted on rows of the test part",
    "would be fitted on rows of no role",
)
forbidden = pytest.mark.parametrize(
    ("part", "said"),
    [
        (TEST, TEST_PART),
        (EXAMPLES.of(SPLIT, "train", "test"), TEST_PART),
        (TEST.select(TEST.row_ids[:1]), TEST_PART),
        (NO_PART, NO_ROLE),
        (EXAMPLES, NO_ROLE),
    ],
)


def told(folder: Path) -> dict[str, Any]:
    return {"seed": 0, "checkpoint": folder / "c", "title": "fold 0", "progress": Silent()}


@forbidden
@pytest.mark.parametrize("model", ["logistic-regression", "cnn-lstm"])
def test_no_model_is_fitted(part: Examples, said: str, model: str, tmp_path: Path) -> None:
    options = TrainOptions(model)
    with pytest.raises(SplitError, match=f"fold 0: {model} {said}"):
        fit(options, part, VALIDATION, **told(tmp_path))


@forbidden
def test_no_epoch_is_chosen(part: Examples, said: str, tmp_path: Path) -> None:
    network = CnnLstm(filters=(4, 4), lstm_units=(4, 4), dense_units=(4,)).build(12, 3, 0)
    with pytest.raises(SplitError, match=f"the epoch to stop at {said}"):
        fit_network(network, Schedule(n_epochs=1), TRAIN, part, n_classes=3, **told(tmp_path))
    with pytest.raises(SplitError, match=f"a network {said}"):
        fit_network(network, Schedule(n_epochs=1), part, VALIDATION, n_classes=3, **told(tmp_path))


@forbidden
def test_no_temperature_is_fitted(part: Examples, said: str) -> None:
    probabilities = np.full((len(part.row_ids), 3), 1 / 3, np.float32)
    with pytest.raises(SplitError, match=f"a temperature {said}"):
        fit_temperature(probabilities, part)


def test_training_parts_may_be_fitted_on(tmp_path: Path) -> None:
    both = EXAMPLES.of(SPLIT, "train", "validation")
    assert both.row_ids == (*SPLIT.train, *SPLIT.validation)
    assert fit(TrainOptions("logistic-regression"), both, VALIDATION, **told(tmp_path))
    assert fit_temperature(np.full((3, 3), 1 / 3, np.float32), VALIDATION) > 0


def test_a_part_holds_no_row_of_another() -> None:
    with pytest.raises(KeyError):
        TRAIN.select(SPLIT.test)
    assert not set(TRAIN.row_ids) & set(SPLIT.test)
