import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auscult.config import from_config, to_config
from auscult.errors import ConfigError
from auscult.segment import CycleFinder, Decoder, Durations
from auscult.types import STATES, StateSpan

FRAME_S = 0.01
TYPES = {made.__name__: made for made in (Decoder, CycleFinder, Durations)}


def truth_of(cycles_s: list[float], start_s: float = 0.0) -> list[StateSpan]:
    spans, at = [], start_s
    for cycle_s in cycles_s:
        for state, lasting_s in zip(
            STATES, Durations().mean_s(np.array([cycle_s]))[0], strict=True
        ):
            spans.append(StateSpan(state, at, at + float(lasting_s)))
            at += float(lasting_s)
    return spans


def heard(spans: list[StateSpan], duration_s: float, sure: float = 0.85) -> np.ndarray:
    """Probabilities of a listener who is right, and even where no span lies."""
    p = np.full((round(duration_s / FRAME_S), 4), 0.25, np.float32)
    for span in spans:
        a, b = round(span.start_s / FRAME_S), round(span.end_s / FRAME_S)
        p[a:b] = (1 - sure) / 3
        p[a:b, STATES.index(span.state)] = sure
    return p


def onsets(spans: object, state: str) -> np.ndarray:
    return np.array([span.start_s for span in spans if span.state == state])


