"""The numbers behind the rules, on sounds whose answer is known."""

from dataclasses import replace

import numpy as np
import pytest

from auscult.audio import resample
from auscult.errors import ConfigError
from auscult.preprocess.rules import (
    Clipping,
    HeartBand,
    Heartbeat,
    Hum,
    Interruptions,
    Sketch,
    Voice,
    about_mean,
    sketch_of,
)
from auscult.preprocess.rules.clipping import clipped_share
from auscult.preprocess.rules.heart_band import heart_share
from auscult.preprocess.rules.heartbeat import rhythm_strength
from auscult.preprocess.rules.hum import hum_shares
from auscult.preprocess.rules.interruptions import still_share
from auscult.preprocess.rules.voice import pitched_share
from auscult.synth import PRESETS, synthesise

RATE_HZ = 4_000
TIMES_S = np.arange(10 * RATE_HZ) / RATE_HZ
NOISE = np.random.default_rng(0).standard_normal(10 * RATE_HZ)


def sketch(samples: np.ndarray, rate_hz: int = RATE_HZ) -> Sketch:
    return sketch_of(about_mean(samples.astype(np.float32)), rate_hz)


def tone(frequency_hz: float) -> np.ndarray:
    return np.sin(2 * np.pi * frequency_hz * TIMES_S)


@pytest.mark.parametrize("gain", [1.5, 3.0, 100.0])
def test_the_clipped_share_is_the_share_that_was_cut(gain: float) -> None:
    loud = gain * tone(37.3) * (1 + 0.3 * tone(0.4))
    assert clipped_share(np.clip(loud, -1, 1).astype(np.float32)) == pytest.approx(
        np.mean(np.abs(loud) >= 1), abs=0.005
    )
    above = np.minimum(loud, 1)
    assert clipped_share(above.astype(np.float32)) == pytest.approx(np.mean(loud >= 1), abs=0.005)


@pytest.mark.parametrize("frequency_hz", [3.0, 50.0, 441.0])
def test_round_tops_are_not_cut_however_slow(frequency_hz: float) -> None:
    swelling = tone(frequency_hz) * (1 + 0.001 * tone(0.1))
    assert clipped_share(swelling.astype(np.float32)) < 0.001
    assert clipped_share(np.zeros(100, np.float32)) == 0


def test_what_stands_still_is_measured_between_the_ends() -> None:
    lost = NOISE.astype(np.float32)
    lost[8_000:12_000] = 0.25
    assert still_share(lost, RATE_HZ) == pytest.approx(0.1, abs=0.01)
    padded = np.concatenate([np.zeros(20_000, np.float32), lost, np.zeros(20_000, np.float32)])
    assert still_share(padded, RATE_HZ) == pytest.approx(0.1, abs=0.01)
    assert still_share(NOISE.astype(np.float32), RATE_HZ) == 0
    lost[8_000:12_000] = NOISE[8_000:12_000]
    lost[8_000:8_800] = 0
    assert still_share(lost, RATE_HZ) == 0  # 0.2 s


def test_a_pause_softer_than_the_last_bit_is_no_interruption() -> None:
    fading = NOISE * np.exp(-8 * (TIMES_S % 1))
    rounded = (np.round(500 * fading) / 500).astype(np.float32)
    assert np.mean(rounded == 0) > 0.2
    assert still_share(rounded, RATE_HZ) == 0


@pytest.mark.parametrize("share", [0.1, 0.3, 0.8])
@pytest.mark.parametrize("mains_hz", [50, 60])
@pytest.mark.parametrize("off_hz", [-0.2, 0.0, 0.2])
def test_hum_is_its_share_of_the_power(share: float, mains_hz: int, off_hz: float) -> None:
    flat = resample(NOISE.astype(np.float32), RATE_HZ, 1_600)  # 0 to 800 Hz
    times_s = np.arange(flat.size) / 1_600
    hum = sum(np.sin(2 * np.pi * k * (mains_hz + off_hz / k) * times_s) for k in (1, 2, 3))
    mixed = np.sqrt(1 - share) * flat / flat.std() + np.sqrt(share) * hum / hum.std()
    shares = hum_shares(sketch(mixed, 1_600))
    assert shares[mains_hz] == pytest.approx(share, abs=0.04)
    assert shares[110 - mains_hz] < 0.03 + 0.4 * share  # 300 Hz is a multiple of both


def test_a_heart_whose_power_lies_at_the_mains_is_no_hum() -> None:
    bursts = np.exp(-((TIMES_S % 1.0 - 0.3) ** 2) / 2 / 0.02**2) * tone(50)
    assert max(hum_shares(sketch(bursts)).values()) < 0.15
    assert max(hum_shares(sketch(tone(50)[:4_000])).values()) == 0  # too short to tell


@pytest.mark.parametrize(("frequency_hz", "share"), [(60, 1.0), (400, 0.0)])
def test_the_heart_band_ends_at_150_hz(frequency_hz: float, share: float) -> None:
    assert heart_share(sketch(tone(frequency_hz))) == pytest.approx(share, abs=0.01)


