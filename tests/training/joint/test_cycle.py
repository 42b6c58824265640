"""Whose segmenter tells the states of whom, and that it is asked once."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from auscult import PRESETS, synthesise
from auscult.bundle import find_bundle, read_bundle
from auscult.errors import AudioError, BundleError, ConfigError, RunError
from auscult.frontend import CYCLE
from auscult.progress import Silent
from auscult.state_finder import StateFinder
from auscult.training.joint.cycle import StateFinders, find_state_finders, read_cycles
from auscult.training.segmenter_options import fold_of
from auscult.types import Entry

N_FOLDS = 5


def entry_of(dataset: str, person: str, path: Path = Path("none.wav")) -> Entry:
    name = f"{dataset}/{person}_AV"
    return Entry(name, path, dataset, "", "normal", group=f"{dataset}/{person}")


@pytest.fixture(scope="module")
def shipped() -> StateFinder:
    return StateFinder(read_bundle(find_bundle("segmenter")).listeners[0])


@pytest.fixture(scope="module")
def folds(shipped: StateFinder) -> tuple[StateFinder, ...]:
    return tuple(StateFinder(replace(shipped.listener, name=f"fold-{n}")) for n in range(N_FOLDS))


def test_people_who_taught_the_segmenter_are_heard_by_the_fold_without_them(
    shipped: StateFinder, folds: tuple[StateFinder, ...]
) -> None:
    finders = StateFinders(shipped, "circor", folds)
    for person in ("2530", "9979", "9983"):
        assert finders.of(entry_of("circor", person)) is folds[fold_of(person, N_FOLDS)]
    assert finders.of(entry_of("pascal", "2530")) is shipped


def test_without_folds_they_are_refused(shipped: StateFinder) -> None:
    finders = StateFinders(shipped, "circor")
    with pytest.raises(ConfigError, match="has met the people of circor"):
        finders.of(entry_of("circor", "2530"))


def test_the_shipped_segmenter_says_whom_it_has_met() -> None:
    assert find_state_finders(None).taught_by == "circor"


def test_a_folder_without_folds_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"fold-0: holds no segmenter; .* `auscult train-segm"):
        find_state_finders(tmp_path)


def test_cycles_are_measured_once_and_again_when_the_segmenter_is_another(
    tmp_path: Path, shipped: StateFinder, folds: tuple[StateFinder, ...]
) -> None:
    made = synthesise(replace(PRESETS["normal"], duration_s=3.0), rate_hz=2_000, seed=1)
    sound = tmp_path / "heart.wav"
    soundfile.write(sound, made.recording.samples / 4, 2_000)
    entries, cache = [entry_of("pascal", "7", sound)], tmp_path / "measured.npz"
    first = read_cycles(entries, CYCLE, StateFinders(shipped, "circor"), cache, Silent())
    sound.unlink()
    kept = read_cycles(entries, CYCLE, StateFinders(shipped, "circor"), cache, Silent())
    np.testing.assert_array_equal(first, kept)
    with pytest.raises(AudioError, match=r"heart\.wav"):
        read_cycles(entries, CYCLE, StateFinders(shipped, "circor", folds), cache, Silent())


@pytest.mark.parametrize("left", [0, 20, 400])
def test_measurements_cut_off_are_told_and_not_read(
    tmp_path: Path, shipped: StateFinder, left: int
) -> None:
    cache = tmp_path / "measured.npz"
    np.savez(cache, key="", features=np.zeros((1, 9)))
    cache.write_bytes(cache.read_bytes()[:left])
    with pytest.raises(RunError, match=r"measured\.npz: is damaged \(.*\); delete it and run"):
        read_cycles([], CYCLE, StateFinders(shipped, "circor"), cache, Silent())


def put_folds(folder: Path, *, n_folds: int = N_FOLDS, dataset: str = "circor") -> Path:
    """Write the shipped segmenter as each fold of a training."""
    shipped = read_bundle(find_bundle("segmenter"))
    for fold in range(N_FOLDS):
        about = {
            "part": f"fold-{fold}",
            "options": {**shipped.provenance["options"], "n_folds": n_folds},
            "data": {**shipped.provenance["data"], "dataset": dataset},
        }
        replace(shipped, provenance=about).write(folder / f"fold-{fold}")
    return folder


def test_the_folds_of_a_training_are_read(tmp_path: Path) -> None:
    finders = find_state_finders(put_folds(tmp_path))
    assert len(finders.folds) == N_FOLDS
    assert finders.digest != find_state_finders(None).digest


def test_folds_that_left_out_other_people_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="of 10 folds of circor; wanted"):
        find_state_finders(put_folds(tmp_path / "ten", n_folds=10))
    with pytest.raises(BundleError, match="of pascal; wanted"):
        find_state_finders(put_folds(tmp_path / "other", dataset="pascal"))
    folder = put_folds(tmp_path / "swapped")
    read_bundle(folder / "fold-1").write(folder / "fold-0")
    with pytest.raises(BundleError, match="is part fold-1"):
        find_state_finders(folder)
