"""The mean of a feature over time: one number a row, however long the sound.

The notebook this project grew from describes a recording by the time means of its 52 MFCCs.

Conventions
-----------
result : float32, shape (n_rows,) of a feature of shape (n_rows, n_frames); same unit
"""

from dataclasses import dataclass, field

from auscult.arrays import FloatArray, Samples
from auscult.errors import ConfigError
from auscult.features.feature import Feature
from auscult.features.mfcc import Mfcc


@dataclass(frozen=True, slots=True)
class TimeMean:
    """Mean over the frames of ``feature``.

    Parameters
    ----------
    feature
        A feature of shape (n_rows, n_frames).
    """

    feature: Feature = field(default_factory=Mfcc)

    def __call__(self, samples: Samples, rate_hz: int) -> FloatArray:
        """Return the means: float32, shape (n_rows,).

        Raises
        ------
        ConfigError
            If the feature has no time axis.
        """
        rows = self.feature(samples, rate_hz)
        if rows.ndim != 2:  # noqa: PLR2004
            raise ConfigError(
                f"{self.feature!r} gives shape {rows.shape}; a mean over time needs "
                "(n_rows, n_frames)"
            )
        means: FloatArray = rows.mean(axis=1)
        return means
