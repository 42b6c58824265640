"""Fitted model → ONNX bytes, with the input and the output that :mod:`auscult.network` runs."""

import contextlib
import io
import warnings
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import onnx

from auscult.errors import RunError
from auscult.network import INPUT, OUTPUT

OPSET = 18
_N_TRACED = 2


def export_classifier(classifier: Any, n_features: int, n_classes: int) -> bytes:
    """Convert a scikit-learn classifier.

    Raises
    ------
    RunError
        If a class did not occur in training: the graph would lack its column.
    """
    from skl2onnx import to_onnx  # noqa: PLC0415 - heavy, and only for classical models
    from skl2onnx.common.data_types import FloatTensorType  # noqa: PLC0415

    if len(classifier.classes_) != n_classes:
        raise RunError(
            f"the training part holds {len(classifier.classes_)} of {n_classes} classes; a bundle "
            "needs examples of each"
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the converter asks scikit-learn in ways it deprecates
        graph = to_onnx(
            classifier,
            initial_types=[(INPUT, FloatTensorType([None, n_features]))],
            options={id(classifier): {"zipmap": False}},
            target_opset=OPSET,
        )
    kept = [output for output in graph.graph.output if output.name == OUTPUT]
    del graph.graph.output[:]
    graph.graph.output.extend(kept)
    _prune(graph.graph)
    onnx.checker.check_model(graph)
    out: bytes = graph.SerializeToString()
    return out


def _prune(graph: Any) -> None:
    """Drop the nodes and constants that no output needs, such as the label's."""
    wanted = {output.name for output in graph.output}
    kept = []
    for node in reversed(graph.node):
        if wanted.intersection(node.output):
            kept.append(node)
            wanted.update(node.input)
    del graph.node[:]
    graph.node.extend(reversed(kept))
    constants = [constant for constant in graph.initializer if constant.name in wanted]
    del graph.initializer[:]
    graph.initializer.extend(constants)


def export_network(network: Any, *feature_shape: int) -> bytes:
    """Convert a torch network, adding its softmax; ``feature_shape`` is that of one window."""
    import torch  # noqa: PLC0415 - heavy, and only for networks

    network.to("cpu", memory_format=torch.contiguous_format)
    return export_graph(torch.nn.Sequential(network, torch.nn.Softmax(dim=1)), feature_shape)


def export_graph(
    whole: Any,
    feature_shape: tuple[int, ...],
    outputs: Sequence[str] = (OUTPUT,),
    free: Mapping[int, str] = MappingProxyType({0: "n_windows"}),
) -> bytes:
    """Convert a torch network that answers with probabilities.

    ``free`` names the axes, of input and outputs alike, that may have any length. The legacy
    exporter is asked for: the newer one of torch 2.13 freezes or refuses a free time axis.
    """
    import torch  # noqa: PLC0415 - heavy, and only for networks

    buffer = io.BytesIO()
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        torch.onnx.export(
            whole.eval(),
            (torch.zeros(_N_TRACED, *feature_shape),),
            buffer,  # type: ignore[arg-type] # the annotation leaves out open files
            input_names=[INPUT],
            output_names=list(outputs),
            dynamic_axes={name: dict(free) for name in (INPUT, *outputs)},
            opset_version=OPSET,
            dynamo=False,
        )
    return buffer.getvalue()
