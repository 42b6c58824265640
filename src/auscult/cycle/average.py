"""The average beat: every heartbeat of a recording laid over the others.

::

    spans ─ whole cycles ─┬─ a typical cycle: the median length of each state
    sound ─ levels ───────┴─ each cycle warped onto it, state by state ─ weighted median

What returns with every beat stays; a knock or a breath that comes once or twice is outvoted.

Conventions
-----------
whole cycle  : S1, systole, S2, diastole and the next S1, each beginning where the one before ends
warp         : linear within each state, so that S1, systole, S2 and diastole line up
time         : seconds from the onset of S1 in the typical cycle
levels       : dB below the loudest place of the average, in power; gain changes nothing
weight       : of a beat, its confidence

Cycles a third shorter or half as long again as the median are extrasystoles, pauses or mistakes;
they are left out.

Source
------
Beat-synchronous averaging of phonocardiograms: Leung et al., Heart 80(3):229, 1998, who average
spectrograms of children's murmurs (aligned at S1 alone, and without weights).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from auscult.audio import resample
from auscult.preprocess import BandPass
from auscult.stft import power_spectrogram
from auscult.types import STATES, FloatArray, Recording, State, StateSpan

Floats: TypeAlias = NDArray[np.float64]

RATE_HZ = 2_000
FEWEST_BEATS = 4
"""Of fewer, the median is hardly more than one of them."""
COLUMN_S = 0.005
N_FFT, HOP = 128, 10
"""Frames of 64 ms, 5 ms apart."""

_MOST_BEATS = 60
_SMOOTHING_S = 0.02
_FLOOR_DB = -100.0
_TOUCHING_S = 1e-6
_SHORTEST, _LONGEST = 2 / 3, 1.5
_BAND = BandPass(25.0, 900.0)


@dataclass(frozen=True, slots=True, eq=False)
class AverageBeat:
    """One typical heartbeat; or, without beats, the ``reason`` why there is none.

    Parameters
    ----------
    reason
        A sentence; empty if there is an average.
    n_beats
        How many cycles it is made of.
    confidence
        Their mean confidence, in [0, 1].
    edges_s
        Where S1, systole, S2 and diastole begin, and where the cycle ends: shape (5,).
    times_s
        Middle of each column: shape (n_columns,).
    frequencies_hz
        Of each row: shape (n_rows,).
    levels_db
        The spectrogram: shape (n_rows, n_columns), 0 at its loudest place.
    envelope_db, low_db, high_db
        Level between 25 and 900 Hz, its median and its quartiles over the beats: shape
        (n_columns,), 0 at the median's loudest.
    """

    reason: str = ""
    n_beats: int = 0
    confidence: float = 0.0
    edges_s: Floats = field(default_factory=lambda: np.zeros(5))
    times_s: Floats = field(default_factory=lambda: np.zeros(0))
    frequencies_hz: Floats = field(default_factory=lambda: np.zeros(0))
    levels_db: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    envelope_db: Floats = field(default_factory=lambda: np.zeros(0))
    low_db: Floats = field(default_factory=lambda: np.zeros(0))
    high_db: Floats = field(default_factory=lambda: np.zeros(0))

    def during(self, state: State, first: float = 0.0, last: float = 1.0) -> NDArray[np.bool_]:
        """Return which columns lie in a state, from share ``first`` of it to share ``last``.

        A stretch shorter than a column has the column nearest to its middle.
        """
        start_s, end_s = self.edges_s[STATES.index(state) :][:2]
        from_s, to_s = (start_s + share * (end_s - start_s) for share in (first, last))
        inside: NDArray[np.bool_] = (self.times_s >= from_s) & (self.times_s < to_s)
        if not inside.any():
            inside[np.abs(self.times_s - (from_s + to_s) / 2).argmin()] = True
        return inside


@dataclass(frozen=True, slots=True, eq=False)
class Cycles:
    """Whole cycles: ``edges_s`` of shape (n, 5), seconds in the recording, and ``weights`` (n,)."""

    edges_s: Floats
    weights: Floats


def whole_cycles(spans: Sequence[StateSpan]) -> Cycles:
    """Return the cycles whose four states follow one another, up to the next S1."""
    edges, weights = [], []
    for at in range(len(spans) - len(STATES)):
        own = spans[at : at + len(STATES) + 1]
        if [span.state for span in own] != [*STATES, STATES[0]] or own[0].start_s <= 0:
            continue
        if any(abs(b.start_s - a.end_s) > _TOUCHING_S for a, b in pairwise(own)):
            continue
        edges.append([span.start_s for span in own])
        lasting = [span.end_s - span.start_s for span in own[:-1]]
        weights.append(np.average([span.confidence for span in own[:-1]], weights=lasting))
    return Cycles(np.array(edges, np.float64).reshape(-1, 5), np.array(weights, np.float64))


def average_beat(recording: Recording, spans: Sequence[StateSpan]) -> AverageBeat:
    """Return the average of the whole cycles among ``spans``, or the reason why there is none.

    Of more than sixty cycles the most confident are taken.
    """
    cycles = _alike(whole_cycles(spans))
    n_beats = len(cycles.weights)
    if n_beats < FEWEST_BEATS:
        return AverageBeat(
            reason=f"{n_beats} whole heartbeats of one length were found, and an average needs "
            f"{FEWEST_BEATS}; record for ten seconds or longer, in quiet"
        )
    samples = _BAND(resample(recording.samples, recording.rate_hz, RATE_HZ), RATE_HZ)
    if not np.any(samples):
        return AverageBeat(reason="the recording is silent between 25 and 900 Hz")
    edges_s = np.concatenate([[0.0], np.cumsum(np.median(np.diff(cycles.edges_s), axis=0))])
    n_columns = max(len(STATES), round(float(edges_s[-1]) / COLUMN_S))
    times_s = (np.arange(n_columns) + 0.5) * edges_s[-1] / n_columns
    where_s = np.stack([np.interp(times_s, edges_s, own) for own in cycles.edges_s])
    levels_db = _spectrogram(samples, where_s, cycles.weights)
    middle, low, high = _envelope(samples, where_s, cycles.weights)
    average = AverageBeat(
        n_beats=n_beats,
        confidence=float(cycles.weights.mean()),
        edges_s=edges_s,
        times_s=times_s,
        frequencies_hz=np.arange(N_FFT // 2 + 1, dtype=np.float64) * (RATE_HZ / N_FFT),
        levels_db=levels_db - levels_db.max(),
        envelope_db=middle,
    )
    loudest_db = middle.max()
    return replace(
        average,
        envelope_db=middle - loudest_db,
        low_db=low - loudest_db,
        high_db=high - loudest_db,
    )


def _alike(cycles: Cycles) -> Cycles:
    """Return the cycles of about the usual length, the most confident of very many."""
    if not cycles.weights.size:
        return cycles
    length_s = cycles.edges_s[:, -1] - cycles.edges_s[:, 0]
    share = length_s / np.median(length_s)
    kept = np.flatnonzero((share > _SHORTEST) & (share < _LONGEST) & (cycles.weights > 0))
    surest = kept[np.argsort(-cycles.weights[kept], kind="stable")[:_MOST_BEATS]]
    return Cycles(cycles.edges_s[surest], cycles.weights[surest])


def _spectrogram(samples: FloatArray, where_s: Floats, weights: Floats) -> Floats:
    """Return the weighted median level over the beats: dB, shape (n_rows, n_columns)."""
    power = power_spectrogram(samples, N_FFT, HOP).astype(np.float64)
    frame = np.clip(where_s * RATE_HZ / HOP, 0, len(power) - 1)
    before = np.minimum(frame.astype(int), max(len(power) - 2, 0))
    share = (frame - before)[..., None]
    after = np.minimum(before + 1, len(power) - 1)
    own = _decibels((1 - share) * power[before] + share * power[after], float(power.max()))
    return weighted_quantile(own, weights, 0.5).T


def _envelope(
    samples: FloatArray, where_s: Floats, weights: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return median and quartiles over the beats of the level in 20 ms: dB, (n_columns,) each."""
    half = round(_SMOOTHING_S * RATE_HZ / 2)
    running = np.concatenate([[0.0], np.cumsum(np.square(samples, dtype=np.float64))])
    centre = np.round(where_s * RATE_HZ).astype(int)
    start, stop = (np.clip(centre + by, 0, samples.size) for by in (-half, half))
    power = (running[stop] - running[start]) / np.maximum(stop - start, 1)
    own = _decibels(np.maximum(power, 0.0), float(power.max()))
    middle, low, high = (weighted_quantile(own, weights, q) for q in (0.5, 0.25, 0.75))
    return middle, low, high


