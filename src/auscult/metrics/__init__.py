"""How good the answers are: pure functions of truth and probabilities, and two tables of them.

``METRICS`` holds figures for all classes together, ``PER_CLASS`` figures of one class against the
rest. Every item is called alike, ``metric(truth, probabilities)``; the prediction is the most
probable class. What is undefined raises (one figure) or is NaN (one figure for each class).

A new metric is one function of :class:`Cases`, in the file of its theme, and one line here.
"""

from functools import partial

from auscult.metrics import calibration, classification, coverage, roc
from auscult.metrics.calibration import ReliabilityBin
from auscult.metrics.cases import Cases
from auscult.metrics.metric import ClassMetric, Metric
from auscult.registry import Registry

METRICS: Registry[Metric] = Registry(
    "metric",
    {
        "accuracy": Metric("accuracy", classification.accuracy, "a case"),
        "balanced_accuracy": Metric(
            "balanced accuracy (UAR)", classification.balanced_accuracy, "a true case of each class"
        ),
        "macro_f1": Metric(
            "macro F1", classification.macro_f1, "a true case or a prediction of each class"
        ),
        "mcc": Metric(
            "Matthews correlation (MCC)",
            classification.matthews_correlation,
            "two true and two predicted classes",
            bounds=(-1, 1),
        ),
        "kappa": Metric(
            "Cohen's kappa",
            classification.cohen_kappa,
            "two classes among truth and predictions",
            bounds=(-1, 1),
        ),
        "macro_auc": Metric(
            "macro ROC AUC", roc.macro_auc, "a true case of each class and one of another"
        ),
        "accuracy_at_90": Metric(
            "accuracy of the surest 90 %",
            partial(coverage.accuracy_at_coverage, coverage=0.9),
            "a case",
        ),
        "ece": Metric(
            "calibration error (ECE)",
            calibration.expected_calibration_error,
            "a case",
            better="lower",
        ),
        "brier": Metric("Brier score", calibration.brier, "a case", better="lower", bounds=(0, 2)),
        "log_loss": Metric(
            "log loss",
            calibration.log_loss,
            "a probability above 0 for every true class",
            better="lower",
            bounds=(0, float("inf")),
        ),
    },
)

PER_CLASS: Registry[ClassMetric] = Registry(
    "per-class metric",
    {
        "recall": ClassMetric("recall", classification.recall, "a true case of it"),
        "precision": ClassMetric("precision", classification.precision, "a prediction of it"),
        "f1": ClassMetric("F1", classification.f1, "a true case or a prediction of it"),
        "auc": ClassMetric("ROC AUC", roc.auc, "a true case of it and one of another class"),
    },
)

__all__ = ["METRICS", "PER_CLASS", "Cases", "ClassMetric", "Metric", "ReliabilityBin"]
