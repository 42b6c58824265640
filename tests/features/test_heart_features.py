"""What the features of a heart sound promise, on made hearts whose truth is known."""

import numpy as np
import pytest

from auscult.features import (
    BandCorrelation,
    Feature,
    Joined,
    Mfcc,
    ModulationSpectrum,
    SpectralShape,
)
from auscult.features.band_envelopes import band_envelopes
from auscult.frontend import FRONTENDS
from auscult.synth import HeartSound, Murmur, WhiteNoise, synthesise
from auscult.types import FloatArray, Recording, Samples

RATE_HZ = 2_000
HEART = FRONTENDS["heart"]
PARTS = (BandCorrelation(), ModulationSpectrum(), SpectralShape())
every_part = pytest.mark.parametrize("feature", PARTS, ids=lambda part: type(part).__name__)


def heart(rate_hz: int = RATE_HZ, **spec: object) -> Recording:
    given: dict[str, object] = {
        "heart_rate_bpm": 80,
        "rate_variability_ms": 0,
        "disturbances": (WhiteNoise(30),),
    }
    return synthesise(HeartSound(**{**given, **spec}), rate_hz, 3).recording  # type: ignore[arg-type]


def prepared(**spec: object) -> Samples:
    return HEART.prepare(heart(RATE_HZ, **spec))


def lagged(samples: Samples, lags_s: tuple[float, ...]) -> FloatArray:
    """Return the correlation of the low band with itself at each lag."""
    feature = BandCorrelation(edges_hz=(25, 120), lags_s=(0, *lags_s))
    return feature(samples, RATE_HZ)


@every_part
@pytest.mark.parametrize("gain", [1e-4, 0.3, 1e3])
def test_level_does_not_matter(feature: Feature, gain: float) -> None:
    samples = prepared()
    louder = feature((samples * gain).astype(np.float32), RATE_HZ)
    np.testing.assert_allclose(louder, feature(samples, RATE_HZ), atol=2e-3)


@every_part
@pytest.mark.parametrize("silence_s", [0.5, 4.0, 30.0])
def test_silence_at_the_ends_does_not_matter(feature: Feature, silence_s: float) -> None:
    samples = prepared()
    silence = round(silence_s * RATE_HZ)
    np.testing.assert_allclose(
        feature(np.pad(samples, (silence, silence)), RATE_HZ), feature(samples, RATE_HZ), atol=1e-3
    )


def test_silence_before_the_front_end_hardly_matters() -> None:
    recording = heart()
    padded = np.pad(recording.samples, (0, 4 * RATE_HZ))
    change = HEART(Recording(padded, RATE_HZ, "padded")) - HEART(recording)
    assert np.abs(change).max() < 0.2
    assert np.abs(change).mean() < 0.01


@pytest.mark.parametrize("rate_hz", [4_000, 22_050, 44_100])
def test_the_sampling_rate_hardly_matters(rate_hz: int) -> None:
    sound = {"disturbances": ()}
    here, there = HEART(heart(**sound)), HEART(heart(rate_hz, **sound))  # type: ignore[arg-type]
    correlations = slice(0, 260)
    assert np.corrcoef(here[0], there[0])[0, 1] > 0.995
    assert np.abs(here - there)[0, correlations].mean() < 0.05


@pytest.mark.parametrize("tilt_db", [-6, 6])
def test_a_devices_response_all_but_cancels_out_of_correlation_and_modulation(
    tilt_db: float,
) -> None:
    samples = prepared(disturbances=(WhiteNoise(15),))
    spectrum = np.fft.rfft(samples)
    octaves = np.log2(np.maximum(np.fft.rfftfreq(samples.size, 1 / RATE_HZ), 25) / 150)
    coloured = np.fft.irfft(spectrum * 10 ** (tilt_db / 20 * octaves), samples.size)
    for feature in (BandCorrelation(floor_db=-90), ModulationSpectrum(floor_db=-90)):
        here = feature(samples, RATE_HZ)
        change = feature(coloured.astype(np.float32), RATE_HZ) - here
        assert np.abs(change).mean() < 0.2 * here.std()
    shape = SpectralShape()
    assert np.abs(shape(coloured.astype(np.float32), RATE_HZ) - shape(samples, RATE_HZ)).max() > 0.2


@pytest.mark.parametrize(("heart_rate_bpm", "period_s"), [(60, 1.0), (80, 0.75), (120, 0.5)])
def test_a_heart_repeats_itself_after_one_beat(heart_rate_bpm: float, period_s: float) -> None:
    lags_s = tuple(round(0.35 + 0.01 * step, 2) for step in range(75))
    values = lagged(prepared(heart_rate_bpm=heart_rate_bpm), lags_s)
    assert lags_s[int(values.argmax())] == pytest.approx(period_s, abs=0.02)


def test_a_murmur_follows_the_thuds() -> None:
    murmur = prepared(murmurs=(Murmur("systolic", "holo", "plateau", "medium", grade=4),))
    feature = BandCorrelation(edges_hz=(25, 80, 120, 350), lags_s=(0, 0.15))
    low_then_middle = 3 + 2
    change = feature(murmur, RATE_HZ) - feature(prepared(), RATE_HZ)
    assert change[low_then_middle] > 0.1


