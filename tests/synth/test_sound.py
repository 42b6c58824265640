"""Witnesses of the sound: what is asked for lies where and at the pitch it should."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auscult.audio import read_recording, resample
from auscult.errors import ConfigError
from auscult.synth import (
    PRESETS,
    Artifact,
    HeartSound,
    Hum,
    Murmur,
    Stethoscope,
    Synthetic,
    WhiteNoise,
    synthesise,
)
from auscult.types import StateSpan

RATE_HZ = 4000
STEADY = HeartSound(loudness_spread=0, breathing_depth=0)


def level_db(
    made: Synthetic,
    state: str,
    low_hz: float = 20,
    high_hz: float = 2000,
    part: slice = slice(None),
) -> float:
    """Level of one state in one band, averaged over its spans."""
    samples = made.recording.samples.astype(float)
    spectrum = np.fft.rfft(samples)
    at_hz = np.fft.rfftfreq(samples.size, 1 / RATE_HZ)
    band = np.fft.irfft(spectrum * ((at_hz >= low_hz) & (at_hz < high_hz)), samples.size)
    pieces = [band[_inside(span)][part] for span in made.spans if span.state == state]
    return 10 * math.log10(np.mean(np.concatenate(pieces) ** 2))


def _inside(span: StateSpan) -> slice:
    """Samples of a sound, or of a pause without its edges, where the test's band filter rings."""
    edge_s = 0.0 if span.state in ("S1", "S2") else 0.015
    return slice(int((span.start_s + edge_s) * RATE_HZ), int((span.end_s - edge_s) * RATE_HZ))


@pytest.mark.parametrize("preset", ["clean", "aortic-stenosis", "artifact-speech"])
def test_a_seed_is_a_recording(preset: str) -> None:
    spec = replace(PRESETS[preset], duration_s=2)
    first, again, other = (synthesise(spec, RATE_HZ, seed).recording for seed in (1, 1, 2))
    assert np.array_equal(first.samples, again.samples)
    assert not np.array_equal(first.samples, other.samples)


def test_another_rate_is_the_same_sound() -> None:
    spec = HeartSound(duration_s=4, murmurs=(Murmur(),))
    low = synthesise(spec, 2000, seed=3).recording.samples
    high = resample(synthesise(spec, 8000, seed=3).recording.samples, 8000, 2000)
    assert np.corrcoef(low, high)[0, 1] > 0.999


@settings(deadline=None, max_examples=30)
@given(
    name=st.sampled_from(sorted(PRESETS)),
    seed=st.integers(0, 2**32 - 1),
    rate_hz=st.integers(1000, 12_000),
)
def test_nothing_clips(name: str, seed: int, rate_hz: int) -> None:
    made = synthesise(replace(PRESETS[name], duration_s=1.0), rate_hz, seed)
    assert np.abs(made.recording.samples).max() == pytest.approx(0.9, abs=1e-6)
    assert made.recording.samples.size == rate_hz


def test_a_clean_heart_is_silent_between_its_sounds() -> None:
    made = synthesise(HeartSound(), RATE_HZ, seed=1)
    loud = min(level_db(made, "S1"), level_db(made, "S2"))
    assert loud - level_db(made, "diastole") > 25
    samples = made.recording.samples**2
    inside = np.zeros(samples.size, bool)
    for span in made.spans:
        if span.state in ("S1", "S2"):
            inside[int(span.start_s * RATE_HZ) : int(span.end_s * RATE_HZ)] = True
    assert samples[inside].sum() / samples.sum() > 0.97


def test_s1_is_low_and_s2_a_little_higher() -> None:
    made = synthesise(HeartSound(duration_s=30), RATE_HZ, seed=1)
    assert level_db(made, "S1", 30, 150) > level_db(made, "S1", 150, 2000) + 8
    brightness = {
        state: level_db(made, state, 150, 600) - level_db(made, state, 30, 150)
        for state in ("S1", "S2")
    }
    assert brightness["S2"] > brightness["S1"] + 1


