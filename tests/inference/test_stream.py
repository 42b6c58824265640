"""A sound heard as it comes is heard as if it had come at once."""

import json
import tracemalloc
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auscult.errors import AudioError, BundleError, ConfigError
from auscult.inference import Classifier, NetworkSegmenter, load_model, load_segmenter
from auscult.inference.stream import SETTLE_S, Stream
from auscult.inference.updates import Update, as_data
from auscult.metrics.beats import onset_counts
from auscult.synth import PRESETS, synthesise
from auscult.types import Samples

RATE_HZ = 4_000


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return load_model()


@pytest.fixture(scope="module")
def segmenter() -> NetworkSegmenter:
    return load_segmenter()


@pytest.fixture(scope="module")
def opened(classifier, segmenter):
    """Open a stream with the models loaded once."""

    def stream(rate_hz: int = RATE_HZ, **options: float) -> Stream:
        return Stream(rate_hz, model=classifier, segmenter=segmenter, **options)

    return stream


def heart(duration_s: float = 10.0, rate_hz: int = RATE_HZ, seed: int = 1) -> Samples:
    spec = replace(PRESETS["normal"], duration_s=duration_s)
    return synthesise(spec, rate_hz, seed).recording.samples


def heard(stream: Stream, *pieces: np.ndarray) -> list[Update]:
    return [update for piece in pieces for update in stream.feed(piece)] + [stream.finish()]


SOUND = heart(7.3)


@pytest.fixture(scope="module")
def at_once(opened) -> list[Update]:
    return heard(opened(window_s=4), SOUND)


@settings(deadline=None, max_examples=8)
@given(cuts=st.lists(st.integers(0, SOUND.size), max_size=30))
def test_the_sizes_of_the_pieces_change_nothing(opened, at_once, cuts: list[int]) -> None:
    assert heard(opened(window_s=4), *np.split(SOUND, sorted(cuts))) == at_once


def test_sample_by_sample_is_the_same(opened) -> None:
    short = SOUND[:4_100]
    assert heard(opened(), *np.split(short, short.size)) == heard(opened(), short)


@pytest.mark.parametrize("rate_hz", [1_000, 4_000, 22_050, 48_000])
def test_a_sound_no_longer_than_the_window_is_answered_as_a_file(
    opened, classifier, rate_hz: int
) -> None:
    sound = heart(5.3, rate_hz)
    (*_, last) = heard(opened(rate_hz), *np.split(sound, 7 * [99]))
    assert last.from_s == 0
    assert last.prediction == classifier.classify(sound, rate_hz, name="stream")


def test_of_a_longer_one_every_answer_is_that_of_its_window(opened, classifier) -> None:
    sound = heart(14.6)
    updates = heard(opened(window_s=5, hop_s=2), sound)
    assert [u.heard_s for u in updates] == [2, 4, 6, 8, 10, 12, 14, 14.6]
    for update in updates:
        start, end = round(update.from_s * RATE_HZ), round(update.heard_s * RATE_HZ)
        assert end - start == min(end, 5 * RATE_HZ)
        offline = classifier.classify(sound[start:end], RATE_HZ, name="stream")
        assert update.prediction == offline


def test_integers_are_heard_as_the_floats_they_stand_for(opened) -> None:
    counts = np.round(SOUND * 32_767).astype(np.int16)
    as_floats = counts.astype(np.float32) / 32_768
    assert heard(opened(), counts) == heard(opened(), as_floats)


@settings(deadline=None, max_examples=5)
@given(gain_db=st.floats(-30, 0))
def test_gain_changes_the_level_and_no_answer(opened, gain_db: float) -> None:
    sound = SOUND[: 5 * RATE_HZ]
    (*_, loud), (*_, soft) = (heard(opened(), sound * 10 ** (g / 20)) for g in (0, gain_db))
    assert soft.level_dbfs == pytest.approx(loud.level_dbfs + gain_db, abs=0.01)
    assert soft.prediction.status == loud.prediction.status == "ok"
    assert soft.prediction.probabilities == pytest.approx(loud.prediction.probabilities, abs=0.01)
    assert soft.rhythm.rate_bpm == pytest.approx(loud.rhythm.rate_bpm, rel=0.01)


def test_every_beat_is_told_once_in_order_and_settled(opened) -> None:
    made = synthesise(replace(PRESETS["normal"], duration_s=25.0), RATE_HZ, 3)
    updates = heard(opened(), made.recording.samples)
    onsets = [mark for update in updates for mark in update.onsets]
    assert all(one.at_s < other.at_s for one, other in pairwise(onsets))
    for update in updates[:-1]:
        assert all(mark.at_s <= update.heard_s - SETTLE_S for mark in update.onsets)
    for sound in ("S1", "S2"):
        true_s = np.array([m.at_s for m in made.marks if m.sound == sound])
        told_s = np.array([m.at_s for m in onsets if m.sound == sound])
        counts = onset_counts(true_s, told_s, 0.04, [(0.2, 24.8)])
        assert (counts.misses, counts.extras) == (0, 0)


def test_times_of_odd_beats_count_from_the_beginning(opened) -> None:
    made = synthesise(replace(PRESETS["extrasystole"], duration_s=20.0), RATE_HZ, 2)
    last = heard(opened(), made.recording.samples)[-1]
    assert last.rhythm.irregular
    odd_s = [*last.rhythm.early_at_s, *last.rhythm.pauses_at_s]
    assert all(last.from_s <= at_s <= last.heard_s for at_s in odd_s)


