from collections.abc import Callable

import numpy as np
import pytest
from scipy import signal

from auscult.reports.plots.levels import FLOOR_DB, mean_columns, spectrogram_db, spectrum_db
from auscult.types import Recording


def test_the_spectrum_is_that_of_scipy() -> None:
    samples = np.random.default_rng(0).normal(0, 0.1, 9000).astype(np.float32)
    hz, db = spectrum_db(samples, 4000, 0.25)
    wanted_hz, power = signal.welch(
        samples.astype(np.float64), 4000, nperseg=1000, detrend=False, scaling="spectrum"
    )
    np.testing.assert_allclose(hz, wanted_hz)
    np.testing.assert_allclose(db[1:-1], 10 * np.log10(2 * power[1:-1]), atol=1e-3)


def test_a_full_scale_sine_reads_0_db(tone: Callable[..., Recording]) -> None:
    hz, db = spectrum_db(tone().samples * 2, 4000, 0.25)
    assert db.max() == pytest.approx(0, abs=1e-3)
    assert hz[db.argmax()] == 100


def test_the_spectrogram_has_the_sine_at_its_frequency_and_level(
    tone: Callable[..., Recording],
) -> None:
    db = spectrogram_db(tone(at_hz=200).samples, 4000, 0.06, 100)
    bin_hz = 2000 / (len(db) - 1)
    middle = db[:, 50]
    assert middle.max() == pytest.approx(-6.02, abs=0.05)
    assert middle.argmax() * bin_hz == pytest.approx(200, abs=bin_hz)
    assert db.shape[1] == 100


def test_a_click_in_a_long_sound_is_not_stepped_over() -> None:
    samples = np.zeros(200_000, np.float32)
    samples[123_456] = 1
    db = spectrogram_db(samples, 2000, 0.06, 50)
    assert db[:, int(123_456 / 200_000 * 50)].min() > FLOOR_DB
    assert db[:, 5].max() == FLOOR_DB


@pytest.mark.parametrize("n_samples", [1, 2, 7, 100])
def test_short_and_silent_sounds_have_levels(n_samples: int) -> None:
    samples = np.zeros(n_samples, np.float32)
    assert (spectrum_db(samples, 1000, 0.25)[1] == FLOOR_DB).all()
    assert (spectrogram_db(samples, 1000, 0.06, 10) == FLOOR_DB).all()


def test_pooling_keeps_the_mean_and_leaves_few_columns_alone() -> None:
    values = np.arange(12.0).reshape(2, 6)
    np.testing.assert_array_equal(mean_columns(values, 3), [[0.5, 2.5, 4.5], [6.5, 8.5, 10.5]])
    np.testing.assert_array_equal(mean_columns(values, 9), values)
