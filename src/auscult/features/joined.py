"""Several features of one sound, end to end in one vector.

Conventions
-----------
result : float32, shape (n_values,); the features must give vectors
"""

from dataclasses import dataclass

import numpy as np

from auscult.arrays import FloatArray, Samples
from auscult.errors import ConfigError
from auscult.features.band_correlation import BandCorrelation
from auscult.features.feature import Feature
from auscult.features.modulation import ModulationSpectrum
from auscult.features.spectral_shape import SpectralShape


@dataclass(frozen=True, slots=True)
class Joined:
    """The values of ``features`` in order; by default those that describe a heart sound.

    Raises
    ------
    ConfigError
        If there is no feature.
    """

    features: tuple[Feature, ...] = (BandCorrelation(), ModulationSpectrum(), SpectralShape())

    def __post_init__(self) -> None:
        if not self.features:
            raise ConfigError("features=() joins nothing; give at least one feature")

    def __call__(self, samples: Samples, rate_hz: int) -> FloatArray:
        """Return all values: float32, shape (n_values,).

        Raises
        ------
        ConfigError
            If a feature is no vector.
        """
        parts = [feature(samples, rate_hz) for feature in self.features]
        for feature, part in zip(self.features, parts, strict=True):
            if part.ndim != 1:
                raise ConfigError(
                    f"{feature!r} gives shape {part.shape}; only vectors can be joined"
                )
        return np.concatenate(parts)