def test_correlation_has_a_direction_in_time() -> None:
    time_s = np.arange(8 * RATE_HZ) / RATE_HZ
    low = np.sin(2 * np.pi * 50 * time_s) * (time_s % 0.9 < 0.1)
    high = np.sin(2 * np.pi * 300 * time_s) * ((time_s - 0.2) % 0.9 < 0.1)
    noise = 0.01 * np.random.default_rng(0).standard_normal(time_s.size)
    feature = BandCorrelation(edges_hz=(25, 100, 400), lags_s=(0, 0.2))
    values = feature((low + high + noise).astype(np.float32), RATE_HZ)
    _, _, low_then_high, high_then_low, _ = values
    assert low_then_high > 0.7
    assert high_then_low < 0.3


def test_at_lag_0_it_is_pearsons_correlation() -> None:
    samples, edges_hz = prepared(), (25, 60, 200, 800)
    envelopes = band_envelopes(samples, RATE_HZ, edges_hz, window_s=0.032, hop_s=0.01, floor_db=-50)
    spread = envelopes.std(axis=0)
    shrunk = (
        np.corrcoef(envelopes.T) * np.outer(spread, spread) / np.outer(spread + 0.5, spread + 0.5)
    )
    values = BandCorrelation(edges_hz, lags_s=(0,))(samples, RATE_HZ)
    np.testing.assert_allclose(values, shrunk[np.triu_indices(3, 1)], atol=1e-4)


def test_a_murmur_slows_the_middle_band() -> None:
    feature = ModulationSpectrum(edges_hz=(120, 350), rate_edges_hz=(1, 4, 16))
    murmur = prepared(murmurs=(Murmur("systolic", "holo", "plateau", "medium", grade=4),))
    slow, fast = feature(murmur, RATE_HZ) - feature(prepared(), RATE_HZ)
    assert slow > fast


def test_modulation_peaks_where_the_loudness_swings() -> None:
    time_s = np.arange(10 * RATE_HZ) / RATE_HZ
    swinging = np.sin(2 * np.pi * 200 * time_s) * (1 + 0.5 * np.sin(2 * np.pi * 3 * time_s))
    feature = ModulationSpectrum(edges_hz=(100, 300), rate_edges_hz=(1, 2, 4, 8, 16))
    assert feature(swinging.astype(np.float32), RATE_HZ).argmax() == 1


def test_shape_of_a_tone_and_of_noise() -> None:
    time_s = np.arange(4 * RATE_HZ) / RATE_HZ
    tone = np.sin(2 * np.pi * 200 * time_s).astype(np.float32)
    noise = np.random.default_rng(0).standard_normal(time_s.size).astype(np.float32)
    feature = SpectralShape(percentiles=(50,))
    entropy, centroid, spread, flux, level_db = feature(tone, RATE_HZ)
    assert centroid == pytest.approx(3, abs=0.01)
    assert (entropy, spread, flux) == pytest.approx((1.0, 0.05, 0.0), abs=0.2)
    assert level_db == pytest.approx(0, abs=0.3)
    assert (feature(noise, RATE_HZ)[:4] > (entropy + 2, centroid, spread + 0.5, flux + 0.3)).all()


@pytest.mark.parametrize("n_samples", [1, 100, 400])
def test_short_sounds_and_silence_are_finite(n_samples: int) -> None:
    noise = np.random.default_rng(0).standard_normal(n_samples).astype(np.float32)
    for samples in (noise, np.zeros(n_samples, np.float32)):
        values = HEART(Recording(samples, RATE_HZ, "short"))
        assert values.shape == (1, 333)
        assert np.isfinite(values).all()


def test_envelopes_give_the_share_of_a_tone_to_its_band() -> None:
    time_s = np.arange(2 * RATE_HZ) / RATE_HZ
    tone = (0.01 * np.sin(2 * np.pi * 150 * time_s)).astype(np.float32)
    envelopes = band_envelopes(
        tone, RATE_HZ, (25, 100, 200, 400), window_s=0.064, hop_s=0.01, floor_db=-50
    )
    assert envelopes.shape == (201, 3)
    np.testing.assert_allclose(np.median(envelopes, axis=0), (-44, 0, -43), atol=1)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: BandCorrelation(edges_hz=(25,)), "must be two or more rising numbers"),
        (lambda: BandCorrelation(edges_hz=(60, 25)), "must be two or more rising numbers"),
        (lambda: BandCorrelation(hop_s=0), "window_s=0.032 and hop_s=0 must be positive"),
        (lambda: BandCorrelation(lags_s=()), "must start at 0 and rise"),
        (lambda: BandCorrelation(lags_s=(0.1, 0.2)), "must start at 0 and rise"),
        (lambda: BandCorrelation(lags_s=(0, 0.001)), "rise by hop_s=0.01 or more"),
        (lambda: ModulationSpectrum(edges_hz=()), "must be two or more rising numbers"),
        (lambda: ModulationSpectrum(rate_edges_hz=(1, 60)), "must end at or below half"),
        (lambda: SpectralShape(low_hz=0), "must satisfy 0 < low_hz < high_hz"),
        (lambda: SpectralShape(percentiles=(101,)), "must be numbers from 0 to 100"),
        (lambda: SpectralShape(hop_s=-1), "must be positive"),
        (lambda: Joined(()), "joins nothing"),
    ],
)
def test_impossible_options_are_refused(make: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()  # type: ignore[operator]


def test_maps_cannot_be_joined() -> None:
    with pytest.raises(ValueError, match="only vectors can be joined"):
        Joined((Mfcc(),))(np.ones(3000, np.float32), RATE_HZ)
