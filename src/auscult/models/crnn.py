"""A convolutional recurrent network with attention: a few seconds of log-mel spectrogram → answers.

::

    (n, 40 bands, n_frames) ─ level ─ encoder ─ one logit a class

One head answers several questions, whose classes lie side by side in the output. As it ships, a
:mod:`auscult.models.recorder` listens beside the encoder.

Conventions
-----------
features : float32, shape (n, n_bands, n_frames), log-mel in dB; n and n_frames are free
logits   : float32, shape (n, n_logits)
"""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import nn

from auscult.errors import ConfigError
from auscult.models.encoder import BANDS_PER_OUTPUT, KERNELS, Encoder
from auscult.models.recorder import RECORDER_WIDTH, Recorder
from auscult.models.windows import level


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
        Each band is levelled by itself, so that the heart is heard past a device's response, and a
        recorder tells the levels to those who are to know them (:mod:`auscult.models.recorder`).

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


class CrnnNetwork(Encoder):
    """float32 (n, n_bands, n_frames) → logits (n, n_logits)."""

    def __init__(self, options: Crnn, n_bands: int, n_logits: int) -> None:
        super().__init__(options.channels, options.n_units, options.dropout, n_bands)
        self.recorder = Recorder(options.dropout, n_bands) if options.by_band else None
        self.answer = nn.Linear(4 * options.n_units + RECORDER_WIDTH * options.by_band, n_logits)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Return the logits."""
        heard = super().forward(level(features, by_band=self.recorder is not None))
        if self.recorder is not None:
            heard = torch.cat([heard, self.recorder(features)], dim=1)
        logits: torch.Tensor = self.answer(self.dropout(heard))
        return logits
