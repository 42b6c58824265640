"""The cycle of every recording, its states told by a segmenter that has not met the person.

The shipped segmenter learned from people whose states are published. Of them it knows the beats too
well: what is measured by it in training would not be what is measured of somebody new. So those are
told by the fold of ``auscult train-segmenter`` that left the person out, in training and in test.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from auscult.audio import read_recording
from auscult.bundle import DESCRIPTION, Bundle, find_bundle, read_bundle
from auscult.config import digest
from auscult.errors import BundleError, ConfigError
from auscult.files import undamaged, write_atomically
from auscult.frontend import CycleFrontend
from auscult.progress import Progress
from auscult.silence import SILENCE_RULE
from auscult.state_finder import StateFinder
from auscult.training.segmenter_options import fold_of
from auscult.types import Entry, FloatArray

SHIPPED = "segmenter"


@dataclass(frozen=True, slots=True, eq=False)
class StateFinders:
    """Who tells the states of whom.

    Parameters
    ----------
    shipped
        Of the bundle that everybody has.
    taught_by
        The dataset it learned from.
    folds
        Fold → who has not met its people; empty where none were trained.
    """

    shipped: StateFinder
    taught_by: str
    folds: tuple[StateFinder, ...] = ()

    def of(self, entry: Entry) -> StateFinder:
        """Return who tells the states of a recording.

        Raises
        ------
        ConfigError
            If it taught the segmenter, and there are no folds.
        """
        if entry.dataset != self.taught_by:
            return self.shipped
        if not self.folds:
            raise ConfigError(
                f"the shipped segmenter has met the people of {self.taught_by}; train it without "
                "them (`auscult train-segmenter PATH --out FOLDER`) and give that folder as "
                "`--segmenter FOLDER`"
            )
        return self.folds[fold_of(entry.group.removeprefix(f"{entry.dataset}/"), len(self.folds))]

    def check(self, entries: Sequence[Entry]) -> None:
        """Refuse recordings whose states nobody can tell honestly.

        Raises
        ------
        ConfigError
            As :meth:`of`.
        """
        for entry in entries:
            self.of(entry)

    @property
    def digest(self) -> str:
        """What everybody who tells states is: a SHA-256."""
        everybody = [finder.listener for finder in (self.shipped, *self.folds)]
        return digest([[own.describe(), own.hashes()] for own in everybody])


def find_state_finders(folder: str | Path | None) -> StateFinders:
    """Return the shipped segmenter and the folds in a folder of ``auscult train-segmenter``.

    Raises
    ------
    BundleError
        If a fold is missing, was changed, or left out other people.
    """
    shipped = read_bundle(find_bundle(SHIPPED))
    about = shipped.provenance
    folds: tuple[StateFinder, ...] = ()
    if folder is not None:
        n_folds = int(about["options"]["n_folds"])
        read = (_read_fold(Path(folder), k, about) for k in range(n_folds))
        folds = tuple(_finder(bundle) for bundle in read)
    return StateFinders(_finder(shipped), str(about["data"]["dataset"]), folds)


def _finder(bundle: Bundle) -> StateFinder:
    return StateFinder(bundle.listeners[0])


def _read_fold(folder: Path, fold: int, about: Mapping[str, Any]) -> Bundle:
    """Return a fold's bundle, which left out the people it says it did."""
    place = folder / f"fold-{fold}"
    if not (place / DESCRIPTION).is_file():
        raise BundleError(
            f"{place}: holds no segmenter; give `--segmenter` the folder that "
            "`auscult train-segmenter PATH --out FOLDER` wrote, all of its folds finished"
        )
    bundle = read_bundle(place)
    told, wanted = (
        (p["part"], p["options"]["n_folds"], p["data"]["dataset"])
        for p in (bundle.provenance, {**about, "part": f"fold-{fold}"})
    )
    if told != wanted:
        raise BundleError(
            f"{place}: is part {told[0]} of {told[1]} folds of {told[2]}; wanted "
            f"is {wanted[0]} of {wanted[1]} of {wanted[2]}: train the segmenter again"
        )
    return bundle


def read_cycles(
    entries: Sequence[Entry],
    frontend: CycleFrontend,
    finders: StateFinders,
    cache: Path,
    progress: Progress,
) -> FloatArray:
    """Return the measurements: float32, shape (n_recordings, n_values), from ``cache`` if there.

    Raises
    ------
    ConfigError
        If nobody can tell the states of a recording honestly.
    RunError
        If the cache is damaged or cannot be written.
    """
    chosen = [finders.of(entry) for entry in entries]
    whose = [[entry.recording_id, entry.group] for entry in entries]
    key = digest([frontend, finders.digest, SILENCE_RULE, whose])
    if cache.is_file():
        # subtle: opened here, because numpy leaves a damaged file open
        with undamaged(cache), cache.open("rb") as file:
            stored = np.load(file, allow_pickle=False)
            if str(stored["key"]) == key:
                kept: FloatArray = stored["features"]
                return kept

    def measured(entry: Entry, finder: StateFinder) -> FloatArray:
        values: FloatArray = finder.measure(frontend, read_recording(entry.path))[0]
        return values

    with ThreadPoolExecutor(max_workers=2) as pool:
        described = pool.map(measured, entries, chosen)
        rows = list(progress.track(described, "measuring cycles", len(entries)))
    features = np.stack(rows)
    write_atomically(cache, lambda file: np.savez(file, key=key, features=features))
    return features
