import numpy as np
import pytest

from auscult.errors import ConfigError
from auscult.features import LogMel, Mfcc, TimeMean

librosa = pytest.importorskip("librosa")


def test_is_the_notebooks_feature() -> None:
    sound = 0.1 * np.random.default_rng(0).standard_normal(66_150).astype(np.float32)
    theirs = np.mean(librosa.feature.mfcc(y=sound, sr=22_050, n_mfcc=52).T, axis=0)
    ours = TimeMean()(sound, 22_050)
    assert (ours.shape, ours.dtype) == ((52,), np.float32)
    np.testing.assert_allclose(ours, theirs, atol=1e-3)


def test_is_the_mean_of_any_feature() -> None:
    sound = np.random.default_rng(0).standard_normal(9_000).astype(np.float32)
    feature = LogMel(n_bands=20)
    np.testing.assert_allclose(
        TimeMean(feature)(sound, 4_000), feature(sound, 4_000).mean(axis=1), rtol=1e-5
    )


def test_a_feature_without_time_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"gives shape \(52,\); a mean over time needs"):
        TimeMean(TimeMean(Mfcc()))(np.zeros(4_000, np.float32), 4_000)
