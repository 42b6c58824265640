import numpy as np
import pytest

from auscult.augment import Pitch

librosa = pytest.importorskip("librosa")

RATE_HZ = 4_000


@pytest.mark.parametrize("semitones", [-12.0, -3.0, 0.0, 1.0, 7.0, 12.0])
def test_a_tone_moves_by_the_interval(semitones: float) -> None:
    tone = np.sin(2 * np.pi * 200 * np.arange(40_000) / RATE_HZ).astype(np.float32)
    spectrum = np.abs(np.fft.rfft(Pitch().apply(tone, RATE_HZ, semitones)[4_000:36_000]))
    heard_hz = spectrum.argmax() * RATE_HZ / 32_000
    assert heard_hz == pytest.approx(200 * 2 ** (semitones / 12), abs=0.2)


@pytest.mark.parametrize("semitones", [-12.0, 12.0])
def test_an_octave_is_that_of_librosa(semitones: float) -> None:
    rng = np.random.default_rng(0)
    sound = np.cumsum(rng.standard_normal(44_100)).astype(np.float32)
    sound -= sound.mean()
    theirs = librosa.effects.pitch_shift(sound.astype(float), sr=22_050, n_steps=semitones)
    ours = Pitch().apply(sound, 22_050, semitones)
    assert np.linalg.norm(ours - theirs) < 1e-4 * np.linalg.norm(theirs)
