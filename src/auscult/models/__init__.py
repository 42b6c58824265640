"""Networks and classical models: array in, class probabilities out; one a file, one line here.

The table names modules as text, so that listing the models imports neither torch nor scikit-learn.
"""

from typing import TYPE_CHECKING

from auscult.models.model import Model, TorchModel
from auscult.registry import Registry

if TYPE_CHECKING:
    from auscult.models.windows import WindowModel  # needs torch

MODELS: Registry[type[Model]] = Registry(
    "model",
    {
        "cnn-lstm": "auscult.models.cnn_lstm:CnnLstm",
        "ensemble": "auscult.models.ensemble:Ensemble",
        "logistic-regression": "auscult.models.logistic_regression:LogisticRegression",
        "svm": "auscult.models.svm:Svm",
        "random-forest": "auscult.models.random_forest:RandomForest",
        "gradient-boosting": "auscult.models.gradient_boosting:GradientBoosting",
    },
)

NETWORKS: Registry[type["WindowModel"]] = Registry(
    "network",
    {
        "crnn": "auscult.models.crnn:Crnn",
        "residual": "auscult.models.residual:Residual",
        "transformer": "auscult.models.transformer:Transformer",
    },
)
"""What can listen to windows in a joint training: name → :class:`.windows.WindowModel`."""

__all__ = ["MODELS", "NETWORKS", "Model", "TorchModel"]
