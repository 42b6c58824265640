"""One network of a bundle, with the front end it was trained with and what it is asked.

Loading checks the hash of what it reads, so a changed byte is found before it answers.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from auscult.errors import BundleError
from auscult.frontend import CycleFrontend, Frontend, frontend_from_config
from auscult.weights import Weights, read_unchanged


@dataclass(frozen=True, slots=True)
class Listener:
    """One network, what it is given, and what it answers.

    Parameters
    ----------
    name
        Of its file, without ``.onnx``.
    questions
        A network for one question has one output, ``probabilities``; one for several has an output
        named after each.
    weights
        What training goes on from; None where the bundle does not carry it.

    Raises
    ------
    BundleError
        If its name is no plain name of a file.
    """

    name: str
    network: bytes = field(repr=False)
    frontend: Frontend | CycleFrontend
    questions: tuple[str, ...]
    weights: Weights | None = None

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", self.name):
            raise BundleError(f"{self.name!r} cannot name a listener; letters, digits, - and _ can")

    @property
    def file(self) -> str:
        """Name of the file that holds the network."""
        return f"{self.name}.onnx"

    @property
    def weights_file(self) -> str:
        """Name of the file that holds the weights, where there are any."""
        return f"{self.name}.safetensors"

    def describe(self) -> dict[str, Any]:
        """Return what ``bundle.json`` says of it, besides the hashes."""
        weights = {} if self.weights is None else {"weights": self.weights.describe()}
        told = {"questions": list(self.questions), "frontend": self.frontend.config()}
        return {"name": self.name, **told, **weights}

    def hashes(self) -> dict[str, str]:
        """Return the SHA-256 of its files, by name."""
        graph = {self.file: sha256(self.network).hexdigest()}
        return graph if self.weights is None else {**graph, self.weights_file: self.weights.sha256}


def read_listener(folder: Path, told: Mapping[str, Any], hashes: Mapping[str, str]) -> Listener:
    """Return the listener that ``bundle.json`` tells of, its files being those it was made with.

    Raises
    ------
    BundleError
        If its network is missing or has changed.
    """
    # subtle: the name comes from data, and must not lead out of the folder.
    file = Path(f"{told['name']}.onnx").name
    listener = Listener(
        name=told["name"],
        network=read_unchanged(folder / file, hashes.get(file)),
        frontend=frontend_from_config(told["frontend"]),
        questions=tuple(told["questions"]),
    )
    if "weights" not in told:
        return listener
    kept = listener.weights_file
    known = Weights.described(told["weights"], hashes[kept], folder / kept)
    return replace(listener, weights=known)
