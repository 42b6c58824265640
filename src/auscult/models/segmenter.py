"""A small convolutional network that tells S1, systole, S2 and diastole apart, frame by frame.

::

    log-mel (bands × frames of 10 ms)
      less its mean over the last and the next second and a half, band by band
      Conv 5 · ReLU ────────────────────────────────────────────┐ 10 ms
        Conv /2 · 2 residual blocks ──────────────────┐         │ 20 ms
          Conv /2 · 6 residual blocks, dilated 1…32   │         │ 40 ms: hears ±2.5 s
        Conv ×2, added · residual block ──────────────┘         │ 20 ms
      Conv ×2, joined · Conv 3 · ReLU · Conv 1 ─────────────────┘ 10 ms
    logits (4 × frames)

Taking away the local mean makes the answer independent of gain and of the stethoscope's frequency
response, and as good in the soft half of a recording as in the loud one. To tell S1 from S2 a
network must hear several beats; it does so on the coarsest grid, where a second is 25 frames, and
finds the exact onset on the finest.

Conventions
-----------
input  : float32, shape (n, n_bands, n_frames), in dB, a frame 10 ms; n_frames is free, a multiple
         of ``FRAMES_MULTIPLE``
output : float32, shape (n, 4, n_frames)

Source
------
The shape follows the fully convolutional segmenters of Renna, Oliveira, Coimbra, IEEE JBHI
23(6):2435, 2019, doi:10.1109/JBHI.2019.2894222, with dilated convolutions (Bai, Kolter, Koltun,
arXiv:1803.01271) in place of the deepest levels.
"""

from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional

N_STATES = 4
FRAMES_MULTIPLE = 20
_COARSE_FRAMES, _MEAN_STEPS = 10, 31
_DECIBELS = 10.0


class Block(nn.Module):
    """A dilated convolution added to what came in."""

    def __init__(self, channels: int, dilation: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv1d(channels, channels, 3, dilation=dilation, padding=dilation, bias=False),
            nn.BatchNorm1d(channels),
            nn.ReLU(),
            nn.Conv1d(channels, channels, 1),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return ``x`` and what the convolution adds."""
        return x + torch.as_tensor(self.layers(x))


class SegmenterNetwork(nn.Module):
    """float32 (n, n_bands, n_frames) in dB → logits (n, 4, n_frames)."""

    def __init__(self, options: "Segmenter", n_bands: int) -> None:
        super().__init__()
        fine, middle, coarse = options.channels
        self.stem = nn.Sequential(
            nn.Conv1d(n_bands, fine, 5, padding=2, bias=False), nn.BatchNorm1d(fine), nn.ReLU()
        )
        self.down_middle = nn.Conv1d(fine, middle, 4, stride=2, padding=1)
        self.middle = nn.Sequential(*(Block(middle, d) for d in options.middle_dilations))
        self.down_coarse = nn.Conv1d(middle, coarse, 4, stride=2, padding=1)
        self.coarse = nn.Sequential(*(Block(coarse, d) for d in options.coarse_dilations))
        self.up_middle = nn.ConvTranspose1d(coarse, middle, 4, stride=2, padding=1)
        self.mix = Block(middle, 1)
        self.up_fine = nn.ConvTranspose1d(middle, fine, 4, stride=2, padding=1)
        self.head = nn.Sequential(
            nn.Conv1d(2 * fine, fine, 3, padding=1), nn.ReLU(), nn.Conv1d(fine, N_STATES, 1)
        )

    def forward(self, decibels: torch.Tensor) -> torch.Tensor:
        """Return the logits."""
        heard = self.stem((decibels - local_mean(decibels)) / _DECIBELS)
        middle = self.middle(self.down_middle(heard))
        coarse = self.coarse(self.down_coarse(middle))
        middle = self.mix(middle + self.up_middle(coarse))
        logits: torch.Tensor = self.head(torch.cat([heard, self.up_fine(middle)], dim=1))
        return logits


def local_mean(decibels: torch.Tensor) -> torch.Tensor:
    """Return the mean of each band over 3.1 s around each tenth of a second, same shape."""
    tenths = functional.avg_pool1d(decibels, _COARSE_FRAMES, _COARSE_FRAMES)
    around = functional.avg_pool1d(
        tenths, _MEAN_STEPS, 1, _MEAN_STEPS // 2, count_include_pad=False
    )
    return functional.interpolate(around, scale_factor=float(_COARSE_FRAMES), mode="nearest")


@dataclass(frozen=True, slots=True)
class Segmenter:
    """Widths and dilations of the network."""

    channels: tuple[int, int, int] = (24, 48, 64)
    middle_dilations: tuple[int, ...] = (1, 2)
    coarse_dilations: tuple[int, ...] = (1, 2, 4, 8, 16, 32)

    def build(self, n_bands: int, seed: int) -> SegmenterNetwork:
        """Return the network with initial values drawn from ``seed``."""
        torch.manual_seed(seed)
        return SegmenterNetwork(self, n_bands)
