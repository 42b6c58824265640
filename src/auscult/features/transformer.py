"""A feature as a scikit-learn transformer, for use in a Pipeline or a grid search.

The only module here that imports scikit-learn; ``auscult.features`` does not import it.
"""

from collections.abc import Sequence
from typing import Self

import numpy as np

from auscult.arrays import FloatArray, Samples
from auscult.errors import AudioError, ConfigError, MissingExtraError
from auscult.features.feature import Feature

try:
    from sklearn.base import BaseEstimator, TransformerMixin
    from sklearn.utils import Tags
except ModuleNotFoundError as error:
    raise MissingExtraError("scikit-learn", "train") from error


class FeatureTransformer(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Sounds → features, one row a sound. It learns nothing, so ``fit`` only checks.

    Parameters
    ----------
    feature
        What to compute. Followed by a classifier, it must give one dimension
        (:class:`auscult.features.TimeMean`).
    rate_hz
        Samples per second of every sound.

    Examples
    --------
    >>> from auscult.features import TimeMean
    >>> sounds = [np.zeros(4_000, np.float32), np.zeros(6_000, np.float32)]
    >>> FeatureTransformer(TimeMean(), rate_hz=2_000).fit_transform(sounds).shape
    (2, 52)
    """

    def __init__(self, feature: Feature, rate_hz: int) -> None:
        self.feature = feature
        self.rate_hz = rate_hz

    def fit(self, X: Sequence[Samples], y: object = None) -> Self:  # noqa: ARG002, N803
        """Check the sounds and return the transformer itself.

        Raises
        ------
        ConfigError
            If ``rate_hz`` is not positive.
        AudioError
            If there is no sound, or one is not one-dimensional, empty or not finite.
        """
        if self.rate_hz <= 0:
            raise ConfigError(f"rate_hz={self.rate_hz} must be positive")
        _checked(X)
        return self

    def transform(self, X: Sequence[Samples]) -> FloatArray:  # noqa: N803
        """Return the features stacked: float32, shape (n_sounds, *shape of one feature).

        Raises
        ------
        AudioError
            As :meth:`fit`, or if the features differ in shape because the sounds differ in length.
        """
        rows = [self.feature(samples, self.rate_hz) for samples in _checked(X)]
        if len(shapes := sorted({row.shape for row in rows})) > 1:
            raise AudioError(
                f"the sounds give features of {len(shapes)} shapes, {shapes[0]} to {shapes[-1]}; "
                "cut them to one length or take the TimeMean of the feature"
            )
        return np.stack(rows)

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.requires_fit = False
        tags.input_tags.two_d_array = False
        tags.transformer_tags.preserves_dtype = ["float32"]
        return tags


def _checked(sounds: Sequence[Samples]) -> list[Samples]:
    if len(sounds) == 0:
        raise AudioError("there is no sound; wanted at least one array of samples")
    arrays = [np.asarray(samples, np.float32) for samples in sounds]
    for index, samples in enumerate(arrays):
        if samples.ndim != 1 or samples.size == 0:
            raise AudioError(f"sound {index} has shape {samples.shape}; wanted (n_samples,)")
        if not np.isfinite(samples).all():
            raise AudioError(f"sound {index} holds NaN or infinite samples; export it again")
    return arrays
