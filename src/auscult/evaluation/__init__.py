"""Predictions table → numbers with intervals. No model is imported: what is scored is what shipped.

``PredictionsTable.read(path)`` → ``evaluate(table, …)`` → ``as_text(evaluation)`` or a report.
"""

from auscult.evaluation.evaluate import evaluate
from auscult.evaluation.result import Evaluation, FoldResult, Interval, SystemResult
from auscult.evaluation.show import as_text
from auscult.evaluation.table import PredictionRow, PredictionsTable

__all__ = [
    "Evaluation",
    "FoldResult",
    "Interval",
    "PredictionRow",
    "PredictionsTable",
    "SystemResult",
    "as_text",
    "evaluate",
]
