"""Classical models are what they say: a fixed seed, classes weighing alike, options passed on."""

from typing import Any

import numpy as np
import pytest

from auscult.models import MODELS
from auscult.models.gradient_boosting import GradientBoosting
from auscult.models.logistic_regression import LogisticRegression
from auscult.models.random_forest import RandomForest
from auscult.models.svm import Svm

CLASSICAL = [name for name in MODELS if MODELS[name].kind == "sklearn"]


def unbalanced() -> tuple[np.ndarray, np.ndarray]:
    """190 rows of one class and 10 of another, two overlapping clouds."""
    rng = np.random.default_rng(0)
    features = rng.standard_normal((200, 3)).astype(np.float32)
    labels = np.repeat([0, 1], [190, 10])
    features[labels == 1, 0] += 1.5
    return features, labels


@pytest.mark.parametrize("name", CLASSICAL)
def test_the_seed_decides(name: str) -> None:
    features, labels = unbalanced()

    def answers(seed: int) -> Any:
        built = MODELS[name]().build(3, 2, seed)
        return built.fit(features, labels).predict_proba(features)

    np.testing.assert_array_equal(answers(3), answers(3))


@pytest.mark.parametrize("name", ["logistic-regression", "random-forest", "gradient-boosting"])
def test_the_rare_class_weighs_as_much_as_the_common_one(name: str) -> None:
    features, labels = unbalanced()
    built = MODELS[name]().build(3, 2, 0).fit(features, labels)
    assert (built.predict(features)[labels == 1] == 1).mean() >= 0.7


def test_options_reach_the_library() -> None:
    assert LogisticRegression(c=0.3).build(3, 2, 0)[-1].C == 0.3
    assert Svm(c=2.5).build(3, 2, 0)[-1].estimator.C == 2.5
    forest = RandomForest(n_trees=7, min_leaf=4).build(3, 2, 9)
    assert (forest.n_estimators, forest.min_samples_leaf, forest.random_state) == (7, 4, 9)
    trees = GradientBoosting(n_rounds=5, max_leaves=6, learning_rate=0.2, l2=3.0).build(3, 2, 9)
    assert (trees.max_iter, trees.max_leaf_nodes, trees.random_state) == (5, 6, 9)
    assert (trees.learning_rate, trees.l2_regularization) == (0.2, 3.0)
    assert not trees.early_stopping  # it would hold rows out at random, and so mates of others
