from collections.abc import Callable

import numpy as np
import pytest
from matplotlib.figure import Figure

from auscult.errors import ConfigError
from auscult.features import Mfcc
from auscult.reports.plots import MARKED, PLOTS, mfcc, spectrogram, spectrum, waveform
from auscult.types import Mark, Recording

MARKS = (Mark("S1", 0.2), Mark("S2", 0.5), Mark("S1", 1.1), Mark("S2", 1.4))
LABELS = {
    "waveform": ("Time (s)", "Amplitude (1 = full scale)"),
    "spectrum": ("Frequency (Hz)", "Level (dB re full scale)"),
    "spectrogram": ("Time (s)", "Frequency (Hz)"),
    "mfcc": ("Time (s)", "MFCC number"),
}


def words(figure: Figure) -> list[str]:
    return [text.get_text() for axes in figure.axes for text in axes.texts]


@pytest.mark.parametrize("kind", PLOTS)
@pytest.mark.parametrize("rate_hz", [1000, 44_100])
def test_axes_carry_units_and_the_title_names_the_recording(
    kind: str, rate_hz: int, tone: Callable[..., Recording]
) -> None:
    figure = PLOTS[kind](tone(rate_hz, 1.0))
    axes = figure.axes[0]
    assert isinstance(figure, Figure)
    assert (axes.get_xlabel(), axes.get_ylabel()) == LABELS[kind]
    assert axes.get_title(loc="left").endswith(" · tone.wav")


@pytest.mark.parametrize(
    ("kind", "label"), [("spectrogram", "Level (dB re full scale)"), ("mfcc", "Coefficient (dB)")]
)
def test_the_colour_bar_says_decibels(
    kind: str, label: str, tone: Callable[..., Recording]
) -> None:
    assert PLOTS[kind](tone()).axes[1].get_ylabel() == label


@pytest.mark.parametrize("kind", PLOTS)
@pytest.mark.parametrize("n_samples", [1, 9, 50])
def test_the_shortest_silence_can_be_drawn(kind: str, n_samples: int) -> None:
    PLOTS[kind](Recording(np.zeros(n_samples, np.float32), 4000))


def test_an_unknown_kind_gets_a_suggestion() -> None:
    with pytest.raises(ConfigError, match="did you mean 'waveform'"):
        PLOTS["wavform"]


@pytest.mark.parametrize("draw", [PLOTS[kind] for kind in MARKED])
def test_marks_are_lines_with_names(
    draw: Callable[..., Figure], tone: Callable[..., Recording]
) -> None:
    figure = draw(tone(), MARKS)
    assert [word for word in words(figure) if word.startswith("S")] == ["S1", "S2", "S1", "S2"]
    at = [line.get_xdata()[0] for line in figure.axes[0].lines if len(line.get_xdata()) == 2]
    assert {0.2, 0.5, 1.1, 1.4} <= set(at)


def test_too_many_marks_to_name_are_named_once_each(tone: Callable[..., Recording]) -> None:
    marks = [Mark("S1" if i % 2 else "S2", i * 0.02) for i in range(90)]
    assert words(waveform(tone(), marks)) == ["— S1", "- - S2"]


def test_marks_outside_the_recording_are_left_out(tone: Callable[..., Recording]) -> None:
    assert words(waveform(tone(), [Mark("S1", 9.0)])) == []


def test_the_waveform_of_a_long_recording_keeps_its_one_click() -> None:
    samples = np.zeros(400_000, np.float32)
    samples[123_457] = 0.9
    (band,) = waveform(Recording(samples, 44_100)).axes[0].collections
    assert band.get_paths()[0].vertices[:, 1].max() == pytest.approx(0.9)


def test_the_spectrum_ends_at_1000_hz_and_states_the_nyquist_frequency(
    tone: Callable[..., Recording],
) -> None:
    figure = spectrum(tone(44_100))
    assert figure.axes[0].get_xlim() == (0, 1000)
    assert words(figure) == ["Nyquist frequency 22,050 Hz"]
    assert spectrum(tone(1000)).axes[0].get_xlim() == (0, 500)


def test_the_spectrogram_shows_the_tone_where_it_is(tone: Callable[..., Recording]) -> None:
    (image,) = spectrogram(tone(at_hz=300)).axes[0].images
    left, right, low, high = image.get_extent()
    levels = image.get_array()
    peak_hz = low + (levels.mean(axis=1).argmax() + 0.5) * (high - low) / len(levels)
    assert (left, right) == (0, 2.0)
    assert peak_hz == pytest.approx(300, abs=5)


def test_mfcc_draws_the_coefficients_of_the_feature_given(tone: Callable[..., Recording]) -> None:
    feature = Mfcc(n_coefficients=13)
    (image,) = mfcc(tone(), feature=feature).axes[0].images
    np.testing.assert_allclose(image.get_array(), feature(tone().samples, 4000), rtol=1e-6)
    assert mfcc(tone()).axes[0].images[0].get_array().shape[0] == 52


def test_a_name_in_dollars_is_no_formula(tone: Callable[..., Recording]) -> None:
    recording = tone()
    title = waveform(Recording(recording.samples, 4000, r"$\frac{$.wav")).axes[0]
    assert title.get_title(loc="left") == r"Waveform · $\frac{$.wav"


def test_a_long_name_is_shortened_and_no_title_can_be_asked_for(
    tone: Callable[..., Recording],
) -> None:
    recording = Recording(tone().samples, 4000, "n" * 200)
    assert len(waveform(recording).axes[0].get_title(loc="left")) < 80
    assert waveform(recording, title="").axes[0].get_title(loc="left") == ""
