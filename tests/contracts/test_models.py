"""What every model in the table must do; a new line there is tested without a new test."""

import subprocess
import sys
from dataclasses import FrozenInstanceError, fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest

from auscult.errors import ConfigError, RunError
from auscult.frontend import FRONTENDS
from auscult.models import MODELS
from auscult.models.cnn_lstm import CnnLstm
from auscult.models.model import Schedule
from auscult.progress import Silent
from auscult.training.examples import Examples
from auscult.training.fitted import FittedClassifier, FittedNetwork

every_model = pytest.mark.parametrize("name", sorted(MODELS))
N_FEATURES, N_CLASSES = 10, 3

# Widths that fit in a second; the defaults are the notebook's, with 14 million parameters.
SMALL: dict[str, Any] = {
    "cnn-lstm": CnnLstm(filters=(16, 8), lstm_units=(8, 8), dense_units=(8,), dropout=0.1)
}


def toy(seed: int, n_rows: int = 150) -> Examples:
    """Three clouds that a straight line can divide, but for a few."""
    rng = np.random.default_rng(seed)
    labels = np.arange(n_rows) % N_CLASSES
    features = rng.standard_normal((n_rows, N_FEATURES)).astype(np.float32)
    for label in range(N_CLASSES):
        features[labels == label, 3 * label : 3 * label + 3] += 2
    ids = tuple(f"r{i}" for i in range(n_rows))
    return Examples(ids, labels, features, np.arange(n_rows)).unscored(ids, "train")


def fitted(name: str, folder: Path) -> FittedClassifier | FittedNetwork:
    train = toy(0)
    built = SMALL.get(name, MODELS[name]()).build(N_FEATURES, N_CLASSES, seed=0)
    if MODELS[name].kind == "sklearn":
        built.fit(train.features, train.labels)
        return FittedClassifier(built, N_CLASSES, N_FEATURES)
    from auscult.training.fit_network import fit_network

    history = fit_network(
        built,
        Schedule(learning_rate=1e-2, n_epochs=15, patience=15),
        train,
        toy(1),
        n_classes=N_CLASSES,
        seed=0,
        checkpoint=folder / "checkpoint.safetensors",
        title="toy",
        progress=Silent(),
    )
    return FittedNetwork(built, N_FEATURES, history)


@every_model
def test_is_a_frozen_dataclass_of_options_that_names_a_front_end(name: str) -> None:
    model = MODELS[name]()
    assert is_dataclass(model)
    assert hash(model) == hash(MODELS[name]())
    assert model.kind in {"sklearn", "torch"}
    assert model.frontend in FRONTENDS
    for field in fields(model):
        with pytest.raises(FrozenInstanceError):
            setattr(model, field.name, 0)


@every_model
def test_learns_a_toy_problem_and_its_export_answers_alike(name: str, tmp_path: Path) -> None:
    made = fitted(name, tmp_path)
    test = toy(2, 257)
    answers = made.probabilities(test.features)
    assert (answers.argmax(axis=1) == test.labels).mean() > 0.8
    session = onnxruntime.InferenceSession(made.onnx(), providers=["CPUExecutionProvider"])
    assert [i.name for i in session.get_inputs()] == ["features"]
    assert session.get_inputs()[0].shape[1] == N_FEATURES
    assert not isinstance(session.get_inputs()[0].shape[0], int)
    assert [o.name for o in session.get_outputs()] == ["probabilities"]
    for n_rows in (1, 7, 257):
        (exported,) = session.run(None, {"features": test.features[:n_rows]})
        assert exported.dtype == np.float32
        np.testing.assert_allclose(exported, answers[:n_rows], atol=1e-4)
        np.testing.assert_allclose(exported.sum(axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("name", [n for n in sorted(MODELS) if MODELS[n].kind == "sklearn"])
def test_a_class_without_examples_is_never_answered_and_never_shipped(name: str) -> None:
    train = toy(0)
    two = train.labels != 1
    built = MODELS[name]().build(N_FEATURES, N_CLASSES, seed=0)
    built.fit(train.features[two], train.labels[two])
    made = FittedClassifier(built, N_CLASSES, N_FEATURES)
    answers = made.probabilities(train.features)
    assert not answers[:, 1].any()
    np.testing.assert_allclose(answers.sum(axis=1), 1, atol=1e-5)
    with pytest.raises(RunError, match="holds 2 of 3 classes; a bundle needs examples of each"):
        made.onnx()


def test_an_unknown_model_is_told_with_near_misses() -> None:
    with pytest.raises(ConfigError, match=r"unknown model 'cnn_lstm'; did you mean 'cnn-lstm'\?"):
        MODELS["cnn_lstm"]


def test_listing_the_models_imports_neither_torch_nor_scikit_learn() -> None:
    program = (
        "import sys; from auscult.models import MODELS; list(MODELS); "
        "print(*sorted({'torch', 'sklearn', 'scipy'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ""
