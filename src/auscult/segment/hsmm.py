"""Hidden semi-Markov model of the cardiac cycle: the best division of a recording into states.

The four states follow one another in a fixed circle, S1 → systole → S2 → diastole → S1, so the only
question is where each begins. A division is worth the log-probability of every frame in its state
plus the log-probability of every state's duration; the best is found by dynamic programming
(Viterbi's) over explicit durations.

Conventions
-----------
scores   : float64, shape (n_frames, 4), log-probability of each state at each frame
tables   : float64, shape (n_tables, 4, n_durations), log-probability of each duration; entry j
           stands for ``shortest + j`` frames
table_at : int, shape (n_frames,), which table holds for a state that ends at that frame: the heart
           rate may change within a recording
result   : onsets, rising frame numbers from 0 on, and the state that begins at each

The first and the last state are cut by the ends of the recording. They may be shorter than any
whole one, and pay the probability of lasting at least that long.

Source
------
Schmidt et al., Physiol. Meas. 31(4):513, 2010, doi:10.1088/0967-3334/31/4/004 (durations from the
heart rate); Springer, Tarassenko, Clifford, IEEE TBME 63(4):822, 2016,
doi:10.1109/TBME.2015.2475278 (states cut by the ends of the recording). Written from the papers.

Differences
-----------
No state is shorter than ``shortest`` frames, so the ends of that many frames do not depend on one
another and are computed at once. The initial and final states are cut exactly, where Springer et
al. extend the recording on both sides.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

N_STATES = 4


def best_division(
    scores: Floats, tables: Floats, table_at: Ints, shortest: int
) -> tuple[Ints, Ints]:
    """Return the onsets and the states of the best division.

    Parameters
    ----------
    scores, tables, table_at
        As told above.
    shortest
        Frames of the shortest state, at least 1.

    Returns
    -------
    tuple[Ints, Ints]
        Onsets in frames, the first 0, and the state (0 to 3) of each, both of shape (n_segments,).
    """
    n_frames = len(scores)
    total = np.zeros((N_STATES, n_frames + 1))
    np.cumsum(scores.T, axis=1, out=total[:, 1:])
    first, last = _lasting(tables[table_at[[0, -1]]], shortest, n_frames)
    gains, length = _forward(total, tables, first, table_at, shortest)
    return _backward(total, gains, length, last)


def _lasting(tables: Floats, shortest: int, n_frames: int) -> Floats:
    """Return the log-probability of lasting at least d frames, d from 0: (n_tables, 4, frames+1).

    Nothing lasts longer than the longest duration, except at no hope of anything better.
    """
    largest = tables.max(axis=2, keepdims=True)
    tail = np.cumsum(np.exp(tables - largest)[..., ::-1], axis=2)[..., ::-1]
    known = np.log(tail / tail[..., :1])
    out = np.full((*tables.shape[:2], n_frames + 1), -1e6)
    whole = np.concatenate([np.zeros((*known.shape[:2], shortest)), known], axis=2)
    n_known = min(whole.shape[2], n_frames + 1)
    out[..., :n_known] = whole[..., :n_known]
    return out


def _forward(
    total: Floats, tables: Floats, first: Floats, table_at: Ints, shortest: int
) -> tuple[Floats, Ints]:
    """Return the gains of starting a state, and how long the best state ending at each frame is.

    ``gains[s, u]`` is the best score of frames [0, u) that end in the state before s, less the
    total of s up to u: adding ``total[s, t]`` scores a state s over [u, t). ``length[s, t]`` is 0
    where the best division of [0, t) is one state cut by the start.
    """
    n_frames, n_durations = total.shape[1] - 1, tables.shape[2]
    reach = shortest + n_durations - 1
    # subtle: `reach` columns of -inf in front, so that every window of durations is whole.
    gains = np.full((N_STATES, reach + n_frames + 1), -np.inf)
    length = np.zeros((N_STATES, n_frames + 1), np.intp)
    backwards = np.ascontiguousarray(tables[:, :, None, ::-1])
    windows = sliding_window_view(gains, n_durations, axis=1)
    cut = total + first
    for start in range(1, n_frames + 1, shortest):
        stop = min(start + shortest, n_frames + 1)
        # Window t holds the gains at t - reach … t - shortest, longest duration first.
        options = windows[:, start:stop] + backwards[table_at[start - 1]]
        ends = options.max(axis=2) + total[:, start:stop]
        uncut = ends > cut[:, start:stop]
        length[:, start:stop] = (reach - options.argmax(axis=2)) * uncut
        np.maximum(ends, cut[:, start:stop], out=ends)
        columns = slice(reach + start, reach + stop)
        np.subtract(ends[:-1], total[1:, start:stop], out=gains[1:, columns])
        np.subtract(ends[-1], total[0, start:stop], out=gains[0, columns])
    return gains[:, reach:], length


def _backward(total: Floats, gains: Floats, length: Ints, last: Floats) -> tuple[Ints, Ints]:
    """Return onsets and states, traced from the end."""
    n_frames = total.shape[1] - 1
    # A last state cut by the end has lasted n_frames - u frames; u = 0 is one state throughout.
    final = gains + last[:, n_frames - np.arange(n_frames + 1)] + total[:, -1:]
    final[:, 0] = total[:, -1] + last[:, n_frames]
    state, at = (int(i) for i in np.unravel_index(final[:, :-1].argmax(), final[:, :-1].shape))
    onsets, states = [at], [state]
    while at > 0:
        state = (state - 1) % N_STATES
        lasted = int(length[state, at])
        at = at - lasted if lasted else 0
        onsets.append(at)
        states.append(state)
    return np.array(onsets[::-1]), np.array(states[::-1])
