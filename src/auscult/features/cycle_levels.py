"""Cycle levels: how loud each band is in S1, systole, S2 and diastole, and how it gets there.

A murmur is a matter of place: the same hiss is innocent breathing all over the cycle and a leaking
valve in systole alone. So the bands are measured state by state. How probable each state is at each
moment is given; nothing is decoded, and where the states cannot be told they share the sound.

Conventions
-----------
samples : float32, shape (n_samples,); any level
rate_hz : samples per second; never assumed
states  : float32, shape (n_frames, 4), probabilities of S1, systole, S2 and diastole; row t is
    centred on second ``t · hop_s``
level   : dB in a band, above the mean over all frames and bands, so that gain tells nothing
run     : a stretch in which one state is the likeliest; what is shorter than ``least_run_s``
    belongs to the run before
whole   : a systole between an S1 and an S2, a diastole between an S2 and an S1
result  : float32, shape (n_values,): what the parts of :meth:`CycleLevels.__call__` say, in order

Source
------
The features by state that most entries of PhysioNet/CinC 2016 share: Liu et al., Physiol. Meas.
37:2181, 2016; Potes et al., Computing in Cardiology 43, 2016.

Differences from the sources
----------------------------
States are weights, not a hard division; means and deviations of decibels, not of amplitudes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from auscult.arrays import FloatArray, Samples
from auscult.errors import ConfigError
from auscult.features.band_envelopes import band_weights, check_bands
from auscult.stft import power_spectrogram

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.intp]

N_STATES = 4
S1, SYSTOLE, S2, DIASTOLE = range(N_STATES)
_BETWEEN = {SYSTOLE: (S1, S2), DIASTOLE: (S2, S1)}
_FLOOR = 1e-7
_LEAST_WEIGHT = 1e-3
"""Every frame counts a little in every state: a state that never comes has the mean of all."""
_THIRDS = 3
_FEWEST_WHOLE = 2
_FEWEST_CYCLES = 2
_USUAL_CYCLE_S = 0.8
_PERCENTILES = (10, 50, 90)
_FEWEST_FRAMES = 6


@dataclass(frozen=True, slots=True)
class CycleLevels:
    """Levels, courses, roughness and durations, state by state.

    Parameters
    ----------
    edges_hz
        Edges of the bands, rising.
    window_s, hop_s
        Frames.
    least_run_s
        A shorter run is none.
    longest_pause_s
        A systole or diastole that lasts as long or longer is not whole.

    Raises
    ------
    ConfigError
        If the bands, the frames or the limits cannot be.
    """

    edges_hz: tuple[float, ...] = (25, 45, 70, 100, 150, 220, 320, 460, 640, 800)
    window_s: float = 0.032
    hop_s: float = 0.01
    least_run_s: float = 0.03
    longest_pause_s: float = 1.5

    def __post_init__(self) -> None:
        check_bands(self.edges_hz, self.window_s, self.hop_s)
        if not 0 <= self.least_run_s < self.longest_pause_s:
            raise ConfigError(
                f"least_run_s={self.least_run_s:g} must be 0 or more, and less than "
                f"longest_pause_s={self.longest_pause_s:g}"
            )

    def __call__(self, samples: Samples, rate_hz: int, states: FloatArray) -> FloatArray:
        """Return all values: float32, shape (n_values,).

        Raises
        ------
        ConfigError
            If ``states`` is not four columns, with one row a frame.
        """
        if states.ndim != 2 or states.shape[1] != N_STATES or not len(states):  # noqa: PLR2004
            raise ConfigError(f"states has shape {states.shape}; wanted is (n_frames, {N_STATES})")
        levels, likely = self._levels(samples, rate_hz), states.astype(np.float64)
        if len(levels) != len(likely):
            raise ConfigError(
                f"states has {len(likely)} rows for {len(levels)} frames of {self.hop_s:g} s; "
                "give one row a frame"
            )
        levels -= levels.mean()
        runs = self._runs(likely.argmax(axis=1))
        means, deviations = _moments(levels, likely + _LEAST_WEIGHT)
        parts = [means, deviations]
        parts += self._courses(levels, runs, means, deviations)
        parts += [self._durations_s(runs, len(likely)), _certainty(likely)]
        parts += [_percentiles(levels, likely[:, j], means[j]) for j in _BETWEEN]
        parts += [
            means[S1] - means[S2],
            means[SYSTOLE] - means[DIASTOLE],
            means[S1] - means[SYSTOLE],
        ]
        parts += [_roughness(levels, likely)]
        return np.concatenate([part.ravel() for part in parts]).astype(np.float32)

    def _levels(self, samples: Samples, rate_hz: int) -> Floats:
        n_fft = 2 * max(1, round(self.window_s * rate_hz / 2))
        largest = np.abs(samples).max(initial=0)
        power = power_spectrogram(
            samples / (largest or np.float32(1)), n_fft, max(1, round(self.hop_s * rate_hz))
        )
        weights = band_weights(power.shape[1], rate_hz, self.edges_hz)
        bands = (power @ weights).astype(np.float64) / np.maximum(weights.sum(axis=0), 1e-6)
        levels: Floats = 10 * np.log10(np.maximum(bands / (bands.mean() or 1.0), _FLOOR))
        return levels

    def _runs(self, likeliest: Ints) -> "Runs":
        first = _runs_of(likeliest)
        kept = first.lasting >= round(self.least_run_s / self.hop_s)
        if not kept.any():
            return first
        told = np.repeat(np.where(kept, first.states, -1), first.lasting)
        # subtle: what comes before the first run that is long enough belongs to it.
        told[: first.starts[kept][0]] = first.states[kept][0]
        last_told = np.maximum.accumulate(np.where(told >= 0, np.arange(told.size), 0))
        return _runs_of(told[last_told])

    def _courses(
        self, levels: Floats, runs: "Runs", means: Floats, deviations: Floats
    ) -> Iterator[Floats]:
        """Yield, of systole and diastole, the median thirds and how much beats differ."""
        for state, (before, after) in _BETWEEN.items():
            whole = runs.between(before, state, after)
            lasting = runs.lasting[whole]
            longest = round(self.longest_pause_s / self.hop_s)
            whole = whole[(lasting >= _THIRDS) & (lasting < longest)]
            if len(whole) < _FEWEST_WHOLE:
                yield np.tile(means[state], _THIRDS)
                yield deviations[state]
            else:
                thirds = _thirds(levels, runs.starts[whole], runs.lasting[whole])
                yield np.median(thirds, axis=0)
                yield thirds.mean(axis=1).std(axis=0)

    def _durations_s(self, runs: "Runs", n_frames: int) -> Floats:
        """Return median and deviation of each state and of the cycle, beats a second, and order."""
        values: list[float] = []
        for state in range(N_STATES):
            lasting_s = runs.lasting[runs.states == state] * self.hop_s
            values += (
                [float(np.median(lasting_s)), float(lasting_s.std())] if lasting_s.size else [0, 0]
            )
        s1_s = runs.starts[runs.states == S1] * self.hop_s
        cycles_s = np.diff(s1_s) if s1_s.size > _FEWEST_CYCLES else np.array([_USUAL_CYCLE_S])
        followed = (np.diff(runs.states) % N_STATES == 1).mean() if runs.states.size > 1 else 0.0
        rate = s1_s.size / (n_frames * self.hop_s)
        return np.array(
            [*values, np.median(cycles_s), cycles_s.std() / cycles_s.mean(), rate, followed]
        )


@dataclass(frozen=True, slots=True, eq=False)
class Runs:
    """Stretches of one state: where they start, how many frames they last, which state."""

    starts: Ints
    lasting: Ints
    states: Ints

    def between(self, before: int, state: int, after: int) -> Ints:
        """Return the runs of ``state`` that stand between the two others."""
        middle = self.states[1:-1] == state
        return (
            np.flatnonzero(middle & (self.states[:-2] == before) & (self.states[2:] == after)) + 1
        )


def _runs_of(states: Ints) -> Runs:
    starts = np.concatenate([[0], np.flatnonzero(np.diff(states)) + 1])
    return Runs(starts, np.diff(np.append(starts, states.size)), states[starts])


def _moments(levels: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Return mean and deviation of each band in each state: shape (4, n_bands) each."""
    shares = weights.T / weights.sum(axis=0)[:, None]
    means = shares @ levels
    return means, np.sqrt(np.maximum(shares @ levels**2 - means**2, 0))


