"""What a split lets through: who and what stands on both sides, and what a guesser makes of it.

A unit (a patient, a group, two recordings of one sound) *crosses* if its recordings have more than
one role. It *reaches the test* if one of them is scored and another is learned from, or stops the
training: then a figure is no measure of new patients, and the split leaks. What only crosses
from the training to the validation part makes the choice of a model too sure, and is counted.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from auscult.errors import EvaluationError, SplitError
from auscult.metrics import METRICS
from auscult.models.audio_free import AUDIO_FREE, Known
from auscult.types import Entry, Split

SHOWN = 5
LEARNED = {"train", "validation"}


@dataclass(frozen=True, slots=True)
class Crossing:
    """Units of one sort that cross, of how many; ``examples`` name a few that reach the test."""

    what: str
    n_units: int
    n_crossing: int
    n_reaching_test: int
    n_test_recordings: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Guess:
    """What a guesser scores that hears nothing; None where a figure is undefined."""

    guesser: str
    accuracy: float | None
    balanced_accuracy: float | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SplitAudit:
    """One split: its size, what crosses, and what the guessers score on its test part."""

    protocol: str
    repeat: int
    fold: int
    n_train: int
    n_validation: int
    n_test: int
    crossings: tuple[Crossing, ...]
    guesses: tuple[Guess, ...]

    @property
    def leaks(self) -> bool:
        """Whether anything reaches the test."""
        return any(crossing.n_reaching_test for crossing in self.crossings)


def audit_split(
    split: Split,
    units: Mapping[str, Mapping[str, Sequence[str]]],
    known: Mapping[str, tuple[Entry, int, float]],
    labels: Mapping[str, str],
) -> SplitAudit:
    """Look at one split.

    Parameters
    ----------
    split
        Rows are recording ids, or ``id@variant`` for copies.
    units
        Sort → name of the unit → ids of its recordings.
    known
        Id → entry, rate and duration, of every recording that could be opened.
    labels
        Id → class, of every recording that has one.

    Raises
    ------
    SplitError
        If the split names a recording that is not there.
    """
    roles = _roles(split)
    if absent := sorted(roles.keys() - known.keys()):
        raise SplitError(
            f"fold {split.fold} of {split.protocol!r} names {len(absent)} recordings that are not "
            f"in the data or cannot be opened ({absent[0]} …); name the data it was made of"
        )
    return SplitAudit(
        protocol=split.protocol,
        repeat=split.repeat,
        fold=split.fold,
        n_train=len(split.train),
        n_validation=len(split.validation),
        n_test=len(split.test),
        crossings=tuple(_crossing(what, members, roles) for what, members in units.items()),
        guesses=tuple(_guesses(split, known, labels)),
    )


def _roles(split: Split) -> dict[str, set[str]]:
    """Return recording id → its roles."""
    roles: dict[str, set[str]] = defaultdict(set)
    for role in ("train", "validation", "test"):
        for row_id in getattr(split, role):
            roles[_recording(row_id)].add(role)
    return dict(roles)


def _recording(row_id: str) -> str:
    return row_id.partition("@")[0]


def _crossing(
    what: str, members: Mapping[str, Sequence[str]], roles: Mapping[str, set[str]]
) -> Crossing:
    n_units, n_crossing, tested, reaching = 0, 0, set[str](), []
    for name, ids in members.items():
        here = [i for i in ids if i in roles]
        n_units += bool(here)
        found = set(chain.from_iterable(roles[i] for i in here))
        n_crossing += len(found) > 1
        if "test" in found and found & LEARNED:
            reaching.append(name)
            tested |= {i for i in here if "test" in roles[i]}
    return Crossing(what, n_units, n_crossing, len(reaching), len(tested), tuple(reaching[:SHOWN]))


def _guesses(
    split: Split, known: Mapping[str, tuple[Entry, int, float]], labels: Mapping[str, str]
) -> Iterable[Guess]:
    """Yield what each guesser scores; it may learn from every row that is not scored."""
    classes = sorted(set(labels.values()))
    scored = dict.fromkeys(map(_recording, split.test))
    told = dict.fromkeys(map(_recording, (*split.train, *split.validation)))

    def facts(ids: Iterable[str]) -> list[Known]:
        return [Known(*known[i], classes.index(labels[i])) for i in ids if i in labels]

    train, test = facts(i for i in told if i not in scored), facts(scored)
    if not train or not test:
        return
    truth = np.array([one.label for one in test])
    for name in AUDIO_FREE:
        try:
            answers = AUDIO_FREE[name](train, test, len(classes))
        except ModuleNotFoundError as error:
            yield Guess(name, None, None, f"needs {error.name}: pip install 'auscult[train]'")
            continue
        yield _scored(name, truth, answers.astype(np.float64))


def _scored(name: str, truth: NDArray[np.intp], answers: NDArray[np.float64]) -> Guess:
    figures: dict[str, float | None] = {}
    reason = ""
    for metric in ("accuracy", "balanced_accuracy"):
        try:
            figures[metric] = round(METRICS[metric](truth, answers), 4)
        except EvaluationError as error:
            figures[metric], reason = None, str(error)
    return Guess(name, figures["accuracy"], figures["balanced_accuracy"], reason)
