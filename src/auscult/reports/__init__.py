"""Pictures and pages for people.

A picture is a matplotlib ``Figure``; a page is one HTML string that holds its style, pictures and
sounds and needs no network. Matplotlib is imported when the first picture is drawn.
"""

from auscult.reports.benchmark import benchmark_page
from auscult.reports.classification import classification_page
from auscult.reports.evaluation import evaluation_page
from auscult.reports.explore import ExampleRecording, RecordingFacts, explore_page
from auscult.reports.plots import MARKED, PLOTS
from auscult.reports.recording import recording_page
from auscult.reports.saving import save, save_page

__all__ = [
    "MARKED",
    "PLOTS",
    "ExampleRecording",
    "RecordingFacts",
    "benchmark_page",
    "classification_page",
    "evaluation_page",
    "explore_page",
    "recording_page",
    "save",
    "save_page",
]
