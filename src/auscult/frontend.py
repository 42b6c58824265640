"""Recording → the numbers a model sees: one frozen object, the same in training and in inference.

::

    Recording ─ resample ─ preprocess … ─┬─ windows ─ feature → float32 (n_windows, *feature_shape)
                 └────── prepare ──────┘  └──── describe ────┘

A copy for training is made between the two halves: ``describe(time_stretch(prepare(recording)))``.
The object is its own configuration; a bundle stores :meth:`Frontend.config` and rebuilds it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from auscult.audio import resample
from auscult.config import from_config, to_config
from auscult.errors import ConfigError
from auscult.features import FEATURES, Feature, Joined, LogMel, Mfcc, TimeMean
from auscult.features.cycle_levels import CycleLevels
from auscult.preprocess import (
    STEPS,
    WINDOWINGS,
    BandPass,
    NotebookLength,
    Sliding,
    SoundingPart,
    Step,
    UnitLevel,
    Whole,
    Windowing,
)
from auscult.registry import Registry
from auscult.silence import sounding
from auscult.types import FloatArray, Recording, Samples


@dataclass(frozen=True, slots=True)
class Frontend:
    """Rate, steps, windows and feature.

    Parameters
    ----------
    rate_hz
        Rate that every recording is brought to first.
    feature
        What is computed from each window.
    preprocess
        Steps between resampling and windows, in order.
    windowing
        How the samples are cut; one window for all by default.

    Raises
    ------
    ConfigError
        If ``rate_hz`` is not positive.
    """

    rate_hz: int
    feature: Feature
    preprocess: tuple[Step, ...] = ()
    windowing: Windowing = field(default_factory=Whole)

    def __post_init__(self) -> None:
        if self.rate_hz <= 0:
            raise ConfigError(f"rate_hz={self.rate_hz} must be positive")

    def __call__(self, recording: Recording) -> FloatArray:
        """Return the features of every window: float32, shape (n_windows, *feature_shape)."""
        return self.describe(self.prepare(recording))

    def prepare(self, recording: Recording) -> Samples:
        """Return the samples at ``rate_hz`` after every preprocessing step."""
        samples = resample(recording.samples, recording.rate_hz, self.rate_hz)
        for step in self.preprocess:
            samples = step(samples, self.rate_hz)
        return samples

    def describe(self, samples: Samples) -> FloatArray:
        """Return the features of prepared samples: float32, shape (n_windows, *feature_shape)."""
        windows = self.windowing(samples, self.rate_hz)
        return np.stack([self.feature(window, self.rate_hz) for window in windows])

    def config(self) -> dict[str, Any]:
        """Return this front end as JSON-ready data."""
        config: dict[str, Any] = to_config(self)
        return config

    @staticmethod
    def from_config(data: Mapping[str, Any]) -> "Frontend":
        """Rebuild what :meth:`config` described.

        Raises
        ------
        ConfigError
            If the data names an unknown type or option, or describes no front end.
        """
        built = frontend_from_config(data)
        if not isinstance(built, Frontend):
            raise ConfigError("the front end's configuration describes no Frontend")
        return built


@dataclass(frozen=True, slots=True)
class CycleFrontend:
    """Recording and the states of its cycle → the numbers a model sees.

    Parameters
    ----------
    rate_hz
        Rate that every recording is brought to first.
    feature
        What is measured, state by state.
    preprocess
        Steps between resampling and measuring, in order.

    Raises
    ------
    ConfigError
        If ``rate_hz`` is not positive.
    """

    rate_hz: int
    feature: CycleLevels = field(default_factory=CycleLevels)
    preprocess: tuple[Step, ...] = ()

    def __post_init__(self) -> None:
        if self.rate_hz <= 0:
            raise ConfigError(f"rate_hz={self.rate_hz} must be positive")

    def without_silent_ends(self, recording: Recording) -> Recording:
        """Return the recording at ``rate_hz`` without them: what its states are told of.

        A constant offset, which would pass for sound, is taken out.
        """
        heard = recording.samples
        # subtle: before the rate is changed, or the step at both ends would ring
        centred = heard - np.median(heard) if heard.size else heard
        samples = resample(centred, recording.rate_hz, self.rate_hz)
        return Recording(sounding(samples, self.rate_hz), self.rate_hz, recording.source)

    def __call__(self, heard: Recording, states: FloatArray) -> FloatArray:
        """Return the measurements: float32, shape (1, n_values).

        ``heard`` is what :meth:`without_silent_ends` gave, ``states`` the probabilities of its
        states: shape (n_frames, 4), a row every ``feature.hop_s``.

        Raises
        ------
        ConfigError
            If the rate is another, or there are not as many rows as frames.
        """
        if heard.rate_hz != self.rate_hz:
            raise ConfigError(
                f"the recording has {heard.rate_hz} samples a second; wanted is {self.rate_hz}: "
                "cut its silent ends first"
            )
        samples = heard.samples
        for step in self.preprocess:
            samples = step(samples, self.rate_hz)
        return self.feature(samples, self.rate_hz, states)[None]

    def config(self) -> dict[str, Any]:
        """Return this front end as JSON-ready data."""
        config: dict[str, Any] = to_config(self)
        return config


def frontend_from_config(data: Mapping[str, Any]) -> Frontend | CycleFrontend:
    """Rebuild a front end of either kind from its configuration.

    Raises
    ------
    ConfigError
        If the data names an unknown type or option, or describes no front end.
    """
    steps = (*STEPS.values(), *WINDOWINGS.values(), *FEATURES.values(), CycleLevels)
    tables: tuple[type, ...] = (*steps, Frontend, CycleFrontend)
    built = from_config(data, {made.__name__: made for made in tables})
    if not isinstance(built, Frontend | CycleFrontend):
        raise ConfigError("the front end's configuration describes no Frontend or CycleFrontend")
    return built


FRONTENDS: Registry[Frontend] = Registry(
    "front end",
    {
        "notebook": Frontend(
            rate_hz=22_050,
            preprocess=(NotebookLength(duration_s=10.0),),
            feature=TimeMean(Mfcc(n_coefficients=52)),
        ),
        "heart": Frontend(
            rate_hz=2_000,
            preprocess=(BandPass(low_hz=25.0, high_hz=800.0), UnitLevel()),
            feature=Joined(),
        ),
        # Four seconds at a time; 64 ms, 16 ms apart.
        "log-mel": Frontend(
            rate_hz=2_000,
            preprocess=(SoundingPart(), UnitLevel()),
            windowing=Sliding(length_s=4.0, hop_s=2.0, repeat_short=True),
            feature=LogMel(n_bands=40, n_fft=128, hop_length=32, low_hz=20.0, high_hz=950.0),
        ),
    },
)

CYCLE = CycleFrontend(rate_hz=2_000, preprocess=(BandPass(low_hz=20.0, high_hz=800.0),))
"""What the ensembles of a jointly trained bundle measure; needs the states of the cycle."""
