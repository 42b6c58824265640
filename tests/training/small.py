"""A training that takes a second, in a test or as a process of its own."""

import sys
import time
from pathlib import Path

import numpy as np
import torch

from auscult.models.cnn_lstm import CnnLstm
from auscult.models.model import Schedule
from auscult.progress import Silent
from auscult.training.examples import Examples
from auscult.training.fit_network import fit_network

MODEL = CnnLstm(filters=(8, 6), lstm_units=(6, 4), dense_units=(5,), dropout=0.5)
N_EPOCHS = 12
N_FEATURES = 12


def clouds(seed: int, n_rows: int = 45) -> Examples:
    """Three classes, apart in their mean."""
    rng = np.random.default_rng(seed)
    labels = np.arange(n_rows) % 3
    features = rng.standard_normal((n_rows, N_FEATURES)).astype(np.float32) + labels[:, None]
    ids = tuple(f"r{i}" for i in range(n_rows))
    part = Examples(ids, labels, features.astype(np.float32), np.arange(n_rows))
    return part.unscored(ids, "train")


def train_small(
    checkpoint: Path,
    progress: Silent | None = None,
    *,
    n_epochs: int = N_EPOCHS,
    patience: int = N_EPOCHS,
) -> tuple[torch.nn.Module, list[dict[str, float]]]:
    """Train from ``checkpoint`` if it is there; return the network and its history."""
    torch.set_num_threads(1)
    network = MODEL.build(N_FEATURES, 3, seed=5)
    history = fit_network(
        network,
        Schedule(learning_rate=5e-3, batch_size=8, n_epochs=n_epochs, patience=patience),
        clouds(0),
        clouds(1),
        n_classes=3,
        seed=5,
        checkpoint=checkpoint,
        title="small",
        progress=progress or Silent(),
    )
    return network, history


class Slow(Silent):
    """Gives whoever wants to kill the training the time to do so."""

    def say(self, sentence: str) -> None:
        print(sentence, flush=True)  # noqa: T201 - the test waits for this line
        time.sleep(0.2)


if __name__ == "__main__":
    train_small(Path(sys.argv[1]), Slow())
