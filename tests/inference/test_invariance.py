"""How a heart was written down says nothing: rate, gain, header, and what lies before and after.

Rates are 2,000 Hz and more: below, some of the heart is missing, and a note says so.

Every probability of every question stays within :data:`TOLERANCE` of its value at 4,000 Hz, by each
shipped model, of hearts of ten, six and three seconds; under a room's noise before and after them,
where no more than a block of it is left, within :data:`NOISE_TOLERANCE`. Of speech a quiet
beginning may be cut off with the noise: it stays within :data:`SPEECH_NOISE_TOLERANCE`.
"""

import io
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import soundfile

from auscult.audio import resample
from auscult.inference import Classifier, load_model
from auscult.synth import PRESETS, synthesise
from auscult.types import Prediction, Recording

TOLERANCE = 0.02
"""For what a resampler leaves at the ends; most changes are a tenth of it."""
NOISE_TOLERANCE, SPEECH_NOISE_TOLERANCE = 0.06, 0.1
RATE_HZ = 4_000
HEARTS = {
    "normal, 10 s": ("normal", 10.0),
    "murmur, 6 s": ("mitral-regurgitation", 6.0),
    "murmur, 3 s": ("aortic-stenosis", 3.0),
    "speech, 6 s": ("artifact-speech", 6.0),
}


def at(rate_hz: int) -> Callable[[Recording], Recording]:
    return lambda heart: Recording(resample(heart.samples, RATE_HZ, rate_hz), rate_hz)


def louder(gain: float) -> Callable[[Recording], Recording]:
    return lambda heart: Recording(heart.samples * np.float32(gain), RATE_HZ)


def silent(before_s: float, after_s: float) -> Callable[[Recording], Recording]:
    n_before, n_after = round(before_s * RATE_HZ), round(after_s * RATE_HZ)
    return lambda heart: Recording(np.pad(heart.samples, (n_before, n_after)), RATE_HZ)


def noisy(before_s: float, after_s: float, level_db: float) -> Callable[[Recording], Recording]:
    """Return what adds white noise that much louder than the heart (less than 0: fainter)."""

    def surrounded(heart: Recording) -> Recording:
        rng = np.random.default_rng(0)
        scale = heart.samples.std() * 10 ** (level_db / 20)
        before, after = (
            (scale * rng.standard_normal(round(length_s * RATE_HZ))).astype(np.float32)
            for length_s in (before_s, after_s)
        )
        return Recording(np.concatenate([before, heart.samples, after]), RATE_HZ)

    return surrounded


def written(container: str, subtype: str) -> Callable[[Recording], bytes]:
    def through_a_file(heart: Recording) -> bytes:
        file = io.BytesIO()
        soundfile.write(file, heart.samples, RATE_HZ, format=container, subtype=subtype)
        return file.getvalue()

    return through_a_file


CHANGES: dict[str, Callable[[Recording], Recording | bytes]] = {
    **{f"{rate_hz} Hz": at(rate_hz) for rate_hz in (2_000, 8_000, 44_100, 192_000)},
    **{f"gain {gain:g}": louder(gain) for gain in (-1.0, 0.001, 0.02, 0.5)},
    **{
        f"{before_s:g} s of silence before, {after_s:g} s after": silent(before_s, after_s)
        for before_s, after_s in ((0, 0.3), (0, 1), (0, 2), (0, 5), (1.5, 0), (3, 20))
    },
    **{
        " ".join(kind): written(*kind)
        for kind in (
            ("WAV", "PCM_16"),
            ("WAV", "PCM_24"),
            ("WAV", "FLOAT"),
            ("WAVEX", "PCM_16"),
            ("RF64", "PCM_16"),
            ("AIFF", "PCM_16"),
            ("FLAC", "PCM_16"),
        )
    },
}


NOISES = {
    f"{before_s:g} s of noise before, {after_s:g} s after, {level_db:g} dB": noisy(
        before_s, after_s, level_db
    )
    for before_s, after_s in ((2, 0), (0, 2), (1, 1))
    for level_db in (-25, -40, -60)
}


@pytest.fixture(scope="module", params=["default", "tiny"])
def model(request: pytest.FixtureRequest) -> Classifier:
    return load_model(request.param)


@pytest.fixture(scope="module", params=sorted(HEARTS))
def heart(request: pytest.FixtureRequest) -> Recording:
    preset, duration_s = HEARTS[request.param]
    made = replace(PRESETS[preset], duration_s=duration_s)
    return synthesise(made, RATE_HZ, seed=11).recording


@pytest.fixture(scope="module")
def plain(model: Classifier, heart: Recording) -> Prediction:
    return model.classify(heart)


@pytest.mark.parametrize("change", sorted({**CHANGES, **NOISES}))
def test_the_same_heart_gets_the_same_answer(
    model: Classifier, heart: Recording, plain: Prediction, change: str
) -> None:
    answer = model.classify({**CHANGES, **NOISES}[change](heart))
    tolerance = TOLERANCE
    if change in NOISES:
        tolerance = SPEECH_NOISE_TOLERANCE if "artifact" in heart.source else NOISE_TOLERANCE
    assert (answer.label, answer.status) == (plain.label, plain.status)
    assert _scores(answer) == pytest.approx(_scores(plain), abs=tolerance)


def _scores(answer: Prediction) -> dict[str, float]:
    """Return question and class → probability, of what is heard and of every other question."""
    told = {"heard": answer.probabilities, **answer.answers}
    return {f"{q}: {name}": p for q, own in told.items() for name, p in own.items()}
