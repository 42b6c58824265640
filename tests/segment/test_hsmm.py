import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auscult.segment.hsmm import Floats, Ints, best_division

HOPELESS = -1e6


def lasting(table: Floats, n_frames: int, shortest: int) -> float:
    """Log-probability of lasting at least so many frames, from the definition."""
    if n_frames < shortest:
        return 0.0
    if n_frames - shortest >= table.size:
        return HOPELESS
    return float(np.log(np.exp(table[n_frames - shortest :]).sum() / np.exp(table).sum()))


def worth(scores: Floats, table: Floats, shortest: int, onsets: Ints, states: Ints) -> float:
    """What a division is worth, added up by hand."""
    ends = [*onsets[1:].tolist(), len(scores)]
    total = sum(scores[a:b, s].sum() for a, b, s in zip(onsets, ends, states, strict=True))
    for i, (a, b, s) in enumerate(zip(onsets, ends, states, strict=True)):
        if i in {0, len(onsets) - 1}:
            total += lasting(table[s], b - a, shortest)
        else:
            total += table[s, b - a - shortest]
    return float(total)


def every_division(n_frames: int, shortest: int, longest: int):
    """Yield every division: a first and a last state of any length, whole ones in between."""
    for first in range(4):
        yield np.array([0]), np.array([first])

    def grow(onsets: list[int], states: list[int]):
        yield onsets, states
        start = onsets[-1]
        for length in range(shortest, longest + 1):
            if start + length < n_frames:
                yield from grow([*onsets, start + length], [*states, (states[-1] + 1) % 4])

    for first in range(4):
        for cut in range(1, n_frames):
            for onsets, states in grow([0, cut], [first, (first + 1) % 4]):
                yield np.array(onsets), np.array(states)


@settings(deadline=None, max_examples=25)
@given(
    n_frames=st.integers(1, 9),
    n_durations=st.integers(1, 4),
    shortest=st.integers(1, 3),
    seed=st.integers(0, 2**32),
)
def test_no_division_is_worth_more(
    n_frames: int, n_durations: int, shortest: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    scores = np.log(rng.dirichlet(np.ones(4) / 2, n_frames) + 1e-9)
    table = np.log(rng.dirichlet(np.ones(n_durations), 4) + 1e-12)
    found = best_division(scores, table[None], np.zeros(n_frames, np.intp), shortest)
    best = max(
        worth(scores, table, shortest, *division)
        for division in every_division(n_frames, shortest, shortest + n_durations - 1)
    )
    assert worth(scores, table, shortest, *found) == pytest.approx(best)


def test_states_go_round_and_last_as_long_as_they_may() -> None:
    rng = np.random.default_rng(0)
    scores = np.log(rng.dirichlet(np.ones(4), 400))
    table = np.log(np.full((1, 4, 20), 1 / 20))
    onsets, states = best_division(scores, table, np.zeros(400, np.intp), 4)
    assert onsets[0] == 0
    np.testing.assert_array_equal(np.diff(states) % 4, 1)
    inner = np.diff(onsets)[1:]
    assert inner.min() >= 4
    assert inner.max() <= 23


def test_each_stretch_of_time_obeys_its_own_table() -> None:
    # Nothing to hear: only the tables say how long a state lasts.
    tables = np.log(np.full((2, 4, 30), 1e-6))
    tables[0, :, 6] = tables[1, :, 26] = 0.0
    table_at = np.repeat([0, 1], 300)
    onsets, _ = best_division(np.zeros((600, 4)), tables, table_at, 4)
    lengths = np.diff(onsets)
    assert set(lengths[(onsets[:-1] > 30) & (onsets[1:] < 290)]) == {10}
    assert set(lengths[(onsets[:-1] > 310) & (onsets[1:] < 570)]) == {30}
