"""Bytes on their way, on standard error."""

from time import monotonic

from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from auscult.cli.show import errors
from auscult.download import amount


class TransferBar:
    """Bytes, rate and time left on standard error: a bar on a terminal, sentences everywhere."""

    def __init__(self) -> None:
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=28),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
            console=errors,
            transient=True,
            disable=not errors.is_terminal,
        )
        self._task: TaskID | None = None
        self._name, self._began_s, self._n_bytes = "", 0.0, 0

    def begin(self, name: str, done_bytes: int, total_bytes: int | None) -> None:
        """Show a bar, or say what begins."""
        size = amount(total_bytes) if total_bytes is not None else "of unknown size"
        had = f", {amount(done_bytes)} are here already" if done_bytes else ""
        if not errors.is_terminal:
            self.say(f"{name}: fetching {size}{had}")
        self._name, self._began_s, self._n_bytes = name, monotonic(), 0
        self._task = self._bar.add_task(name, total=total_bytes, completed=done_bytes)
        self._bar.start()

    def move(self, n_bytes: int) -> None:
        """Move the bar."""
        self._n_bytes += n_bytes
        if self._task is not None:
            self._bar.advance(self._task, n_bytes)

    def end(self) -> None:
        """Take the bar away; say how fast it was."""
        if self._task is not None:
            took_s = monotonic() - self._began_s
            rate = f"{amount(round(self._n_bytes / max(took_s, 1e-3)))}/s"
            self.say(f"{self._name}: {amount(self._n_bytes)} came in {took_s:.0f} s ({rate})")
            self._bar.remove_task(self._task)
            self._bar.stop()
            self._task = None

    def say(self, sentence: str) -> None:
        """Print a sentence above the bar."""
        self._bar.console.print(sentence, markup=False, soft_wrap=True)
