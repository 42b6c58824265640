"""Pictures, one a file: plain values in, a matplotlib ``Figure`` out.

``PLOTS`` lists the pictures of one recording, for ``auscult plot KIND FILE``; each is called as
``PLOTS[kind](recording)``. The others draw tables and evaluations, for the pages.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from auscult.registry import Registry
from auscult.reports.plots.balance import class_balance_bars, class_balance_pie
from auscult.reports.plots.beat import average_beat
from auscult.reports.plots.confusion import confusion_matrix
from auscult.reports.plots.coverage import coverage
from auscult.reports.plots.curves import training_curves
from auscult.reports.plots.durations import durations
from auscult.reports.plots.explained import explained, explanation_sheet
from auscult.reports.plots.mfcc import mfcc
from auscult.reports.plots.probabilities import probability_bars
from auscult.reports.plots.reliability import reliability
from auscult.reports.plots.roc import roc_curves
from auscult.reports.plots.spectrogram import spectrogram
from auscult.reports.plots.spectrum import spectrum
from auscult.reports.plots.waveform import waveform

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PLOTS: Registry[Callable[..., "Figure"]] = Registry(
    "picture",
    {
        "waveform": waveform,
        "spectrum": spectrum,
        "spectrogram": spectrogram,
        "mfcc": mfcc,
    },
)

MARKED = ("waveform", "spectrogram", "mfcc")
"""Those with a time axis: they take the marks of S1 and S2 as well."""

__all__ = [
    "MARKED",
    "PLOTS",
    "average_beat",
    "class_balance_bars",
    "class_balance_pie",
    "confusion_matrix",
    "coverage",
    "durations",
    "explained",
    "explanation_sheet",
    "mfcc",
    "probability_bars",
    "reliability",
    "roc_curves",
    "spectrogram",
    "spectrum",
    "training_curves",
    "waveform",
]
