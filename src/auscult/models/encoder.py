"""What a convolutional recurrent network hears in a window, before anybody asks.

::

    levelled (n, n_bands, n_frames) ─ 4 convolutions (bands ÷ 8, frames ÷ 4) ─ dense
        ─ GRU, both ways ─ attention: weighted mean and deviation over time ─ heard (n, 4 · n_units)

Convolutions find clicks, tones and noise bands; the recurrent layer knows where in the beat they
lie; attention picks the beats worth listening to.

Source
------
Choi, Fazekas, Sandler, Cho: Convolutional Recurrent Neural Networks for Music Classification,
ICASSP 2017.

Differences from the sources
----------------------------
Strided convolutions in place of pooling: a quarter of the memory traffic, which is what training on
a processor waits for.
"""

import torch
from torch import nn

from auscult.models.windows import attended, attention_over

KERNELS, STRIDES = (5, 3, 3, 3), ((2, 2), (2, 2), (2, 1), (1, 1))
BANDS_PER_OUTPUT = 8


class Encoder(nn.Module):
    """Levelled features, float32 (n, n_bands, n_frames) → heard, (n, 4 · n_units)."""

    def __init__(
        self, channels: tuple[int, int, int, int], n_units: int, dropout: float, n_bands: int
    ) -> None:
        super().__init__()
        blocks: list[nn.Module] = []
        before = 1
        for after, kernel, stride in zip(channels, KERNELS, STRIDES, strict=True):
            blocks += [
                nn.Conv2d(before, after, kernel, stride, padding=kernel // 2, bias=False),
                nn.BatchNorm2d(after),
                nn.ReLU(inplace=True),
            ]
            before = after
        width = 2 * n_units
        self.convolutions = nn.Sequential(*blocks)
        self.dropout = nn.Dropout(dropout)
        self.dense = nn.Linear(before * n_bands // BANDS_PER_OUTPUT, width)
        self.recurrent = nn.GRU(width, n_units, batch_first=True, bidirectional=True)
        self.attention = attention_over(width, n_units)

    def forward(self, levelled: torch.Tensor) -> torch.Tensor:
        """Return what is heard."""
        maps = self.convolutions(levelled.unsqueeze(1)).flatten(1, 2).transpose(1, 2)
        steps, _ = self.recurrent(torch.relu(self.dense(self.dropout(maps))))
        return attended(steps, self.attention(steps))
