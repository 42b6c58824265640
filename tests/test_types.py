"""What travels is checked when made."""

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest

from auscult.errors import AudioError, ConfigError
from auscult.types import CLASSES_3, CLASSES_3_OF_5, CLASSES_5, Prediction, Recording, Split

HALVES = {"murmur": 0.5, "normal": 0.5}


def test_a_recording_is_contiguous_single_precision_and_read_only() -> None:
    recording = Recording(np.linspace(-1, 1, 10)[::2], 5)
    assert recording.samples.dtype == np.float32
    assert recording.samples.flags.c_contiguous
    assert recording.duration_s == 1.0
    with pytest.raises(ValueError, match="read-only"):
        recording.samples[0] = 0
    with pytest.raises(FrozenInstanceError):
        recording.rate_hz = 7  # type: ignore[misc]


@pytest.mark.parametrize(
    ("samples", "rate_hz", "message"),
    [
        (np.zeros((2, 3)), 4_000, r"x\.wav: samples have shape \(2, 3\); wanted one dimension"),
        (np.zeros(0), 4_000, r"x\.wav: holds no samples"),
        (np.zeros(3), 0, r"x\.wav: rate_hz=0 must be positive"),
        (np.zeros(3), 0.5, r"x\.wav: rate_hz=0\.5 must be positive and a whole number"),
        (np.zeros(3), np.nan, r"rate_hz=nan must be"),
        (np.array([0, np.nan, np.inf]), 4_000, r"x\.wav: 2 of 3 samples are NaN or infinite"),
    ],
)
def test_what_is_no_recording_is_refused(samples: np.ndarray, rate_hz: float, message: str) -> None:
    with pytest.raises(AudioError, match=message):
        Recording(samples, rate_hz, "x.wav")  # type: ignore[arg-type]


def test_a_whole_number_is_a_rate_whatever_its_type() -> None:
    recording = Recording(np.zeros(8_000), np.float64(4_000), "x.wav")  # type: ignore[arg-type]
    assert (recording.rate_hz, type(recording.rate_hz)) == (4_000, int)


def test_three_classes_are_a_view_of_five() -> None:
    assert tuple(CLASSES_3_OF_5) == CLASSES_5
    assert set(CLASSES_3_OF_5.values()) == set(CLASSES_3)
    with pytest.raises(TypeError):
        CLASSES_3_OF_5["normal"] = "murmur"  # type: ignore[index]


SPLIT = Split("p", 3, 0, train=("a", "b"), validation=("c",), test=("d",))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"train": ()}, "fold 3 of protocol 'p' has 0 training and 1 test rows"),
        ({"test": ()}, "has 2 training and 0 test rows"),
        ({"test": ("d", "a")}, "fold 3 of protocol 'p' gives a row two roles"),
        ({"validation": ("b",)}, "gives a row two roles"),
        ({"validation": ("d",)}, "gives a row two roles"),
        ({"train": ("a", "a")}, "gives a row two roles"),
        ({"stops_on_test": True, "test": ("a",)}, "gives a row two roles"),
    ],
)
def test_a_split_gives_every_row_one_role(change: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        replace(SPLIT, **change)


def test_only_a_leaking_split_may_score_its_validation_rows() -> None:
    assert replace(SPLIT, test=("c", "d"), stops_on_test=True).test == ("c", "d")


def test_a_prediction_knows_its_confidence() -> None:
    judged = Prediction("a", "ok", label="murmur", probabilities={"murmur": 0.7, "normal": 0.3})
    assert judged.confidence == 0.7
    assert Prediction("a", "refused", reason="silent", probabilities=HALVES).confidence is None
    with pytest.raises(TypeError):
        judged.probabilities["murmur"] = 1.0  # type: ignore[index]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"status": "ok"}, "a: a judged recording needs a label and probabilities"),
        ({"status": "ok", "label": "murmur"}, "needs a label and probabilities"),
        ({"status": "ok", "probabilities": HALVES}, "needs a label and probabilities"),
        ({"status": "refused", "probabilities": HALVES}, "a refused recording needs a reason"),
        ({"status": "error", "reason": "x", "label": "murmur"}, "an? error recording needs"),
        (
            {"status": "ok", "label": "m", "probabilities": {"m": 0.5, "n": 0.4}},
            r"a: probabilities sum to 0\.9000, not 1",
        ),
    ],
)
def test_a_prediction_that_contradicts_itself_is_refused(
    given: dict[str, object], message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        Prediction("a", **given)
