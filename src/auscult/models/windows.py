"""What every network that listens to windows does first and last: level, and listen more closely.

Conventions
-----------
features : float32, shape (n, n_bands, n_frames), log-mel in dB; n and n_frames are free
steps    : float32, shape (n, n_steps, width), what is heard at each time

Source
------
Okabe, Koshinaka, Shinoda: Attentive Statistics Pooling for Deep Speaker Embedding, Interspeech
2018.
"""

from dataclasses import Field
from typing import Any, ClassVar, Protocol

import torch
from torch import nn


class WindowModel(Protocol):
    """A network's options, in a frozen dataclass; ``words`` say on a model card what it is.

    ``by_band``: each band is levelled by itself, and a :mod:`auscult.models.recorder` is beside it.
    """

    words: ClassVar[str]
    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    @property
    def by_band(self) -> bool:
        """Whether the heart is heard past the device."""
        ...

    def build(self, n_bands: int, n_logits: int, seed: int) -> nn.Module:
        """Return a module: features (n, n_bands, n_frames) → logits (n, n_logits).

        Its last layer is the linear ``answer``; ``recorder`` is None, or what is beside it:
        ``answer`` is then given what the recorder tells behind what the module hears. Initial
        values are drawn from ``seed``.
        """
        ...


def level(features: torch.Tensor, *, by_band: bool = False) -> torch.Tensor:
    """Return each window with mean 0 and, unless it is almost flat, deviation 1.

    Gain then tells nothing. ``by_band``: each band of it so; then a device's frequency response,
    which is a sum in decibels, tells nothing either.
    """
    together = (2,) if by_band else (1, 2)
    centred = features - features.mean(together, keepdim=True)
    return centred / centred.square().mean(together, keepdim=True).sqrt().clamp_min(1.0)


def attention_over(width: int, n_units: int) -> nn.Sequential:
    """Return what scores each step: (n, n_steps, width) → (n, n_steps, 1)."""
    return nn.Sequential(nn.Linear(width, n_units), nn.Tanh(), nn.Linear(n_units, 1))


def attended(steps: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
    """Return mean and deviation over the steps, weighted by their scores: (n, 2 · width)."""
    weights = torch.softmax(scores, dim=1)
    mean = (weights * steps).sum(1)
    spread = (weights * (steps - mean.unsqueeze(1)) ** 2).sum(1).clamp_min(1e-5).sqrt()
    return torch.cat([mean, spread], dim=1)
