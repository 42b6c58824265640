"""The training loop of every network: Adam, class weights, early stopping, a checkpoint an epoch.

Conventions
-----------
loss     : cross-entropy, each window weighted by its class, divided by the batch size (as Keras
           does with ``class_weight``, and unlike torch's weighted mean)
stopping : on validation accuracy; the best epoch's weights are kept

Randomness (order of the windows, dropout) is drawn from (seed, epoch) at the start of each epoch.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from auscult.models.model import Schedule
from auscult.progress import Progress
from auscult.splits import check_fitting
from auscult.training.checkpoint import Progressed, Tensors, load_checkpoint, save_checkpoint
from auscult.training.device import device_of, training_device
from auscult.training.examples import Examples, class_weights
from auscult.types import FloatArray

EVALUATION_BATCH = 256


def fit_network(
    network: nn.Module,
    schedule: Schedule,
    train: Examples,
    validation: Examples,
    *,
    n_classes: int,
    seed: int,
    checkpoint: Path,
    title: str,
    progress: Progress,
) -> list[dict[str, float]]:
    """Train in place, from ``checkpoint`` if it is there; return one record an epoch.

    The network ends with the weights of the epoch with the highest validation accuracy. Uses a GPU
    where torch sees one; the network comes back to the processor.

    Raises
    ------
    RunError
        If the checkpoint is damaged or cannot be written.
    SplitError
        If rows of a test part, or of no part, are to be fitted on or to stop the training.
    """
    check_fitting(train.roles, f"{title}: a network")
    check_fitting(validation.roles, f"{title}: the epoch to stop at")
    network.to(training_device())
    optimizer = torch.optim.Adam(
        network.parameters(), lr=schedule.learning_rate, eps=1e-7, fused=True
    )
    best, progressed = _start(checkpoint, network, optimizer)
    weights = torch.from_numpy(class_weights(train.window_labels, n_classes))
    epochs = _epochs_left(schedule, progressed)
    for epoch in progress.track(epochs, title, schedule.n_epochs - progressed.n_epochs):
        _seed_epoch(seed, epoch)
        loss, accuracy = _train_epoch(network, optimizer, train, weights, schedule.batch_size)
        validation_loss, validation_accuracy = _score(network, validation)
        progressed.n_epochs = epoch
        progressed.history.append(
            {
                "epoch": epoch,
                "train_loss": loss,
                "train_accuracy": accuracy,
                "validation_loss": validation_loss,
                "validation_accuracy": validation_accuracy,
            }
        )
        if validation_accuracy > progressed.best_accuracy:
            progressed.best_epoch, progressed.best_accuracy = epoch, validation_accuracy
            best = {k: v.clone() for k, v in network.state_dict().items()}
        save_checkpoint(checkpoint, network, optimizer, best, progressed)
        progress.say(
            f"{title}, epoch {epoch}: loss {loss:.3f}, accuracy {accuracy:.3f}; "
            f"validation {validation_loss:.3f}, {validation_accuracy:.3f}"
        )
    network.load_state_dict(best)
    network.to("cpu")
    return progressed.history


def network_probabilities(network: nn.Module, features: FloatArray) -> FloatArray:
    """Return the class probabilities of every window: float32, shape (n_windows, n_classes)."""
    network.eval()
    with torch.no_grad():
        batches = [
            functional.softmax(network(batch.to(device_of(network))), dim=1).cpu()
            for batch in torch.split(torch.from_numpy(features), EVALUATION_BATCH)
        ]
    out: FloatArray = torch.cat(batches).numpy()
    return out


def _start(
    checkpoint: Path, network: nn.Module, optimizer: torch.optim.Optimizer
) -> tuple[Tensors, Progressed]:
    if checkpoint.is_file():
        return load_checkpoint(checkpoint, network, optimizer)
    return {k: v.clone() for k, v in network.state_dict().items()}, Progressed()


def _epochs_left(schedule: Schedule, progressed: Progressed) -> Iterator[int]:
    """Count epochs from where the training stands to its limit, or until patience ends."""
    while (
        progressed.n_epochs < schedule.n_epochs
        and progressed.n_epochs - progressed.best_epoch < schedule.patience
    ):
        yield progressed.n_epochs + 1


def _seed_epoch(seed: int, epoch: int) -> None:
    torch.manual_seed(int(np.random.SeedSequence([seed, epoch]).generate_state(1)[0]))


def _train_epoch(
    network: nn.Module,
    optimizer: torch.optim.Optimizer,
    train: Examples,
    weights: torch.Tensor,
    batch_size: int,
) -> tuple[float, float]:
    """Return the mean loss and the accuracy over the epoch, as seen while training."""
    features, labels = torch.from_numpy(train.features), torch.from_numpy(train.window_labels)
    network.train()
    total_loss, n_right = 0.0, 0
    for batch in torch.split(torch.randperm(len(labels)), batch_size):
        logits = network(features[batch].to(device_of(network))).cpu()
        losses: Any = functional.cross_entropy(logits, labels[batch], reduction="none")
        loss = (losses * weights[labels[batch]]).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total_loss += loss.item() * len(batch)
        n_right += int((logits.argmax(1) == labels[batch]).sum())
    return total_loss / len(labels), n_right / len(labels)


def _score(network: nn.Module, examples: Examples) -> tuple[float, float]:
    """Return cross-entropy and accuracy over the rows."""
    probabilities = examples.by_row(network_probabilities(network, examples.features))
    of_truth = probabilities[np.arange(len(examples.labels)), examples.labels]
    loss = -np.log(np.maximum(of_truth, 1e-12)).mean()
    return float(loss), float((probabilities.argmax(1) == examples.labels).mean())
