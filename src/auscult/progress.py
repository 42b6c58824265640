"""How long work says where it is, without knowing who listens."""

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

T = TypeVar("T")


class Progress(Protocol):
    """Whoever shows progress: the command line draws bars, tests listen in silence."""

    def track(self, items: Iterable[T], title: str, total: int) -> Iterator[T]:
        """Yield ``items`` while showing how many of ``total`` are done."""
        ...

    def say(self, sentence: str) -> None:
        """Show one sentence, above any bar."""
        ...


class Silent:
    """Shows nothing."""

    def track(self, items: Iterable[T], title: str, total: int) -> Iterator[T]:  # noqa: ARG002
        """Yield ``items``."""
        yield from items

    def say(self, sentence: str) -> None:
        """Say nothing."""
