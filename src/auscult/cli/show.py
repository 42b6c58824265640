"""What a terminal shows: progress bars on standard error, tables on standard output."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as RichProgress
from rich.table import Table

T = TypeVar("T")

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)


class Bars:
    """Progress on standard error: a bar a task on a terminal, sentences everywhere."""

    def __init__(self) -> None:
        self._bars = RichProgress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=28),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=errors,
            transient=True,
            disable=not errors.is_terminal,
        )

    def track(self, items: Iterable[T], title: str, total: int) -> Iterator[T]:
        """Yield ``items`` under a bar."""
        with self._bars:
            task = self._bars.add_task(title, total=total)
            for item in items:
                yield item
                self._bars.advance(task)
            self._bars.remove_task(task)

    def say(self, sentence: str) -> None:
        """Print a sentence above the bars."""
        self._bars.console.print(sentence, markup=False, soft_wrap=True)


def table(
    title: str, header: Sequence[str], rows: Iterable[Sequence[str]], *, left: int = 1
) -> None:
    """Print a table; the first ``left`` columns are text, the others numbers."""
    shown = Table(title=title or None, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for index, name in enumerate(header):
        text = index < left
        shown.add_column(
            name, justify="left" if text else "right", no_wrap=not text, overflow="fold"
        )
    for row in rows:
        shown.add_row(*map(escape, row))
    console.print(shown)
