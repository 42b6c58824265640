"""What bands' levels tell: the stethoscope or telephone, and so who published the recording.

A device's frequency response is a sum in decibels, the same at all times: a network that hears each
band at the band's own level cannot hear it, on a device it knows as on one it has never met. Some
questions are of the heart, and are answered so. Others ask what a publisher said of its recordings:
they are told by a second, smaller encoder too, which hears the levels::

    features ─┬─ level, by band ─ the network ─ heard ──┬─ questions of the heart
              │                                         └─┬─ the others
              └─ level ─ frames ÷ 2 ─ encoder ─ recorder ─┘
"""

import torch
from torch import nn
from torch.nn import functional

from auscult.models.encoder import Encoder
from auscult.models.windows import level

CHANNELS, N_UNITS = (16, 24, 32, 48), 32
RECORDER_WIDTH = 4 * N_UNITS


class Recorder(Encoder):
    """Features, float32 (n, n_bands, n_frames) → (n, ``RECORDER_WIDTH``)."""

    def __init__(self, dropout: float, n_bands: int) -> None:
        super().__init__(CHANNELS, N_UNITS, dropout, n_bands)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Return what is told, from every two frames together."""
        return super().forward(functional.avg_pool1d(level(features), 2))


def hide_recorder(answer: nn.Linear, logits: slice) -> None:
    """Make logits deaf to the recorder: weights are 0 now, and stay so while this is trained.

    ``answer`` is given what a network hears and, behind it, what the recorder tells.
    """
    heard = torch.ones_like(answer.weight)
    heard[logits, -RECORDER_WIDTH:] = 0.0
    with torch.no_grad():
        answer.weight.mul_(heard)
    answer.weight.register_hook(lambda slope: slope * heard.to(slope.device))  # type: ignore[no-untyped-call]
