"""Bundle + Recording → Prediction, on ONNX Runtime; no torch."""

from auscult.inference.classifier import Classifier, load_model

__all__ = ["Classifier", "load_model"]
