"""What the segmenter learns from, how batches are drawn, and that training goes on as before."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from auscult.errors import ConfigError, DatasetError
from auscult.models.segmenter import Segmenter
from auscult.progress import Silent
from auscult.training.fit_durations import fit_durations
from auscult.training.fit_segmenter import STEPS_PER_ROUND, fit_segmenter, learning_rate
from auscult.training.segmenter_options import SegmenterOptions
from auscult.training.state_batches import Batches, Disturbing
from auscult.training.state_examples import (
    FULL,
    StateExamples,
    joined,
    made_examples,
    state_shares,
)
from auscult.types import STATES, StateSpan

OPTIONS = SegmenterOptions(n_hearts=3, n_artifacts=2)
QUIET = Disturbing(n_frames=160, batch_size=4, paced=0.0, noisy=0.0)


@pytest.fixture(scope="module")
def made() -> tuple[StateExamples, StateExamples]:
    return made_examples(3, 2, OPTIONS.frontend, OPTIONS.frame_s, seed=0)


def test_a_frame_is_shared_by_the_states_that_meet_in_it() -> None:
    spans = [StateSpan("S1", 0.0, 0.052), StateSpan("systole", 0.052, 0.1)]
    shares = state_shares(spans, 20, 0.01) / FULL
    np.testing.assert_allclose(shares[4], [1, 0, 0, 0])
    np.testing.assert_allclose(shares[5], [0.7, 0.3, 0, 0], atol=0.01)
    np.testing.assert_allclose(shares[6], [0, 1, 0, 0])
    assert not shares[11:].any()


def test_a_frame_annotated_in_part_does_not_count() -> None:
    shares = state_shares([StateSpan("S2", 0.043, 0.1)], 20, 0.01)
    assert not shares[4].any()
    assert shares[5].tolist() == [0, 0, FULL, 0]


def test_where_annotations_overlap_the_frame_is_divided() -> None:
    spans = [StateSpan("S1", 0.0, 0.1), StateSpan("systole", 0.0, 0.1)]
    assert state_shares(spans, 8, 0.01)[4].tolist() == [128, 128, 0, 0]


def test_hearts_are_annotated_throughout_and_artifacts_are_even(
    made: tuple[StateExamples, StateExamples],
) -> None:
    hearts, artifacts = made
    assert (len(hearts), len(artifacts)) == (3, 2)
    assert hearts.features.shape == (hearts.bounds[-1], 30)
    assert np.mean(hearts.shares.sum(axis=1) >= FULL - 2) > 0.99
    assert np.unique(artifacts.shares).tolist() == [FULL // 4]


def test_selecting_and_joining_keep_recordings_whole(
    made: tuple[StateExamples, StateExamples],
) -> None:
    hearts, artifacts = made
    both = joined([hearts.select([2, 0]), artifacts])
    assert len(both) == 4
    a, b = both.bounds[1:3]
    np.testing.assert_array_equal(both.features[a:b], hearts.features[: hearts.bounds[1]])


def test_examples_come_back_from_disk(
    tmp_path: Path, made: tuple[StateExamples, StateExamples]
) -> None:
    made[0].write(tmp_path / "new" / "hearts")
    back = StateExamples.read(tmp_path / "new" / "hearts")
    assert back is not None
    np.testing.assert_array_equal(back.features, made[0].features)
    np.testing.assert_array_equal(back.bounds, made[0].bounds)
    assert StateExamples.read(tmp_path / "other") is None


def test_an_undisturbed_batch_is_cut_from_the_recordings(
    made: tuple[StateExamples, StateExamples],
) -> None:
    hearts, artifacts = made
    features, shares = Batches.of(hearts, artifacts, QUIET).draw(np.random.default_rng(0))
    assert features.shape == (4, 30, 160)
    assert shares.shape == (4, 4, 160)
    counted = shares.sum(axis=1) > 0
    assert counted.any(axis=1).all()
    whole = hearts.features.astype(np.float32).T
    first = features[0][:, counted[0]]
    at = np.flatnonzero(np.abs(whole[:, :, None] - first[:, None, :1]).max(axis=0)[:, 0] < 0.05)
    assert any(np.allclose(whole[:, i : i + 9], first[:, :9], atol=0.05) for i in at)


def test_beyond_the_ends_nothing_counts(made: tuple[StateExamples, StateExamples]) -> None:
    hearts, artifacts = made
    long = replace(QUIET, n_frames=2_000)
    _, shares = Batches.of(hearts, artifacts, long).draw(np.random.default_rng(0))
    lengths = np.diff(hearts.bounds)
    assert (shares.sum(axis=1) > 0).sum(axis=1).max() <= lengths.max()


def test_noise_never_lowers_the_power(made: tuple[StateExamples, StateExamples]) -> None:
    hearts, artifacts = made
    rng = np.random.default_rng
    clean, _ = Batches.of(hearts, artifacts, QUIET).draw(rng(3))
    noisy, _ = Batches.of(hearts, artifacts, replace(QUIET, noisy=1.0)).draw(rng(3))
    assert (noisy >= clean - 1e-3).all()
    assert (noisy - clean).mean() > 1


def test_equal_generators_draw_alike(made: tuple[StateExamples, StateExamples]) -> None:
    batches = Batches.of(*made, Disturbing(n_frames=100, batch_size=3))
    one, same, other = (batches.draw(np.random.default_rng(s))[0] for s in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)


def train(
    made: tuple[StateExamples, StateExamples], checkpoint: Path, n_epochs: float
) -> tuple[torch.nn.Module, list[dict[str, float]]]:
    torch.set_num_threads(1)
    network = Segmenter((6, 8, 8), (1,), (1, 2)).build(30, seed=0)
    history = fit_segmenter(
        network,
        Batches.of(*made, replace(QUIET, batch_size=2)),
        n_epochs=n_epochs,
        seed=0,
        checkpoint=checkpoint,
        title="test",
        progress=Silent(),
    )
    return network, history


class StoppedError(Exception):
    """Raised in the middle of a training."""


def test_it_learns_and_goes_on_where_it_was_stopped(
    tmp_path: Path, made: tuple[StateExamples, StateExamples], monkeypatch: pytest.MonkeyPatch
) -> None:
    unbroken, history = train(made, tmp_path / "a", 10)
    assert history[-1]["step"] > 2 * STEPS_PER_ROUND
    assert history[-1]["loss"] < 0.8 * history[0]["loss"]

    draw = Batches.draw
    seen = []

    def draw_some(batches: Batches, rng: np.random.Generator) -> object:
        seen.append(rng)
        if len(seen) > STEPS_PER_ROUND + 5:
            raise StoppedError
        return draw(batches, rng)

    monkeypatch.setattr(Batches, "draw", draw_some)
    with pytest.raises(StoppedError):
        train(made, tmp_path / "b", 10)
    monkeypatch.setattr(Batches, "draw", draw)
    broken, history_again = train(made, tmp_path / "b", 10)
    assert history_again == history
    for one, other in zip(unbroken.parameters(), broken.parameters(), strict=True):
        assert torch.equal(one, other)


def test_the_learning_rate_rises_once_and_ends_at_nothing() -> None:
    rates = np.array([learning_rate(step, 200) for step in range(200)])
    top = int(rates.argmax())
    assert 25 <= top <= 35
    assert (np.diff(rates[: top + 1]) > 0).all()
    assert (np.diff(rates[top:]) < 0).all()
    assert rates[-1] == pytest.approx(0)


def test_durations_come_back_from_cycles_that_follow_them() -> None:
    rng = np.random.default_rng(0)
    truth, at = [], 0.0
    lines = {"S1": (0.08, 0.07), "systole": (0.05, 0.15), "S2": (0.06, 0.06)}
    for _ in range(3_000):
        cycle_s = rng.uniform(0.4, 1.1)
        parts = [a + b * cycle_s + rng.normal(0, 0.01) for a, b in lines.values()]
        for state, lasting_s in zip(STATES, [*parts, cycle_s - sum(parts)], strict=True):
            truth.append(StateSpan(state, at, at + lasting_s))
            at += lasting_s
    fitted = fit_durations([truth])
    for index, (at_zero_s, per_second) in enumerate(lines.values()):
        assert fitted.at_zero_s[index] == pytest.approx(at_zero_s, abs=0.004)
        assert fitted.per_second[index] == pytest.approx(per_second, abs=0.005)
    assert fitted.spread_s[0] + 0.7 * fitted.spread_per_second[0] == pytest.approx(0.01, rel=0.1)


def test_too_few_cycles_are_refused() -> None:
    with pytest.raises(DatasetError, match="the truth holds 0 whole cycles; 100 are needed"):
        fit_durations([])


@pytest.mark.parametrize("options", [{"n_folds": 1}, {"n_hearts": 0}, {"seed": -1}])
def test_options_out_of_range_are_refused(options: dict[str, int]) -> None:
    with pytest.raises(ConfigError, match="must be at least"):
        SegmenterOptions(**options)


def test_no_epochs_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"n_epochs=0\.0 must be positive"):
        SegmenterOptions(n_epochs=0.0)
