"""An exported network, run by ONNX Runtime: what is scored is what ships.

Conventions
-----------
features      : float32, shape (n_windows, *feature_shape); n_windows is free
probabilities : float32, shape (n_windows, n_classes), rows summing to 1

Every exported graph has this one input. A graph for one question has this one output; a graph for
several has an output named after each.
"""

import os
from collections.abc import Iterable, Mapping, Sequence

# subtle: before the import, since the official builds report how they are used from then on.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

import onnxruntime

from auscult.errors import BundleError
from auscult.types import FloatArray

INPUT, OUTPUT = "features", "probabilities"
AGAIN = "export or install the bundle again"
Shape = tuple[int | str | None, ...]
"""As a graph declares it; an axis without a number may have any length."""


class Network:
    """An ONNX graph ready to answer.

    Parameters
    ----------
    graph
        The bytes of the ONNX file.
    n_threads
        Threads it may use; one is fastest for single recordings.
    n_classes
        Output → how many classes it is to tell apart; what is not named is not checked.

    Raises
    ------
    BundleError
        If ONNX Runtime cannot load it, or it takes or answers something else.
    """

    def __init__(
        self, graph: bytes, n_threads: int = 1, n_classes: Mapping[str, int] | None = None
    ) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = n_threads
        options.log_severity_level = 3
        # Weights kept in eight bits become float32 once, here, and not at every answer.
        options.add_session_config_entry("session.disable_quant_qdq", "1")
        try:
            self._session = onnxruntime.InferenceSession(
                graph, options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # the runtime raises many kinds and exports none
            said = " ".join(str(error).split())
            raise BundleError(f"the network cannot be loaded ({said}); {AGAIN}") from error
        self._taken = self._checked(n_classes or {})

    def _checked(self, n_classes: Mapping[str, int]) -> Shape:
        """Return the shape of what is taken, once the outputs are those that will be asked."""
        taken = {one.name: tuple(one.shape) for one in self._session.get_inputs()}
        told = {one.name: tuple(one.shape) for one in self._session.get_outputs()}
        if [*taken] != [INPUT]:
            raise BundleError(f"the network takes {_listed(taken)}, wanted is {INPUT!r}; {AGAIN}")
        for output, n_wanted in n_classes.items():
            if output not in told:
                raise BundleError(
                    f"the network answers {_listed(told)}, wanted is {output!r}; {AGAIN}"
                )
            if not _fits(told[output][:2], (None, n_wanted)):
                (n_told,) = told[output][1:2] or ("no",)
                raise BundleError(
                    f"the network answers {output!r} in {n_told} classes, wanted are {n_wanted}; "
                    f"{AGAIN}"
                )
        return taken[INPUT]

    def probabilities(self, features: FloatArray) -> FloatArray:
        """Return the class probabilities of every window."""
        return self.answers(features, (OUTPUT,))[OUTPUT]

    def answers(self, features: FloatArray, outputs: Sequence[str]) -> dict[str, FloatArray]:
        """Return output → the class probabilities of every window.

        Raises
        ------
        BundleError
            If the features have another shape than the network was made for.
        """
        if not _fits(features.shape, self._taken):
            raise BundleError(
                f"the network takes windows of {_by(self._taken)} numbers and its front end gives "
                f"{_by(features.shape)}; {AGAIN}"
            )
        found = self._session.run(list(outputs), {INPUT: features})
        return dict(zip(outputs, found, strict=True))


def _fits(given: Shape, wanted: Shape) -> bool:
    """Say whether two shapes agree wherever both have a number."""
    return len(given) == len(wanted) and all(
        here == there or not (isinstance(here, int) and isinstance(there, int))
        for here, there in zip(given, wanted, strict=True)
    )


def _by(shape: Shape) -> str:
    """Return the shape of one window for people: ``40 × 251``."""
    return " × ".join(str(n) if isinstance(n, int) else "any" for n in shape[1:])


def _listed(names: Iterable[str]) -> str:
    return ", ".join(map(repr, names)) or "nothing"
