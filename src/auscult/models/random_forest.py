"""Random forest: votes of decorrelated trees, hard to overfit on few recordings."""

from dataclasses import dataclass
from typing import Any, ClassVar

from sklearn.ensemble import RandomForestClassifier

from auscult.models.model import NOTEBOOK_VARIANTS, Kind


@dataclass(frozen=True, slots=True)
class RandomForest:
    """``n_trees`` trees with at least ``min_leaf`` recordings a leaf; classes weigh alike."""

    kind: ClassVar[Kind] = "sklearn"
    frontend: ClassVar[str] = "notebook"
    variants: ClassVar[tuple[str, ...]] = NOTEBOOK_VARIANTS

    n_trees: int = 400
    min_leaf: int = 2

    def build(self, n_features: int, n_classes: int, seed: int) -> Any:  # noqa: ARG002
        """Return the unfitted forest."""
        return RandomForestClassifier(
            n_estimators=self.n_trees,
            min_samples_leaf=self.min_leaf,
            class_weight="balanced_subsample",
            random_state=seed,
            n_jobs=1,
        )