def test_silence_is_refused_and_has_no_rhythm(opened) -> None:
    updates = heard(opened(), np.zeros(6 * RATE_HZ, np.float32))
    assert {u.prediction.status for u in updates} == {"refused"}
    assert all(u.prediction.reason.startswith("silent") for u in updates)
    assert all(u.rhythm.rate_bpm is None and not u.onsets and u.rhythm_reason for u in updates)
    assert updates[-1].level_dbfs == -200


def test_noise_has_no_rhythm(opened) -> None:
    made = synthesise(PRESETS["artifact-noise"], RATE_HZ, 2).recording.samples
    assert not [mark for update in heard(opened(), made) for mark in update.onsets]


def test_when_the_heart_is_gone_so_is_the_rhythm(opened) -> None:
    updates = heard(opened(window_s=5), heart(8.0), np.zeros(8 * RATE_HZ, np.float32))
    assert updates[7].rhythm.rate_bpm == pytest.approx(72, abs=4)
    assert updates[-1].rhythm.rate_bpm is None
    assert updates[-1].prediction.status == "refused"


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e30])
def test_a_bad_piece_is_left_out_and_the_stream_goes_on(opened, bad: float) -> None:
    stream = opened()
    first = stream.feed(SOUND[:4_100])
    with pytest.raises(AudioError, match=r"1 of the 50 samples that came after 1\.02 s are NaN"):
        stream.feed(np.append(np.zeros(49), bad))
    rest = [*stream.feed(SOUND[4_100:]), stream.finish()]
    assert [*first, *rest] == heard(opened(), SOUND)


def test_another_rate_is_refused(opened) -> None:
    stream = opened()
    stream.feed(SOUND[:10], rate_hz=RATE_HZ)
    with pytest.raises(ConfigError, match="a piece came at 8000 Hz, the stream has 4000 Hz"):
        stream.feed(SOUND[:10], rate_hz=8_000)
    assert stream.heard_s == 10 / RATE_HZ


@pytest.mark.parametrize(
    ("piece", "error", "told"),
    [
        (np.zeros((5, 2), np.float32), AudioError, r"shape \(5, 2\)"),
        (np.zeros(5, bool), ConfigError, "type bool came"),
        (np.zeros(5, complex), ConfigError, "type complex128 came"),
        ([0.0, 0.1], ConfigError, "type list came"),
    ],
)
def test_what_is_no_sound_is_refused(opened, piece, error: type[Exception], told: str) -> None:
    with pytest.raises(error, match=told):
        opened().feed(piece)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"window_s": 2.9}, "window_s=2.9 must be between 3 and 60"),
        ({"window_s": float("nan")}, "window_s=nan"),
        ({"hop_s": 0.05}, "hop_s=0.05 must be between 0.1 and 9"),
        ({"hop_s": 9.5}, "hop_s=9.5"),
    ],
)
def test_lengths_out_of_range_are_refused(opened, options: dict[str, float], told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        opened(**options)


def test_a_rate_without_heart_sounds_and_a_wrong_model_are_refused(opened) -> None:
    with pytest.raises(AudioError, match="sampling rate of 500 Hz"):
        opened(500)
    with pytest.raises(BundleError, match="tells no classes apart"):
        Stream(RATE_HZ, model="segmenter")


def test_an_ended_stream_takes_nothing_and_an_empty_one_says_nothing(opened) -> None:
    stream = opened()
    with pytest.raises(AudioError, match="stream: holds no samples"):
        stream.finish()
    stream.feed(SOUND[:10])
    stream.finish()
    for ask in (stream.finish, lambda: stream.feed(SOUND)):
        with pytest.raises(ConfigError, match="has been finished; open a new Stream"):
            ask()


def test_clipping_and_the_meter(opened) -> None:
    stream = opened()
    square = np.where(np.arange(RATE_HZ) % 40 < 20, 1, -1).astype(np.float32)
    (update,) = stream.feed(square)
    assert update.clipped == 1
    assert update.level_dbfs == pytest.approx(0, abs=1e-6)
    stream.feed(square / 10)
    assert stream.level_dbfs() == pytest.approx(-20, abs=0.01)


def test_memory_does_not_grow(opened) -> None:
    stream, ten_s = opened(window_s=4, hop_s=3), heart()
    stream.feed(ten_s)
    used = []
    for n_times in (1, 5):
        tracemalloc.start()
        for _ in range(n_times):
            for piece in np.split(ten_s, 50):
                stream.feed(piece)
        used.append(tracemalloc.get_traced_memory())
        tracemalloc.stop()
    (kept, most), (kept_later, most_later) = used
    assert kept_later < kept + 50_000
    assert most_later < 1.1 * most


def test_as_data_is_plain_and_short(opened, classifier) -> None:
    update = heard(opened(), SOUND)[-1]
    data = json.loads(json.dumps(as_data(update, classifier.bundle.name)))
    assert data["onsets"][0].keys() == {"sound", "at_s"}
    assert data["rhythm"]["rate_bpm"] == round(update.rhythm.rate_bpm, 4)
    assert data["prediction"]["label"] == "normal"
    assert data["is_last"] is True
