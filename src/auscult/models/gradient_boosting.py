"""Gradient boosting of shallow trees on binned features (histogram method)."""

from dataclasses import dataclass
from typing import Any, ClassVar

from sklearn.ensemble import HistGradientBoostingClassifier

from auscult.models.model import NOTEBOOK_VARIANTS, Kind


@dataclass(frozen=True, slots=True)
class GradientBoosting:
    """``n_rounds`` rounds of trees with at most ``max_leaves`` leaves; classes weigh alike."""

    kind: ClassVar[Kind] = "sklearn"
    frontend: ClassVar[str] = "notebook"
    variants: ClassVar[tuple[str, ...]] = NOTEBOOK_VARIANTS

    n_rounds: int = 200
    max_leaves: int = 15
    learning_rate: float = 0.06
    l2: float = 1.0

    def build(self, n_features: int, n_classes: int, seed: int) -> Any:  # noqa: ARG002
        """Return the unfitted ensemble."""
        return HistGradientBoostingClassifier(
            max_iter=self.n_rounds,
            max_leaf_nodes=self.max_leaves,
            learning_rate=self.learning_rate,
            l2_regularization=self.l2,
            class_weight="balanced",
            early_stopping=False,
            random_state=seed,
        )
