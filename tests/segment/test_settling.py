"""Onsets found again and again are told once, in order, when they are settled."""

from hypothesis import given
from hypothesis import strategies as st

from auscult.segment.settling import Settling
from auscult.types import Mark, StateSpan


def heart(*onsets_s: float) -> list[StateSpan]:
    """Spans of beats with these S1, S2 0.3 s later."""
    spans = []
    for at_s in onsets_s:
        spans.append(StateSpan("S1", at_s, at_s + 0.1))
        spans.append(StateSpan("systole", at_s + 0.1, at_s + 0.3))
        spans.append(StateSpan("S2", at_s + 0.3, at_s + 0.4))
        spans.append(StateSpan("diastole", at_s + 0.4, at_s + 0.8))
    return spans


def test_an_onset_waits_until_it_is_settled_and_is_told_once() -> None:
    settling = Settling()
    assert settling.settled(heart(0.5, 1.3), 0.0, 0.6) == (Mark("S1", 0.5),)
    assert settling.settled(heart(0.5, 1.3), 0.0, 1.0) == (Mark("S2", 0.8),)
    assert settling.settled(heart(0.5, 1.3), 0.0, 1.4) == (Mark("S1", 1.3),)
    assert settling.settled(heart(0.5, 1.3), 0.0, 1.4) == ()


def test_one_that_moves_a_little_is_not_told_again() -> None:
    settling = Settling()
    settling.settled(heart(0.50), 0.0, 1.0)
    assert settling.settled(heart(0.53), 0.0, 2.0) == ()


def test_times_count_from_the_beginning_of_the_sound() -> None:
    assert Settling().settled(heart(0.5), 10.0, 11.0)[0] == Mark("S1", 10.5)


def test_what_the_edge_of_the_window_cuts_has_no_onset() -> None:
    assert [m.sound for m in Settling().settled(heart(0.0), 10.0, 11.0)] == ["S2"]


def test_what_turns_up_late_is_told_if_nothing_after_it_was() -> None:
    settling = Settling()
    assert settling.settled([], 0.0, 3.0) == ()
    assert [m.at_s for m in settling.settled(heart(1.0), 0.0, 4.0)] == [1.0, 1.3]
    assert settling.settled(heart(0.5), 0.0, 4.0) == ()


@given(
    shakes_s=st.lists(st.floats(-0.02, 0.02), min_size=12, max_size=12),
    hop_s=st.floats(0.1, 2.0),
)
def test_shaken_windows_give_every_beat_once(shakes_s: list[float], hop_s: float) -> None:
    settling, told = Settling(), []
    for number, shake_s in enumerate(shakes_s):
        beats_s = [0.5 + 0.8 * n + shake_s for n in range(8)]
        told += settling.settled(heart(*beats_s), 0.0, hop_s * (number + 1))
    told += settling.settled(heart(*(0.5 + 0.8 * n for n in range(8))), 0.0, 100.0)
    assert [mark.sound for mark in told] == ["S1", "S2"] * 8
    assert [round(mark.at_s - 0.5, 1) for mark in told[::2]] == [
        round(0.8 * n, 1) for n in range(8)
    ]


def test_an_s2_that_turns_up_before_the_last_s1_is_not_told() -> None:
    settling = Settling()
    assert settling.settled([StateSpan("S1", 1.0, 1.1)], 0.0, 4.0) == (Mark("S1", 1.0),)
    assert settling.settled([StateSpan("S2", 0.9, 1.0)], 0.0, 4.0) == ()
