"""The seed notebook's CNN-LSTM, layer for layer.

52 time-averaged MFCCs are read as a sequence of 52 steps with one channel::

    Conv1D 2048 k5 · ReLU · MaxPool 2 · BatchNorm      52 → 26 steps
    Conv1D 1024 k5 · ReLU · MaxPool 2 · BatchNorm      26 → 13
    Conv1D  512 k5 · ReLU · MaxPool 2 · BatchNorm      13 → 7
    LSTM 256, all steps · LSTM 128, last step
    Dense 64 · ReLU · Dropout ½ · Dense 32 · ReLU · Dropout ½ · Dense 3

Differences from the Keras network
----------------------------------
- Parameters: Keras counts 14,130,371, of which 7,168 are the batch normalisations' running means
  and variances, which torch keeps as buffers; torch's LSTM has a second bias per gate, 4·(256 +
  128) = 1,536 more. So torch counts 14,130,371 - 7,168 + 1,536 = 14,124,739. The second biases
  start at zero and the first at Keras's values, so the functions agree at the start.
- Logits leave the network; the softmax is in the loss and in the export.
- Initial values, batch normalisation (ε = 10⁻³, momentum 0.99 in Keras's sense) and Adam (ε =
  10⁻⁷, in ``training/fit_network.py``) are Keras's; torch's running variance is the unbiased one.
"""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import nn

from auscult.models.model import NOTEBOOK_VARIANTS, Kind, Schedule


class CnnLstmNetwork(nn.Module):
    """float32 (n, n_features) → logits (n, n_classes)."""

    def __init__(self, options: "CnnLstm", n_classes: int) -> None:
        super().__init__()
        blocks: list[nn.Module] = []
        channels = 1
        for filters in options.filters:
            blocks += [
                nn.Conv1d(channels, filters, options.kernel_size, padding="same"),
                nn.ReLU(),
                nn.MaxPool1d(2, ceil_mode=True),
                nn.BatchNorm1d(filters, eps=1e-3, momentum=0.01),
            ]
            channels = filters
        self.convolutions = nn.Sequential(*blocks)
        first, second = options.lstm_units
        self.lstm_1 = nn.LSTM(channels, first, batch_first=True)
        self.lstm_2 = nn.LSTM(first, second, batch_first=True)
        dense: list[nn.Module] = []
        width = second
        for units in options.dense_units:
            dense += [nn.Linear(width, units), nn.ReLU(), nn.Dropout(options.dropout)]
            width = units
        self.dense = nn.Sequential(*dense, nn.Linear(width, n_classes))

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Return the logits."""
        steps = self.convolutions(features.unsqueeze(1)).transpose(1, 2)
        steps, _ = self.lstm_1(steps)
        steps, _ = self.lstm_2(steps)
        logits: torch.Tensor = self.dense(steps[:, -1])
        return logits


@dataclass(frozen=True, slots=True)
class CnnLstm:
    """Widths of the network; the defaults are the notebook's."""

    kind: ClassVar[Kind] = "torch"
    frontend: ClassVar[str] = "notebook"
    variants: ClassVar[tuple[str, ...]] = NOTEBOOK_VARIANTS
    schedule: ClassVar[Schedule] = Schedule(
        learning_rate=1e-4, batch_size=8, n_epochs=250, patience=20
    )

    filters: tuple[int, ...] = (2048, 1024, 512)
    kernel_size: int = 5
    lstm_units: tuple[int, int] = (256, 128)
    dense_units: tuple[int, ...] = (64, 32)
    dropout: float = 0.5

    def build(self, n_features: int, n_classes: int, seed: int) -> nn.Module:  # noqa: ARG002
        """Return the network with Keras's initial values, drawn from ``seed``."""
        torch.manual_seed(seed)
        network = CnnLstmNetwork(self, n_classes)
        network.apply(_start_like_keras)
        return network


def _start_like_keras(module: nn.Module) -> None:
    if isinstance(module, nn.Conv1d | nn.Linear):
        nn.init.xavier_uniform_(module.weight)
        if module.bias is not None:
            nn.init.zeros_(module.bias)
    if isinstance(module, nn.LSTM):
        weights_in, weights_back, bias_in, bias_back = module.all_weights[0]
        nn.init.xavier_uniform_(weights_in)
        nn.init.orthogonal_(weights_back)
        nn.init.zeros_(bias_in)
        nn.init.zeros_(bias_back)
        # subtle: torch orders the gates input, forget, cell, output; Keras starts "forget" at one.
        n_units = module.hidden_size
        nn.init.ones_(bias_in[n_units : 2 * n_units])
