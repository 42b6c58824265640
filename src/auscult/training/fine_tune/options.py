"""What a fine-tuning is asked to do: one typed object, checked once, stored with the run."""

from dataclasses import dataclass
from pathlib import Path

from auscult.datasets.dataset import LABEL
from auscult.errors import ConfigError
from auscult.splits import PROTOCOLS
from auscult.types import QUESTIONS


@dataclass(frozen=True, slots=True)
class FineTuneOptions:
    """Options of :func:`auscult.verbs.fine_tune.fine_tune`.

    Parameters
    ----------
    start
        The bundle to go on from: a shipped one's name, or a folder.
    start_hash
        SHA-256 of its weights; filled in when they are read.
    question
        A key of :data:`auscult.types.QUESTIONS`, or ``label``: the labels as they are. By default
        the question that the labels answer one to one, and ``label`` where there is none.
    labels
        The classes where ``label`` is asked; filled in when the recordings are known.
    protocol
        Name in ``PROTOCOLS``; one that leaks measures nothing here.
    n_folds, n_repeats, seed
        Of the division; one fold holds a fifth of the groups out. The seed also of order, windows
        and ears.
    n_epochs
        An epoch is every training recording once, and at least 320 windows.
    learning_rate
        The highest; a fifth of what the network was trained with, or less, keeps what it knows.

    Raises
    ------
    ConfigError
        If a name is unknown, the protocol leaks, or a number is out of range.
    """

    start: str
    start_hash: str = ""
    question: str = ""
    labels: tuple[str, ...] = ()
    protocol: str = "grouped"
    n_folds: int = 5
    n_repeats: int = 1
    seed: int = 0
    n_epochs: int = 8
    learning_rate: float = 4e-4

    def __post_init__(self) -> None:
        if PROTOCOLS[self.protocol].leaks:
            raise ConfigError(
                f"protocol {self.protocol!r} leaks, and a network that knows the test part already "
                "cannot be compared with what it was; choose another"
            )
        if self.question not in {"", *QUESTIONS, LABEL}:
            known = ", ".join((*QUESTIONS, LABEL))
            raise ConfigError(f"question={self.question!r} must be one of {known}")
        for name in ("n_folds", "n_repeats", "n_epochs"):
            if getattr(self, name) < 1:
                raise ConfigError(f"{name}={getattr(self, name)} must be at least 1")
        if not self.learning_rate > 0:
            raise ConfigError(f"learning_rate={self.learning_rate} must be positive")

    @property
    def start_name(self) -> str:
        """The bundle's name, without its folder."""
        return Path(self.start).name

    @property
    def model(self) -> str:
        """What the fine-tuned network is called in every table."""
        return f"{self.start_name}, fine-tuned"

    @property
    def classes(self) -> tuple[str, ...]:
        """The answers, in the order of every probability."""
        return self.labels if self.question == LABEL else QUESTIONS[self.question]

    @property
    def n_classes(self) -> int:
        """Number of classes."""
        return len(self.classes)

    @property
    def copies(self) -> tuple[str, ...]:
        """None: every window is heard by other ears instead."""
        return ()
