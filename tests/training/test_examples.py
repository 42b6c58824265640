"""Rows become windows once; weights and averages are as by hand."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from auscult.audio import write_wav
from auscult.errors import RunError
from auscult.features import LogMel, TimeMean
from auscult.frontend import Frontend
from auscult.preprocess import Sliding
from auscult.progress import Silent
from auscult.splits import Row, make_rows
from auscult.training import examples as module
from auscult.training.examples import Examples, class_weights, make_examples
from auscult.types import Entry, Recording

CLASSES = ("murmur", "normal")
WINDOWS = np.array([[0.9, 0.1], [0.5, 0.5], [0.2, 0.8]], np.float32)
TWO_ROWS = Examples(("a", "b"), np.array([1, 0]), WINDOWS, np.array([0, 0, 1]))


def test_class_weights_by_hand() -> None:
    labels = np.array([0, 0, 0, 0, 0, 0, 1, 1])
    np.testing.assert_allclose(class_weights(labels, 2), [8 / 12, 8 / 4])
    np.testing.assert_allclose(class_weights(labels, 3), [8 / 18, 8 / 6, 0])


def test_windows_are_averaged_to_rows() -> None:
    np.testing.assert_allclose(TWO_ROWS.by_row(WINDOWS), [[0.7, 0.3], [0.2, 0.8]], atol=1e-6)


def test_window_labels_are_those_of_their_rows() -> None:
    assert TWO_ROWS.window_labels.tolist() == [1, 1, 0]


def test_selecting_keeps_windows_with_their_rows_in_the_order_asked_for() -> None:
    chosen = TWO_ROWS.select(["b", "a"])
    assert chosen.row_ids == ("b", "a")
    assert chosen.labels.tolist() == [0, 1]
    assert chosen.row.tolist() == [0, 1, 1]
    np.testing.assert_array_equal(chosen.features, WINDOWS[[2, 0, 1]])
    assert TWO_ROWS.select(["b"]).features.shape == (1, 2)


@pytest.fixture
def dataset(tmp_path: Path) -> tuple[list[Entry], tuple[Row, ...]]:
    entries = []
    for index, label in enumerate(CLASSES):
        noise = np.random.default_rng(index).uniform(-0.5, 0.5, 4_000 * (index + 1))
        path = write_wav(tmp_path / f"{label}.wav", Recording(noise.astype(np.float32), 2_000))
        entries.append(Entry(label, path, "made", "B", label, group=label))
    return entries, make_rows(entries, CLASSES, ("stretch=0.8",))


FRONTEND = Frontend(1_000, TimeMean(LogMel(n_bands=8, n_fft=128, hop_length=64)))
SLIDING = replace(FRONTEND, windowing=Sliding(length_s=1.0, hop_s=1.0))


def made(dataset: tuple[list[Entry], tuple[Row, ...]], cache: Path, front: Frontend) -> Examples:
    return make_examples(*dataset, CLASSES, front, cache=cache, progress=Silent())


def test_every_row_has_its_windows(
    dataset: tuple[list[Entry], tuple[Row, ...]], tmp_path: Path
) -> None:
    built = made(dataset, tmp_path / "cache.npz", SLIDING)
    assert built.row_ids == ("murmur", "murmur@stretch=0.8", "normal", "normal@stretch=0.8")
    assert np.bincount(built.row).tolist() == [2, 3, 4, 5]  # 2 s and 2.5 s, 4 s and 5 s
    assert built.labels.tolist() == [0, 0, 1, 1]
    assert built.features.shape == (14, 8)


def test_features_are_computed_once_and_anew_for_another_front_end(
    dataset: tuple[list[Entry], tuple[Row, ...]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "cache.npz"
    first = made(dataset, cache, FRONTEND)
    opened = []

    def counting(path: Path) -> Recording:
        opened.append(path)
        return Recording(np.ones(4_000, np.float32), 2_000)

    monkeypatch.setattr(module, "read_recording", counting)
    again = made(dataset, cache, FRONTEND)
    assert not opened
    np.testing.assert_array_equal(again.features, first.features)
    other = made(dataset, cache, replace(FRONTEND, rate_hz=2_000))
    assert len(opened) == 2
    assert not np.array_equal(other.features, first.features)
    entries, rows = dataset
    made((entries, rows[:-1]), cache, replace(FRONTEND, rate_hz=2_000))
    assert len(opened) == 4


def test_a_damaged_cache_is_named(
    dataset: tuple[list[Entry], tuple[Row, ...]], tmp_path: Path
) -> None:
    cache = tmp_path / "cache.npz"
    made(dataset, cache, FRONTEND)
    whole = cache.read_bytes()
    for damaged in (whole[:-300], b"", b"no zip"):
        cache.write_bytes(damaged)
        with pytest.raises(RunError, match=r"cache\.npz: is damaged .*delete it and run again"):
            made(dataset, cache, FRONTEND)
