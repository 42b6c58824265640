"""Samples → numbers a model can use, one feature a file.

A feature is a frozen dataclass called with samples and their rate. A new one is a new file and a
new line in ``FEATURES``; tests/contracts/test_features.py then covers it.
"""

from auscult.features.feature import Feature
from auscult.features.log_mel import LogMel
from auscult.features.mfcc import Mfcc
from auscult.features.time_mean import TimeMean
from auscult.registry import Registry

FEATURES: Registry[type[Feature]] = Registry(
    "feature",
    {
        "log-mel": LogMel,
        "mfcc": Mfcc,
        "time-mean": TimeMean,
    },
)

__all__ = ["FEATURES", "Feature", "LogMel", "Mfcc", "TimeMean"]
