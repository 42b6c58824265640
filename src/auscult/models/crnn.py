"""A convolutional recurrent network with attention: a few seconds of log-mel spectrogram → answers.

::

    (n, 40 bands, n_frames) ─ level ─ 4 convolutions (bands ÷ 8, frames ÷ 4) ─ dense
        ─ GRU, both ways ─ attention: weighted mean and deviation over time ─ one logit a class

Convolutions find clicks, tones and noise bands; the recurrent layer knows where in the beat they
lie; attention picks the beats worth listening to. One head answers several questions, whose classes
lie side by side in the output.

Conventions
-----------
features : float32, shape (n, n_bands, n_frames), log-mel in dB; n and n_frames are free
logits   : float32, shape (n, n_logits)

Source
------
Choi, Fazekas, Sandler, Cho: Convolutional Recurrent Neural Networks for Music Classification,
ICASSP 2017.

Differences from the sources
----------------------------
Strided convolutions in place of pooling: a quarter of the memory traffic, which is what training on
a processor waits for.
"""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import nn

from auscult.errors import ConfigError
from auscult.models.windows import attended, attention_over, level

KERNELS, STRIDES = (5, 3, 3, 3), ((2, 2), (2, 2), (2, 1), (1, 1))
BANDS_PER_OUTPUT = 8


@dataclass(frozen=True, slots=True)
class Crnn:
    """Widths of the network.

    Parameters
    ----------
    channels
        Filters of the four convolutions.
    n_units
        Units of the recurrent layer, each way.
    dropout
        Share of values dropped before the dense layers, 0 to below 1.
    by_band
        Each band is levelled by itself, so that the network hears past a device's response.

    Raises
    ------
    ConfigError
        If there are not four convolutions, or a number is out of range.
    """

    words: ClassVar[str] = "convolutional recurrent network"

    channels: tuple[int, int, int, int] = (32, 48, 64, 96)
    n_units: int = 64
    dropout: float = 0.2
    by_band: bool = False

    def __post_init__(self) -> None:
        if len(self.channels) != len(KERNELS) or min(*self.channels, self.n_units) < 1:
            raise ConfigError(
                f"channels={self.channels} must be four positive numbers, "
                f"n_units={self.n_units} a fifth"
            )
        if not 0 <= self.dropout < 1:
            raise ConfigError(f"dropout={self.dropout} must be 0 or more and less than 1")

    def build(self, n_bands: int, n_logits: int, seed: int) -> "CrnnNetwork":
        """Return the network with initial values drawn from ``seed``.

        Raises
        ------
        ConfigError
            If ``n_bands`` is no multiple of 8.
        """
        if n_bands % BANDS_PER_OUTPUT:
            raise ConfigError(f"n_bands={n_bands} must be a multiple of {BANDS_PER_OUTPUT}")
        torch.manual_seed(seed)
        return CrnnNetwork(self, n_bands, n_logits)


class CrnnNetwork(nn.Module):
    """float32 (n, n_bands, n_frames) → logits (n, n_logits)."""

    def __init__(self, options: Crnn, n_bands: int, n_logits: int) -> None:
        super().__init__()
        blocks: list[nn.Module] = []
        before = 1
        for channels, kernel, stride in zip(options.channels, KERNELS, STRIDES, strict=True):
            blocks += [
                nn.Conv2d(before, channels, kernel, stride, padding=kernel // 2, bias=False),
                nn.BatchNorm2d(channels),
                nn.ReLU(inplace=True),
            ]
            before = channels
        width = 2 * options.n_units
        self.by_band = options.by_band
        self.convolutions = nn.Sequential(*blocks)
        self.dropout = nn.Dropout(options.dropout)
        self.dense = nn.Linear(before * n_bands // BANDS_PER_OUTPUT, width)
        self.recurrent = nn.GRU(width, options.n_units, batch_first=True, bidirectional=True)
        self.attention = attention_over(width, options.n_units)
        self.answer = nn.Linear(2 * width, n_logits)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Return the logits."""
        levelled = level(features, by_band=self.by_band)
        maps = self.convolutions(levelled.unsqueeze(1)).flatten(1, 2).transpose(1, 2)
        steps, _ = self.recurrent(torch.relu(self.dense(self.dropout(maps))))
        logits: torch.Tensor = self.answer(self.dropout(attended(steps, self.attention(steps))))
        return logits
