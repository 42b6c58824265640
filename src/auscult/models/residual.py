"""A residual network with attention: a few seconds of log-mel spectrogram → answers.

::

    (n, 40 bands, n_frames) ─ level ─ convolution ─ 3 residual stages (bands ÷ 8, frames ÷ 4)
        ─ dense ─ 4 dilated residual convolutions over time ─ attention: weighted mean and deviation
        ─ one logit a class

Where a recurrent layer would remember, dilated convolutions look back: the last sees two seconds.

Conventions
-----------
features : float32, shape (n, n_bands, n_frames), log-mel in dB; n and n_frames are free
logits   : float32, shape (n, n_logits)

Source
------
He, Zhang, Ren, Sun: Identity Mappings in Deep Residual Networks, ECCV 2016. Bai, Kolter, Koltun:
An Empirical Evaluation of Generic Convolutional and Recurrent Networks for Sequence Modeling,
arXiv:1803.01271 (dilated convolutions over time).
"""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import nn
from torch.nn import functional

from auscult.errors import ConfigError
from auscult.models.recorder import RECORDER_WIDTH, Recorder
from auscult.models.windows import attended, attention_over, level

STRIDES = ((2, 2), (2, 2), (2, 1))
BANDS_PER_OUTPUT = 8
DILATIONS = (1, 2, 4, 8)


@dataclass(frozen=True, slots=True)
class Residual:
    """Widths of the network.

    Parameters
    ----------
    channels
        Filters of the three stages.
    width
        Values a step of the convolutions over time.
    dropout
        Share of values dropped before the dense layers, 0 to below 1.
    by_band
        Each band is levelled by itself, so that the heart is heard past a device's response, and a
        recorder tells the levels to those who are to know them (:mod:`auscult.models.recorder`).

    Raises
    ------
    ConfigError
        If there are not three stages, or a number is out of range.
    """

    words: ClassVar[str] = "residual network"

    channels: tuple[int, int, int] = (24, 48, 80)
    width: int = 96
    dropout: float = 0.2
    by_band: bool = False

    def __post_init__(self) -> None:
        if len(self.channels) != len(STRIDES) or min(*self.channels, self.width) < 1:
            raise ConfigError(
                f"channels={self.channels} must be three positive numbers, "
                f"width={self.width} a fourth"
            )
        if not 0 <= self.dropout < 1:
            raise ConfigError(f"dropout={self.dropout} must be 0 or more and less than 1")

    def build(self, n_bands: int, n_logits: int, seed: int) -> "ResidualNetwork":
        """Return the network with initial values drawn from ``seed``.

        Raises
        ------
        ConfigError
            If ``n_bands`` is no multiple of 8.
        """
        if n_bands % BANDS_PER_OUTPUT:
            raise ConfigError(f"n_bands={n_bands} must be a multiple of {BANDS_PER_OUTPUT}")
        torch.manual_seed(seed)
        return ResidualNetwork(self, n_bands, n_logits)


class Stage(nn.Module):
    """Two convolutions added to what came in, which is made coarser and wider."""

    def __init__(self, before: int, channels: int, stride: tuple[int, int]) -> None:
        super().__init__()
        self.first = nn.Conv2d(before, channels, 3, stride, padding=1, bias=False)
        self.second = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.norms = nn.ModuleList([nn.BatchNorm2d(channels), nn.BatchNorm2d(channels)])
        self.shortcut = nn.Conv2d(before, channels, 1, stride)

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        """Return the sum."""
        added = functional.relu(self.norms[0](self.first(maps)))
        return functional.relu(self.shortcut(maps) + self.norms[1](self.second(added)))


class Looking(nn.Module):
    """A dilated convolution over time, added to what came in."""

    def __init__(self, width: int, dilation: int, dropout: float) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv1d(width, width, 3, padding=dilation, dilation=dilation, bias=False),
            nn.BatchNorm1d(width),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Conv1d(width, width, 1),
        )

    def forward(self, steps: torch.Tensor) -> torch.Tensor:
        """Return the sum."""
        return steps + torch.as_tensor(self.layers(steps))


class ResidualNetwork(nn.Module):
    """float32 (n, n_bands, n_frames) → logits (n, n_logits)."""

    def __init__(self, options: Residual, n_bands: int, n_logits: int) -> None:
        super().__init__()
        widths = (1, *options.channels)
        self.stages = nn.Sequential(
            *(Stage(*pair) for pair in zip(widths, widths[1:], STRIDES, strict=False))
        )
        self.dropout = nn.Dropout(options.dropout)
        self.dense = nn.Linear(widths[-1] * n_bands // BANDS_PER_OUTPUT, options.width)
        self.looking = nn.Sequential(
            *(Looking(options.width, dilation, options.dropout) for dilation in DILATIONS)
        )
        self.attention = attention_over(options.width, options.width // 2)
        self.recorder = Recorder(options.dropout, n_bands) if options.by_band else None
        self.answer = nn.Linear(2 * options.width + RECORDER_WIDTH * options.by_band, n_logits)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Return the logits."""
        levelled = level(features, by_band=self.recorder is not None)
        maps = self.stages(levelled.unsqueeze(1)).flatten(1, 2).transpose(1, 2)
        steps = torch.relu(self.dense(self.dropout(maps)))
        steps = self.looking(steps.transpose(1, 2)).transpose(1, 2)
        heard = attended(steps, self.attention(steps))
        if self.recorder is not None:
            heard = torch.cat([heard, self.recorder(features)], dim=1)
        logits: torch.Tensor = self.answer(self.dropout(heard))
        return logits