def _thirds(levels: Floats, starts: Ints, lasting: Ints) -> Floats:
    """Return the mean level in each third of some runs: shape (n_runs, 3, n_bands)."""
    running = np.concatenate([np.zeros((1, levels.shape[1])), np.cumsum(levels, axis=0)])
    edges = starts[:, None] + lasting[:, None] * np.arange(_THIRDS + 1) // _THIRDS
    counts = np.maximum(np.diff(edges, axis=1), 1)
    thirds: Floats = np.diff(running[edges], axis=1) / counts[..., None]
    return thirds


def _certainty(likely: Floats) -> Floats:
    """Return how sure the states are, the negative entropy (nat), and the share of each."""
    negative_entropy = (likely * np.log(likely + 1e-6)).sum(axis=1).mean()
    return np.array([likely.max(axis=1).mean(), negative_entropy, *likely.mean(axis=0)])


def _percentiles(levels: Floats, likely: Floats, mean: Floats) -> Floats:
    """Return percentiles of each band where a state is likelier than not."""
    inside = levels[likely > 0.5]  # noqa: PLR2004 - likelier than not
    if len(inside) < _FEWEST_FRAMES:
        return np.tile(mean, len(_PERCENTILES))
    return np.asarray(np.percentile(inside, _PERCENTILES, axis=0))


def _roughness(levels: Floats, likely: Floats) -> Floats:
    """Return the mean change from frame to frame of each band in each state: (4, n_bands)."""
    if len(levels) < 2:  # noqa: PLR2004 - a change needs two
        return np.zeros((N_STATES, levels.shape[1]))
    both = np.minimum(likely[1:], likely[:-1]) + _LEAST_WEIGHT
    changes = both.T @ np.abs(np.diff(levels, axis=0))
    means: Floats = changes / both.sum(axis=0)[:, None]
    return means
