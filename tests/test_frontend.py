"""One frozen object from recording to features, that its configuration rebuilds."""

import json
from dataclasses import replace
from pathlib import Path

import librosa
import numpy as np
import pytest

from auscult.audio import read_recording, resample
from auscult.errors import ConfigError
from auscult.features import LogMel, Mfcc, TimeMean
from auscult.frontend import FRONTENDS, Frontend
from auscult.preprocess import BandPass, Sliding, UnitLevel
from auscult.types import Recording

NOISE = np.random.default_rng(0).uniform(-1, 1, 12_000).astype(np.float32)
FULL = Frontend(
    rate_hz=2_000,
    preprocess=(BandPass(), UnitLevel()),
    windowing=Sliding(length_s=1.0, hop_s=0.5),
    feature=TimeMean(LogMel(n_bands=16, n_fft=256, hop_length=128)),
)


@pytest.mark.parametrize("name", sorted(FRONTENDS))
def test_every_front_end_survives_json_and_gives_finite_numbers(name: str) -> None:
    frontend = FRONTENDS[name]
    rebuilt = Frontend.from_config(json.loads(json.dumps(frontend.config())))
    assert rebuilt == frontend
    shapes = set()
    for n_samples in (1, 4_000, 12_000):
        for samples in (NOISE[:n_samples], np.zeros(n_samples, np.float32)):
            features = rebuilt(Recording(samples, 4_000))
            assert features.dtype == np.float32
            assert np.isfinite(features).all()
            shapes.add(features.shape[1:])
    assert len(shapes) == 1


def test_all_parts_survive_json() -> None:
    assert Frontend.from_config(json.loads(json.dumps(FULL.config()))) == FULL


def test_the_two_halves_are_the_whole() -> None:
    recording = Recording(NOISE, 4_000)
    np.testing.assert_array_equal(FULL(recording), FULL.describe(FULL.prepare(recording)))


def test_the_steps_run_in_their_order_on_the_resampled_sound() -> None:
    by_hand = UnitLevel()(BandPass()(resample(NOISE, 4_000, 2_000), 2_000), 2_000)
    np.testing.assert_array_equal(FULL.prepare(Recording(NOISE, 4_000)), by_hand)


def test_each_window_is_described_by_itself() -> None:
    samples = FULL.prepare(Recording(NOISE, 4_000))
    features = FULL.describe(samples)
    assert features.shape == (5, 16)  # three seconds: windows at 0, 0.5, … 2
    np.testing.assert_array_equal(features[1], FULL.feature(samples[1_000:3_000], 2_000))


def test_a_rate_must_be_positive() -> None:
    with pytest.raises(ConfigError, match="rate_hz=0 must be positive"):
        replace(FULL, rate_hz=0)


def test_data_that_describe_no_front_end_are_refused() -> None:
    with pytest.raises(ConfigError, match="describes no Frontend"):
        Frontend.from_config({"type": "UnitLevel"})
    with pytest.raises(ConfigError, match="type 'system' is not one of"):
        Frontend.from_config({**FULL.config(), "feature": {"type": "system"}})


@pytest.mark.data
@pytest.mark.filterwarnings("ignore:.* is deprecated and slated for removal:DeprecationWarning")
def test_the_notebooks_front_end_gives_what_the_notebook_saw(pascal_dir: Path) -> None:
    paths = [
        *sorted(pascal_dir.glob("set_b/normal*"))[:3],
        *sorted(pascal_dir.glob("set_a/art*"))[:2],
    ]
    for path in paths:
        samples, rate_hz = librosa.load(path, sr=22_050, duration=10)
        if round(librosa.get_duration(y=samples, sr=rate_hz)) < 10:
            samples = librosa.util.fix_length(samples, size=10 * rate_hz)
        theirs = librosa.feature.mfcc(y=samples, sr=rate_hz, n_mfcc=52).T.mean(axis=0)
        ours = FRONTENDS["notebook"](read_recording(path))
        assert isinstance(FRONTENDS["notebook"].feature, TimeMean)
        assert FRONTENDS["notebook"].feature.feature == Mfcc(n_coefficients=52)
        np.testing.assert_allclose(ours, theirs[None], atol=2e-2)
