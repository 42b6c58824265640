"""Every copy is proposed and confirmed at its offset; different sounds are not."""

import numpy as np
import pytest

from auscult.audio import read_recording
from auscult.fingerprint import (
    RATE_HZ,
    Fingerprint,
    agreement,
    level,
    propose,
    take_fingerprint,
)
from auscult.fingerprint.anchors import N_PARTS
from auscult.types import Samples

CUT_S, LENGTH_S = 2.5, 3.5
CODEC_DELAY_S = 0.06
CHANGES = (
    "identical",
    "quieter",
    "upside down",
    "clipped",
    "8 bit",
    "noisier",
    "resampled",
    "MP3, 11 kbit/s",
    "MP3",
    "OGG, 10 kbit/s",
    "OGG",
    "Opus, 9 kbit/s",
)


def confirmed(sounds: list[Samples]) -> dict[tuple[int, int], float]:
    """Pairs that are copies, and their offset in seconds."""
    found = {}
    for one in propose([take_fingerprint(sound) for sound in sounds]):
        told = agreement(sounds[one.first], sounds[one.second], one.offset)
        if told.is_copy:
            found[one.first, one.second] = told.offset_s
    return found


def test_every_change_is_tried(copies) -> None:
    assert set(copies) == set(CHANGES)


@pytest.mark.parametrize("how", CHANGES)
def test_excerpts_of_copies_are_found(how: str, hearts, copies) -> None:
    first = round(CUT_S * 4_000)
    cut = [copies[how](sound[first : first + round(LENGTH_S * 4_000)]) for sound in hearts]
    sounds = [level(sound, 4_000) for sound in (*hearts, *cut)]
    found = confirmed(sounds)
    n = len(hearts)
    true = {(i, i + n) for i in range(n)}
    assert found.keys() <= true
    assert len(found) >= n - 1
    for offset_s in found.values():
        assert offset_s == pytest.approx(CUT_S, abs=CODEC_DELAY_S)


def test_two_hundred_different_sounds_share_nothing(heart) -> None:
    assert confirmed([level(heart(1_000 + seed), 4_000) for seed in range(200)]) == {}


@pytest.mark.data
def test_two_hundred_real_recordings_share_nothing_but_what_is_known(pascal_dir) -> None:
    blocks = ("2011080111", "20110822222", "2011082222")
    paths = sorted(
        path for path in pascal_dir.glob("set_*/*.flac") if not any(b in path.stem for b in blocks)
    )[::3][:200]
    sounds = []
    for path in paths:
        recording = read_recording(path)
        sounds.append(level(recording.samples, recording.rate_hz))
    known = {"101", "103", "146"}
    for one, two in confirmed(sounds):
        names = paths[one].stem, paths[two].stem
        alike = {name.split("_")[-3] for name in names} <= known
        times = [int(name.split("__")[1][:12]) for name in names if "__2011" in name]
        assert alike or (len(times) == 2 and abs(times[0] - times[1]) <= 2), names


def test_a_pair_is_proposed_once_first_before_second(hearts) -> None:
    told = take_fingerprint(level(hearts[0], 4_000))
    other = take_fingerprint(level(hearts[1], 4_000))
    (only,) = propose([other, told, told])
    assert (only.first, only.second, only.offset, only.n_bits_apart) == (1, 2, 0, 0)
    assert only.n_matches >= 10
    assert only.offset_s == 0


def test_many_copies_stay_connected(hearts) -> None:
    told = take_fingerprint(level(hearts[0], 4_000))
    pairs = propose([told] * 150)
    assert len(pairs) < 150 * 149 / 2
    reached = {0}
    for one in sorted(pairs, key=lambda pair: pair.first):
        if one.first in reached:
            reached.add(one.second)
    assert reached == set(range(150))


def test_what_repeats_itself_is_no_pair(hearts) -> None:
    loop = np.tile(level(hearts[0], 4_000)[4_000:5_800], 9)
    assert propose([take_fingerprint(loop)]) == []


@pytest.mark.parametrize("n_sounds", [0, 1, 3])
def test_sounds_without_anchors_propose_nothing(n_sounds: int) -> None:
    none = Fingerprint(np.empty(0, np.int32), np.empty((0, N_PARTS), np.uint32))
    assert propose([none] * n_sounds) == []


def test_a_close_word_proposes_alone_a_far_one_does_not() -> None:
    def one_word(*parts: int) -> Fingerprint:
        return Fingerprint(np.array([RATE_HZ], np.int32), np.array([parts], np.uint32))

    alike = one_word(*([5] * N_PARTS))
    close = one_word(*([5] * (N_PARTS - 1)), 2**24 - 1 - 5)
    far = one_word(*([5] * (N_PARTS - 2)), *([2**24 - 1 - 5] * 2))
    assert [(p.first, p.second, p.n_bits_apart) for p in propose([alike, close])] == [(0, 1, 24)]
    assert propose([alike, far]) == []
