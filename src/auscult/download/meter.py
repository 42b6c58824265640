"""How a transfer says how far it is, without knowing who listens."""

from typing import Protocol


class Meter(Protocol):
    """Whoever shows bytes moving: the command line draws a bar, tests listen."""

    def begin(self, name: str, done_bytes: int, total_bytes: int | None) -> None:
        """Show that ``name`` moves; ``done_bytes`` were there before."""
        ...

    def move(self, n_bytes: int) -> None:
        """Show that ``n_bytes`` more came."""
        ...

    def end(self) -> None:
        """Show that nothing moves any more."""
        ...

    def say(self, sentence: str) -> None:
        """Show one sentence."""
        ...


class SilentMeter:
    """Shows nothing."""

    def begin(self, name: str, done_bytes: int, total_bytes: int | None) -> None:
        """Show nothing."""

    def move(self, n_bytes: int) -> None:
        """Show nothing."""

    def end(self) -> None:
        """Show nothing."""

    def say(self, sentence: str) -> None:
        """Say nothing."""
