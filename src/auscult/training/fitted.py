"""A fitted model, whatever it was built with: probabilities now, ONNX for later.

``fit`` dispatches on the model's kind; what comes back answers the same two questions. Every
exported graph takes ``features`` (float32, (n_windows, n_features)) and gives ``probabilities``
(float32, (n_windows, n_classes)); the first axis is free.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from auscult.errors import RunError
from auscult.models import MODELS
from auscult.progress import Progress
from auscult.splits import check_fitting
from auscult.training.examples import Examples
from auscult.training.options import TrainOptions
from auscult.types import FloatArray

History = list[dict[str, float]]


class Fitted(Protocol):
    """A model after training."""

    history: History

    def probabilities(self, features: FloatArray) -> FloatArray:
        """Return float32, shape (n_windows, n_classes)."""
        ...

    def onnx(self) -> bytes:
        """Return the model as an ONNX graph."""
        ...


def fit(
    options: TrainOptions,
    train: Examples,
    validation: Examples,
    *,
    seed: int,
    checkpoint: Path,
    title: str,
    progress: Progress,
) -> Fitted:
    """Fit ``options.model`` on ``train``; ``validation`` stops a network early.

    Raises
    ------
    RunError
        If the rows do not allow it (one class only, say), or a checkpoint is damaged.
    SplitError
        If rows of a test part, or of no part, are to be fitted on or to stop the training.
    """
    check_fitting(train.roles, f"{title}: {options.model}")
    model = MODELS[options.model]()
    n_features = train.features.shape[1]
    built = model.build(n_features, options.n_classes, seed)
    if model.kind == "sklearn":
        try:
            built.fit(train.features, train.window_labels)
        except ValueError as error:
            raise RunError(f"{title}: {options.model} cannot be fitted ({error})") from error
        return FittedClassifier(built, options.n_classes, n_features)
    from auscult.training.fit_network import fit_network  # noqa: PLC0415 - torch only if needed

    history = fit_network(
        built,
        options.schedule(),
        train,
        validation,
        n_classes=options.n_classes,
        seed=seed,
        checkpoint=checkpoint,
        title=title,
        progress=progress,
    )
    return FittedNetwork(built, n_features, history)


@dataclass(slots=True)
class FittedClassifier:
    """A scikit-learn classifier; classes that did not occur in training get probability 0."""

    classifier: Any
    n_classes: int
    n_features: int
    history: History = field(default_factory=list)

    def probabilities(self, features: FloatArray) -> FloatArray:
        """Return float32, shape (n_windows, n_classes)."""
        out = np.zeros((len(features), self.n_classes), np.float32)
        out[:, self.classifier.classes_] = self.classifier.predict_proba(features)
        return out

    def onnx(self) -> bytes:
        """Return the classifier as an ONNX graph."""
        from auscult.training.export import export_classifier  # noqa: PLC0415 - skl2onnx is heavy

        return export_classifier(self.classifier, self.n_features, self.n_classes)


@dataclass(slots=True)
class FittedNetwork:
    """A torch network with its best weights."""

    network: Any
    n_features: int
    history: History

    def probabilities(self, features: FloatArray) -> FloatArray:
        """Return float32, shape (n_windows, n_classes)."""
        from auscult.training.fit_network import network_probabilities  # noqa: PLC0415 - as above

        return network_probabilities(self.network, features)

    def onnx(self) -> bytes:
        """Return the network, with its softmax, as an ONNX graph."""
        from auscult.training.export import export_network  # noqa: PLC0415 - as above

        return export_network(self.network, self.n_features)
