import sys

import numpy as np
import pytest
from numpy.typing import NDArray

from auscult.errors import AudioError, ConfigError, MissingExtraError
from auscult.features import LogMel, Mfcc, TimeMean
from auscult.types import Samples

pytest.importorskip("sklearn")
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import estimator_checks

from auscult.features.transformer import FeatureTransformer

RATE_HZ = 2_000
SMALL = LogMel(n_bands=20, n_fft=256, hop_length=64)
CHECKS = (
    "check_no_attributes_set_in_init",
    "check_get_params_invariance",
    "check_set_params",
    "check_estimator_repr",
    "check_valid_tag_types",
    "check_estimator_cloneable",
    "check_do_not_raise_errors_in_init_or_set_params",
)


def sounds(count: int = 12) -> tuple[list[Samples], NDArray[np.int64]]:
    rng = np.random.default_rng(0)
    time_s = np.arange(1_000) / RATE_HZ
    labels = np.arange(count) % 2
    return [
        (
            np.sin(2 * np.pi * (100 + 300 * label) * time_s) + 0.1 * rng.standard_normal(1_000)
        ).astype(np.float32)
        for label in labels
    ], labels


@pytest.mark.parametrize("check", CHECKS)
def test_scikit_learn_finds_nothing_wrong(check: str) -> None:
    estimator = FeatureTransformer(TimeMean(SMALL), RATE_HZ)
    getattr(estimator_checks, check)("FeatureTransformer", estimator)


def test_rows_are_the_features() -> None:
    arrays, _ = sounds()
    rows = FeatureTransformer(SMALL, RATE_HZ).fit_transform(arrays)
    assert (rows.shape, rows.dtype) == ((12, 20, 16), np.float32)
    np.testing.assert_array_equal(rows[3], SMALL(arrays[3], RATE_HZ))


def test_sounds_of_any_length_give_means_of_one_length() -> None:
    arrays = [np.ones(size, np.float32) for size in (1, 500, 3_000)]
    assert FeatureTransformer(TimeMean(SMALL), RATE_HZ).transform(arrays).shape == (3, 20)


def test_a_clone_has_the_same_parameters() -> None:
    estimator = FeatureTransformer(TimeMean(SMALL), RATE_HZ)
    assert clone(estimator).get_params() == estimator.get_params()


def test_learns_in_a_pipeline_and_a_grid_search() -> None:
    arrays, labels = sounds()
    pipeline = make_pipeline(
        FeatureTransformer(TimeMean(SMALL), RATE_HZ), StandardScaler(), LogisticRegression()
    )
    grid = {"featuretransformer__feature": [TimeMean(SMALL), TimeMean(Mfcc(8, SMALL))]}
    search = GridSearchCV(pipeline, grid, cv=2, error_score="raise").fit(arrays, labels)
    assert search.score(arrays, labels) == 1


def test_an_unfitted_one_transforms_since_it_learns_nothing() -> None:
    arrays, _ = sounds(2)
    estimator = FeatureTransformer(TimeMean(SMALL), RATE_HZ)
    np.testing.assert_array_equal(estimator.transform(arrays), estimator.fit_transform(arrays))


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ([], "there is no sound"),
        ([np.ones(9), np.ones((9, 2))], r"sound 1 has shape \(9, 2\)"),
        ([np.ones(0)], r"sound 0 has shape \(0,\)"),
        ([np.array([0, np.nan])], "sound 0 holds NaN"),
    ],
)
def test_what_is_no_sound_is_refused(arrays: list[Samples], message: str) -> None:
    with pytest.raises(AudioError, match=message):
        FeatureTransformer(TimeMean(SMALL), RATE_HZ).fit(arrays)


def test_features_of_several_shapes_are_refused() -> None:
    arrays = [np.ones(900, np.float32), np.ones(1_800, np.float32)]
    with pytest.raises(AudioError, match=r"2 shapes, \(20, 15\) to \(20, 29\)"):
        FeatureTransformer(SMALL, RATE_HZ).transform(arrays)


def test_a_rate_of_zero_is_refused() -> None:
    with pytest.raises(ConfigError, match="rate_hz=0 must be positive"):
        FeatureTransformer(SMALL, 0).fit([np.ones(9)])


def test_without_scikit_learn_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.base", None)
    monkeypatch.delitem(sys.modules, "auscult.features.transformer")
    with pytest.raises(MissingExtraError, match=r"scikit-learn.*auscult\[train\]"):
        import auscult.features.transformer  # noqa: F401
