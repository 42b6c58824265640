"""Fitted segmenter → ONNX bytes that :mod:`auscult.network` runs.

The legacy exporter is asked for: the newer one of torch 2.13 freezes or refuses a free time axis.
tests/training/test_export_segmenter.py holds the graph to the network at several lengths.
"""

import contextlib
import io
import warnings

import torch
from torch import nn

from auscult.models.segmenter import FRAMES_MULTIPLE
from auscult.network import INPUT, OUTPUT
from auscult.training.export import OPSET

_N_TRACED = 2


def export_segmenter(network: nn.Module, n_bands: int) -> bytes:
    """Convert the network, adding its softmax; batch and time stay free."""
    whole = nn.Sequential(network, nn.Softmax(dim=1)).eval()
    buffer = io.BytesIO()
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        torch.onnx.export(
            whole,
            (torch.zeros(_N_TRACED, n_bands, 5 * FRAMES_MULTIPLE),),
            buffer,  # type: ignore[arg-type] # the annotation leaves out open files
            input_names=[INPUT],
            output_names=[OUTPUT],
            dynamic_axes={
                INPUT: {0: "n", 2: "n_frames"},
                OUTPUT: {0: "n", 2: "n_frames"},
            },
            opset_version=OPSET,
            dynamo=False,
        )
    return buffer.getvalue()
