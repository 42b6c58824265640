"""A network's weights as a bundle carries them: for whoever trains on, unread by who classifies.

An ONNX graph answers, but cannot be trained: batch statistics are folded into its convolutions and
names are lost. Beside it may lie ``<name>.safetensors``, the same network's tensors by name, with
the options that build it and what its logits stand for. The file is hashed like every other, and
checked when it is read, which is when a training starts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

from auscult.errors import BundleError


@dataclass(frozen=True, slots=True)
class Head:
    """Logits side by side that answer one question, in the order of its classes."""

    question: str
    classes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Weights:
    """Where a network's weights are, and how to build the network around them.

    Parameters
    ----------
    architecture
        Configuration of the options that build the network; plain JSON.
    heads
        What its logits answer, from the first on.
    sha256
        Of the tensors.
    tensors
        The bytes of a safetensors file, or the file.
    """

    architecture: Mapping[str, Any]
    heads: tuple[Head, ...]
    sha256: str
    tensors: bytes | Path = field(repr=False, compare=False)

    @classmethod
    def of(
        cls, tensors: bytes, architecture: Mapping[str, Any], heads: Mapping[str, Sequence[str]]
    ) -> Self:
        """Return the weights of a network trained here; ``heads`` is question → its classes."""
        told = tuple(Head(question, tuple(classes)) for question, classes in heads.items())
        return cls(architecture, told, sha256(tensors).hexdigest(), tensors)

    @property
    def n_logits(self) -> int:
        """How many logits the network has."""
        return sum(len(head.classes) for head in self.heads)

    def read(self) -> bytes:
        """Return the tensors: the bytes of a safetensors file.

        Raises
        ------
        BundleError
            If the file is missing or has changed.
        """
        if isinstance(self.tensors, bytes):
            return self.tensors
        return read_unchanged(self.tensors, self.sha256)

    def describe(self) -> dict[str, Any]:
        """Return what ``bundle.json`` says of it, besides the hash."""
        heads = [{"question": h.question, "classes": list(h.classes)} for h in self.heads]
        return {"architecture": dict(self.architecture), "heads": heads}

    @classmethod
    def described(cls, told: Mapping[str, Any], sha256: str, file: Path) -> Self:
        """Return the weights that :meth:`describe` described, in ``file``, which is not read."""
        heads = tuple(Head(head["question"], tuple(head["classes"])) for head in told["heads"])
        return cls(told["architecture"], heads, sha256, file)


def read_unchanged(file: Path, wanted: str | None) -> bytes:
    """Return the bytes of one of a bundle's files, if ``wanted`` is their SHA-256.

    Raises
    ------
    BundleError
        If the file is missing or has changed.
    """
    data = read_file(file)
    if sha256(data).hexdigest() != wanted:
        raise BundleError(
            f"{file}: has changed since the bundle was made; install or download the bundle again"
        )
    return data


def read_file(file: Path) -> bytes:
    """Return the bytes of one of a bundle's files.

    Raises
    ------
    BundleError
        If it cannot be read.
    """
    try:
        return file.read_bytes()
    except OSError as error:
        raise BundleError(f"{file}: cannot be read ({error.strerror})") from error
