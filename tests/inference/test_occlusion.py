import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auscult.inference.occlusion import Eraser

RATE_HZ = 2_000


def sound(seed: int = 0, duration_s: float = 6.0) -> np.ndarray:
    """Noise with a burst of 200 Hz from 2 to 2.5 s."""
    rng = np.random.default_rng(seed)
    times_s = np.arange(round(duration_s * RATE_HZ)) / RATE_HZ
    burst = np.where((times_s > 2) & (times_s < 2.5), np.sin(2 * np.pi * 200 * times_s), 0)
    return (rng.normal(0, 0.01, times_s.size) + 0.5 * burst).astype(np.float32)


def power(samples: np.ndarray, start_s: float, end_s: float) -> float:
    cut = samples[round(start_s * RATE_HZ) : round(end_s * RATE_HZ)]
    return float(np.mean(cut.astype(float) ** 2))


def test_a_burst_falls_to_the_background() -> None:
    samples = sound()
    rest = samples - Eraser(samples, RATE_HZ).above([(1.95, 2.55)], 150, 260)
    assert power(rest, 2.1, 2.4) < 4 * power(samples, 0.5, 1.5)
    assert power(rest, 2.1, 2.4) < 1e-2 * power(samples, 2.1, 2.4)


def test_nothing_else_is_touched() -> None:
    samples = sound()
    gone = Eraser(samples, RATE_HZ).above([(2.0, 2.5)], 150, 260)
    assert not gone[: round(1.8 * RATE_HZ)].any()
    assert not gone[round(2.7 * RATE_HZ) :].any()
    other = Eraser(samples, RATE_HZ).above([(2.0, 2.5)], 500, 900)
    assert power(other, 2.1, 2.4) < 1e-3 * power(samples, 2.1, 2.4)


def test_parts_that_touch_add_up_to_one() -> None:
    eraser = Eraser(sound(), RATE_HZ)
    whole = eraser.above([(2.0, 3.0)], 100, 400)
    halves = eraser.above([(2.0, 3.0)], 100, 200) + eraser.above([(2.0, 3.0)], 200, 400)
    assert halves == pytest.approx(whole, abs=1e-5)
    thirds = eraser.above([(2.0, 2.3), (2.3, 3.0)], 100, 400)
    assert thirds == pytest.approx(whole, abs=1e-5)


@settings(max_examples=8, deadline=None)
@given(
    start_s=st.floats(0, 5.5),
    length_s=st.floats(0.01, 3),
    low=st.floats(20, 800),
    gain=st.floats(0.01, 10),
)
def test_no_part_is_made_louder_and_gain_passes_through(
    start_s: float, length_s: float, low: float, gain: float
) -> None:
    samples = sound()
    places = [(start_s, start_s + length_s)]
    gone = Eraser(samples, RATE_HZ).above(places, low, 1.6 * low)
    assert np.sum((samples - gone) ** 2) <= np.sum(samples**2) * (1 + 1e-4)
    scaled = samples * np.float32(gain)
    louder = Eraser(scaled, RATE_HZ).above(places, low, 1.6 * low)
    assert louder == pytest.approx(gain * gone, abs=1e-5 * max(gain, 1))


def test_silence_and_an_empty_part_take_nothing() -> None:
    silence = np.zeros(4_000, np.float32)
    assert not Eraser(silence, RATE_HZ).above([(0.0, 2.0)], 20, 900).any()
    assert not Eraser(sound(), RATE_HZ).above([], 20, 900).any()
    assert not Eraser(sound(), RATE_HZ).above([(9.0, 9.5)], 20, 900).any()
