"""Where a fine-tuning starts: a bundle's network in torch, and the head that answers.

A question that the network knows keeps its head, and what the head is not to hear. What is heard in
three classes is told by the five-class head, its classes added up. Any other answer gets a head of
its own, fitted to the network as it is before anything else moves: a head that starts at random
would tear up what is below it in the first steps. It hears the heart past the device, if the
network does.

Conventions
-----------
features : float32, shape (n, n_bands, n_frames)
logits   : float32, shape (n, n_classes), of one question

Source
------
Kumar, Raghunathan, Jones, Ma, Liang: Fine-Tuning can Distort Pretrained Features and Underperform
Out-of-Distribution, ICLR 2022 (first the head, then everything).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load
from torch import nn

from auscult.bundle import Bundle, find_bundle, read_bundle
from auscult.config import from_config
from auscult.errors import BundleError, ConfigError
from auscult.frontend import Frontend
from auscult.listener import Listener
from auscult.models import NETWORKS
from auscult.models.recorder import RECORDER_WIDTH
from auscult.training.joint.members import hear_past_device, past_device
from auscult.training.joint.sounds import Sounds
from auscult.types import CLASSES_3_OF_5
from auscult.weights import Head, Weights


@dataclass(frozen=True, slots=True)
class Start:
    """A bundle, and the listener in it that can be trained further."""

    bundle: Bundle
    listener: Listener
    frontend: Frontend
    weights: Weights


def find_start(name_or_folder: str | Path) -> Start:
    """Return the start in a shipped bundle, by name, or in a bundle's folder.

    Raises
    ------
    BundleError
        If there is no bundle, or it carries no weights.
    """
    bundle = read_bundle(find_bundle(name_or_folder))
    for listener in bundle.listeners:
        frontend = listener.frontend
        if listener.weights is not None and isinstance(frontend, Frontend):
            return Start(bundle, listener, frontend, listener.weights)
    why = "finds heartbeats and tells no classes apart" if bundle.decoder else "cannot be trained"
    raise BundleError(
        f"{bundle.name}: {why}, for it carries no weights to go on from; start from 'default', or "
        "from a bundle that `auscult export-joint`, or `auscult export` after `auscult train "
        "--from`, wrote"
    )


class Tuned(nn.Module):
    """A network that answers one question; its batch statistics stay what they are.

    Parameters
    ----------
    network
        Anything whose last layer is ``answer``.
    sums
        Class → the logits whose probabilities add up to it.
    """

    def __init__(self, network: nn.Module, sums: Sequence[Sequence[int]]) -> None:
        super().__init__()
        self.network = network
        self.sums = [list(members) for members in sums]

    def train(self, mode: bool = True) -> Self:  # noqa: FBT001, FBT002 - as torch calls it
        """Switch dropout on or off, and batch normalisation never on."""
        super().train(mode)
        # subtle: thirty recordings are no sample of what hearts sound like; their means and
        # deviations would spoil every layer that was trained with those of thousands.
        for module in self.modules():
            if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
                module.eval()
        return self

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Return the logits of the classes."""
        logits: torch.Tensor = self.network(features)
        if all(len(members) == 1 for members in self.sums):
            return logits
        # subtle: sums of probabilities are sums of powers, in full precision also while training
        parts = [torch.logsumexp(logits[:, members].float(), dim=1) for members in self.sums]
        return torch.stack(parts, dim=1)


@dataclass(frozen=True, slots=True)
class Taken:
    """Logits of a network that answer a question: where they stand, and which make up a class."""

    head: Head
    columns: slice
    sums: tuple[tuple[int, ...], ...]


def taken_head(heads: Sequence[Head], question: str, classes: tuple[str, ...]) -> Taken | None:
    """Return the logits that answer ``question`` already; None where a new head is needed."""
    begin = 0
    for head in heads:
        columns = slice(begin, begin := begin + len(head.classes))
        if (head.question, head.classes) == (question, classes):
            return Taken(head, columns, tuple((i,) for i in range(len(classes))))
        if (head.question, question) == ("heard5", "heard"):
            of = [CLASSES_3_OF_5[five] for five in head.classes]
            sums = (tuple(i for i, three in enumerate(of) if three == name) for name in classes)
            return Taken(head, columns, tuple(sums))
    return None


def with_head(
    weights: Weights,
    question: str,
    classes: tuple[str, ...],
    *,
    sounds: Sounds,
    train: Sequence[int],
    answers: NDArray[np.int64],
) -> Tuned:
    """Return the network of ``weights`` with a head for ``question``, before it is trained on.

    ``train`` and ``answers`` (class index of each of them) are what a new head is fitted to.

    Raises
    ------
    BundleError
        If the weights are damaged or of a network this version does not know.
    """
    network = open_network(weights, sounds.windows(train[0]).shape[1])
    whole: nn.Linear = network.answer  # type: ignore[assignment]
    taken = taken_head(weights.heads, question, classes)
    if taken is None:
        network.answer = nn.Identity()
        deaf = past_device(network, question)
        network.answer = _fitted_head(network, sounds, train, answers, len(classes), deaf=deaf)
        hear_past_device(network, question, slice(None))
        return Tuned(network, [[i] for i in range(len(classes))])
    rows = taken.columns
    network.answer = _linear(whole.weight.detach()[rows], whole.bias.detach()[rows])
    hear_past_device(network, taken.head.question, slice(None))
    return Tuned(network, taken.sums)


def open_network(weights: Weights, n_bands: int) -> nn.Module:
    """Return the network as it was trained.

    Raises
    ------
    BundleError
        If the weights are damaged or of a network this version does not know.
    """
    try:
        known = {kind.__name__: kind for kind in NETWORKS.values()}
        made = from_config(weights.architecture, known)
        network: nn.Module = made.build(n_bands, weights.n_logits, seed=0)
        network.load_state_dict(load(weights.read()))
    except (SafetensorError, RuntimeError, AttributeError, ConfigError) as error:
        raise BundleError(
            f"the weights to start from cannot be understood ({error}); "
            "they may be of another version of auscult"
        ) from error
    return network.eval()


def _fitted_head(
    encoder: nn.Module,
    sounds: Sounds,
    train: Sequence[int],
    answers: NDArray[np.int64],
    n_classes: int,
    *,
    deaf: bool,
) -> nn.Linear:
    """Return a linear head fitted to what ``encoder`` makes of every window, recordings alike.

    A ``deaf`` one is not given what the recorder tells.
    """
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - heavy, and rarely needed

    windows = [sounds.windows(index) for index in train]
    n_windows = [len(part) for part in windows]
    with torch.no_grad():
        heard = encoder(torch.from_numpy(np.concatenate(windows))).numpy()
    if deaf:
        heard[:, -RECORDER_WIDTH:] = 0
    linear = LogisticRegression(class_weight="balanced", max_iter=1000)
    share = np.repeat(1 / np.array(n_windows), n_windows)
    linear.fit(heard, np.repeat(answers, n_windows), sample_weight=share)
    rows, biases = linear.coef_, linear.intercept_
    if n_classes == 2:  # noqa: PLR2004 - scikit-learn keeps one row, that of the second class
        rows, biases = np.concatenate([-rows / 2, rows / 2]), np.concatenate([-biases, biases]) / 2
    return _linear(torch.from_numpy(rows).float(), torch.from_numpy(biases).float())


def _linear(weight: torch.Tensor, bias: torch.Tensor) -> nn.Linear:
    layer = nn.Linear(weight.shape[1], weight.shape[0])
    with torch.no_grad():
        layer.weight.copy_(weight)
        layer.bias.copy_(bias)
    return layer
