"""Murmurs: noise of turbulent blood, shaped by the beat.

A murmur is band-limited Gaussian noise times an envelope that the truth of every beat places: which
phase, which part of it, rising or falling. The words are those of CirCor's annotations (Oliveira et
al., IEEE JBHI 26(6):2524, 2022, doi:10.1109/JBHI.2021.3137048), so that a synthetic murmur is
described as a real one is.

Conventions
-----------
grade : 1 (barely heard) to 6 (Levine), 6 dB a grade; the root mean square at the loudest moment
        is -8 dB of S1's level at grade 3. Our choice: on CirCor, systole of the murmurs graded
        III or more lies between -6 and +5 dB of S1 (10th and 90th percentile of 46, median 0.5).
pitch : low 40-160 Hz, medium 80-280 Hz, high 120-450 Hz, with skirts of 18 dB an octave. Textbooks
        put "high" at 350 Hz and above; in CirCor the murmurs called high have most energy from 120
        to 400 Hz, and those are the bands here. Give ``low_hz`` and ``high_hz`` for another.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np

from auscult.errors import ConfigError
from auscult.synth.beats import Beat
from auscult.synth.bounds import check_bounds
from auscult.synth.noise import band_noise
from auscult.synth.take import Signal, Take

PITCHES_HZ: Mapping[str, tuple[float, float]] = MappingProxyType(
    {"low": (40.0, 160.0), "medium": (80.0, 280.0), "high": (120.0, 450.0)}
)
TIMINGS: Mapping[tuple[str, str], tuple[float, float]] = MappingProxyType(
    {
        ("systolic", "early"): (-0.15, 0.5),
        ("systolic", "mid"): (0.05, 0.95),
        ("systolic", "late"): (0.45, 1.0),
        ("systolic", "holo"): (-0.15, 1.0),
        ("diastolic", "early"): (-0.12, 0.55),
        ("diastolic", "mid"): (0.15, 0.7),
        ("diastolic", "late"): (0.6, 1.0),
        ("diastolic", "holo"): (-0.12, 1.0),
        ("continuous", "holo"): (-0.1, 1.0),
    }
)
"""Start and end as shares of the phase; a negative start reaches into the sound before it."""
SHAPES = ("crescendo", "decrescendo", "diamond", "plateau")
MAX_GRADE = 6

_DB_PER_GRADE = 6.0
_GRADE_0_DB = -26.0
_EDGE_S = 0.012
_SPREAD = 0.1
_NEVER_SILENT = 0.2
"""A continuous murmur falls to this share of its peak, not to nothing."""


@dataclass(frozen=True, slots=True)
class Murmur:
    """One murmur; the instance is its own configuration.

    Parameters
    ----------
    phase
        ``systolic`` (end of S1 to S2), ``diastolic`` (end of S2 to S1) or ``continuous`` (end of S1
        to the next S1, through S2).
    timing
        Part of the phase; a continuous murmur is ``holo``.
    shape
        Course of the loudness; a continuous diamond peaks at S2.
    pitch
        Band, see above.
    grade
        1 to 6.
    low_hz, high_hz
        Band in place of the pitch's, 20 to 2,000 Hz.

    Raises
    ------
    ConfigError
        If a word is unknown or a number out of range.
    """

    phase: Literal["systolic", "diastolic", "continuous"] = "systolic"
    timing: Literal["early", "mid", "late", "holo"] = "holo"
    shape: Literal["crescendo", "decrescendo", "diamond", "plateau"] = "plateau"
    pitch: Literal["low", "medium", "high"] = "medium"
    grade: int = 3
    low_hz: float | None = None
    high_hz: float | None = None

    def __post_init__(self) -> None:
        if (self.phase, self.timing) not in TIMINGS:
            known = ", ".join(" ".join(pair) for pair in TIMINGS)
            raise ConfigError(
                f"phase={self.phase!r} with timing={self.timing!r} is unknown; there are: {known}"
            )
        if self.shape not in SHAPES:
            raise ConfigError(f"shape={self.shape!r} must be one of {', '.join(SHAPES)}")
        if self.pitch not in PITCHES_HZ:
            raise ConfigError(f"pitch={self.pitch!r} must be one of {', '.join(PITCHES_HZ)}")
        check_bounds("grade", self.grade, 1, MAX_GRADE)
        low_hz, high_hz = self.band_hz
        check_bounds("low_hz", low_hz, 20, 2000, " Hz")
        check_bounds("high_hz", high_hz, 20, 2000, " Hz")
        if low_hz >= high_hz:
            raise ConfigError(f"low_hz={low_hz:g} must lie below high_hz={high_hz:g}")

    @property
    def band_hz(self) -> tuple[float, float]:
        """Lower and upper edge of the band in hertz."""
        low_hz, high_hz = PITCHES_HZ[self.pitch]
        return (
            low_hz if self.low_hz is None else self.low_hz,
            high_hz if self.high_hz is None else self.high_hz,
        )

    @property
    def level_db(self) -> float:
        """Level at the loudest moment, in dB relative to S1."""
        return _GRADE_0_DB + _DB_PER_GRADE * self.grade

    def __call__(self, take: Take, beats: Iterable[Beat], rng: np.random.Generator) -> Signal:
        """Return the murmur of ``beats``: float64, shape (take.n_samples,)."""
        envelope = np.zeros(take.n_samples)
        for beat in beats:
            start_s, end_s = self.window_s(beat)
            gain = beat.s1_gain * (1 + _SPREAD * rng.uniform(-1, 1))
            where, times_s = take.window(start_s, end_s)
            envelope[where] += gain * self._course(times_s, start_s, end_s, beat)
        noise = band_noise(rng, take, *self.band_hz)
        return np.asarray(10 ** (self.level_db / 20) * envelope * noise)

    def window_s(self, beat: Beat) -> tuple[float, float]:
        """Return start and end of the murmur within ``beat``, in seconds."""
        phase_start_s, phase_end_s = {
            "systolic": (beat.s1_end_s, beat.s2_s),
            "diastolic": (beat.s2_end_s, beat.end_s),
            "continuous": (beat.s1_end_s, beat.end_s),
        }[self.phase]
        first, last = TIMINGS[self.phase, self.timing]
        length_s = phase_end_s - phase_start_s
        return phase_start_s + first * length_s, phase_start_s + last * length_s

    def _course(self, times_s: Signal, start_s: float, end_s: float, beat: Beat) -> Signal:
        """Return the envelope at ``times_s``: the shape in [0, 1], its edges rounded."""
        length_s = end_s - start_s
        share = (times_s - start_s) / length_s
        peak = (beat.s2_s - start_s) / length_s if self.phase == "continuous" else 0.5
        shape: Signal = {
            "crescendo": share,
            "decrescendo": 1 - share,
            "diamond": np.minimum(share / peak, (1 - share) / (1 - peak)),
            "plateau": np.ones_like(share),
        }[self.shape]
        if self.phase == "continuous":
            shape = _NEVER_SILENT + (1 - _NEVER_SILENT) * shape
        edge = min(_EDGE_S / length_s, 0.5)
        rise = np.clip(np.minimum(share, 1 - share) / edge, 0, 1)
        return np.asarray(shape * np.sin(np.pi / 2 * rise) ** 2)
