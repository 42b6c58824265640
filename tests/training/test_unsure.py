"""Thresholds with room for "unsure": by hand, and against the challenge's own scorer."""

import numpy as np
import pytest

from auscult.challenges import CHALLENGES, Table
from auscult.errors import RunError, SplitError
from auscult.training.unsure import UnsureBand, fit_unsure_band

TRAIN = frozenset({"train", "validation"})


def records(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Clean records are told apart; noisy ones have scores in the middle, whatever they are."""
    rng = np.random.default_rng(seed)
    abnormal, noisy = rng.random(400) < 0.3, rng.random(400) < 0.2
    clean = np.where(abnormal, rng.uniform(0.7, 1, 400), rng.uniform(0, 0.4, 400))
    return np.where(noisy, rng.uniform(0.45, 0.65, 400), clean), abnormal, noisy


def test_answers_by_hand() -> None:
    assert UnsureBand(0.4, 0.6)(np.array([0.0, 0.39, 0.4, 0.59, 0.6, 1.0])).tolist() == [
        *(-1, -1),
        *(0, 0),
        *(1, 1),
    ]


def test_noisy_records_are_answered_unsure() -> None:
    band = fit_unsure_band(*records(0), TRAIN)
    scores, abnormal, noisy = records(1)
    answers = band(scores)
    assert (answers[noisy] == 0).mean() > 0.9
    table = Table.of(
        truth=np.where(abnormal, "1", "-1").tolist(),
        answer=answers.astype(str).tolist(),
        quality=np.where(noisy, "0", "1").tolist(),
    )
    scored = {one.name: one.value for one in CHALLENGES["cinc2016"].scores(table)}
    assert scored["macc"] is not None
    assert scored["macc"] > 0.95
    assert scored["balanced_accuracy"] is not None
    assert scored["macc"] > scored["balanced_accuracy"] + 0.1


def test_without_a_quality_nothing_is_unsure_and_rare_classes_weigh_alike() -> None:
    scores, abnormal, _ = records(0)
    shifted = 0.2 * scores
    band = fit_unsure_band(shifted, abnormal, None, TRAIN)
    assert band.low == band.high < 0.2
    assert not (band(shifted) == 0).any()
    right = band(shifted) == np.where(abnormal, 1, -1)
    tried = [
        np.mean([(shifted >= t)[abnormal].mean(), (shifted < t)[~abnormal].mean()])
        for t in np.unique(shifted)
    ]
    assert np.mean([right[abnormal].mean(), right[~abnormal].mean()]) > max(tried) - 0.02


def test_test_records_and_one_class_are_refused() -> None:
    scores, abnormal, noisy = records(0)
    with pytest.raises(SplitError, match="of the test part"):
        fit_unsure_band(scores, abnormal, noisy, frozenset({"test"}))
    with pytest.raises(RunError, match="are of one class"):
        fit_unsure_band(scores, np.ones_like(abnormal), noisy, TRAIN)
