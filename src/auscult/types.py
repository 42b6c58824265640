"""What travels through the flow: frozen, checked when made, no input or output.

Conventions
-----------
samples : float32, shape (n_samples,), nominal range [-1, 1], mono
rate_hz : samples per second; never assumed, there is no default rate
times   : seconds from the start of the recording
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isclose
from pathlib import Path
from types import MappingProxyType
from typing import Literal, TypeAlias

import numpy as np

from auscult import arrays
from auscult.errors import AudioError, ConfigError

Samples: TypeAlias = arrays.Samples
FloatArray: TypeAlias = arrays.FloatArray

State: TypeAlias = Literal["S1", "systole", "S2", "diastole"]
STATES: tuple[State, ...] = ("S1", "systole", "S2", "diastole")
"""The states of the cardiac cycle, in the order in which they follow one another."""

CLASSES_5 = ("artifact", "extrahls", "extrastole", "murmur", "normal")
CLASSES_3 = ("artifact", "murmur", "normal")
CLASSES_3_OF_5: Mapping[str, str] = MappingProxyType(
    {
        "artifact": "artifact",
        "extrahls": "normal",
        "extrastole": "normal",
        "murmur": "murmur",
        "normal": "normal",
    }
)
"""The three-class view of PASCAL: extra heart sounds and extrasystoles count as normal."""

QUESTIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "heard": CLASSES_3,
        "heard5": CLASSES_5,
        "murmur": ("absent", "present"),
        "refer": ("normal", "abnormal"),
        "quality": ("good", "poor"),
        "beats": ("clear", "unclear"),
    }
)
"""What can be asked of a recording, and the classes of the answer: what is heard (PASCAL's
three-class view, or all five), whether a murmur is audible in it, whether the heart should be
examined further (the question of PhysioNet/CinC 2016), whether the recording is good enough to be
judged by a listener, and whether its beats are clear enough to be found by an algorithm. A dataset
answers some of them."""


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """One mono sound in memory.

    Parameters
    ----------
    samples
        float32, shape (n_samples,), at least one sample, all finite.
    rate_hz
        Samples per second, positive.
    source
        Where it came from (a path, or a name), used in messages.
    n_channels
        Channels of the original; of several, the samples are the mean or a chosen one.
    notes
        What was noticed or chosen when it was read; a sentence each, often none.

    Raises
    ------
    AudioError
        If the samples are empty, not one-dimensional, or not finite, or the rate is not positive
        or no whole number.
    """

    samples: Samples
    rate_hz: int
    source: str = "array"
    n_channels: int = 1
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        # subtle: a copy, so that freezing it does not freeze the caller's array; a number too large
        # for float32 becomes infinite here, and is refused below.
        with np.errstate(over="ignore"):
            samples = np.array(self.samples, dtype=np.float32)
        if samples.ndim != 1:
            raise AudioError(
                f"{self.source}: samples have shape {samples.shape}; "
                "wanted one dimension, (n_samples,)"
            )
        if samples.size == 0:
            raise AudioError(f"{self.source}: holds no samples; record again or check the export")
        if self.rate_hz <= 0 or not float(self.rate_hz).is_integer():
            raise AudioError(
                f"{self.source}: rate_hz={self.rate_hz} must be positive and a whole number"
            )
        if not np.isfinite(samples).all():
            n_bad = int(np.count_nonzero(~np.isfinite(samples)))
            raise AudioError(
                f"{self.source}: {n_bad} of {samples.size} samples are NaN or infinite; "
                "export the recording again as integer PCM"
            )
        samples.flags.writeable = False
        object.__setattr__(self, "samples", samples)
        object.__setattr__(self, "rate_hz", int(self.rate_hz))

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.samples.size / self.rate_hz


@dataclass(frozen=True, slots=True)
class Entry:
    """What a dataset knows about one recording without opening it.

    ``group`` is the key no split may divide: recordings of one patient or one session share it.
    ``subset`` is the part of the dataset (PASCAL's set, CinC 2016's database, CirCor's campaign).
    ``label`` is None for recordings published without one. ``taken_at_s`` is the time of recording
    in seconds since 1970 where the file name tells it, only good for comparing. ``facts`` is what
    else the publisher tells (age group, murmur timing …), by lower-case name; unknowns are absent.
    """

    recording_id: str
    path: Path
    dataset: str
    subset: str
    label: str | None
    group: str
    patient: str | None = None
    site: str | None = None
    sublabel: str | None = None
    taken_at_s: float | None = None
    session: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Mark:
    """Where one heart sound lies: ``sound`` is "S1", "S2", "S3" or "S4", ``at_s`` its position."""

    sound: str
    at_s: float


@dataclass(frozen=True, slots=True)
class StateSpan:
    """One state of the cardiac cycle, from ``start_s`` (inclusive) to ``end_s`` (exclusive).

    ``confidence`` in [0, 1] is 1 for published and for made truth.
    """

    state: State
    start_s: float
    end_s: float
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Split:
    """Which rows train, which stop the training, which are scored, in one fold.

    Rows are named ``recording_id`` or, for an augmented copy, ``recording_id@variant``. Only a
    protocol that is known to leak sets ``stops_on_test``, which lets validation rows be scored.

    Raises
    ------
    ConfigError
        If a row has two roles or a role that must not be empty is.
    """

    protocol: str
    fold: int
    repeat: int
    train: tuple[str, ...]
    validation: tuple[str, ...]
    test: tuple[str, ...]
    stops_on_test: bool = False

    def __post_init__(self) -> None:
        roles = [self.train, self.test] + ([] if self.stops_on_test else [self.validation])
        if not self.train or not self.test:
            raise ConfigError(
                f"fold {self.fold} of protocol {self.protocol!r} has {len(self.train)} training "
                f"and {len(self.test)} test rows; both need at least one"
            )
        if sum(map(len, roles)) != len(set().union(*roles)):
            raise ConfigError(
                f"fold {self.fold} of protocol {self.protocol!r} gives a row two roles"
            )


Status: TypeAlias = Literal["ok", "refused", "error"]


@dataclass(frozen=True, slots=True)
class Prediction:
    """The answer for one recording.

    ``status`` is ``ok`` (judged), ``refused`` (opened, but not fit to be judged) or ``error``
    (could not be opened); ``reason`` is a sentence for the last two. ``probabilities`` maps
    each class to [0, 1], summing to 1; it is given for a refused recording too where a score could
    be computed, and is empty for an error. ``label`` is the most probable class, and None unless
    ``ok``. ``answers`` maps each further question the model knows (:data:`QUESTIONS`) to the
    probabilities of its classes. ``notes`` are those of the recording, and of the gate. ``sure``
    says whether the label's probability is one that nine tenths of unseen recordings reached; None
    where there is no label, or the model does not say. ``called`` maps a question to whether what
    it looks for is called at the sensitivity that was asked for; empty where none was. ``n_beats``
    is None unless beats were looked for, and ``heart_rate_bpm`` also where too few were found;
    ``spans`` are then the states found.
    """

    source: str
    status: Status
    reason: str = ""
    label: str | None = None
    probabilities: Mapping[str, float] = field(default_factory=dict)
    duration_s: float | None = None
    rate_hz: int | None = None
    notes: tuple[str, ...] = ()
    answers: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    sure: bool | None = None
    called: Mapping[str, bool] = field(default_factory=dict)
    heart_rate_bpm: float | None = None
    n_beats: int | None = None
    spans: tuple[StateSpan, ...] = ()

    def __post_init__(self) -> None:
        if self.status == "ok" and (self.label is None or not self.probabilities):
            raise ConfigError(f"{self.source}: a judged recording needs a label and probabilities")
        if self.status != "ok" and (self.label is not None or not self.reason):
            raise ConfigError(f"{self.source}: a {self.status} recording needs a reason, no label")
        for scores in (self.probabilities, *self.answers.values()):
            total = sum(scores.values())
            if scores and not isclose(total, 1.0, abs_tol=1e-3):
                raise ConfigError(f"{self.source}: probabilities sum to {total:.4f}, not 1")
        object.__setattr__(self, "probabilities", MappingProxyType(dict(self.probabilities)))
        answers = {question: MappingProxyType(dict(p)) for question, p in self.answers.items()}
        object.__setattr__(self, "answers", MappingProxyType(answers))
        object.__setattr__(self, "called", MappingProxyType(dict(self.called)))

    @property
    def confidence(self) -> float | None:
        """Probability of the label, or None where there is none."""
        return None if self.label is None else self.probabilities[self.label]
