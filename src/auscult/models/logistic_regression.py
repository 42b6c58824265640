"""Logistic regression on standardised features: the linear yardstick."""

from dataclasses import dataclass
from typing import Any, ClassVar

from sklearn.linear_model import LogisticRegression as SklearnLogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from auscult.models.model import NOTEBOOK_VARIANTS, Kind


@dataclass(frozen=True, slots=True)
class LogisticRegression:
    """L2-penalised; ``c`` is the inverse strength; classes weigh alike."""

    kind: ClassVar[Kind] = "sklearn"
    frontend: ClassVar[str] = "notebook"
    variants: ClassVar[tuple[str, ...]] = NOTEBOOK_VARIANTS

    c: float = 1.0

    def build(self, n_features: int, n_classes: int, seed: int) -> Any:  # noqa: ARG002
        """Return the unfitted pipeline."""
        return make_pipeline(
            StandardScaler(),
            SklearnLogisticRegression(
                C=self.c, class_weight="balanced", max_iter=2000, random_state=seed
            ),
        )