def test_three_good_seconds_save_the_heart_band() -> None:
    crying = np.where(TIMES_S < 6, 100 * tone(400), 0) + tone(60)
    assert heart_share(sketch(crying)) > 0.95
    assert heart_share(sketch(100 * tone(400) + tone(60))) < 0.01
    assert heart_share(sketch(np.zeros(40_000))) == 1


@pytest.mark.parametrize("pitch_hz", [90, 130, 220, 330])
def test_harmonics_have_a_pitch_and_noise_has_none(pitch_hz: float) -> None:
    voice = sum(tone(pitch_hz * k) / k for k in range(1, 8))
    assert pitched_share(sketch(voice)) > 0.9
    half = np.where(TIMES_S < 5, voice, 0.001 * NOISE)
    assert pitched_share(sketch(half)) == pytest.approx(0.5, abs=0.03)
    assert pitched_share(sketch(NOISE)) < 0.01
    assert pitched_share(sketch(tone(60))) == 0  # nothing above 200 Hz


@pytest.mark.parametrize("bpm", [30, 72, 220])
def test_a_beat_repeats_itself_and_noise_does_not(bpm: int) -> None:
    steady = NOISE * (0.05 + np.exp(-(((TIMES_S * bpm / 60) % 1 - 0.5) ** 2) / 2 / 0.07**2))
    strength = rhythm_strength(sketch(steady))
    assert strength is not None
    assert strength > 0.6


def test_noise_of_any_colour_has_no_rhythm() -> None:
    rng = np.random.default_rng(3)
    for colour in (lambda x: x, np.cumsum, np.diff):
        for _ in range(10):
            strength = rhythm_strength(sketch(colour(rng.standard_normal(40_000))))
            assert strength is not None
            assert strength < 0.17


def test_a_knock_hides_no_heart_and_makes_none() -> None:
    heart = synthesise(PRESETS["normal"], RATE_HZ, 1).recording.samples.astype(float)
    knock = 1_000 * NOISE * ((TIMES_S > 5) & (TIMES_S < 5.05))
    before, after = (rhythm_strength(sketch(x)) for x in (heart, heart + knock))
    assert before is not None
    assert after is not None
    assert after > Heartbeat().note_below
    alone = rhythm_strength(sketch(knock + 0.001 * NOISE))
    assert alone is not None
    assert alone < Heartbeat().refuse_below


def test_of_short_sounds_no_rhythm_is_told() -> None:
    assert rhythm_strength(sketch(NOISE[: int(2.9 * RATE_HZ)])) is None


def test_an_irregular_heart_keeps_its_systole() -> None:
    onsets_s = np.cumsum(np.random.default_rng(5).uniform(0.45, 1.3, 20))
    course = sum(
        np.exp(-((TIMES_S - at_s) ** 2) / 2 / 0.03**2) for at_s in (*onsets_s, *(onsets_s + 0.3))
    )
    strength = rhythm_strength(sketch(NOISE * (0.05 + course)))
    assert strength is not None
    assert strength > Heartbeat().note_below


def test_the_sketch_keeps_what_it_says() -> None:
    kept = sketch(tone(600) + tone(1_500))
    assert kept.low_rate_hz == 2_000
    assert np.sqrt(2 * np.mean(kept.low**2)) == pytest.approx(1, abs=0.02)
    assert sketch(np.zeros(44_100), 44_100).low_rate_hz == pytest.approx(2_004.5, abs=0.1)
    bands = kept.bands((20, 500, 700, 1_000)).sum(axis=0)
    assert bands[1] > 100 * (bands[0] + bands[2])


@pytest.mark.parametrize(
    ("rule", "limits", "message"),
    [
        (Clipping, {"note_from": 0.8}, "clipping: note_from=0.8 and refuse_from=0.7 must satisfy"),
        (Hum, {"note_from": -1}, "hum: note_from=-1"),
        (HeartBand, {"refuse_below": 0.3}, "heart band: refuse_below=0.3 and note_below=0.2"),
        (Heartbeat, {"refuse_below": 0.3}, "heartbeat: refuse_below=0.3 and note_below=0.22"),
        (Voice, {"note_from": 0}, r"voice: note_from=0 must be in \(0, 1\]"),
        (Interruptions, {"note_from": 2}, r"interruptions: note_from=2 must be in \(0, 1\]"),
    ],
)
def test_limits_that_make_no_sense_are_refused(rule, limits, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        rule(**limits)


def test_between_the_limits_is_a_note_and_beyond_a_refusal() -> None:
    noise = sketch(NOISE)
    assert Heartbeat()(noise).severity == "refuse"
    assert Heartbeat(refuse_below=0.01)(noise).severity == "note"
    assert Heartbeat(refuse_below=0, note_below=0.01)(noise) is None
    hum = sketch(tone(50) + 0.01 * NOISE)
    assert Hum()(hum).severity == "refuse"
    assert replace(Hum(), refuse_from=2)(hum).severity == "note"
