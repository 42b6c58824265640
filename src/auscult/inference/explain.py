"""What an answer rests on: which part of the cardiac cycle, and which frequencies.

::

    sound ─ parts: four states × six bands ─ each taken out ─ model ─ drop of the log-odds
                                                │
            the part that lowers the answer most, then the next beside it … ─ marked ─ sentence

The model that ships is asked, as it ships; nothing is said of its inside. Taking out means lowering
to the background (:mod:`auscult.inference.occlusion`). Where no beat is known, the parts are slices
of time × three bands.

Conventions
-----------
drop   : log p/(1-p) of the answer with the sound whole, less that without a part
marked : parts that lower the answer most *together*, chosen one after another, four at most; none
         is marked that adds less than 0.1, nor any once the answer has fallen below one half

A drop is not a cause in the body. Removing the marked parts lowers the answer more than removing as
much elsewhere: docs/results/explain.md measures by how much.

Source
------
Occlusion: Zeiler and Fergus, ECCV 2014, doi:10.1007/978-3-319-10590-1_53. Test by deletion: Petsiuk
et al., BMVC 2018.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from math import log
from typing import Any, Literal, TypeAlias

import numpy as np

from auscult.audio import resample
from auscult.errors import ConfigError
from auscult.inference.classifier import Classifier
from auscult.inference.occlusion import Eraser, Interval
from auscult.types import STATES, Recording, Samples, State, StateSpan

Phase: TypeAlias = State | Literal[""]

BANDS_HZ = (20.0, 60.0, 110.0, 180.0, 280.0, 420.0, 950.0)
WIDE_BANDS_HZ = (20.0, 110.0, 280.0, 950.0)
"""Bands where there is no rhythm."""
MOST_SLICES, SLICE_S = 8, 1.0
MOST_MARKED = 4
_CANDIDATES = 12
"""Parts tried beside those marked already: the ones that lowered the answer most by themselves."""
_LEAST_GAIN = 0.1
_LEAST_DROP = 0.5
"""Below this drop nothing is said to carry the answer: odds fall by less than two fifths."""
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
    """

    source: str
    question: str
    answer: str = ""
    probability: float = 0.0
    parts: tuple[Part, ...] = ()
    marked: tuple[Part, ...] = ()
    without: float = 0.0
    reason: str = ""

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
        if not self.marked:
            return f"No single part of the sound carries the answer “{self.answer}”."
        said = "; and ".join(_places(self.marked))
        what = _HEARD.get(self.answer, f"The answer “{self.answer}” rests on what is heard")
        return (
            f"{what} {said}: with that lowered to the background, the probability falls "
            f"from {_percent(self.probability)} to {_percent(self.without)}."
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
            "tiles": [asdict(tile) for tile in self.tiles],
            "parts": [_without_times(part) for part in self.parts],
        }


def explain(
    classifier: Classifier,
    recording: Recording,
    spans: Sequence[StateSpan] = (),
    question: str | None = None,
) -> Explanation:
    """Say what the most probable answer to ``question`` rests on.

    Parameters
    ----------
    classifier
        Whom to ask; some sixty times.
    recording
        The sound. One that the gate refuses is not explained.
    spans
        Its states; without any, slices of time take their place.
    question
        One that the bundle answers; the one that gives the label by default.

    Raises
    ------
    ConfigError
        If the bundle does not answer ``question``.
    """
    question = question or classifier.bundle.question
    answers = classifier.answers(recording)
    if question not in answers:
        raise ConfigError(f"question={question!r} must be one of {', '.join(answers)}")
    if reason := classifier.bundle.gate.reason(recording):
        return Explanation(recording.source, question, reason=reason)
    shares = answers[question]
    answer = max(shares, key=shares.__getitem__)
    whole = Explanation(recording.source, question, answer, shares[answer])
    return _Asker(classifier, recording, whole).explained(_parts(recording, spans))


class _Asker:
    """Asks the model about one sound with parts of it taken out."""

    def __init__(self, classifier: Classifier, recording: Recording, whole: Explanation) -> None:
        self._classifier = classifier
        self._whole = whole
        self._rate_hz = max(each.frontend.rate_hz for each in classifier.bundle.listeners)
        samples = resample(recording.samples, recording.rate_hz, self._rate_hz)
        self._eraser = Eraser(samples, self._rate_hz)

    def explained(self, parts: Sequence[Part]) -> Explanation:
        """Return the explanation by ``parts``."""
        taken = [self._eraser.above(part.intervals, part.low_hz, part.high_hz) for part in parts]
        before = log_odds(self._whole.probability)
        drops = [before - self._odds_without(one) for one in taken]
        dropped = tuple(replace(p, drop=drop) for p, drop in zip(parts, drops, strict=True))
        marked, odds = self._together(taken, drops)
        if before - odds < _LEAST_DROP:
            return replace(self._whole, parts=dropped, without=self._whole.probability)
        chosen = tuple(dropped[at] for at in marked)
        return replace(
            self._whole, parts=dropped, marked=chosen, without=float(1 / (1 + np.exp(-odds)))
        )

    def _together(
        self, taken: Sequence[Samples], drops: Sequence[float]
    ) -> tuple[list[int], float]:
        """Return which parts lower the answer most together, and the log-odds left."""
        odds = log_odds(self._whole.probability)
        likely = [int(at) for at in np.argsort(drops)[::-1][:_CANDIDATES]]
        marked: list[int] = []
        gone = np.zeros_like(self._eraser.samples)
        known = {at: odds - drops[at] for at in likely}
        while likely and len(marked) < MOST_MARKED:
            left = known if not marked else {a: self._odds_without(gone + taken[a]) for a in likely}
            best = min(left, key=left.__getitem__)
            if odds - left[best] < _LEAST_GAIN:
                break
            odds, gone = left[best], gone + taken[best]
            marked.append(best)
            likely.remove(best)
            if odds < 0:
                break
        return marked, odds

    def _odds_without(self, taken: Samples) -> float:
        recording = Recording(self._eraser.samples - taken, self._rate_hz)
        shares = self._classifier.answers(recording)[self._whole.question]
        return log_odds(shares[self._whole.answer])


def log_odds(probability: float) -> float:
    """Return log p/(1-p), finite for any p in [0, 1]."""
    p = min(max(probability, _LEAST_PROBABILITY), 1 - _LEAST_PROBABILITY)
    return log(p / (1 - p))


def _parts(recording: Recording, spans: Sequence[StateSpan]) -> list[Part]:
    """Return what is to be taken out, piece by piece."""
    if spans:
        phases = {state: [s for s in spans if s.state == state] for state in STATES}
        return [
            Part(state, low_hz, high_hz, tuple((s.start_s, s.end_s) for s in own))
            for state, own in phases.items()
            for low_hz, high_hz in pairwise(BANDS_HZ)
            if own
        ]
    n_slices = min(MOST_SLICES, max(1, int(recording.duration_s / SLICE_S)))
    edges_s = [float(t) for t in np.linspace(0, recording.duration_s, n_slices + 1)]
    return [
        Part("", low_hz, high_hz, (interval,))
        for interval in pairwise(edges_s)
        for low_hz, high_hz in pairwise(WIDE_BANDS_HZ)
    ]


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
