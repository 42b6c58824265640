"""A training that was broken off ends as the unbroken one would have, bit for bit."""

import importlib.util
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from auscult.errors import ConfigError, RunError
from auscult.models.model import Schedule
from auscult.progress import Silent
from auscult.training.fit_network import network_probabilities

SMALL = Path(__file__).with_name("small.py")
spec = importlib.util.spec_from_file_location("small", SMALL)
assert spec is not None
assert spec.loader is not None
small = importlib.util.module_from_spec(spec)
spec.loader.exec_module(small)


class BreaksOff(Silent):
    """Raises as soon as an epoch has been told."""

    def __init__(self, epoch: int) -> None:
        self.told = f", epoch {epoch}:"

    def say(self, sentence: str) -> None:
        if self.told in sentence:
            raise KeyboardInterrupt


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return small.train_small(tmp_path_factory.mktemp("unbroken") / "checkpoint")


def assert_same(one: Any, other: Any) -> None:
    assert one[1] == other[1]
    theirs = other[0].state_dict()
    for name, tensor in one[0].state_dict().items():
        assert torch.equal(tensor, theirs[name]), name


def test_the_same_call_gives_the_same_weights(unbroken: Any, tmp_path: Path) -> None:
    assert_same(small.train_small(tmp_path / "checkpoint"), unbroken)


def test_it_learns_and_keeps_the_best_epoch(unbroken: Any) -> None:
    network, history = unbroken
    assert len(history) == small.N_EPOCHS
    assert [record["epoch"] for record in history] == list(range(1, small.N_EPOCHS + 1))
    assert history[-1]["train_loss"] < history[0]["train_loss"]
    validation = small.clouds(1)
    answers = network_probabilities(network, validation.features)
    accuracy = (answers.argmax(axis=1) == validation.labels).mean()
    assert accuracy == max(record["validation_accuracy"] for record in history) > 0.5
    np.testing.assert_allclose(answers.sum(axis=1), 1, atol=1e-6)


@pytest.mark.parametrize("epochs", [(1,), (5, 9), (small.N_EPOCHS,)])
def test_interrupted_and_resumed_is_bit_for_bit_the_unbroken_one(
    unbroken: Any, epochs: tuple[int, ...], tmp_path: Path
) -> None:
    for epoch in epochs:
        with pytest.raises(KeyboardInterrupt):
            small.train_small(tmp_path / "checkpoint", BreaksOff(epoch))
    assert_same(small.train_small(tmp_path / "checkpoint"), unbroken)


def test_killed_and_resumed_is_bit_for_bit_the_unbroken_one(unbroken: Any, tmp_path: Path) -> None:
    checkpoint = tmp_path / "checkpoint"
    with subprocess.Popen(
        [sys.executable, str(SMALL), str(checkpoint)], stdout=subprocess.PIPE, text=True
    ) as training:
        assert training.stdout is not None
        for line in training.stdout:
            if ", epoch 3:" in line:
                training.send_signal(signal.SIGKILL)
    assert training.returncode == -signal.SIGKILL
    resumed = small.train_small(checkpoint)
    assert_same(resumed, unbroken)


def test_a_finished_training_is_not_trained_further(unbroken: Any, tmp_path: Path) -> None:
    checkpoint = tmp_path / "checkpoint"
    small.train_small(checkpoint)
    written = checkpoint.read_bytes()
    assert_same(small.train_small(checkpoint), unbroken)
    assert checkpoint.read_bytes() == written


def test_patience_ends_a_training_that_no_longer_improves(unbroken: Any, tmp_path: Path) -> None:
    _, history = small.train_small(tmp_path / "checkpoint", n_epochs=200, patience=3)
    accuracies = [record["validation_accuracy"] for record in history]
    best = int(np.argmax(accuracies)) + 1
    assert len(history) == best + 3
    shared = min(len(history), small.N_EPOCHS)
    assert history[:shared] == unbroken[1][:shared]


def test_a_truncated_checkpoint_is_named(tmp_path: Path) -> None:
    checkpoint = tmp_path / "checkpoint"
    with pytest.raises(KeyboardInterrupt):
        small.train_small(checkpoint, BreaksOff(2))
    whole = checkpoint.read_bytes()
    for kept in (0, 7, 200, len(whole) - 1):
        checkpoint.write_bytes(whole[:kept])
        with pytest.raises(RunError, match="checkpoint: is damaged or of another network"):
            small.train_small(checkpoint)


@pytest.mark.parametrize("number", ["n_epochs", "patience", "batch_size", "learning_rate"])
def test_a_schedule_of_nothing_is_refused(number: str) -> None:
    with pytest.raises(ConfigError, match=f"{number}=0 must be positive"):
        Schedule(**{number: 0})
