"""What every protocol is: words, the rows of every role in every repeat, and whether it may leak.

A protocol is asked with one typed object. What it does not take (folds where the data decide them,
a published table where nothing is published) is refused, never ignored.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from auscult.errors import ConfigError, SplitError
from auscult.splits.rows import UNLABELLED, Row
from auscult.splits.table import PublishedTable
from auscult.types import Split


@dataclass(frozen=True, slots=True)
class Ask:
    """What a protocol is told.

    Parameters
    ----------
    n_folds
        How many parts; the protocol's own number by default.
    n_repeats
        How often to divide, each time with other draws.
    seed
        Of every draw.
    published
        The roles somebody published, for the protocols that follow them.

    Raises
    ------
    ConfigError
        If a number is out of range.
    """

    n_folds: int | None = None
    n_repeats: int = 1
    seed: int = 0
    published: PublishedTable | None = None

    def __post_init__(self) -> None:
        for name in ("n_folds", "n_repeats"):
            if (value := getattr(self, name)) is not None and value < 1:
                raise ConfigError(f"{name}={value} must be at least 1")
        if self.seed < 0:
            raise ConfigError(f"seed={self.seed} must not be negative")


Divide = Callable[[Sequence[Row], Ask, int], tuple[Split, ...]]
"""(rows, what was asked, number of the repeat) → the splits of that repeat."""


@dataclass(frozen=True, slots=True)
class Protocol:
    """One way to divide recordings; call it with rows and an :class:`Ask`.

    Parameters
    ----------
    words
        What it does, as reports print it.
    divide
        The splits of one repeat.
    leaks
        Whether it may put a patient or session on both sides; everybody who uses it is told.
    n_folds
        How many folds it makes unless asked otherwise; None where the data decide.
    follows_table
        Whether it needs a published table.
    tests_unlabelled
        Whether recordings without a label are what it tests; others take none.
    """

    words: str
    divide: Divide
    leaks: bool = False
    n_folds: int | None = None
    follows_table: bool = False
    tests_unlabelled: bool = False

    def __call__(self, rows: Sequence[Row], ask: Ask) -> tuple[Split, ...]:
        """Return the splits of every repeat, in order.

        Raises
        ------
        SplitError
            If the protocol does not take what was asked, or the rows cannot be divided so.
        """
        name = self.words.partition(":")[0]
        if ask.n_folds is not None and self.n_folds is None:
            raise SplitError(f"n_folds={ask.n_folds}: {name} takes none, its data decide how many")
        if self.follows_table and ask.published is None:
            raise SplitError(f"{name} needs the table that was published; name its CSV file")
        if ask.published is not None and not self.follows_table:
            raise SplitError(f"{ask.published.source}: {name} follows no published table")
        if not self.tests_unlabelled and (bare := [r for r in rows if r.label == UNLABELLED]):
            raise SplitError(f"{bare[0].recording_id}: has no label; {name} divides labelled ones")
        return tuple(
            split for repeat in range(ask.n_repeats) for split in self.divide(rows, ask, repeat)
        )
