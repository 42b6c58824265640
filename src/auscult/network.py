"""An exported network, run by ONNX Runtime: what is scored is what ships.

Conventions
-----------
features      : float32, shape (n_windows, *feature_shape); n_windows is free
probabilities : float32, shape (n_windows, n_classes), rows summing to 1

Every exported graph has this one input. A graph for one question has this one output; a graph for
several has an output named after each.
"""

import os
from collections.abc import Sequence

# subtle: before the import, since the official builds report how they are used from then on.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

import onnxruntime

from auscult.errors import BundleError
from auscult.types import FloatArray

INPUT, OUTPUT = "features", "probabilities"


class Network:
    """An ONNX graph ready to answer.

    Parameters
    ----------
    graph
        The bytes of the ONNX file.
    n_threads
        Threads it may use; one is fastest for single recordings.

    Raises
    ------
    BundleError
        If ONNX Runtime cannot load it.
    """

    def __init__(self, graph: bytes, n_threads: int = 1) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = n_threads
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(
                graph, options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # the runtime raises many kinds and exports none
            said = " ".join(str(error).split())
            raise BundleError(
                f"the network cannot be loaded ({said}); export or install the bundle again"
            ) from error

    def probabilities(self, features: FloatArray) -> FloatArray:
        """Return the class probabilities of every window."""
        return self.answers(features, (OUTPUT,))[OUTPUT]

    def answers(self, features: FloatArray, outputs: Sequence[str]) -> dict[str, FloatArray]:
        """Return output → the class probabilities of every window."""
        found = self._session.run(list(outputs), {INPUT: features})
        return dict(zip(outputs, found, strict=True))
