"""Fitted segmenter → ONNX bytes that :mod:`auscult.network` runs."""

from torch import nn

from auscult.models.segmenter import FRAMES_MULTIPLE
from auscult.training.export import export_graph


def export_segmenter(network: nn.Module, n_bands: int) -> bytes:
    """Convert the network, adding its softmax; batch and time stay free."""
    whole = nn.Sequential(network, nn.Softmax(dim=1))
    return export_graph(whole, (n_bands, 5 * FRAMES_MULTIPLE), free={0: "n", 2: "n_frames"})
