"""Samples → numbers a model can use, one feature a file.

A feature is a frozen dataclass called with samples and their rate. A new one is a new file and a
new line in ``FEATURES``; tests/contracts/test_features.py then covers it.
"""

from auscult.features.band_correlation import BandCorrelation
from auscult.features.feature import Feature
from auscult.features.joined import Joined
from auscult.features.log_mel import LogMel
from auscult.features.mfcc import Mfcc
from auscult.features.modulation import ModulationSpectrum
from auscult.features.spectral_shape import SpectralShape
from auscult.features.time_mean import TimeMean
from auscult.registry import Registry

FEATURES: Registry[type[Feature]] = Registry(
    "feature",
    {
        "band-correlation": BandCorrelation,
        "joined": Joined,
        "log-mel": LogMel,
        "mfcc": Mfcc,
        "modulation-spectrum": ModulationSpectrum,
        "spectral-shape": SpectralShape,
        "time-mean": TimeMean,
    },
)

__all__ = [
    "FEATURES",
    "BandCorrelation",
    "Feature",
    "Joined",
    "LogMel",
    "Mfcc",
    "ModulationSpectrum",
    "SpectralShape",
    "TimeMean",
]