def _decibels(power: Floats, loudest: float) -> Floats:
    """Return 10·log10 of ``power`` over ``loudest``, not below the floor."""
    share = power / loudest if loudest > 0 else np.zeros_like(power)
    return 10 * np.log10(np.maximum(share, 10 ** (_FLOOR_DB / 10)))


def weighted_quantile(values: Floats, weights: Floats, q: float) -> Floats:
    """Return the quantile over the first axis: the first value that holds share ``q`` of weight.

    Two values whose weights meet ``q`` exactly give their mean, as in the median of an even number.

    Examples
    --------
    >>> weighted_quantile(np.array([[1.0], [2.0], [9.0]]), np.array([1.0, 1.0, 2.5]), 0.5)
    array([9.])
    """
    order = np.argsort(values, axis=0, kind="stable")
    ranked = np.take_along_axis(values, order, axis=0)
    held = np.cumsum(weights[order], axis=0)
    wanted = q * held[-1]
    tiny = 1e-9 * held[-1]
    first = np.argmax(held >= wanted - tiny, axis=0)[None]
    last = np.argmax(held > wanted + tiny, axis=0)[None]
    both = [np.take_along_axis(ranked, at, axis=0)[0] for at in (first, last)]
    out: Floats = (both[0] + both[1]) / 2
    return out
