"""Networks and classical models: array in, class probabilities out; one a file, one line here.

The table names modules as text, so that listing the models imports neither torch nor scikit-learn.
"""

from auscult.models.model import Model, TorchModel
from auscult.registry import Registry

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

__all__ = ["MODELS", "Model", "TorchModel"]