@pytest.mark.parametrize(("asked_db", "tolerance_db"), [(-12, 2), (0, 2), (6, 2)])
def test_s2_is_as_loud_as_asked(asked_db: float, tolerance_db: float) -> None:
    mean = synthesise(replace(STEADY, s2_level_db=asked_db, s2_split_breathing_ms=0), RATE_HZ, 1)
    zero = synthesise(replace(STEADY, s2_level_db=0, s2_split_breathing_ms=0), RATE_HZ, 1)
    change_db = (level_db(mean, "S2") - level_db(mean, "S1")) - (
        level_db(zero, "S2") - level_db(zero, "S1")
    )
    assert change_db == pytest.approx(asked_db, abs=0.05)
    assert level_db(zero, "S2") - level_db(zero, "S1") == pytest.approx(0, abs=tolerance_db)


@pytest.mark.parametrize(
    ("sound", "levels"), [("S3", {"s3_level_db": -6.0}), ("S4", {"s4_level_db": -6.0})]
)
def test_an_extra_sound_is_a_low_thud_at_its_mark(sound: str, levels: dict[str, float]) -> None:
    made, plain = (synthesise(replace(STEADY, **more), RATE_HZ, 1) for more in (levels, {}))
    change = (made.recording.samples.astype(float) - plain.recording.samples) ** 2
    at = [round(m.at_s * RATE_HZ) for m in made.marks if m.sound == sound]
    near = sum(change[i : i + 400].sum() for i in at if i + 400 < change.size)
    assert near > 0.8 * change.sum()
    assert level_db(made, "diastole", 20, 80) > level_db(made, "diastole", 80, 2000) + 10


@pytest.mark.parametrize("preset", sorted(n for n in PRESETS if PRESETS[n].label == "murmur"))
def test_a_murmur_is_heard_in_its_phase(preset: str) -> None:
    spec = PRESETS[preset]
    made = synthesise(spec, RATE_HZ, seed=1)
    quiet = synthesise(replace(spec, murmurs=()), RATE_HZ, seed=1)
    phases = {murmur.phase for murmur in spec.murmurs}
    for state, phase in (("systole", "systolic"), ("diastole", "diastolic")):
        gain_db = (level_db(made, state, 100, 600) - level_db(made, "S1", 30, 80)) - (
            level_db(quiet, state, 100, 600) - level_db(quiet, "S1", 30, 80)
        )
        if phases & {phase, "continuous"}:
            assert gain_db > 2.5, state
        else:
            assert gain_db == pytest.approx(0, abs=0.5), state


def test_a_grade_is_six_decibels() -> None:
    levels_db = [
        level_db(made, "systole", 80, 400) - level_db(made, "S1", 30, 70)
        for grade in (2, 4, 6)
        for made in [synthesise(replace(STEADY, murmurs=(Murmur(grade=grade),)), RATE_HZ, 1)]
    ]
    assert np.diff(levels_db) == pytest.approx([12, 12], abs=1.5)


def test_grade_four_is_nearly_as_loud_as_s1() -> None:
    made = synthesise(replace(STEADY, murmurs=(Murmur(grade=4),)), RATE_HZ, 1)
    assert level_db(made, "systole") - level_db(made, "S1") == pytest.approx(-2, abs=2)


def test_a_higher_pitch_has_a_higher_spectrum() -> None:
    centres_hz = []
    for pitch in ("low", "medium", "high"):
        spec = replace(STEADY, murmurs=(Murmur(pitch=pitch, grade=6),))
        samples = synthesise(spec, RATE_HZ, seed=1).recording.samples
        power = np.abs(np.fft.rfft(samples)) ** 2
        at_hz = np.fft.rfftfreq(samples.size, 1 / RATE_HZ)
        centres_hz.append(float(np.sum(at_hz * power) / power.sum()))
    assert centres_hz[0] + 60 < centres_hz[1] < centres_hz[2] - 60


@pytest.mark.parametrize(
    ("shape", "order"),
    [("crescendo", (0, 1, 2)), ("decrescendo", (2, 1, 0))],
)
def test_a_shape_rises_or_falls(shape: str, order: tuple[int, ...]) -> None:
    thirds_db = _thirds_db(shape)
    assert [thirds_db[i] for i in order] == sorted(thirds_db)


def test_a_diamond_peaks_in_the_middle_and_a_plateau_nowhere() -> None:
    diamond, plateau = _thirds_db("diamond"), _thirds_db("plateau")
    assert diamond[1] > max(diamond[0], diamond[2]) + 3
    assert max(plateau) - min(plateau) < 3


