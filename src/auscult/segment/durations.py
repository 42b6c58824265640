"""How long the states of the cardiac cycle last, given the length of the cycle.

A faster heart shortens diastole most, systole less, the sounds hardly. Each state's mean duration
is a straight line over the cycle's length, its spread a share of a second that grows with it; a
small part of the probability is spread evenly over all durations, for the early beat and the pause
that no rule foresees.

Conventions
-----------
cycle  : from S1 to the next S1, in seconds; 60 / heart rate
states : in the order S1, systole, S2, diastole

Source
------
The form: Schmidt et al., Physiol. Meas. 31(4):513, 2010, doi:10.1088/0967-3334/31/4/004. The
default numbers are least-squares lines through the cycles annotated in CirCor DigiScope 2022
(Oliveira et al., IEEE JBHI 26(6):2524, 2022).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auscult.errors import ConfigError

Four = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Durations:
    """Lines of mean duration over cycle length, and the spread about them.

    Parameters
    ----------
    at_zero_s, per_second
        Mean duration of each state: ``at_zero_s + per_second · cycle_s``.
    spread_s, spread_per_second
        Standard deviation of each state, likewise.
    stray
        Share of the probability given evenly to every duration, in (0, 1).
    shortest_s, longest_s
        Bounds of every duration.

    Raises
    ------
    ConfigError
        If a number is out of range.
    """

    at_zero_s: Four = (0.074, 0.047, 0.066, -0.187)
    per_second: Four = (0.076, 0.151, 0.067, 0.706)
    spread_s: Four = (0.018, 0.022, 0.018, 0.01)
    spread_per_second: Four = (0.006, 0.01, 0.007, 0.05)
    stray: float = 0.02
    shortest_s: float = 0.04
    longest_s: float = 1.6

    def __post_init__(self) -> None:
        if not 0 < self.stray < 1:
            raise ConfigError(f"stray={self.stray} must be between 0 and 1")
        if not 0 < self.shortest_s < self.longest_s:
            raise ConfigError(
                f"shortest_s={self.shortest_s} and longest_s={self.longest_s} must be in order"
            )

    def mean_s(self, cycle_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the mean duration of each state: shape (n_cycles, 4), at least ``shortest_s``."""
        means = np.add(self.at_zero_s, np.outer(cycle_s, self.per_second))
        out: NDArray[np.float64] = np.maximum(means, self.shortest_s)
        return out

    def tables(self, cycle_s: NDArray[np.float64], frame_s: float) -> NDArray[np.float64]:
        """Return the log-probability of every duration, for each length of the cycle.

        Returns
        -------
        NDArray[np.float64]
            Shape (n_cycles, 4, n_durations); durations count frames from ``shortest(frame_s)`` on.
        """
        lasting_s = frame_s * np.arange(
            self.shortest(frame_s), max(2, round(self.longest_s / frame_s)) + 1
        )
        spread = np.add(self.spread_s, np.outer(cycle_s, self.spread_per_second))[..., None]
        density = np.exp(-0.5 * ((lasting_s - self.mean_s(cycle_s)[..., None]) / spread) ** 2)
        density /= np.maximum(density.sum(axis=2, keepdims=True), 1e-300)
        mixed = (1 - self.stray) * density + self.stray / lasting_s.size
        out: NDArray[np.float64] = np.log(mixed)
        return out

    def shortest(self, frame_s: float) -> int:
        """Return the frames of the shortest duration, at least 1."""
        return max(1, round(self.shortest_s / frame_s))
