"""Windows of one length, in order, none empty, and nothing left unheard."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auscult.errors import ConfigError
from auscult.preprocess import Sliding, Whole

RATE_HZ = 20
LENGTHS_S, HOPS_S = st.floats(1e-5, 120), st.floats(0.05, 120)


@given(st.integers(1, 20_000), LENGTHS_S, HOPS_S)
def test_every_window_has_the_length_and_the_last_ends_with_the_recording(
    n_samples: int, length_s: float, hop_s: float
) -> None:
    samples = np.arange(n_samples, dtype=np.float32)
    hop_s = max(hop_s, length_s / 50)
    windows = Sliding(length_s, hop_s)(samples, RATE_HZ)
    assert {w.size for w in windows} == {min(n_samples, max(1, round(length_s * RATE_HZ)))}
    starts = [int(w[0]) for w in windows]
    assert starts == sorted(set(starts))
    assert (starts[0], windows[-1][-1]) == (0, n_samples - 1)
    assert max(np.diff(starts), default=0) <= max(1, round(hop_s * RATE_HZ))


def test_windows_by_hand() -> None:
    windows = Sliding(length_s=0.2, hop_s=0.1)(np.arange(9, dtype=np.float32), RATE_HZ)
    starts_and_ends = [(w[0], w[-1]) for w in windows]
    assert starts_and_ends == [(0, 3), (2, 5), (4, 7), (5, 8)]


def test_windows_are_views() -> None:
    samples = np.zeros(9_000, np.float32)
    assert all(np.shares_memory(w, samples) for w in Sliding()(samples, RATE_HZ))
    assert Whole()(samples, RATE_HZ)[0] is samples


@pytest.mark.parametrize("length_s", [0.0, 120.1, float("inf"), float("nan")])
def test_a_window_is_neither_empty_nor_endless(length_s: float) -> None:
    with pytest.raises(ConfigError, match=f"length_s={length_s} must be positive and at most 120"):
        Sliding(length_s, 1.0)


@pytest.mark.parametrize("hop_s", [-1.0, 1e-9, 0.049, float("inf"), float("nan")])
def test_a_hop_leaves_a_number_of_windows_that_can_be_heard(hop_s: float) -> None:
    with pytest.raises(ConfigError, match=f"hop_s={hop_s} finite and at least 0.05"):
        Sliding(1.0, hop_s)
