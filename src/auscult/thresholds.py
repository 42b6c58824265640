"""From probabilities to decisions: when an answer is sure enough, and where to draw a line.

What is here was fitted on recordings that trained no listener, and is stored in the bundle.
"""

from dataclasses import dataclass

from auscult.errors import ConfigError


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """Calling everything from ``threshold`` on: how many are found, how many spared.

    Parameters
    ----------
    threshold
        Least probability of what is looked for.
    sensitivity, specificity
        As measured on recordings that trained nothing, in [0, 1].

    Raises
    ------
    ConfigError
        If one of them lies outside [0, 1].
    """

    threshold: float
    sensitivity: float
    specificity: float

    def __post_init__(self) -> None:
        for name in ("threshold", "sensitivity", "specificity"):
            if not 0 <= getattr(self, name) <= 1:
                raise ConfigError(f"{name}={getattr(self, name)} must be from 0 to 1")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The lines of one question.

    Parameters
    ----------
    sure_from
        Nine tenths of unseen recordings were answered with at least this probability of the class
        called; the model is unsure of an answer below.
    looked_for
        The class that the operating points find.
    points
        By rising sensitivity.

    Raises
    ------
    ConfigError
        If ``sure_from`` lies outside [0, 1].
    """

    sure_from: float
    looked_for: str
    points: tuple[OperatingPoint, ...]

    def __post_init__(self) -> None:
        if not 0 <= self.sure_from <= 1:
            raise ConfigError(f"sure_from={self.sure_from} must be from 0 to 1")

    def at_sensitivity(self, wanted: float) -> OperatingPoint:
        """Return the first operating point that finds a share ``wanted``, in [0, 1].

        Raises
        ------
        ConfigError
            If none finds so many.
        """
        for point in self.points:
            if point.sensitivity >= wanted:
                return point
        found = ", ".join(f"{point.sensitivity:.0%}" for point in self.points) or "none"
        raise ConfigError(
            f"no operating point finds {wanted:.0%} of {self.looked_for}; there are: {found}"
        )
