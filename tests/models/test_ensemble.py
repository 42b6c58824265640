"""The ensemble: a mean of two votes, and the same answers after export."""

import numpy as np
import pytest

from auscult.errors import ConfigError
from auscult.models import MODELS
from auscult.models.ensemble import Ensemble
from auscult.types import FloatArray

N_FEATURES = 12
onnxruntime = pytest.importorskip("onnxruntime")


def blobs(n: int, seed: int) -> tuple[FloatArray, FloatArray]:
    """Return three overlapping clouds: features (3n, 12) and their classes."""
    rng = np.random.default_rng(seed)
    labels = np.repeat(np.arange(3), n)
    features = rng.standard_normal((3 * n, N_FEATURES)) + 1.5 * np.eye(3, N_FEATURES)[labels]
    return features.astype(np.float32), labels


def test_stands_in_the_table_and_wants_the_heart_front_end() -> None:
    assert MODELS["ensemble"] is Ensemble
    assert Ensemble.frontend == "heart"


def test_is_the_mean_of_its_two_voters_and_learns() -> None:
    features, labels = blobs(60, 0)
    fitted = Ensemble(n_trees=20).build(N_FEATURES, 3, 0).fit(features, labels)
    heard, truth = blobs(60, 1)
    votes = [voter.predict_proba(heard) for voter in fitted.estimators_]
    np.testing.assert_allclose(fitted.predict_proba(heard), np.mean(votes, axis=0))
    assert (fitted.predict(heard) == truth).mean() > 0.6


def test_a_seed_fixes_the_answers() -> None:
    features, labels = blobs(30, 0)
    first, same, other = (
        Ensemble(n_trees=10)
        .build(N_FEATURES, 3, seed)
        .fit(features, labels)
        .predict_proba(features)
        for seed in (4, 4, 5)
    )
    np.testing.assert_array_equal(first, same)
    assert np.abs(first - other).max() > 1e-3


@pytest.mark.filterwarnings("ignore")
def test_onnx_answers_alike() -> None:
    export = pytest.importorskip("auscult.training.export")
    features, labels = blobs(60, 0)
    fitted = Ensemble(n_trees=20).build(N_FEATURES, 3, 0).fit(features, labels)
    session = onnxruntime.InferenceSession(export.export_classifier(fitted, N_FEATURES, 3))
    heard, _ = blobs(200, 1)
    (probabilities,) = session.run(["probabilities"], {"features": heard})
    np.testing.assert_allclose(probabilities, fitted.predict_proba(heard), atol=1e-5)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"c": 0.0}, "c=0.0 must be positive"),
        ({"n_trees": 0}, "n_trees=0 must be positive"),
        ({"min_leaf": -1}, "min_leaf=-1 must be positive"),
        ({"feature_share": 1.5}, "feature_share=1.5 must be at most 1"),
    ],
)
def test_impossible_options_are_refused(options: dict[str, float], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        Ensemble(**options)  # type: ignore[arg-type]
