"""A linear model and randomised trees that vote with their probabilities.

Logistic regression weighs many weak hints and extrapolates; trees see thresholds and conditions.
They err on different recordings, and their mean errs less often than either. Made for the front
end ``heart``, whose 333 values are many for a small collection: hence the strong penalty and large
leaves.

Source
------
Kittler, Hatef, Duin and Matas: On Combining Classifiers, IEEE Trans. PAMI 20(3), 1998 (sum rule);
Geurts, Ernst and Wehenkel: Extremely Randomized Trees, Machine Learning 63, 2006.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from sklearn.ensemble import ExtraTreesClassifier, VotingClassifier
from sklearn.linear_model import LogisticRegression as SklearnLogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from auscult.errors import ConfigError
from auscult.models.model import NOTEBOOK_VARIANTS, Kind


@dataclass(frozen=True, slots=True)
class Ensemble:
    """Weighted mean of the two probabilities; in both, classes weigh alike.

    Parameters
    ----------
    c
        Inverse strength of the linear model's L2 penalty.
    n_trees
        Number of trees.
    min_leaf
        Fewest training rows in a leaf.
    feature_share
        Share of the features tried at a branching, above 0 to 1.
    tree_weight
        Votes of the trees for one of the linear model.

    Raises
    ------
    ConfigError
        If a number is out of range.
    """

    kind: ClassVar[Kind] = "sklearn"
    frontend: ClassVar[str] = "heart"
    variants: ClassVar[tuple[str, ...]] = (*NOTEBOOK_VARIANTS, "other-device")

    c: float = 0.01
    n_trees: int = 100
    min_leaf: int = 4
    feature_share: float = 0.2
    tree_weight: float = 1.0

    def __post_init__(self) -> None:
        for name in ("c", "n_trees", "min_leaf", "feature_share", "tree_weight"):
            if getattr(self, name) <= 0:
                raise ConfigError(f"{name}={getattr(self, name)} must be positive")
        if self.feature_share > 1:
            raise ConfigError(f"feature_share={self.feature_share} must be at most 1")

    def build(self, n_features: int, n_classes: int, seed: int) -> Any:  # noqa: ARG002
        """Return the unfitted ensemble."""
        linear = make_pipeline(
            StandardScaler(),
            SklearnLogisticRegression(
                C=self.c, class_weight="balanced", max_iter=2000, random_state=seed
            ),
        )
        trees = ExtraTreesClassifier(
            n_estimators=self.n_trees,
            min_samples_leaf=self.min_leaf,
            max_features=float(self.feature_share),
            class_weight="balanced",
            random_state=seed,
            n_jobs=1,
        )
        # subtle: skl2onnx refuses flattening, of no use here, and weights in a list
        return VotingClassifier(
            [("linear", linear), ("trees", trees)],
            voting="soft",
            weights=np.array([1.0, self.tree_weight]),
            flatten_transform=False,
        )
