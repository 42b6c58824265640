"""Which recordings share sound: every file is heard once, the pairs proposed are heard again.

Memory: some four kB a recording (its fingerprint); a worker keeps four sounds.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal, TypeAlias

from auscult.arrays import Samples
from auscult.audio import read_recording, resample
from auscult.audio.hashing import samples_sha256
from auscult.errors import AudioError, MissingExtraError
from auscult.fingerprint import (
    RATE_HZ,
    Agreement,
    Fingerprint,
    agreement,
    level,
    propose,
    repetition,
    take_fingerprint,
)
from auscult.pool import in_order
from auscult.progress import Progress

REPEATS = 0.65
"""From here on a recording's agreement with itself is none of a living heart."""

Kind: TypeAlias = Literal["same samples", "copy", "same loop"]


@dataclass(frozen=True, slots=True, eq=False)
class Listened:
    """What one file told; ``error`` is a sentence where it could not be opened."""

    sha256: str = ""
    rate_hz: int = 0
    duration_s: float = 0.0
    fingerprint: Fingerprint | None = None
    repetition: float = 0.0
    error: str = ""


@dataclass(frozen=True, slots=True)
class SharedSound:
    """Two recordings that hold the same sound.

    Parameters
    ----------
    first, second
        Their ids.
    kind
        ``same samples``: all of them, to the last bit. ``copy``: re-encoded, louder, cut, shifted.
        ``same loop``: both hold a heartbeat that repeats itself, as a simulator's does; whether
        one was copied from the other cannot be told, and a murmur may have been mixed into one.
    offset_s
        Where the second begins on the clock of the first.
    start_s, shared_s
        Where on the clock of the first the shared stretch begins, and its length.
    correlation
        Over that stretch, as fingerprints see it.
    sample_correlation
        Over the same stretch, of the plain waveforms at 2,000 Hz: 1 for identical samples.
    """

    first: str
    second: str
    kind: Kind
    offset_s: float
    start_s: float
    shared_s: float
    correlation: float
    sample_correlation: float


@dataclass(frozen=True, slots=True)
class Question:
    """Two files, and the offset at which they may agree."""

    first: Path
    second: Path
    offset: int


def listen(path: Path) -> Listened:
    """Open one file and return what it tells; a file that will not open is told, not raised."""
    try:
        recording = read_recording(path)
    except (AudioError, MissingExtraError, MemoryError) as error:
        said = str(error).removeprefix(f"{path}: ") or "does not fit into memory"
        return Listened(error=said)
    sound = level(recording.samples, recording.rate_hz)
    return Listened(
        sha256=samples_sha256(recording.samples),
        rate_hz=recording.rate_hz,
        duration_s=recording.duration_s,
        fingerprint=take_fingerprint(sound),
        repetition=repetition(sound),
    )


def answer(question: Question) -> tuple[Agreement, float]:
    """Return how far two files agree, and the correlation of their samples there."""
    one, two = _sounds(question.first), _sounds(question.second)
    found = agreement(one[0], two[0], question.offset)
    return found, sample_correlation(one[1], two[1], found)


def sample_correlation(first: Samples, second: Samples, found: Agreement) -> float:
    """Return the correlation coefficient of two waveforms at ``RATE_HZ`` over what they share."""
    start, size = round(found.start_s * RATE_HZ), round(found.shared_s * RATE_HZ)
    behind = round((found.start_s - found.offset_s) * RATE_HZ)
    one, two = first[start : start + size], second[behind : behind + size]
    size = min(one.size, two.size)
    if not size:
        return 0.0
    one, two = one[:size] - one[:size].mean(), two[:size] - two[:size].mean()
    energy = float(one @ one) * float(two @ two)
    return float(one @ two) / energy**0.5 if energy else 0.0


@lru_cache(maxsize=4)
def _sounds(path: Path) -> tuple[Samples, Samples]:
    """Return the levelled sound and the plain one, both at ``RATE_HZ``."""
    recording = read_recording(path)
    return (
        level(recording.samples, recording.rate_hz),
        resample(recording.samples, recording.rate_hz, RATE_HZ),
    )


def listen_to_all(
    paths: Mapping[str, Path], n_workers: int, progress: Progress
) -> dict[str, Listened]:
    """Return id → what its file told."""
    with closing(in_order(listen, paths.values(), n_workers)) as heard:
        told = zip(paths, heard, strict=True)
        return dict(progress.track(told, "listening", len(paths)))


def shared_sounds(
    paths: Mapping[str, Path], heard: Mapping[str, Listened], n_workers: int, progress: Progress
) -> list[SharedSound]:
    """Return every two recordings that hold the same sound, each exact copy with its first only."""
    identical = list(_identical(heard))
    copied = {pair.second for pair in identical}
    names, prints = [], []
    for name, told in heard.items():
        if told.fingerprint is not None and name not in copied:
            names.append(name)
            prints.append(told.fingerprint)
    candidates = propose(prints)
    pairs = [(names[one.first], names[one.second], one.offset) for one in candidates]
    asked = [Question(paths[first], paths[second], offset) for first, second, offset in pairs]
    with closing(in_order(answer, asked, n_workers)) as answers:
        told_of = progress.track(zip(pairs, answers, strict=True), "comparing", len(pairs))
        similar = [
            _similar(first, second, found, heard, plain)
            for (first, second, _), (found, plain) in told_of
            if found.is_copy
        ]
    return [*identical, *sorted(similar, key=lambda pair: (pair.kind, pair.first, pair.second))]


def _identical(heard: Mapping[str, Listened]) -> Iterator[SharedSound]:
    first_of: dict[tuple[str, int], str] = {}
    for name, told in heard.items():
        if told.error:
            continue
        first = first_of.setdefault((told.sha256, told.rate_hz), name)
        if first != name:
            yield SharedSound(first, name, "same samples", 0.0, 0.0, told.duration_s, 1.0, 1.0)


def _similar(
    first: str, second: str, found: Agreement, heard: Mapping[str, Listened], plain: float
) -> SharedSound:
    loops = max(heard[first].repetition, heard[second].repetition) >= REPEATS
    return SharedSound(
        first=first,
        second=second,
        kind="same loop" if loops else "copy",
        offset_s=found.offset_s,
        start_s=found.start_s,
        shared_s=found.shared_s,
        correlation=round(found.correlation, 4),
        sample_correlation=round(plain, 4),
    )


def joined(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, ...]]:
    """Return the chains that pairs make: sets of names, each sorted, in order of their first."""
    chain_of: dict[str, set[str]] = {}
    for one, two in pairs:
        chain = chain_of.get(one, {one}) | chain_of.get(two, {two})
        chain_of |= dict.fromkeys(chain, chain)
    return sorted({tuple(sorted(chain)) for chain in chain_of.values()})


def repeating(heard: Mapping[str, Listened]) -> tuple[str, ...]:
    """Return the recordings that repeat themselves: loops, simulators, no living heart."""
    return tuple(name for name, told in heard.items() if told.repetition >= REPEATS)
