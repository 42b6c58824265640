"""Who tells states, and who cannot."""

from dataclasses import replace

import numpy as np
import pytest

from auscult import PRESETS, synthesise
from auscult.bundle import find_bundle, read_bundle
from auscult.errors import BundleError
from auscult.state_finder import StateFinder
from auscult.types import STATES

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
