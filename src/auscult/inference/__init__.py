"""Bundle + Recording → Prediction or Segmentation, on ONNX Runtime; no torch."""

from auscult.inference.classifier import Classifier, load_model
from auscult.inference.segmenter import SEGMENTERS, NetworkSegmenter, load_segmenter

__all__ = ["SEGMENTERS", "Classifier", "NetworkSegmenter", "load_model", "load_segmenter"]
