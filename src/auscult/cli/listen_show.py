"""What ``listen`` shows: a level meter, heart rate and verdict that renew themselves.

On a terminal they stay in their place; elsewhere each update is a line.
"""

from collections.abc import Iterable, Iterator, Mapping
from time import monotonic
from types import TracebackType
from typing import Self

from rich.live import Live
from rich.text import Text

from auscult.cli.show import console
from auscult.inference.stream import Stream
from auscult.inference.updates import Update
from auscult.preprocess.findings import CLIPPED_SHARE
from auscult.types import Samples

_REFRESH_S = 0.1
_BAR_WIDTH = 30
_LOWEST_DB = -60.0
_LOUD_DB, _SOFT_DB = -6.0, -45.0


class Display:
    """The state of a stream, kept up to date while it is open."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._last: Update | None = None
        self._next_s = 0.0
        self._live = Live(console=console, auto_refresh=False, transient=True)

    def __enter__(self) -> Self:
        if console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._live.stop()

    def watching(self, pieces: Iterable[Samples]) -> Iterator[Samples]:
        """Yield ``pieces``, moving the meter after each has been heard."""
        for piece in pieces:
            yield piece
            if self._live.is_started and monotonic() >= self._next_s:
                self._next_s = monotonic() + _REFRESH_S
                self._live.update(self._panel(), refresh=True)

    def take(self, update: Update) -> None:
        """Show ``update``."""
        self._last = update
        if not self._live.is_started and not update.is_last:
            text = f"{update.heard_s:6.1f} s  {update.level_dbfs:5.0f} dB  {_rate(update)}  "
            console.print(text + _answer(update), markup=False, soft_wrap=True)

    def _panel(self) -> Text:
        level_db = self._stream.level_dbfs()
        share = min(max(1 - level_db / _LOWEST_DB, 0.0), 1.0)
        n_full = round(share * _BAR_WIDTH)
        style = "red" if level_db > _LOUD_DB else "yellow" if level_db < _SOFT_DB else "green"
        panel = Text.assemble(
            f"{self._stream.heard_s:6.1f} s  ",
            ("█" * n_full, style),
            ("░" * (_BAR_WIDTH - n_full), "dim"),
            f" {max(level_db, _LOWEST_DB):4.0f} dB\n",
        )
        if self._last is None:
            return panel.append("listening …", "dim")
        panel.append(f"{_rate(self._last)}\n", "bold")
        panel.append(f"{_answer(self._last)}\n")
        for name, told in self._last.prediction.answers.items():
            panel.append(f"{name}: {_told(told)}\n", "dim")
        return panel


def print_verdict(update: Update) -> None:
    """Print what was heard at the end, and over which seconds."""
    lasting = f"{update.from_s:.1f} to {update.heard_s:.1f} s"
    console.print(f"{lasting}: {_rate(update)}", markup=False, soft_wrap=True)
    if update.rhythm_reason:
        console.print(update.rhythm_reason, markup=False, soft_wrap=True)
    console.print(f"{lasting}: {_answer(update)}", markup=False, soft_wrap=True)
    console.print("Not a medical device: an answer is no diagnosis.", style="dim")


def _rate(update: Update) -> str:
    rhythm = update.rhythm
    if rhythm.rate_bpm is None:
        return "no heart rate"
    said = {None: "", False: ", regular", True: ", irregular"}[rhythm.irregular]
    return f"{rhythm.rate_bpm:.0f} a minute{said}"


def _answer(update: Update) -> str:
    loud = " (too loud: turn the gain down)" if update.clipped > CLIPPED_SHARE else ""
    prediction = update.prediction
    if prediction.status != "ok":
        return prediction.reason + loud
    return f"{prediction.label} ({_told(prediction.probabilities)}){loud}"


def _told(scores: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {p:.2f}" for name, p in scores.items())
