"""What every model is: a frozen dataclass of its options that builds the thing to fit.

A classical model builds a scikit-learn classifier; a network builds a torch module that turns
features into logits, and says how it wants to be trained.
"""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Protocol

from auscult.errors import ConfigError

Kind = Literal["sklearn", "torch"]
NOTEBOOK_VARIANTS = ("stretch=0.8", "stretch=1.2")
"""The seed notebook's augmentation: two stretched copies of every recording."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """How a network is trained.

    Raises
    ------
    ConfigError
        If a number is not positive.
    """

    learning_rate: float = 1e-3
    batch_size: int = 32
    n_epochs: int = 50
    patience: int = 10

    def __post_init__(self) -> None:
        for name in ("learning_rate", "batch_size", "n_epochs", "patience"):
            if getattr(self, name) <= 0:
                raise ConfigError(f"{name}={getattr(self, name)} must be positive")


class Model(Protocol):
    """A model's options; ``build`` makes a fresh, unfitted one."""

    kind: ClassVar[Kind]
    frontend: ClassVar[str]
    variants: ClassVar[tuple[str, ...]]

    def build(self, n_features: int, n_classes: int, seed: int) -> Any:
        """Return an unfitted scikit-learn classifier or torch module."""
        ...


class TorchModel(Model, Protocol):
    """A network's options, and how it wants to be trained."""

    schedule: ClassVar[Schedule]
