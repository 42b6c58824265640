"""What a training run is asked to do: one typed object, checked once, stored with the run."""

from dataclasses import dataclass, fields, replace
from typing import Any

from auscult.errors import ConfigError
from auscult.frontend import FRONTENDS
from auscult.models import MODELS
from auscult.models.model import Schedule
from auscult.splits import PROTOCOLS
from auscult.training.variants import VARIANTS
from auscult.types import CLASSES_3, CLASSES_5

HOLD_OUT_FOLDS = 5


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
    n_classes
        3 (artifact, murmur, normal) or 5.
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

    Raises
    ------
    ConfigError
        If a name is unknown or a number is out of range.
    """

    model: str
    frontend: str = ""
    protocol: str = "grouped"
    n_classes: int = 3
    n_folds: int = 1
    n_repeats: int = 1
    variants: tuple[str, ...] | None = None
    seed: int = 0
    n_epochs: int | None = None

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
        if self.n_classes not in (len(CLASSES_3), len(CLASSES_5)):
            raise ConfigError(f"n_classes={self.n_classes} must be 3 or 5")
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
        return CLASSES_3 if self.n_classes == len(CLASSES_3) else CLASSES_5

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
        return TrainOptions(**{**given, "variants": tuple(given.get("variants", ()))})
