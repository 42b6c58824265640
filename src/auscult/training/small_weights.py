"""A network's weights in eight bits each: a quarter of the size, the same graph.

Every large constant becomes int8 with one scale a channel and is multiplied out when the network
is loaded; what runs is float32 as before. Activations are not quantised: the runtime has no int8
recurrent layer, and its int8 convolutions are slower than float32 on most processors.

Conventions
-----------
weight ≈ int8 in [-127, 127] × scale, symmetric about 0. Channels: the first axis of a convolution,
the second of a recurrent layer (its first is the direction), the last of a matrix.

Source
------
Krishnamoorthi: Quantizing deep convolutional networks for efficient inference, arXiv:1806.08342
(per-channel symmetric weights).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from auscult.network import Network
from auscult.types import FloatArray

LEAST_VALUES = 256
"""Smaller constants stay as they are: biases, and what is hardly worth a scale."""
LARGEST = 127
_CHANNEL_AXIS = {2: 1, 3: 1, 4: 0}


Answers: TypeAlias = Callable[[Network, FloatArray], Mapping[str, FloatArray]]
"""From a network and the windows of a sound to the probabilities that answer each question."""


@dataclass(frozen=True, slots=True)
class Rounding:
    """What eight bits do to answers.

    ``n_answers`` were compared, of ``n_turned`` of them the likeliest class is another, and no
    probability is further from what it was than ``largest``.
    """

    n_answers: int
    n_turned: int
    largest: float


def rounding_of(
    whole: bytes, small: bytes, sounds: Iterable[FloatArray], answers_of: Answers
) -> Rounding:
    """Return how far two graphs differ in what is answered by them.

    Each of ``sounds`` is the windows of one: float32, shape (n_windows, *feature_shape).
    """
    networks = Network(whole), Network(small)
    moved, turned = [], []
    for windows in sounds:
        before, after = (answers_of(network, windows) for network in networks)
        for question, one in before.items():
            other = after[question]
            moved.append(float(np.abs(one - other).max()))
            turned.append(bool(one.argmax() != other.argmax()))
    return Rounding(len(turned), sum(turned), max(moved, default=0.0))


def with_int8_weights(graph: bytes) -> bytes:
    """Return the ONNX graph with its large float32 constants stored in int8."""
    model = onnx.load_from_string(graph)
    kept, nodes = [], []
    for constant in model.graph.initializer:
        axis = _CHANNEL_AXIS.get(len(constant.dims))
        values = numpy_helper.to_array(constant)
        if constant.data_type != TensorProto.FLOAT or axis is None or values.size < LEAST_VALUES:
            kept.append(constant)
            continue
        whole, scale = quantised(values, axis)
        names = [f"{constant.name}_int8", f"{constant.name}_scale"]
        kept += [
            numpy_helper.from_array(whole, names[0]),
            numpy_helper.from_array(scale, names[1]),
        ]
        nodes.append(helper.make_node("DequantizeLinear", names, [constant.name], axis=axis))
    del model.graph.initializer[:]
    model.graph.initializer.extend(kept)
    computed = list(model.graph.node)
    del model.graph.node[:]
    model.graph.node.extend([*nodes, *computed])
    onnx.checker.check_model(model)
    out: bytes = model.SerializeToString()
    return out


def quantised(values: FloatArray, axis: int) -> tuple[NDArray[np.int8], FloatArray]:
    """Return int8 of the same shape and float32 scales, one a channel along ``axis``."""
    others = tuple(other for other in range(values.ndim) if other != axis)
    largest = np.abs(values).max(axis=others)
    scale = (np.where(largest > 0, largest, 1.0) / LARGEST).astype(np.float32)
    whole = np.rint(values / np.expand_dims(scale, others))
    return whole.astype(np.int8), scale
