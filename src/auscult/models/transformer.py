"""A small transformer: a few seconds of log-mel spectrogram → answers.

::

    (n, 40 bands, n_frames) ─ level ─ 3 convolutions (bands ÷ 8, frames ÷ 4) ─ dense
        ─ places, by a convolution over time ─ 3 blocks of self-attention and dense layers
        ─ attention: weighted mean and deviation over time ─ one logit a class

Every beat can look at every other. A token lasts four frames; where it stands is told by its
neighbours, so that windows of any length can be heard.

Conventions
-----------
features : float32, shape (n, n_bands, n_frames), log-mel in dB; n and n_frames are free
logits   : float32, shape (n, n_logits)

Source
------
Gong, Chung, Glass: AST: Audio Spectrogram Transformer, Interspeech 2021. Xiong et al.: On Layer
Normalization in the Transformer Architecture, ICML 2020 (norms before the layers).

Differences from the sources
----------------------------
Convolutions in place of patches (Xiao et al., NeurIPS 2021), which train where data are few;
attentive statistics in place of a class token.
"""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import nn
from torch.nn import functional

from auscult.errors import ConfigError
from auscult.models.recorder import RECORDER_WIDTH, Recorder
from auscult.models.windows import attended, attention_over, level

KERNELS, STRIDES = (5, 3, 3), ((2, 2), (2, 2), (2, 1))
BANDS_PER_OUTPUT = 8
NEIGHBOURS = 15


@dataclass(frozen=True, slots=True)
class Transformer:
    """Widths of the network.

    Parameters
    ----------
    channels
        Filters of the three convolutions.
    width, n_heads, n_blocks
        Values a token, heads that share them, and blocks.
    dropout
        Share of values dropped before the dense layers, 0 to below 1.
    by_band
        Each band is levelled by itself, so that the heart is heard past a device's response, and a
        recorder tells the levels to those who are to know them (:mod:`auscult.models.recorder`).

    Raises
    ------
    ConfigError
        If there are not three convolutions, heads cannot share the width, or a number is out of
        range.
    """

    words: ClassVar[str] = "transformer behind three convolutions"

    channels: tuple[int, int, int] = (32, 48, 64)
    width: int = 96
    n_heads: int = 4
    n_blocks: int = 3
    dropout: float = 0.2
    by_band: bool = False

    def __post_init__(self) -> None:
        if len(self.channels) != len(KERNELS) or min(*self.channels, self.n_blocks) < 1:
            raise ConfigError(
                f"channels={self.channels} must be three positive numbers, "
                f"n_blocks={self.n_blocks} a fourth"
            )
        if self.n_heads < 1 or self.width < 1 or self.width % self.n_heads:
            raise ConfigError(f"width={self.width} must be a multiple of n_heads={self.n_heads}")
        if not 0 <= self.dropout < 1:
            raise ConfigError(f"dropout={self.dropout} must be 0 or more and less than 1")

    def build(self, n_bands: int, n_logits: int, seed: int) -> "TransformerNetwork":
        """Return the network with initial values drawn from ``seed``.

        Raises
        ------
        ConfigError
            If ``n_bands`` is no multiple of 8.
        """
        if n_bands % BANDS_PER_OUTPUT:
            raise ConfigError(f"n_bands={n_bands} must be a multiple of {BANDS_PER_OUTPUT}")
        torch.manual_seed(seed)
        return TransformerNetwork(self, n_bands, n_logits)


class Block(nn.Module):
    """Self-attention, then two dense layers, each added to what came in."""

    def __init__(self, width: int, n_heads: int, dropout: float) -> None:
        super().__init__()
        self.n_heads = n_heads
        self.norms = nn.ModuleList([nn.LayerNorm(width), nn.LayerNorm(width)])
        self.asked = nn.Linear(width, 3 * width)
        self.told = nn.Linear(width, width)
        self.dense = nn.Sequential(
            nn.Linear(width, 2 * width), nn.GELU(), nn.Dropout(dropout), nn.Linear(2 * width, width)
        )
        self.dropout = nn.Dropout(dropout)

    def forward(self, steps: torch.Tensor) -> torch.Tensor:
        """Return the sum."""
        heads = self.asked(self.norms[0](steps)).unflatten(2, (3, self.n_heads, -1))
        query, key, value = heads.permute(2, 0, 3, 1, 4).unbind(0)
        seen = functional.scaled_dot_product_attention(query, key, value)
        steps = steps + self.dropout(self.told(seen.transpose(1, 2).flatten(2)))
        thought: torch.Tensor = self.dropout(self.dense(self.norms[1](steps)))
        return steps + thought


class TransformerNetwork(nn.Module):
    """float32 (n, n_bands, n_frames) → logits (n, n_logits)."""

    def __init__(self, options: Transformer, n_bands: int, n_logits: int) -> None:
        super().__init__()
        blocks: list[nn.Module] = []
        before, width = 1, options.width
        for channels, kernel, stride in zip(options.channels, KERNELS, STRIDES, strict=True):
            blocks += [
                nn.Conv2d(before, channels, kernel, stride, padding=kernel // 2, bias=False),
                nn.BatchNorm2d(channels),
                nn.ReLU(),
            ]
            before = channels
        self.convolutions = nn.Sequential(*blocks)
        self.dropout = nn.Dropout(options.dropout)
        self.dense = nn.Linear(before * n_bands // BANDS_PER_OUTPUT, width)
        self.places = nn.Conv1d(width, width, NEIGHBOURS, padding=NEIGHBOURS // 2, groups=width)
        self.blocks = nn.Sequential(
            *(Block(width, options.n_heads, options.dropout) for _ in range(options.n_blocks)),
            nn.LayerNorm(width),
        )
        self.attention = attention_over(width, width // 2)
        self.recorder = Recorder(options.dropout, n_bands) if options.by_band else None
        self.answer = nn.Linear(2 * width + RECORDER_WIDTH * options.by_band, n_logits)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Return the logits."""
        levelled = level(features, by_band=self.recorder is not None)
        maps = self.convolutions(levelled.unsqueeze(1)).flatten(1, 2).transpose(1, 2)
        tokens = self.dense(self.dropout(maps))
        tokens = tokens + functional.gelu(self.places(tokens.transpose(1, 2))).transpose(1, 2)
        steps = self.blocks(tokens)
        heard = attended(steps, self.attention(steps))
        if self.recorder is not None:
            heard = torch.cat([heard, self.recorder(features)], dim=1)
        logits: torch.Tensor = self.answer(self.dropout(heard))
        return logits