def _thirds_db(shape: str) -> list[float]:
    spec = HeartSound(60.0, 50, 0.0, murmurs=(Murmur("diastolic", "mid", shape, grade=6),))
    made = synthesise(spec, RATE_HZ, seed=1)
    samples = made.recording.samples.astype(float)
    sums = np.zeros(3)
    for beat in made.beats[1:-1]:
        window = spec.murmurs[0].window_s(beat)
        edges = np.linspace(*window, 4) * RATE_HZ
        for third in range(3):
            sums[third] += np.mean(samples[int(edges[third]) : int(edges[third + 1])] ** 2)
    return list(10 * np.log10(sums))


def test_hum_stands_at_its_frequency() -> None:
    made = synthesise(HeartSound(disturbances=(Hum(50, level_db=-10),)), RATE_HZ, seed=1)
    diastole = np.concatenate(
        [made.recording.samples[_inside(s)] for s in made.spans if s.state == "diastole"][1:4]
    )
    power = np.abs(np.fft.rfft(diastole * np.hanning(diastole.size), 2**16)) ** 2
    assert np.argmax(power) * RATE_HZ / 2**16 == pytest.approx(50, abs=2)


@pytest.mark.parametrize("snr_db", [0.0, 20.0])
def test_white_noise_is_as_loud_as_asked(snr_db: float) -> None:
    made = synthesise(replace(STEADY, disturbances=(WhiteNoise(snr_db),)), RATE_HZ, seed=1)
    clean = synthesise(STEADY, RATE_HZ, seed=1)
    ratio = np.dot(made.recording.samples, clean.recording.samples) / np.sum(
        clean.recording.samples**2
    )
    noise = made.recording.samples - ratio * clean.recording.samples
    level = level_db(clean, "S1") + 20 * math.log10(ratio)
    assert level - 10 * math.log10(np.mean(noise**2)) == pytest.approx(snr_db, abs=2)


def test_a_narrower_stethoscope_is_darker() -> None:
    loud = HeartSound(murmurs=(Murmur(pitch="high", grade=6),))
    narrow = replace(loud, stethoscope=Stethoscope(high_hz=200))
    drop_db = [
        level_db(made, "systole", 400, 800) - level_db(made, "S1", 30, 80)
        for made in (synthesise(loud, RATE_HZ, 1), synthesise(narrow, RATE_HZ, 1))
    ]
    assert drop_db[0] - drop_db[1] > 10


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Murmur("continuous", "early"), "phase='continuous' with timing='early'"),
        (lambda: Murmur(shape="square"), "shape='square' must be one of crescendo"),
        (lambda: Murmur(pitch="shrill"), "pitch='shrill' must be one of low"),
        (lambda: Murmur(grade=7), "grade=7 must be between 1 and 6"),
        (lambda: Murmur(low_hz=500, high_hz=200), "low_hz=500 must lie below high_hz=200"),
        (lambda: Stethoscope(high_hz=100), "high_hz=100 must be between"),
        (lambda: Artifact(()), "leaves an artifact silent"),
        (lambda: Hum(10), "frequency_hz=10 must be between"),
        (lambda: synthesise(HeartSound(), 999, 0), "rate_hz=999 must be between 1000 and 48000"),
        (lambda: synthesise(HeartSound(), 1000, -1), "seed=-1 must not be negative"),
    ],
)
def test_what_cannot_be_is_refused(make: object, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        make()


@pytest.mark.data
def test_the_normal_preset_sounds_like_pascal(pascal_dir: object) -> None:
    """Median long-term spectrum, in five bands: within 7 dB of set B's normal recordings."""
    edges_hz = (30, 60, 100, 180, 300, 500)
    real = [
        _bands_db(read_recording(path).samples, edges_hz)
        for path in sorted(pascal_dir.glob("set_b/normal__*"))[:80]
    ]
    made = [
        _bands_db(synthesise(PRESETS["normal"], RATE_HZ, seed).recording.samples, edges_hz)
        for seed in range(8)
    ]
    assert np.abs(np.median(real, axis=0) - np.median(made, axis=0)).max() < 7


def _bands_db(samples: np.ndarray, edges_hz: tuple[int, ...]) -> np.ndarray:
    power = np.abs(np.fft.rfft(samples)) ** 2
    at_hz = np.fft.rfftfreq(samples.size, 1 / RATE_HZ)
    bands = np.array(
        [power[(at_hz >= low) & (at_hz < high)].sum() for low, high in pairwise(edges_hz)]
    )
    return 10 * np.log10(bands / bands.sum())
