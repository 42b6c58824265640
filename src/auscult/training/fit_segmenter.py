"""Training of the segmenter: a fixed number of steps, a learning rate that rises and falls once.

Conventions
-----------
loss     : cross-entropy against the shares of the states, mean over the annotated frames
stopping : none. The number of epochs is fixed beforehand, so that no recording is needed to stop
           the training, and every fold is trained alike
batches  : drawn from (seed, step), so a training that was interrupted goes on as if it had not been

Source
------
Smith and Topin, arXiv:1708.07120 (one cycle of the learning rate); Loshchilov and Hutter,
arXiv:1711.05101 (AdamW).
"""

from math import cos, pi
from pathlib import Path

import numpy as np
import torch
from torch import nn

from auscult.progress import Progress
from auscult.training.checkpoint import Progressed, load_checkpoint, save_checkpoint
from auscult.training.device import device_of, training_device
from auscult.training.state_batches import Batches
from auscult.types import FloatArray

STEPS_PER_ROUND = 50
"""Steps between two checkpoints."""
_PEAK_RATE, _RISING, _DECAY, _LARGEST_GRADIENT = 4e-3, 0.15, 1e-3, 5.0


def learning_rate(step: int, n_steps: int) -> float:
    """Return the rate at ``step``: from a 25th of its peak up, then down to nothing by a cosine.

    Examples
    --------
    >>> [round(learning_rate(step, 101), 5) for step in (0, 15, 100)]
    [0.00016, 0.004, 0.0]
    """
    share = step / max(n_steps - 1, 1)
    if share < _RISING:
        return _PEAK_RATE * (0.04 + 0.96 * share / _RISING)
    return _PEAK_RATE * (1 + cos(pi * (share - _RISING) / (1 - _RISING))) / 2


def fit_segmenter(
    network: nn.Module,
    batches: Batches,
    *,
    n_epochs: float,
    seed: int,
    checkpoint: Path,
    title: str,
    progress: Progress,
) -> list[dict[str, float]]:
    """Train in place, from ``checkpoint`` if it is there; return one record a round of 50 steps.

    Uses a GPU where torch sees one; the network comes back to the processor.

    Raises
    ------
    RunError
        If the checkpoint is damaged or cannot be written.
    """
    n_steps = max(1, round(n_epochs * batches.steps_per_epoch()))
    network.to(training_device())
    optimizer = torch.optim.AdamW(network.parameters(), lr=_PEAK_RATE, weight_decay=_DECAY)
    progressed = Progressed()
    if checkpoint.is_file():
        _, progressed = load_checkpoint(checkpoint, network, optimizer)
    n_rounds = -(-n_steps // STEPS_PER_ROUND)
    left = range(progressed.n_epochs, n_rounds)
    for index in progress.track(left, title, len(left)):
        steps = range(index * STEPS_PER_ROUND, min((index + 1) * STEPS_PER_ROUND, n_steps))
        losses = []
        for step in steps:
            for group in optimizer.param_groups:
                group["lr"] = learning_rate(step, n_steps)
            rng = np.random.default_rng([seed, step])
            losses.append(_step(network, optimizer, batches.draw(rng)))
        progressed.n_epochs = index + 1
        progressed.history.append({"step": steps.stop, "loss": float(np.mean(losses))})
        save_checkpoint(checkpoint, network, optimizer, {}, progressed)
        progress.say(f"{title}, step {steps.stop} of {n_steps}: loss {np.mean(losses):.4f}")
    network.to("cpu")
    return progressed.history


def _step(
    network: nn.Module,
    optimizer: torch.optim.Optimizer,
    batch: tuple[FloatArray, FloatArray],
) -> float:
    """Take one step and return the loss before it."""
    features, shares = (torch.from_numpy(part).to(device_of(network)) for part in batch)
    network.train()
    logits = torch.log_softmax(network(features), dim=1)
    loss = -(shares * logits).sum() / shares.sum()
    optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call] # torch leaves it untyped
    nn.utils.clip_grad_norm_(network.parameters(), _LARGEST_GRADIENT)
    optimizer.step()
    return loss.item()
