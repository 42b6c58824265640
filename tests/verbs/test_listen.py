"""Playing a file as a microphone would bring it."""

import numpy as np
import pytest

from auscult.errors import AudioError
from auscult.inference.stream import Stream
from auscult.synth import PRESETS, synthesise
from auscult.types import Recording
from auscult.verbs.listen import listen, played

SOUND = Recording(np.linspace(-1, 1, 1_030, dtype=np.float32), 1_000)


class Clock:
    """Time that passes only by waiting."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s

    def wait(self, seconds: float) -> None:
        self.now_s += seconds


def test_a_piece_comes_when_it_has_been_recorded() -> None:
    clock, times_s, pieces = Clock(), [], []
    for piece in played(SOUND, now_s=clock, wait=clock.wait):
        times_s.append(clock.now_s - 100)
        pieces.append(piece)
    np.testing.assert_array_equal(np.concatenate(pieces), SOUND.samples)
    assert times_s == pytest.approx([*np.arange(0.05, 1.01, 0.05), 1.03])


def test_a_late_listener_is_not_waited_for() -> None:
    clock = Clock()
    pieces = played(SOUND, now_s=clock, wait=clock.wait)
    next(pieces)
    clock.now_s += 10
    next(pieces)
    assert clock.now_s == pytest.approx(110.05)


def test_fast_never_waits() -> None:
    clock = Clock()
    assert len(list(played(SOUND, fast=True, now_s=clock, wait=clock.wait))) == 21
    assert clock.now_s == 100


def test_every_update_and_the_last_are_given() -> None:
    heart = synthesise(PRESETS["normal"], 4_000, 1).recording
    cut = Recording(heart.samples[:10_000], 4_000)
    updates = list(listen(played(cut, fast=True), Stream(4_000)))
    assert [(u.heard_s, u.is_last) for u in updates] == [(1, False), (2, False), (2.5, True)]


def test_no_sound_at_all_is_an_error() -> None:
    with pytest.raises(AudioError, match="holds no samples"):
        list(listen([], Stream(4_000)))
