"""What an explanation is: tiles of time and frequency, and a sentence."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from math import log
from typing import Any, Literal, Self, TypeAlias

from auscult.inference.occlusion import Interval
from auscult.types import State

Phase: TypeAlias = State | Literal[""]

_LEAST_PROBABILITY = 1e-6


@dataclass(frozen=True, slots=True)
class Tile:
    """A rectangle of time and frequency, the state it lies in, and the drop of its part."""

    start_s: float
    end_s: float
    low_hz: float
    high_hz: float
    phase: Phase
    drop: float


@dataclass(frozen=True, slots=True)
class Part:
    """What is taken out at once: a band in every systole, say, or in one slice of time.

    ``drop`` is that of this part alone; ``phase`` is empty for a slice.
    """

    phase: Phase
    low_hz: float
    high_hz: float
    intervals: tuple[Interval, ...]
    drop: float = 0.0

    def later(self, by_s: float) -> Self:
        """Return this with its times counted from ``by_s`` earlier."""
        intervals = tuple((start_s + by_s, end_s + by_s) for start_s, end_s in self.intervals)
        return replace(self, intervals=intervals)

    @property
    def tiles(self) -> Iterator[Tile]:
        """The part's rectangles."""
        for start_s, end_s in self.intervals:
            yield Tile(start_s, end_s, self.low_hz, self.high_hz, self.phase, self.drop)


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the answer to one question rests on; or the ``reason`` why that was not asked.

    Parameters
    ----------
    source, question, answer, probability
        What is explained.
    parts
        All that was taken out, with the drop of each.
    marked
        What carries the answer; see the conventions.
    without
        The probability of the answer without all of ``marked``.
    excerpt_s
        From when to when of a long sound was looked at, probabilities included; None for all of it.
    """

    source: str
    question: str
    answer: str = ""
    probability: float = 0.0
    parts: tuple[Part, ...] = ()
    marked: tuple[Part, ...] = ()
    without: float = 0.0
    reason: str = ""
    excerpt_s: Interval | None = None

    @property
    def tiles(self) -> tuple[Tile, ...]:
        """The rectangles of the marked parts, in order of time."""
        tiles = (tile for part in self.marked for tile in part.tiles)
        return tuple(sorted(tiles, key=lambda tile: (tile.start_s, tile.low_hz)))

    @property
    def drop(self) -> float:
        """The drop of all marked parts together."""
        return log_odds(self.probability) - log_odds(self.without) if self.marked else 0.0

    @property
    def sentence(self) -> str:
        """The explanation in words."""
        if self.reason:
            return self.reason
        where = ""
        if self.excerpt_s is not None:
            start_s, end_s = self.excerpt_s
            where = f" Only {start_s:.0f} to {end_s:.0f} s were looked at, where that is clearest."
        if not self.marked:
            return f"No single part of the sound carries the answer “{self.answer}”.{where}"
        said = "; and ".join(_places(self.marked))
        what = _HEARD.get(self.answer, f"The answer “{self.answer}” rests on what is heard")
        return (
            f"{what} {said}: with that lowered to the background, the probability falls "
            f"from {_percent(self.probability)} to {_percent(self.without)}.{where}"
        )

    def later(self, by_s: float) -> Self:
        """Return this with its times counted from ``by_s`` earlier."""
        return replace(
            self,
            parts=tuple(part.later(by_s) for part in self.parts),
            marked=tuple(part.later(by_s) for part in self.marked),
        )

    def as_data(self) -> dict[str, Any]:
        """Return everything as JSON-ready data."""
        return {
            "path": self.source,
            "question": self.question,
            "answer": self.answer,
            "probability": self.probability,
            "without": self.without,
            "drop": self.drop,
            "sentence": self.sentence,
            "reason": self.reason,
            "excerpt_s": self.excerpt_s,
            "tiles": [asdict(tile) for tile in self.tiles],
            "parts": [_without_times(part) for part in self.parts],
        }


def log_odds(probability: float) -> float:
    """Return log p/(1-p), finite for any p in [0, 1]."""
    p = min(max(probability, _LEAST_PROBABILITY), 1 - _LEAST_PROBABILITY)
    return log(p / (1 - p))


_HEARD = {"murmur": "The murmur was heard", "present": "The murmur was heard"}
_WORDS = {
    "S1": "at S1",
    "systole": "between S1 and S2",
    "S2": "at S2",
    "diastole": "between S2 and the next S1",
}


def _places(marked: Iterable[Part]) -> list[str]:
    """Return where marked parts lie, those of one state or slice together, the first first."""
    of_place: dict[str, list[Part]] = {}
    for part in marked:
        start_s, end_s = part.intervals[0]
        words = _WORDS[part.phase] if part.phase else f"from {start_s:.1f} to {end_s:.1f} s"
        of_place.setdefault(words, []).append(part)
    return [f"{words}, at {_bands(parts)}" for words, parts in of_place.items()]


def _bands(parts: Iterable[Part]) -> str:
    """Return the bands of parts in words, those that touch as one."""
    joined: list[tuple[float, float]] = []
    for low_hz, high_hz in sorted((part.low_hz, part.high_hz) for part in parts):
        if joined and joined[-1][1] == low_hz:
            joined[-1] = joined[-1][0], high_hz
        else:
            joined.append((low_hz, high_hz))
    return " and ".join(f"{low_hz:.0f}–{high_hz:.0f} Hz" for low_hz, high_hz in joined)


def _percent(probability: float) -> str:
    """Return a probability in words; none is certain."""
    if probability > 0.995:  # noqa: PLR2004 - would be rounded to 100
        return "over 99%"
    return "under 1%" if probability < 0.005 else f"{probability:.0%}"  # noqa: PLR2004 - to 0


def _without_times(part: Part) -> dict[str, Any]:
    """Return a part for a table: a slice still needs its time."""
    told = {k: v for k, v in asdict(part).items() if k != "intervals"}
    return told if part.phase else {**told, "interval_s": part.intervals[0]}
