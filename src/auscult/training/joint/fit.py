"""The training loop of a network that answers several questions.

Conventions
-----------
epoch  : the training recordings in random order, each as one random window, heard by random ears
         where there are any; what fills no whole batch waits for another epoch
loss   : per window, the cross-entropies of the questions its recording answers, added up; where
         there is a teacher, also of those that only the teacher answers
weight : of a recording in a question, 1 / √(how many of its subset give its answer), mean 1; so a
         database where almost everybody is ill does not teach that its stethoscope means illness
rate   : rises over the first 15 % of the steps and falls to nothing, both as half a cosine (Smith
         and Topin 2018); there is no early stopping, so no recording chooses the epoch

Order, windows, ears and dropout are drawn from (seed, epoch): a resumed training goes on as the
unbroken one would have.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, pi
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from auscult.errors import ConfigError
from auscult.progress import Progress
from auscult.training.checkpoint import Progressed, load_checkpoint, save_checkpoint
from auscult.training.device import device_of, training_device
from auscult.training.joint.corpus import ASKED, COLUMNS, UNTOLD, Corpus
from auscult.training.joint.other_ears import OtherEars
from auscult.training.joint.sounds import Sounds
from auscult.training.joint.teacher import Teacher
from auscult.types import FloatArray

WARM_UP = 0.15
LARGEST_GRADIENT = 5.0
EVALUATION_BATCH = 256


@dataclass(frozen=True, slots=True)
class JointSchedule:
    """How long and how fast.

    Raises
    ------
    ConfigError
        If a number is not positive.
    """

    n_epochs: int = 40
    batch_size: int = 64
    learning_rate: float = 2e-3
    weight_decay: float = 1e-2

    def __post_init__(self) -> None:
        for name in ("n_epochs", "batch_size", "learning_rate", "weight_decay"):
            if getattr(self, name) <= 0:
                raise ConfigError(f"{name}={getattr(self, name)} must be positive")


def fit_joint(
    network: nn.Module,
    schedule: JointSchedule,
    corpus: Corpus,
    sounds: Sounds,
    train: Sequence[int],
    *,
    ears: OtherEars | None,
    seed: int,
    checkpoint: Path,
    title: str,
    progress: Progress,
    teacher: Teacher | None = None,
) -> list[dict[str, float]]:
    """Train in place, from ``checkpoint`` if it is there; return one record an epoch.

    ``train`` are indices of the corpus. Uses a GPU where torch sees one; the network comes back to
    the processor.

    Raises
    ------
    RunError
        If the checkpoint is damaged or cannot be written.
    """
    network.to(training_device(), memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimizer = torch.optim.AdamW(
        network.parameters(), lr=schedule.learning_rate, weight_decay=schedule.weight_decay
    )
    progressed = Progressed()
    if checkpoint.is_file():
        _, progressed = load_checkpoint(checkpoint, network, optimizer)
    targets, weights = targets_of(corpus), recording_weights(corpus, train)
    if teacher is not None:
        targets, weights = teacher.softened(targets, weights, corpus, train)
    lesson = _Lesson(corpus, sounds, np.array(train), targets, weights)
    epochs = range(progressed.n_epochs + 1, schedule.n_epochs + 1)
    for epoch in progress.track(epochs, title, len(epochs)):
        loss = _train_epoch(network, optimizer, schedule, lesson, ears, epoch, seed)
        progressed.n_epochs = epoch
        progressed.history.append({"epoch": epoch, "train_loss": loss})
        save_checkpoint(checkpoint, network, optimizer, {}, progressed)
        progress.say(f"{title}, epoch {epoch}: loss {loss:.3f}")
    network.to("cpu")
    return progressed.history


@dataclass(frozen=True, slots=True, eq=False)
class _Lesson:
    """What an epoch goes through: recordings, sounds, what is right, and how heavily it counts."""

    corpus: Corpus
    sounds: Sounds
    pool: NDArray[np.int64]
    targets: FloatArray
    weights: FloatArray


def _train_epoch(  # noqa: PLR0917 - one epoch is all of this
    network: nn.Module,
    optimizer: torch.optim.Optimizer,
    schedule: JointSchedule,
    lesson: _Lesson,
    ears: OtherEars | None,
    epoch: int,
    seed: int,
) -> float:
    """Go once through the pool; return the mean loss."""
    rng = np.random.default_rng([seed, epoch])
    generator = torch.Generator().manual_seed(int(rng.integers(2**62)))
    torch.manual_seed(int(rng.integers(2**62)))
    device = device_of(network)
    network.train()
    losses = []
    batches = _batches(rng.permutation(lesson.pool), schedule.batch_size)
    for step, batch in enumerate(batches):
        done = (epoch - 1 + step / len(batches)) / schedule.n_epochs
        for group in optimizer.param_groups:
            group["lr"] = schedule.learning_rate * one_cycle(done)
        windows = torch.from_numpy(lesson.sounds.draw(batch, rng))
        heard = windows if ears is None else ears(windows, generator)
        with torch.autocast(device.type, torch.bfloat16):
            logits = network(heard.to(device))
        loss = joint_loss(
            logits.float().cpu(),
            lesson.targets[batch],
            lesson.weights[batch],
            lesson.corpus.columns,
        )
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(network.parameters(), LARGEST_GRADIENT)
        optimizer.step()
        losses.append(loss.item())
    return float(np.mean(losses))


def joint_loss(
    logits: torch.Tensor,
    targets: FloatArray,
    weights: FloatArray,
    columns: Mapping[str, slice] = COLUMNS,
) -> torch.Tensor:
    """Return the mean over windows of the weighted cross-entropies of the questions answered.

    ``targets`` are probabilities, shape (n, n_logits); ``weights``, shape (n, n_questions), are 0
    where a question is not answered.
    """
    total = logits.sum() * 0.0
    for number, column in enumerate(columns.values()):
        told = np.flatnonzero(weights[:, number])
        if told.size:
            losses = functional.cross_entropy(
                logits[told][:, column],
                torch.from_numpy(targets[told, column]),
                reduction="none",
            )
            total = total + (losses * torch.from_numpy(weights[told, number])).sum()
    return total / len(targets)


def targets_of(corpus: Corpus) -> FloatArray:
    """Return 1 for every answer given, 0 elsewhere: float32, shape (n_recordings, n_logits)."""
    width = max(column.stop for column in corpus.columns.values())
    targets = np.zeros((len(corpus.entries), width), np.float32)
    for number, column in enumerate(corpus.columns.values()):
        told = np.flatnonzero(corpus.answers[:, number] != UNTOLD)
        targets[told, column.start + corpus.answers[told, number]] = 1
    return targets


def recording_weights(corpus: Corpus, train: Sequence[int]) -> FloatArray:
    """Return each recording's weight in each question: float32, shape (n_recordings, n_questions).

    Recordings outside ``train``, and those that do not answer, weigh nothing.
    """
    weights = np.zeros(corpus.answers.shape, np.float32)
    for number in range(corpus.answers.shape[1]):
        told = [index for index in train if corpus.answers[index, number] != UNTOLD]
        cells = [(corpus.entries[i].subset, corpus.answers[i, number]) for i in told]
        counts = Counter(cells)
        raw = np.array([counts[cell] ** -0.5 for cell in cells], np.float32)
        if told:
            weights[told, number] = raw / raw.mean()
    return weights


def one_cycle(done: float) -> float:
    """Return the share of the highest learning rate after a share ``done`` of the training."""
    if done < WARM_UP:
        return 0.04 + 0.96 * (1 - cos(pi * done / WARM_UP)) / 2
    return (1 + cos(pi * (done - WARM_UP) / (1 - WARM_UP))) / 2


def joint_answers(network: nn.Module, windows: FloatArray) -> dict[str, FloatArray]:
    """Return question → the probabilities of every window: float32, (n_windows, n_classes)."""
    network.eval()
    with torch.no_grad():
        logits = torch.cat(
            [network(batch) for batch in torch.split(torch.from_numpy(windows), EVALUATION_BATCH)]
        )
    return {q: functional.softmax(logits[:, COLUMNS[q]], dim=1).numpy() for q in ASKED}


def _batches(order: NDArray[np.int64], size: int) -> list[NDArray[np.int64]]:
    """Cut ``order`` into whole batches, or one smaller one if there are too few; a rest is left."""
    whole = len(order) // size * size
    return [*order[:whole].reshape(-1, size)] if whole else [order]
