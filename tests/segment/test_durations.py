import numpy as np
import pytest

from auscult.errors import ConfigError
from auscult.segment import Durations


def test_each_row_is_a_distribution_and_peaks_at_its_mean() -> None:
    durations = Durations()
    cycle_s = np.array([0.3, 0.6, 1.0, 2.0])
    tables = durations.tables(cycle_s, 0.01)
    np.testing.assert_allclose(np.exp(tables).sum(axis=2), 1)
    peaks_s = (tables.argmax(axis=2) + durations.shortest(0.01)) * 0.01
    np.testing.assert_allclose(peaks_s, durations.mean_s(cycle_s), atol=0.006)


def test_the_states_of_a_cycle_fill_it() -> None:
    cycle_s = np.linspace(0.4, 2, 9)
    np.testing.assert_allclose(Durations().mean_s(cycle_s).sum(axis=1), cycle_s, atol=0.005)


def test_a_stray_beat_is_never_impossible() -> None:
    assert Durations().tables(np.array([0.6]), 0.01).min() > np.log(1e-4 / 2)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"stray": 0.0}, "stray=0.0 must be between 0 and 1"),
        ({"stray": 1.0}, "stray=1.0 must be between 0 and 1"),
        ({"shortest_s": 0.0}, "shortest_s=0.0 and longest_s=1.6 must be in order"),
        ({"shortest_s": 2.0}, "shortest_s=2.0 and longest_s=1.6 must be in order"),
    ],
)
def test_what_cannot_be_is_refused(options: dict[str, float], told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        Durations(**options)
