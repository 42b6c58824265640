"""State of a network's training between epochs, in one safetensors file.

Tensors are stored under ``network.…``, ``best.…`` and ``adam.<index>.…``; numbers and the history
as JSON in the header. Randomness needs no state: every epoch draws from (seed, epoch), so a
resumed training continues as the unbroken one would have. Nothing is unpickled.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from auscult.errors import RunError
from auscult.files import write_atomically

Tensors = dict[str, torch.Tensor]


@dataclass(slots=True)
class Progressed:
    """How far a training has come: epochs done, the best so far, the curve."""

    n_epochs: int = 0
    best_epoch: int = 0
    best_accuracy: float = -1.0
    history: list[dict[str, float]] = field(default_factory=list)


def save_checkpoint(
    path: Path,
    network: torch.nn.Module,
    optimizer: torch.optim.Optimizer,
    best: Tensors,
    progressed: Progressed,
) -> None:
    """Write the state after an epoch; the state before survives if that fails.

    Raises
    ------
    RunError
        If the file cannot be written.
    """
    tensors: Tensors = {f"network.{k}": v for k, v in network.state_dict().items()}
    tensors |= {f"best.{k}": v for k, v in best.items()}
    for index, state in optimizer.state_dict()["state"].items():
        tensors |= {f"adam.{index}.{k}": v for k, v in state.items()}
    about = {
        "n_epochs": progressed.n_epochs,
        "best_epoch": progressed.best_epoch,
        "best_accuracy": progressed.best_accuracy,
        "history": progressed.history,
    }
    contiguous = {k: v.contiguous() for k, v in tensors.items()}
    write_atomically(path, save(contiguous, {"progressed": json.dumps(about)}))


def load_checkpoint(
    path: Path, network: torch.nn.Module, optimizer: torch.optim.Optimizer
) -> tuple[Tensors, Progressed]:
    """Restore network and optimiser in place; return the best weights and how far it had come.

    Raises
    ------
    RunError
        If the file is damaged or belongs to another network.
    """
    try:
        with safe_open(path, framework="pt") as stored:
            tensors = {key: stored.get_tensor(key) for key in stored.keys()}  # noqa: SIM118
            about = json.loads(stored.metadata()["progressed"])
        network.load_state_dict(_under("network.", tensors))
        states: dict[int, Tensors] = {}
        for key, value in _under("adam.", tensors).items():
            index, _, name = key.partition(".")
            states.setdefault(int(index), {})[name] = value
        optimizer.load_state_dict({**optimizer.state_dict(), "state": states})
        progressed = Progressed(**about)
    except (SafetensorError, RuntimeError, KeyError, ValueError, TypeError) as error:
        raise RunError(
            f"{path}: is damaged or of another network ({error}); delete it to start this fold anew"
        ) from error
    return _under("best.", tensors), progressed


def trained_weights(path: Path) -> bytes:
    """Return the network's tensors alone, as the bytes of a safetensors file.

    Raises
    ------
    RunError
        If the file is missing or damaged.
    """
    try:
        with safe_open(path, framework="pt") as stored:
            tensors = {key: stored.get_tensor(key) for key in stored.keys()}  # noqa: SIM118
    except (SafetensorError, OSError) as error:
        raise RunError(
            f"{path}: cannot be read ({error}); delete its folder and give the command again"
        ) from error
    return packed(_under("network.", tensors))


def packed(tensors: Tensors) -> bytes:
    """Return tensors by name as the bytes of a safetensors file: equal tensors, equal bytes."""
    return bytes(save({name: tensor.contiguous() for name, tensor in sorted(tensors.items())}))


def _under(prefix: str, tensors: Tensors) -> Tensors:
    return {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}
