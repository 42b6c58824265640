"""Who tells states, and who cannot."""

from dataclasses import replace

import numpy as np
import pytest

from auscult import PRESETS, synthesise
from auscult.bundle import find_bundle, read_bundle
from auscult.errors import BundleError, ConfigError
from auscult.features.cycle_levels import CycleLevels
from auscult.frontend import CYCLE, Frontend, frontend_from_config
from auscult.inference import load_model
from auscult.preprocess import BandPass
from auscult.state_finder import StateFinder
from auscult.types import STATES, Recording, Samples

SEGMENTER = read_bundle(find_bundle("segmenter")).listeners[0]


def test_states_of_a_made_heart_are_those_it_was_made_with() -> None:
    made = synthesise(replace(PRESETS["normal"], duration_s=8.0), rate_hz=4_000, seed=3)
    finder = StateFinder(SEGMENTER)
    states = finder(made.recording)
    assert states.dtype == np.float32
    np.testing.assert_allclose(states.sum(axis=1), 1, atol=1e-5)
    assert len(states) == pytest.approx(8.0 / finder.frame_s, abs=2)
    found = states.argmax(axis=1)
    middles = [(s.state, (s.start_s + s.end_s) / 2) for s in made.spans if s.end_s < 7.9]
    right = [STATES[found[round(at_s / finder.frame_s)]] == state for state, at_s in middles]
    assert len(right) > 20
    assert np.mean(right) > 0.9


def test_a_listener_that_tells_no_states_is_refused() -> None:
    with pytest.raises(BundleError, match="not the states"):
        StateFinder(replace(SEGMENTER, questions=("heard",)))


def heart() -> Recording:
    return synthesise(replace(PRESETS["normal"], duration_s=6.0), rate_hz=4_000, seed=5).recording


def test_silent_ends_are_not_measured() -> None:
    sound, finder = heart(), StateFinder(SEGMENTER)
    quiet = np.zeros(8_000, np.float32)
    longer = Recording(np.concatenate([quiet, sound.samples, quiet]), 4_000)
    kept = CYCLE.without_silent_ends(longer)
    assert kept.duration_s == pytest.approx(CYCLE.without_silent_ends(sound).duration_s, abs=0.11)
    measured = [finder.measure(CYCLE, each)[0] for each in (sound, longer)]
    assert measured[0].shape == (279,)
    assert np.median(np.abs(measured[0] - measured[1])) < 0.1


def test_a_constant_offset_is_no_sound() -> None:
    quiet = np.zeros(8_000, np.float32)
    longer = np.concatenate([quiet, heart().samples, quiet])
    kept = [CYCLE.without_silent_ends(Recording(longer + dc, 4_000)) for dc in (0.0, 0.05)]
    assert kept[0].samples.size == kept[1].samples.size < 14_000
    np.testing.assert_allclose(kept[0].samples, kept[1].samples, atol=1e-3)


@pytest.mark.parametrize("low_hz", [20.0, 30.0])
def test_a_filter_that_both_need_is_passed_once(
    low_hz: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed, through = [], BandPass.__call__

    def counted(self: BandPass, samples: Samples, rate_hz: int) -> Samples:
        passed.append(self)
        return through(self, samples, rate_hz)

    finder = StateFinder(SEGMENTER)
    cycle = replace(CYCLE, preprocess=(BandPass(low_hz, 800.0),))
    heard = cycle.without_silent_ends(heart())
    wanted = cycle(heard, finder(heard))
    monkeypatch.setattr(BandPass, "__call__", counted)
    np.testing.assert_array_equal(finder.measure(cycle, heart()), wanted)
    assert len(passed) == (1 if low_hz == 20.0 else 2)


def test_frames_at_another_pace_than_the_states_are_refused() -> None:
    coarse = replace(CYCLE, feature=CycleLevels(hop_s=0.02))
    with pytest.raises(ConfigError, match="both must be the same"):
        StateFinder(SEGMENTER).measure(coarse, heart())


def test_another_rate_than_the_front_ends_is_refused() -> None:
    with pytest.raises(ConfigError, match="cut its silent ends first"):
        CYCLE(heart(), np.full((601, 4), 0.25, np.float32))


def test_its_front_end_survives_its_configuration_and_is_no_plain_one() -> None:
    assert frontend_from_config(CYCLE.config()) == CYCLE
    with pytest.raises(ConfigError, match="describes no Frontend"):
        Frontend.from_config(CYCLE.config())


def test_the_shipped_model_is_given_what_its_states_and_front_end_measure() -> None:
    model = load_model("default")
    (states,) = [own for own in model.bundle.everybody if own.name == "states"]
    assert states.network == SEGMENTER.network
    frontends = {own.frontend for own in model.bundle.listeners if own.frontend == CYCLE}
    assert frontends == {CYCLE}
