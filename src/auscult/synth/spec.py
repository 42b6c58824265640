"""What to synthesise: a heart, or a recording that holds none.

Both are their own configuration: ``to_config`` writes them, ``from_config(data, SPEC_TYPES)`` reads
them back. The label follows from the content and cannot contradict it.

Conventions
-----------
levels  : decibels relative to the level (root mean square) of S1
label   : one of PASCAL's five classes, ``auscult.types.CLASSES_5``
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from auscult.errors import ConfigError
from auscult.synth.bounds import check_bounds
from auscult.synth.disturbance import DISTURBANCES, Disturbance
from auscult.synth.murmur import Murmur

MAX_VARIABILITY = 0.15
"""Largest standard deviation of the interval between beats, as a share of its mean."""
HEART_RATES_BPM = (30.0, 220.0)
WIDE_SPLIT_MS = 40.0
"""From here on the split of S2 is heard in expiration too, and counts as an extra sound."""


@dataclass(frozen=True, slots=True)
class Stethoscope:
    """The band that reaches the recording: gentle edges of ``6·order`` dB an octave."""

    low_hz: float = 25.0
    high_hz: float = 700.0
    order: int = 2

    def __post_init__(self) -> None:
        check_bounds("low_hz", self.low_hz, 1, 200, " Hz")
        check_bounds("high_hz", self.high_hz, 200, 20_000, " Hz")
        check_bounds("order", self.order, 1, 8)


@dataclass(frozen=True, slots=True)
class HeartSound:
    """A beating heart, heard through a stethoscope.

    Parameters
    ----------
    duration_s
        Length, 0.5 to 600 s.
    heart_rate_bpm
        Mean rate, 30 to 220 beats a minute.
    rate_variability_ms
        Standard deviation of the interval between beats, at most 15 % of its mean.
    breathing_rate_per_min
        4 to 60.
    breathing_depth
        How much softer than the mean the sounds are at full inspiration, 0 to 0.5.
    loudness_spread
        Largest random change of loudness from beat to beat, 0 to 0.5.
    s1_split_ms
        From mitral to tricuspid closure, 0 to 60 ms.
    s2_level_db
        Level of S2, -30 to 20 dB.
    s2_split_ms, s2_split_breathing_ms
        From aortic to pulmonary closure at the end of expiration, and what inspiration adds to it,
        each 0 to 80 ms.
    s3_level_db, s4_level_db
        Level of the third and fourth sound, -40 to 10 dB, or None for none.
    extrasystole_every
        Every n-th beat is premature, n from 2; None for none. A recording of fewer than n beats may
        hold none.
    murmurs, disturbances, stethoscope
        What else is heard, and how.

    Raises
    ------
    ConfigError
        If a number is out of range.
    """

    duration_s: float = 10.0
    heart_rate_bpm: float = 72.0
    rate_variability_ms: float = 30.0
    breathing_rate_per_min: float = 15.0
    breathing_depth: float = 0.12
    loudness_spread: float = 0.08
    s1_split_ms: float = 20.0
    s2_level_db: float = -1.0
    s2_split_ms: float = 5.0
    s2_split_breathing_ms: float = 30.0
    s3_level_db: float | None = None
    s4_level_db: float | None = None
    extrasystole_every: int | None = None
    murmurs: tuple[Murmur, ...] = ()
    disturbances: tuple[Disturbance, ...] = ()
    stethoscope: Stethoscope = Stethoscope()

    def __post_init__(self) -> None:
        _check_duration(self.duration_s)
        for name, (low, high) in _HEART_BOUNDS.items():
            value = getattr(self, name)
            if value is not None:
                check_bounds(name, value, low, high)
        most_ms = MAX_VARIABILITY * 60_000 / self.heart_rate_bpm
        if not 0 <= self.rate_variability_ms <= most_ms * (1 + 1e-9):
            raise ConfigError(
                f"rate_variability_ms={self.rate_variability_ms} must be between 0 and "
                f"{most_ms:.0f} ms, 15 % of the beat at heart_rate_bpm={self.heart_rate_bpm:g}"
            )

    def at_rate(self, heart_rate_bpm: float) -> "HeartSound":
        """Return the same heart at another rate; its variability keeps its share of the beat."""
        check_bounds("heart_rate_bpm", heart_rate_bpm, *HEART_RATES_BPM)
        variability_ms = self.rate_variability_ms * self.heart_rate_bpm / heart_rate_bpm
        return replace(self, heart_rate_bpm=heart_rate_bpm, rate_variability_ms=variability_ms)

    @property
    def label(self) -> str:
        """The class a listener should give."""
        if self.murmurs:
            return "murmur"
        if self.extrasystole_every is not None:
            return "extrastole"
        extra = self.s3_level_db is not None or self.s4_level_db is not None
        return "extrahls" if extra or self.s2_split_ms >= WIDE_SPLIT_MS else "normal"


@dataclass(frozen=True, slots=True)
class Artifact:
    """A recording without a heartbeat: only disturbances, at least one.

    Raises
    ------
    ConfigError
        If the duration is not 0.5 to 600 s or nothing is to be heard.
    """

    disturbances: tuple[Disturbance, ...]
    duration_s: float = 10.0
    breathing_rate_per_min: float = 15.0

    def __post_init__(self) -> None:
        _check_duration(self.duration_s)
        check_bounds("breathing_rate_per_min", self.breathing_rate_per_min, 4, 60)
        if not self.disturbances:
            raise ConfigError("disturbances=() leaves an artifact silent; give at least one")

    @property
    def label(self) -> str:
        """The class a listener should give."""
        return "artifact"


_HEART_BOUNDS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "heart_rate_bpm": HEART_RATES_BPM,
        "breathing_rate_per_min": (4, 60),
        "breathing_depth": (0, 0.5),
        "loudness_spread": (0, 0.5),
        "s1_split_ms": (0, 60),
        "s2_level_db": (-30, 20),
        "s2_split_ms": (0, 80),
        "s2_split_breathing_ms": (0, 80),
        "s3_level_db": (-40, 10),
        "s4_level_db": (-40, 10),
        "extrasystole_every": (2, 1000),
    }
)

SPEC_TYPES: Mapping[str, type] = MappingProxyType(
    {made.__name__: made for made in (HeartSound, Artifact, Stethoscope, Murmur, *DISTURBANCES)}
)
"""Everything a written spec may name."""


def _check_duration(duration_s: float) -> None:
    check_bounds("duration_s", duration_s, 0.5, 600, " s")
