"""Support vector machine with a radial kernel on standardised features.

Its scores become probabilities by Platt's sigmoids, fitted inside the training part.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from sklearn.calibration import CalibratedClassifierCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from auscult.models.model import NOTEBOOK_VARIANTS, Kind


@dataclass(frozen=True, slots=True)
class Svm:
    """``c`` is the price of an error; classes weigh alike."""

    kind: ClassVar[Kind] = "sklearn"
    frontend: ClassVar[str] = "notebook"
    variants: ClassVar[tuple[str, ...]] = NOTEBOOK_VARIANTS

    c: float = 4.0

    def build(self, n_features: int, n_classes: int, seed: int) -> Any:  # noqa: ARG002
        """Return the unfitted pipeline."""
        machine = SVC(C=self.c, gamma="scale", class_weight="balanced", random_state=seed)
        return make_pipeline(
            StandardScaler(),
            CalibratedClassifierCV(machine, method="sigmoid", ensemble=False, cv=5),
        )
