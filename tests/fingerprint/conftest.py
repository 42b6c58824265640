"""Sounds that differ, and ways to copy one that leave what is heard."""

import io
from collections.abc import Callable

import numpy as np
import pytest
import soundfile

from auscult.audio import resample
from auscult.synth import PRESETS, HeartSound, synthesise, vary
from auscult.types import Samples

RATE_HZ = 4_000
HEARTS = sorted(name for name in PRESETS if isinstance(PRESETS[name], HeartSound))


def made(seed: int) -> Samples:
    """A synthetic heart of its own, about 10 s at 4,000 Hz."""
    preset = PRESETS[HEARTS[seed % len(HEARTS)]]
    spec = vary(preset, np.random.default_rng(seed))
    return synthesise(spec, RATE_HZ, seed).recording.samples


def encoded(samples: Samples, kind: str, subtype: str, loss: float, rate_hz: int) -> Samples:
    """Through a lossy codec at another rate and back: ``loss`` 0 is best, 1 worst."""
    sound = resample(samples, RATE_HZ, rate_hz)
    sound = 0.8 * sound / np.abs(sound).max()
    file = io.BytesIO()
    soundfile.write(file, sound, rate_hz, format=kind, subtype=subtype, compression_level=loss)
    file.seek(0)
    decoded, _ = soundfile.read(file, dtype="float32")
    return resample(decoded, rate_hz, RATE_HZ)


COPIES: dict[str, Callable[[Samples], Samples]] = {
    "identical": lambda x: x,
    "quieter": lambda x: x / 8,
    "upside down": lambda x: -x,
    "clipped": lambda x: np.clip(x, -0.5 * np.abs(x).max(), 0.5 * np.abs(x).max()),
    "8 bit": lambda x: np.round(x / np.abs(x).max() * 127).astype(np.float32) / 127,
    "noisier": lambda x: (
        x + np.random.default_rng(0).normal(0, 0.1 * x.std(), x.size).astype(np.float32)
    ),
    "resampled": lambda x: resample(resample(x, RATE_HZ, 1_000), 1_000, RATE_HZ),
    "MP3, 11 kbit/s": lambda x: encoded(x, "MP3", "MPEG_LAYER_III", 0.99, 22_050),
    "MP3": lambda x: encoded(x, "MP3", "MPEG_LAYER_III", 0.6, 44_100),
    "OGG, 10 kbit/s": lambda x: encoded(x, "OGG", "VORBIS", 1.0, 8_000),
    "OGG": lambda x: encoded(x, "OGG", "VORBIS", 0.5, 44_100),
    "Opus, 9 kbit/s": lambda x: encoded(x, "OGG", "OPUS", 1.0, 48_000),
}


@pytest.fixture(scope="session")
def heart() -> Callable[[int], Samples]:
    """Seed → a heart of its own."""
    return made


@pytest.fixture(scope="session")
def copies() -> dict[str, Callable[[Samples], Samples]]:
    """Name → what is done to a sound that stays the same sound."""
    return COPIES


@pytest.fixture(scope="session")
def hearts() -> list[Samples]:
    """24 different hearts."""
    return [made(seed) for seed in range(24)]
