"""State probabilities → the spans of S1, systole, S2 and diastole that a heart can have made.

::

    probabilities ─ repetition → cycle length, window by window ─ durations ─┐
          └──────────────────── semi-Markov model ───────────────────────────┴─ spans
                                                         beats too unsure are left out

Conventions
-----------
probabilities : float32, shape (n_frames, 4), rows summing to 1; frame t is centred on t · frame_s
spans         : in order of time, with the mean probability of their state as confidence
beat          : from one S1 to the next; its confidence is that of all its frames together. Where a
                beat by itself sounds the other way round, it is that of the other way round: heard
                well it was, and which sound is S1 the whole recording says

Which of two sounds is S1 has one answer a recording, and the frames next to one another all say the
same of it: taken for independent witnesses they outweigh everything, and a stretch that is heard
the wrong way round turns over in the middle of the recording. So the say of each frame is lowered
there, and only there; of sound and pause it says what it said.

An onset lies between two frames: around the boundary that the model chose, each frame belongs in
part to the state before and in part to the one after, and these shares add up to where they meet.

Where nobody can tell the states, their probabilities are alike, the model divides the time
somehow, and the confidence falls towards a quarter: such beats are left out, not invented. Noise
may sound like a beat or two, but hardly like five in a row, so beats are believed together.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from auscult.arrays import FloatArray
from auscult.errors import ConfigError
from auscult.segment.cycle import RATES_BPM, CycleFinder
from auscult.segment.durations import Durations
from auscult.segment.hsmm import best_division
from auscult.types import STATES, StateSpan

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

_FLOOR = 1e-4
_LONGEST_STATE = 1.25
"""Nothing but a pause lasts longer than a cycle; a compensatory one may, by a little."""
_EDGE_FRAMES = 2
"""Frames on each side of a boundary that two states share: as many as one frame of 50 ms covers."""
_SHARES = (
    "repeats_from",
    "least_confidence",
    "least_own_confidence",
    "least_span_confidence",
    "identity_weight",
)
_GRID_S = 60 / np.geomspace(RATES_BPM[1], RATES_BPM[0], 24)


@lru_cache(maxsize=8)
def _duration_tables(durations: Durations, frame_s: float) -> Floats:
    """Return the tables for the cycles of ``_GRID_S``, and one for any of them: read-only."""
    known = durations.tables(_GRID_S, frame_s)
    unknown = np.log(np.exp(known).mean(axis=0, keepdims=True))
    tables = np.concatenate([known, unknown])
    tables.flags.writeable = False
    return tables


@dataclass(frozen=True, slots=True)
class Decoder:
    """The semi-Markov model; the instance is its own configuration.

    Parameters
    ----------
    durations
        How long states last.
    cycle
        How the length of the cycle is found.
    repeats_from
        Strength of repetition from which a window's cycle length is believed, in [0, 1].
    least_confidence
        Beats are left out unless some ``together`` in a row that hold them have at least this mean
        confidence, in [0, 1].
    least_own_confidence
        Beats are left out whose own confidence is below, in [0, 1].
    least_span_confidence
        Single spans of a believed beat are left out whose confidence is below: a quarter is none.
    together
        1 or more; all beats where there are fewer.
    identity_weight
        How much each frame says about which sound, or which pause, it is, in [0, 1].

    Raises
    ------
    ConfigError
        If a share is out of range.
    """

    durations: Durations = field(default_factory=Durations)
    cycle: CycleFinder = field(default_factory=CycleFinder)
    repeats_from: float = 0.3
    least_confidence: float = 0.6
    least_own_confidence: float = 0.4
    least_span_confidence: float = 0.3
    together: int = 5
    identity_weight: float = 0.4

    def __post_init__(self) -> None:
        for name in _SHARES:
            if not 0 <= getattr(self, name) <= 1:
                raise ConfigError(f"{name}={getattr(self, name)} must be in [0, 1]")
        if self.together < 1:
            raise ConfigError(f"together={self.together} must be 1 or more")

    def __call__(self, probabilities: FloatArray, frame_s: float) -> tuple[StateSpan, ...]:
        """Return the spans that can be told."""
        p = np.asarray(probabilities, np.float64)
        if not len(p):
            return ()
        tables, table_at = self._tables(p, frame_s)
        scores = _scores(p, self.identity_weight)
        onsets, states = best_division(scores, tables, table_at, self.durations.shortest(frame_s))
        return tuple(self._sure(p, onsets, states, frame_s))

    def _tables(self, p: Floats, frame_s: float) -> tuple[Floats, Ints]:
        """Return the duration tables, and which of them holds at each frame.

        The last table is for a cycle of unknown length.
        """
        tables = _duration_tables(self.durations, frame_s)
        cycle_s, strength = self.cycle(p[:, 0] - p[:, 2], frame_s)
        nearest = np.abs(np.log(np.maximum(cycle_s, 1e-3)[:, None] / _GRID_S)).argmin(axis=1)
        index = np.where(strength >= self.repeats_from, nearest, len(_GRID_S))
        hop = max(1, round(self.cycle.hop_s / frame_s))
        window = np.minimum((np.arange(len(p)) + hop // 2) // hop, index.size - 1)
        # Where every cycle is known, nothing lasts longer than the longest: less to look through.
        slowest = index.max()
        if slowest < len(_GRID_S):
            tables = tables[..., : round(_LONGEST_STATE * _GRID_S[slowest] / frame_s)]
        return tables, index[window]

    def _sure(self, p: Floats, onsets: Ints, states: Ints, frame_s: float) -> Iterator[StateSpan]:
        """Yield the spans of the beats that are sure enough."""
        ends = np.append(onsets[1:], len(p))
        total = np.concatenate([np.zeros((1, len(STATES))), np.cumsum(p, axis=0)])
        frames = ends - onsets
        beat = np.cumsum(states == 0)
        # Of each span under its own state, and under the one opposite: S2 for S1.
        both = [total[ends, s] - total[onsets, s] for s in (states, (states + 2) % len(STATES))]
        own, opposite = (np.bincount(beat, weights=each) for each in both)
        mass = np.where((opposite > own)[beat], both[1], both[0])
        sure = self._believed(np.bincount(beat, weights=mass), np.bincount(beat, weights=frames))
        edges_s = np.clip(_edges(p, onsets, states), 0, len(p) - 1) * frame_s
        clear = mass >= self.least_span_confidence * frames
        for i in np.flatnonzero(sure[beat] & clear):
            if edges_s[i] < edges_s[i + 1]:
                yield StateSpan(
                    STATES[states[i]],
                    float(edges_s[i]),
                    float(edges_s[i + 1]),
                    float(mass[i] / frames[i]),
                )

    def _believed(self, mass: NDArray[Any], n_frames: NDArray[Any]) -> NDArray[np.bool_]:
        """Return which beats are sure enough, by themselves and together."""
        heard = n_frames > 0
        own = mass[heard] / n_frames[heard]
        n = min(self.together, own.size)
        means = np.convolve(own, np.full(n, 1 / n), mode="valid")
        best = sliding_window_view(np.pad(means, n - 1), n).max(axis=1)
        believed = np.zeros(mass.size, np.bool_)
        believed[heard] = (own >= self.least_own_confidence) & (best >= self.least_confidence)
        return believed


def _scores(p: Floats, identity_weight: float) -> Floats:
    """Return what each frame says for each state: log-probabilities, less said of which sound.

    The log-probability of a sound, or a pause, counts in full; that it is this one and not the
    other of its kind counts ``identity_weight`` of it.
    """
    heard = np.log(np.maximum(p, _FLOOR))
    kinds = np.log(np.maximum(p[:, :2] + p[:, 2:], _FLOOR))
    out: Floats = identity_weight * heard + (1 - identity_weight) * np.tile(kinds, 2)
    return out


def _edges(p: Floats, onsets: Ints, states: Ints) -> Floats:
    """Return where each state begins, and the last ends, in frames: shape (n_states + 1,).

    Frame t stands for the time from half a frame before its centre to half a frame after.
    """
    inner, after = onsets[1:], states[1:]
    lasting = np.diff(np.append(onsets, len(p)))
    # subtle: half of the shorter neighbour at most, so that two edges never cross.
    reach = np.minimum(np.minimum(lasting[:-1], lasting[1:]) // 2, _EDGE_FRAMES)
    steps = np.arange(-_EDGE_FRAMES, _EDGE_FRAMES)
    shared = (steps >= -reach[:, None]) & (steps < reach[:, None])
    around = np.maximum(p[np.clip(inner[:, None] + steps, 0, len(p) - 1)], _FLOOR)
    rows = np.arange(inner.size)
    then = around[rows, :, after]
    now = around[rows, :, (after - 1) % len(STATES)]
    begun = inner + reach - (then / (now + then) * shared).sum(axis=1)
    return np.concatenate([[0.0], begun, [len(p)]]) - 0.5
