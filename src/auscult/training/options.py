"""What a training run is asked to do: one typed object, checked once, stored with the run."""

from dataclasses import dataclass, fields, replace
from typing import Any, Protocol

from auscult.datasets.dataset import LABEL
from auscult.errors import ConfigError
from auscult.frontend import FRONTENDS
from auscult.models import MODELS
from auscult.models.model import Schedule
from auscult.splits import PROTOCOLS
from auscult.training.variants import VARIANTS
from auscult.types import QUESTIONS

HOLD_OUT_FOLDS = 5


class Asked(Protocol):
    """What is asked of a model, whether it is trained here or comes as it is."""

    @property
    def model(self) -> str:
        """Its name in every table."""
        ...

    @property
    def question(self) -> str:
        """A key of :data:`auscult.types.QUESTIONS`."""
        ...

    @property
    def classes(self) -> tuple[str, ...]:
        """The answers, in the order of every probability."""
        ...

    @property
    def copies(self) -> tuple[str, ...]:
        """Names of the copies that are added to the training part."""
        ...

    @property
    def protocol(self) -> str:
        """How the recordings are divided, a name in ``PROTOCOLS``."""
        ...

    @property
    def n_folds(self) -> int:
        """Folds; 1 for the protocol's own number, or for a fifth held out."""
        ...

    @property
    def n_repeats(self) -> int:
        """Repeats."""
        ...

    @property
    def seed(self) -> int:
        """Of every draw."""
        ...


@dataclass(frozen=True, slots=True)
class TrainOptions:
    """Options of :func:`auscult.verbs.train.train`.

    Parameters
    ----------
    model
        Name in ``MODELS``.
    frontend
        Name in ``FRONTENDS``; the model's own by default.
    protocol
        Name in ``PROTOCOLS``: ``grouped`` is honest, ``notebook`` is the published leak.
    question
        What is asked of a recording, a key of :data:`auscult.types.QUESTIONS`; its answers are the
        classes. Or ``label``: the labels of the dataset as they are.
    n_folds
        Folds of the cross-validation; 1 holds one fifth of the groups out.
    n_repeats
        How often the cross-validation is repeated with other folds.
    variants
        Copies added to the training part, names in ``VARIANTS``; the model's own by default.
    seed
        Of folds, initial values and order.
    n_epochs
        Upper limit for networks; the model's own by default.
    labels
        The classes where ``label`` is asked; filled in when the recordings are known.

    Raises
    ------
    ConfigError
        If a name is unknown or a number is out of range.
    """

    model: str
    frontend: str = ""
    protocol: str = "grouped"
    question: str = "heard"
    n_folds: int = 1
    n_repeats: int = 1
    variants: tuple[str, ...] | None = None
    seed: int = 0
    n_epochs: int | None = None
    labels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        MODELS[self.model]
        PROTOCOLS[self.protocol]
        if self.variants is None:
            object.__setattr__(self, "variants", MODELS[self.model].variants)
        for variant in self.copies:
            VARIANTS[variant]
        if not self.frontend:
            object.__setattr__(self, "frontend", MODELS[self.model].frontend)
        FRONTENDS[self.frontend]
        if self.question not in (*QUESTIONS, LABEL):
            known = ", ".join((*QUESTIONS, LABEL))
            raise ConfigError(f"question={self.question!r} must be one of {known}")
        for name in ("n_folds", "n_repeats"):
            if getattr(self, name) < 1:
                raise ConfigError(f"{name}={getattr(self, name)} must be at least 1")
        if self.n_epochs is not None and self.n_epochs < 1:
            raise ConfigError(f"n_epochs={self.n_epochs} must be at least 1")

    @property
    def copies(self) -> tuple[str, ...]:
        """Names of the copies that are added to the training part."""
        return self.variants or ()

    @property
    def classes(self) -> tuple[str, ...]:
        """Class names in the order of the model's outputs."""
        return self.labels if self.question == LABEL else QUESTIONS[self.question]

    @property
    def n_classes(self) -> int:
        """Number of classes."""
        return len(self.classes)

    def schedule(self) -> Schedule:
        """Return how the network is trained: its own schedule, with ``n_epochs`` if given."""
        schedule: Schedule = MODELS[self.model].schedule  # type: ignore[attr-defined]
        return schedule if self.n_epochs is None else replace(schedule, n_epochs=self.n_epochs)

    @staticmethod
    def from_config(data: dict[str, Any]) -> "TrainOptions":
        """Rebuild stored options.

        Raises
        ------
        ConfigError
            If a key is unknown.
        """
        known = {f.name for f in fields(TrainOptions)}
        if unknown := sorted(data.keys() - known - {"type"}):
            raise ConfigError(f"a training run has no option {', '.join(unknown)}")
        given = {key: value for key, value in data.items() if key in known}
        lists = {key: tuple(given.get(key, ())) for key in ("variants", "labels")}
        return TrainOptions(**{**given, **lists})
