"""Predictions as a table: CSV rows for machines, JSON for programs.

Columns: ``path,status,reason,label``, then ``p_<class>`` in the model's order, then
``duration_s,rate_hz,model``. One row a file, refused and unreadable ones included; a cell without a
value is empty.
"""

import csv
import io
from collections.abc import Sequence
from typing import Any

from auscult.types import Prediction


def as_csv(predictions: Sequence[Prediction], classes: Sequence[str], model: str) -> str:
    """Return the predictions as CSV with a header."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    scores = [f"p_{name}" for name in classes]
    writer.writerow(
        ["path", "status", "reason", "label", *scores, "duration_s", "rate_hz", "model"]
    )
    for p in predictions:
        given = [f"{p.probabilities[c]:.6f}" if p.probabilities else "" for c in classes]
        duration = "" if p.duration_s is None else f"{p.duration_s:.3f}"
        writer.writerow(
            [p.source, p.status, p.reason, p.label or "", *given, duration, p.rate_hz or "", model]
        )
    return buffer.getvalue()


def as_data(prediction: Prediction, model: str) -> dict[str, Any]:
    """Return one prediction as JSON-ready data."""
    return {
        "path": prediction.source,
        "status": prediction.status,
        "reason": prediction.reason,
        "label": prediction.label,
        "confidence": prediction.confidence,
        "probabilities": {name: round(p, 6) for name, p in prediction.probabilities.items()},
        "duration_s": prediction.duration_s,
        "rate_hz": prediction.rate_hz,
        "model": model,
    }
