"""The two listeners of a fold: the network on windows, and the ensemble on the measured cycle.

They fail on different recordings: the network hears shapes in time that it was shown on every
dataset, the ensemble measures the states of the cycle over the whole recording, question by
question. Both are exported to ONNX, and it is the exported graphs that answer.
"""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from auscult.models.ensemble import Ensemble
from auscult.models.recorder import hide_recorder
from auscult.models.windows import WindowModel
from auscult.training.export import export_classifier, export_graph
from auscult.training.joint.corpus import ASKED, COLUMNS, N_LOGITS, Corpus
from auscult.types import QUESTIONS, FloatArray

ENSEMBLE = Ensemble(tree_weight=2.0)
"""Of many recordings, thresholds and conditions tell more than a weighted sum."""

OF_THE_HEART = ("heard5", "murmur")
"""Questions that are answered past the device. The others ask what a publisher said of a recording,
and the device tells which publisher it was."""


def build_network(options: WindowModel, n_bands: int, seed: int) -> torch.nn.Module:
    """Return a network for every question, initial values drawn from ``seed``."""
    network = options.build(n_bands, N_LOGITS, seed)
    for question in ASKED:
        hear_past_device(network, question, COLUMNS[question])
    return network


def past_device(network: torch.nn.Module, question: str) -> bool:
    """Say whether the recorder, where there is one, is hidden from those who answer ``question``.

    One that is asked by nobody here, as labels of one's own are, is taken for one of the heart.
    """
    return network.recorder is not None and (question in OF_THE_HEART or question not in ASKED)


def hear_past_device(network: torch.nn.Module, question: str, logits: slice) -> None:
    """Hide the recorder, where there is one, from the logits of a question of the heart."""
    if past_device(network, question):
        hide_recorder(network.answer, logits)  # type: ignore[arg-type]


class _Answering(torch.nn.Module):
    """Logits → one output a question, each summing to 1."""

    def __init__(self, network: torch.nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, features: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Return the probabilities of every question asked."""
        logits = self.network(features)
        return tuple(torch.softmax(logits[:, COLUMNS[q]], dim=1) for q in ASKED)


def export_network_of_questions(network: torch.nn.Module, n_bands: int, n_frames: int) -> bytes:
    """Convert to ONNX: ``features`` (n, n_bands, n_frames) in, an output named after each question.

    The number of windows is free, their length fixed.
    """
    whole = _Answering(network.to("cpu", memory_format=torch.contiguous_format))  # type: ignore[call-overload]
    return export_graph(whole, (n_bands, n_frames), ASKED)


def export_ensemble(
    question: str, corpus: Corpus, features: FloatArray, train: Sequence[int], seed: int
) -> bytes:
    """Fit the ensemble on the training recordings that answer ``question``; return it as ONNX.

    Raises
    ------
    RunError
        If an answer does not occur among them.
    """
    told = np.array([index for index in train if corpus.told(question)[index]])
    n_classes = len(QUESTIONS[question])
    classifier = ENSEMBLE.build(features.shape[1], n_classes, seed)
    classifier.fit(features[told], corpus.answers[told, ASKED.index(question)])
    return export_classifier(classifier, features.shape[1], n_classes)


def indices_of(corpus: Corpus, recording_ids: Sequence[str]) -> NDArray[np.int64]:
    """Return where recordings stand in the corpus."""
    place = {entry.recording_id: index for index, entry in enumerate(corpus.entries)}
    return np.array([place[recording_id] for recording_id in recording_ids], np.int64)
