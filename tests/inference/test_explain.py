import json
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from auscult.audio import resample
from auscult.errors import ConfigError
from auscult.inference import Classifier, load_model
from auscult.inference.explain import BANDS_HZ, explain
from auscult.inference.explanation import Explanation, Part, Tile, log_odds
from auscult.inference.occlusion import Eraser
from auscult.synth import PRESETS, Synthetic, synthesise
from auscult.types import Recording

MODEL = load_model("default")
RATE_HZ = 2_000


def made(preset: str, seed: int = 3) -> Synthetic:
    return synthesise(PRESETS[preset], 4_000, seed)


@pytest.fixture(scope="module")
def murmur() -> tuple[Synthetic, Explanation]:
    heart = made("mitral-regurgitation")
    return heart, explain(MODEL, heart.recording, heart.spans)


def test_a_systolic_murmur_is_found_between_s1_and_s2(murmur) -> None:
    heart, told = murmur
    assert told.answer == "murmur"
    assert {part.phase for part in told.marked} == {"systole"}
    assert told.sentence.startswith("The murmur was heard between S1 and S2, at ")
    assert "Hz" in told.sentence
    n_systoles = sum(span.state == "systole" for span in heart.spans)
    assert len(told.tiles) == n_systoles * len(told.marked)
    assert list(told.tiles) == sorted(told.tiles, key=lambda t: (t.start_s, t.low_hz))
    assert len(told.parts) == 4 * (len(BANDS_HZ) - 1)


def test_the_probability_without_is_what_the_model_says_without(murmur) -> None:
    heart, told = murmur
    samples = resample(heart.recording.samples, 4_000, RATE_HZ)
    eraser = Eraser(samples, RATE_HZ)
    gone = sum(eraser.above(p.intervals, p.low_hz, p.high_hz) for p in told.marked)
    left = MODEL.answers(Recording(samples - gone, RATE_HZ))["heard"]["murmur"]
    assert told.without == pytest.approx(left, abs=1e-4)
    assert told.drop == pytest.approx(log_odds(told.probability) - log_odds(left), abs=1e-3)


@pytest.mark.parametrize("preset", ["mitral-regurgitation", "murmur-systolic", "artifact-music"])
def test_deleting_what_is_marked_costs_more_than_deleting_as_much_at_random(preset: str) -> None:
    sound = made(preset)
    told = explain(MODEL, sound.recording, sound.spans)
    samples = resample(sound.recording.samples, 4_000, RATE_HZ)
    eraser, rng = Eraser(samples, RATE_HZ), np.random.default_rng(0)
    bands = sorted({(part.low_hz, part.high_hz) for part in told.parts})
    drops = []
    for _ in range(6):
        gone = np.zeros_like(samples)
        for part in told.marked:
            lengths_s = [end_s - start_s for start_s, end_s in part.intervals]
            starts_s = [rng.uniform(0, 10 - length_s) for length_s in lengths_s]
            places = [(s, s + length) for s, length in zip(starts_s, lengths_s, strict=True)]
            gone += eraser.above(places, *bands[rng.integers(len(bands))])
        share = MODEL.answers(Recording(samples - gone, RATE_HZ))["heard"][told.answer]
        drops.append(log_odds(told.probability) - log_odds(share))
    assert told.drop > max(drops)


@pytest.mark.parametrize("gain", [0.03, 0.5])
def test_gain_changes_nothing(murmur, gain: float) -> None:
    heart, told = murmur
    soft = Recording(heart.recording.samples * np.float32(gain), 4_000)
    again = explain(MODEL, soft, heart.spans)
    assert [t.phase for t in again.tiles] == [t.phase for t in told.tiles]
    assert again.drop == pytest.approx(told.drop, abs=0.05)


def test_without_beats_slices_of_time_are_marked() -> None:
    sound = made("artifact-music")
    told = explain(MODEL, sound.recording)
    assert told.marked
    assert {tile.phase for tile in told.tiles} == {""}
    assert " s, at " in told.sentence
    assert all(0 <= tile.start_s < tile.end_s <= 10 for tile in told.tiles)


def test_any_question_can_be_explained_and_no_other(murmur) -> None:
    heart, _ = murmur
    told = explain(MODEL, heart.recording, heart.spans, "refer")
    assert told.answer in {"normal", "abnormal"}
    with pytest.raises(ConfigError, match="question='sex' must be one of"):
        explain(MODEL, heart.recording, heart.spans, "sex")


def test_a_refused_recording_is_not_explained() -> None:
    told = explain(MODEL, Recording(np.zeros(8_000, np.float32), 4_000))
    assert "silent" in told.reason
    assert told.sentence == told.reason
    assert told.tiles == ()


def test_of_minutes_the_clearest_one_is_looked_at() -> None:
    rng = np.random.default_rng(0)
    heart, murmur = made("normal"), made("mitral-regurgitation")
    quiet = np.tile(heart.recording.samples, 8)
    loud = np.tile(murmur.recording.samples, 10)
    sound = Recording(np.concatenate([quiet, loud]) + rng.normal(0, 1e-4, 720_000), 4_000)
    by_s = 80.0
    spans = [
        replace(span, start_s=span.start_s + by_s, end_s=span.end_s + by_s) for span in murmur.spans
    ]
    told = explain(MODEL, sound, spans)
    assert told.answer == "murmur"
    assert told.excerpt_s in {(90.0, 150.0), (120.0, 180.0)}
    start_s, end_s = told.excerpt_s
    assert all(start_s <= tile.start_s < tile.end_s <= end_s for tile in told.tiles)
    assert f"Only {start_s:.0f} to {end_s:.0f} s were looked at" in told.sentence
    assert told.as_data()["excerpt_s"] == told.excerpt_s


class Deaf(Classifier):
    """Says the same of every sound."""

    def answers(self, recording: Recording) -> dict[str, dict[str, float]]:
        del recording
        return {"heard": {"artifact": 0.9, "murmur": 0.1}}


def test_where_nothing_carries_the_answer_that_is_said() -> None:
    told = explain(Deaf(MODEL.bundle), made("normal").recording)
    assert told.marked == ()
    assert told.without == told.probability
    assert told.drop == 0
    assert told.sentence == "No single part of the sound carries the answer “artifact”."


def test_bands_that_touch_are_said_as_one() -> None:
    systole = [Part("systole", low, high, ((0.2, 0.4),), 1.0) for low, high in pairwise(BANDS_HZ)]
    marked = (systole[3], systole[1], systole[2], Part("S2", 60.0, 110.0, ((0.4, 0.5),), 0.5))
    told = Explanation("a.wav", "heard", "murmur", 0.999, tuple(systole), marked, 0.004)
    assert told.sentence == (
        "The murmur was heard between S1 and S2, at 60–280 Hz; and at S2, at 60–110 Hz: with that "
        "lowered to the background, the probability falls from over 99% to under 1%."
    )
    assert told.tiles[0] == Tile(0.2, 0.4, 60.0, 110.0, "systole", 1.0)
    assert json.loads(json.dumps(told.as_data()))["tiles"][0]["low_hz"] == 60
