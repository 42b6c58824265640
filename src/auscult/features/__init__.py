"""Samples → numbers a model can use, one feature a file.

A feature is a frozen dataclass called with samples and their rate. A new one is a new file and a
new line in ``FEATURES``; tests/contracts/test_features.py then covers it. Each is imported when
first asked for, so that one feature costs one feature's import.
"""

from typing import TYPE_CHECKING, Any

from auscult.features.feature import Feature
from auscult.registry import Registry

if TYPE_CHECKING:
    from auscult.features.band_correlation import BandCorrelation
    from auscult.features.joined import Joined
    from auscult.features.log_mel import LogMel
    from auscult.features.mfcc import Mfcc
    from auscult.features.modulation import ModulationSpectrum
    from auscult.features.spectral_shape import SpectralShape
    from auscult.features.time_mean import TimeMean

_ADDRESSES = {
    "band-correlation": "auscult.features.band_correlation:BandCorrelation",
    "joined": "auscult.features.joined:Joined",
    "log-mel": "auscult.features.log_mel:LogMel",
    "mfcc": "auscult.features.mfcc:Mfcc",
    "modulation-spectrum": "auscult.features.modulation:ModulationSpectrum",
    "spectral-shape": "auscult.features.spectral_shape:SpectralShape",
    "time-mean": "auscult.features.time_mean:TimeMean",
}
_CLASSES = {address.partition(":")[2]: name for name, address in _ADDRESSES.items()}

FEATURES: Registry[type[Feature]] = Registry("feature", _ADDRESSES)

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


def __getattr__(name: str) -> Any:
    if name not in _CLASSES:
        raise AttributeError(f"module 'auscult.features' has no attribute {name!r}")
    return FEATURES[_CLASSES[name]]
