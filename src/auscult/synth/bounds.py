"""One sentence for every number out of range."""

from auscult.errors import ConfigError


def check_bounds(name: str, value: float, low: float, high: float, unit: str = "") -> None:
    """Refuse ``value`` outside ``low`` to ``high`` (both inclusive); NaN is always outside.

    Raises
    ------
    ConfigError
        Naming the parameter, what came and what was wanted.

    Examples
    --------
    >>> check_bounds("heart_rate_bpm", 400, 30, 220)
    Traceback (most recent call last):
    ...
    auscult.errors.ConfigError: heart_rate_bpm=400 must be between 30 and 220
    """
    if not low <= value <= high:
        raise ConfigError(f"{name}={value} must be between {low:g} and {high:g}{unit}")
