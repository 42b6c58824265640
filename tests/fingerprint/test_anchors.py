"""Anchors stay with the sound, words with the anchors."""

import numpy as np

from auscult.fingerprint import RATE_HZ, level, take_fingerprint
from auscult.fingerprint.anchors import HALF_WINDOW, N_BITS, N_PARTS


def test_anchors_move_with_the_sound(hearts) -> None:
    sound = level(hearts[0], 4_000)
    whole, cut = take_fingerprint(sound), take_fingerprint(sound[3_000:])
    moved = set((cut.anchors + 3_000).tolist())
    inside = [a for a in whole.anchors.tolist() if a >= 3_000 + HALF_WINDOW]
    assert len(inside) > 10
    assert len(moved & set(inside)) >= 0.9 * len(inside)


def test_words_are_as_documented(hearts) -> None:
    told = take_fingerprint(level(hearts[0], 4_000))
    assert told.words.shape == (told.anchors.size, N_PARTS)
    assert told.words.max() < 1 << N_BITS
    assert (np.diff(told.anchors) > 0).all()
    assert 1 <= told.anchors.size / (hearts[0].size / 4_000) <= 6


def test_words_of_other_sounds_differ_in_about_half_the_bits(hearts) -> None:
    one, two = (take_fingerprint(level(sound, 4_000)).words for sound in hearts[:2])
    apart = np.bitwise_count(one[:, None] ^ two[None]).sum(axis=2)
    assert 70 < apart.mean() < 122


def test_upside_down_is_the_same(hearts) -> None:
    sound = level(hearts[0], 4_000)
    assert np.array_equal(take_fingerprint(sound).words, take_fingerprint(-sound).words)


def test_a_short_sound_has_anchors_too(hearts) -> None:
    short = level(hearts[0][:3_200], 4_000)
    assert short.size < 2 * RATE_HZ
    told = take_fingerprint(short)
    assert told.anchors.size
    assert told.anchors.min() >= 0
    assert told.anchors.max() < short.size


def test_silence_has_none() -> None:
    assert take_fingerprint(np.zeros(10_000, np.float32)).anchors.size == 0
