"""What a terminal shows: progress bars on standard error, tables on standard output."""

from collections.abc import Iterable, Iterator, Sequence
from time import monotonic
from typing import TypeVar

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as RichProgress
from rich.table import Table
from rich.text import Text

T = TypeVar("T")

SAY_EVERY_S = 30.0
"""How often somebody who reads a log is told where the work is."""

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)


class Rate(ProgressColumn):
    """How many a second."""

    def render(self, task: Task) -> Text:
        """Return the rate, or nothing before it is known."""
        return Text(f"{task.speed:,.3g}/s" if task.speed else "")


class Bars:
    """Progress on standard error: a bar a task on a terminal, a sentence now and then elsewhere."""

    def __init__(self) -> None:
        self._bars = RichProgress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=28),
            MofNCompleteColumn(),
            Rate(),
            TimeRemainingColumn(),
            console=errors,
            transient=True,
            disable=not errors.is_terminal,
        )

    def track(self, items: Iterable[T], title: str, total: int) -> Iterator[T]:
        """Yield ``items`` under a bar."""
        began_s = told_s = monotonic()
        with self._bars:
            task = self._bars.add_task(title, total=total)
            for n_done, item in enumerate(items, 1):
                yield item
                self._bars.advance(task)
                if self._bars.disable and (now_s := monotonic()) - told_s > SAY_EVERY_S:
                    told_s = now_s
                    self.say(_how_far(title, n_done, total, now_s - began_s))
            self._bars.remove_task(task)

    def say(self, sentence: str) -> None:
        """Print a sentence above the bars."""
        self._bars.console.print(sentence, markup=False, soft_wrap=True)


def _how_far(title: str, n_done: int, total: int, took_s: float) -> str:
    left_s = round(took_s / n_done * (total - n_done))
    left = f"{left_s // 3600}:{left_s // 60 % 60:02d}:{left_s % 60:02d}"
    return f"{title}: {n_done:,} of {total:,}, {n_done / took_s:,.3g} a second, {left} left"


def table(
    title: str, header: Sequence[str], rows: Iterable[Sequence[str]], *, left: int = 1
) -> None:
    """Print a table; the first ``left`` columns are text, the others numbers."""
    shown = Table(
        title=title or None,
        title_justify="left",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        show_edge=False,
    )
    for index, name in enumerate(header):
        text = index < left
        shown.add_column(
            name, justify="left" if text else "right", no_wrap=not text, overflow="fold"
        )
    for row in rows:
        shown.add_row(*map(escape, row))
    console.print(shown)
    console.print()
