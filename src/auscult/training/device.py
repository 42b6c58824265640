"""Where networks are trained: on a GPU where torch sees one, else on the processor.

A GPU adds in another order than a processor does, and drops out other units: the network is another
one, as good by every measure that allows for chance.
"""

import torch
from torch import nn


def training_device() -> torch.device:
    """Return the GPU that torch sees, or the processor."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def device_of(network: nn.Module) -> torch.device:
    """Return where a network's weights are."""
    return next(network.parameters()).device
