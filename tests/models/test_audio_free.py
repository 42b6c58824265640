"""Guessers that never hear a sound know what their names say, and nothing else."""

from pathlib import Path

import numpy as np
import pytest

from auscult.models.audio_free import AUDIO_FREE, Known
from auscult.types import Entry


def known(  # noqa: PLR0917 - a row of a table
    group: str,
    label: int,
    taken_at_s: float | None = None,
    subset: str = "B",
    rate_hz: int = 4_000,
    duration_s: float = 3.0,
) -> Known:
    entry = Entry(
        "x", Path("x.wav"), "pascal", subset, "normal", group=group, taken_at_s=taken_at_s
    )
    return Known(entry, rate_hz, duration_s, label)


TRAIN = [
    known("g", 1, 100.0),
    known("g", 1, 110.0),
    known("h", 0, 500.0),
    known("h", 2, 900.0),
    known("i", 2, 101.0, subset="A", rate_hz=44_100, duration_s=9.0),
]
SHARES = np.array([0.2, 0.4, 0.4])


@pytest.mark.parametrize("name", sorted(AUDIO_FREE))
def test_every_answer_is_a_distribution_over_all_classes(name: str) -> None:
    test = [known("g", 0), known("new", 1, 105.0), known("i", 2, 1.0, subset="C")]
    answers = AUDIO_FREE[name](TRAIN, test, 4)
    assert answers.shape == (3, 4)
    assert answers.dtype == np.float32
    assert (answers >= 0).all()
    np.testing.assert_allclose(answers.sum(axis=1), 1, atol=1e-6)
    assert not answers[:, 3].any()  # never seen


@pytest.mark.parametrize("name", sorted(AUDIO_FREE))
def test_the_label_of_a_test_row_changes_nothing(name: str) -> None:
    first, other = ([known("g", label, 105.0), known("new", label)] for label in (0, 2))
    np.testing.assert_array_equal(
        AUDIO_FREE[name](TRAIN, first, 3), AUDIO_FREE[name](TRAIN, other, 3)
    )


def answer(name: str, test: Known) -> np.ndarray:
    return AUDIO_FREE[name](TRAIN, [test], 3)[0]


def test_majority_gives_the_shares() -> None:
    np.testing.assert_allclose(answer("majority", known("g", 0)), SHARES)


def test_group_copy_gives_the_shares_of_the_group_or_of_all() -> None:
    np.testing.assert_allclose(answer("group copy", known("g", 0)), [0, 1, 0])
    np.testing.assert_allclose(answer("group copy", known("h", 0)), [0.5, 0, 0.5])
    np.testing.assert_allclose(answer("group copy", known("new", 0)), SHARES)


def test_nearest_in_time_looks_in_the_same_set_alone() -> None:
    np.testing.assert_allclose(answer("nearest in time", known("n", 0, 101.0)), [0, 1, 0])
    np.testing.assert_allclose(answer("nearest in time", known("n", 0, 690.0)), [1, 0, 0])
    np.testing.assert_allclose(answer("nearest in time", known("n", 0, 9.0, "A")), [0, 0, 1])
    np.testing.assert_allclose(answer("nearest in time", known("n", 0, 9.0, "C")), SHARES)
    np.testing.assert_allclose(answer("nearest in time", known("n", 0, None)), SHARES)


def test_rate_and_duration_tell_what_the_headers_tell() -> None:
    train = [known("g", 0)] * 40 + [known("g", 1, rate_hz=44_100, duration_s=9.0)] * 40
    test = [known("x", 2), known("x", 2, rate_hz=44_100, duration_s=9.0)]
    answers = AUDIO_FREE["rate + duration"](train, test, 3)
    assert answers.argmax(axis=1).tolist() == [0, 1]
    assert answers.max(axis=1).min() > 0.9