@pytest.mark.parametrize("rate_bpm", [30, 45, 72, 120, 180, 220])
def test_every_rate_is_decoded(rate_bpm: int) -> None:
    spans = truth_of([60 / rate_bpm] * (rate_bpm // 4))
    found = Decoder()(heard(spans, spans[-1].end_s), FRAME_S)
    for state in ("S1", "S2"):
        np.testing.assert_allclose(onsets(found, state)[1:], onsets(spans, state)[1:], atol=0.011)
    assert min(span.confidence for span in found) > 0.7


def test_noise_on_the_probabilities_is_read_through() -> None:
    spans = truth_of([0.7] * 14)
    clean = heard(spans, 9.8)
    rng = np.random.default_rng(0)
    noisy = clean * rng.gamma(0.5, size=clean.shape)
    noisy = (noisy / noisy.sum(axis=1, keepdims=True)).astype(np.float32)
    assert np.mean(noisy.argmax(axis=1) == clean.argmax(axis=1)) < 0.85
    found = Decoder()(noisy, FRAME_S)
    np.testing.assert_allclose(onsets(found, "S1")[1:], onsets(spans, "S1")[1:], atol=0.04)


def test_an_early_beat_and_its_pause_are_kept() -> None:
    spans = truth_of([0.8, 0.8, 0.8, 0.5, 1.1, 0.8, 0.8, 0.8])
    found = Decoder()(heard(spans, 6.4), FRAME_S)
    np.testing.assert_allclose(onsets(found, "S1")[1:], onsets(spans, "S1")[1:], atol=0.02)


ALIKE = [StateSpan(STATES[i % 4], 0.13 * i, 0.13 * (i + 1)) for i in range(4 * 24)]
"""24 beats of 115 a minute, of which nothing but the sounds tells which is S1."""


def heard_of_alike(turned: slice) -> np.ndarray:
    """A listener who is right by a little, and wrong by as much during the beats ``turned``."""
    p = heard(ALIKE, ALIKE[-1].end_s)
    opposite = p[:, [2, 3, 0, 1]]
    mixed = 0.6 * p + 0.4 * opposite
    first, last = (round(4 * 0.13 * beat / FRAME_S) for beat in (turned.start, turned.stop))
    mixed[first:last] = (0.4 * p + 0.6 * opposite)[first:last]
    return mixed


@pytest.mark.parametrize("turned", [slice(8, 14), slice(0, 3), slice(21, 24)])
def test_one_heart_has_one_s1_however_some_of_its_beats_sound(turned: slice) -> None:
    p = heard_of_alike(turned)
    found = Decoder(least_confidence=0.4)(p, FRAME_S)
    for state in ("S1", "S2"):
        within = onsets(ALIKE, state)[1:-1]
        assert np.abs(onsets(found, state)[:, None] - within).min(axis=0).max() < 0.03
    # Where every word of the listener counts in full, S1 and S2 change sides.
    naive = onsets(Decoder(least_confidence=0.4, identity_weight=1.0)(p, FRAME_S), "S1")
    assert (np.abs(naive[:, None] - onsets(ALIKE, "S2")).min(axis=1) < 0.03).sum() >= 2


def test_most_beats_say_which_sound_is_s1() -> None:
    found = Decoder(least_confidence=0.4)(heard_of_alike(slice(0, 21)), FRAME_S)
    s1_s = onsets(found, "S1")[1:-1]
    assert s1_s.size >= 20
    assert np.abs(s1_s[:, None] - onsets(ALIKE, "S2")).min(axis=1).max() < 0.03


def test_where_nothing_can_be_told_nothing_is() -> None:
    assert Decoder()(heard([], 10), FRAME_S) == ()
    assert Decoder()(np.zeros((0, 4), np.float32), FRAME_S) == ()


def test_a_sound_like_one_beat_in_noise_is_not_believed() -> None:
    assert Decoder()(heard(truth_of([0.8], start_s=5.0), 10), FRAME_S) == ()


def test_one_beat_in_a_short_recording_is() -> None:
    spans = truth_of([0.8], start_s=0.0)
    assert [s.state for s in Decoder()(heard(spans, 0.8), FRAME_S)] == [*STATES]


def test_a_gap_is_left_open() -> None:
    spans = [*truth_of([0.8] * 6), *truth_of([0.8] * 6, start_s=9.0)]
    found = Decoder()(heard(spans, 14), FRAME_S)
    inside = [s for s in found if s.start_s > 5.5 and s.end_s < 8.4]
    assert inside == []
    assert onsets(found, "S1").size >= 10


@pytest.mark.parametrize("start_s", [0.1, 0.1025, 0.105, 0.1075])
def test_an_onset_lies_between_two_frames(start_s: float) -> None:
    spans = truth_of([0.8] * 8, start_s)
    duration_s = spans[-1].end_s
    # A listener whose frames reach 20 ms to either side gives each state its share of the frame.
    centres_s = np.arange(0, duration_s, FRAME_S)[:, None]
    p = np.full((len(centres_s), 4), 0.01)
    for span in spans:
        start, end = (
            np.clip(centres_s, e - 0.02, e + 0.02) - e for e in (span.start_s, span.end_s)
        )
        p[:, STATES.index(span.state)] += ((start - end) / 0.04)[:, 0]
    p /= p.sum(axis=1, keepdims=True)
    found = Decoder()(p.astype(np.float32), FRAME_S)
    for state in ("S1", "S2"):
        np.testing.assert_allclose(onsets(found, state)[-7:], onsets(spans, state)[-7:], atol=0.002)


@given(seed=st.integers(0, 10_000), n_frames=st.integers(1, 60))
def test_edges_never_cross_whatever_is_heard(seed: int, n_frames: int) -> None:
    rng = np.random.default_rng(seed)
    p = rng.gamma(0.1, size=(n_frames, 4)) + 1e-9
    p = (p / p.sum(axis=1, keepdims=True)).astype(np.float32)
    found = Decoder(least_confidence=0, least_own_confidence=0, least_span_confidence=0)(p, FRAME_S)
    edges = [edge for span in found for edge in (span.start_s, span.end_s)]
    assert edges == sorted(edges)
    assert not edges or (edges[0] >= 0 and edges[-1] <= n_frames * FRAME_S)


def test_spans_are_in_order_and_within() -> None:
    spans = truth_of([0.5] * 20, start_s=0.13)
    found = Decoder()(heard(spans, 10), FRAME_S)
    edges = [edge for span in found for edge in (span.start_s, span.end_s)]
    assert edges == sorted(edges)
    assert edges[0] >= 0
    assert edges[-1] <= 10
    assert all(0 <= span.confidence <= 1 for span in found)


def test_two_rates_in_one_recording_are_both_decoded() -> None:
    slow, fast = truth_of([1.1] * 12), truth_of([0.4] * 30, start_s=13.2)
    found = Decoder()(heard([*slow, *fast], 25.2), FRAME_S)
    expected = onsets([*slow, *fast], "S1")[1:]
    np.testing.assert_allclose(onsets(found, "S1")[-expected.size :], expected, atol=0.011)


def test_survives_its_configuration() -> None:
    decoder = Decoder(durations=Durations(stray=0.05), least_confidence=0.7)
    assert from_config(json.loads(json.dumps(to_config(decoder))), TYPES) == decoder


@pytest.mark.parametrize(
    "options",
    [
        {"repeats_from": -0.1},
        {"least_confidence": 1.1},
        {"least_own_confidence": 2.0},
        {"identity_weight": 1.5},
    ],
)
def test_what_cannot_be_is_refused(options: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match=r"must be in \[0, 1\]"):
        Decoder(**options)


def test_beats_together_are_one_at_least() -> None:
    with pytest.raises(ConfigError, match="together=0 must be 1 or more"):
        Decoder(together=0)
