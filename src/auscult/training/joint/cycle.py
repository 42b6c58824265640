"""The cycle of every recording, its states told by a segmenter that has not met the person.

The shipped segmenter learned from people whose states are published. Of them it knows the beats too
well: what is measured by it in training would not be what is measured of somebody new. So those are
told by the fold of ``auscult train-segmenter`` that left the person out, in training and in test.
"""

import io
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from auscult.audio import read_recording
from auscult.bundle import Bundle, find_bundle, read_bundle
from auscult.config import digest
from auscult.errors import ConfigError
from auscult.files import write_atomically
from auscult.frontend import CycleFrontend
from auscult.listener import Listener
from auscult.progress import Progress
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

    @property
    def listeners(self) -> tuple[Listener, ...]:
        """Everybody who tells states."""
        return tuple(finder.listener for finder in (self.shipped, *self.folds))


def find_state_finders(folder: str | Path | None) -> StateFinders:
    """Return the shipped segmenter and the folds in a folder of ``auscult train-segmenter``.

    Raises
    ------
    BundleError
        If a fold is missing or was changed.
    """
    shipped = read_bundle(find_bundle(SHIPPED))
    folds: tuple[StateFinder, ...] = ()
    if folder is not None:
        n_folds = int(shipped.provenance["options"]["n_folds"])
        folds = tuple(_finder(read_bundle(Path(folder) / f"fold-{k}")) for k in range(n_folds))
    return StateFinders(_finder(shipped), str(shipped.provenance["data"]["dataset"]), folds)


def _finder(bundle: Bundle) -> StateFinder:
    return StateFinder(bundle.listeners[0])


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
    """
    chosen = [finders.of(entry) for entry in entries]
    networks = [listener.hashes() for listener in finders.listeners]
    key = digest([frontend, networks, [entry.recording_id for entry in entries]])
    if cache.is_file():
        with np.load(cache, allow_pickle=False) as stored:
            if str(stored["key"]) == key:
                kept: FloatArray = stored["features"]
                return kept

    def measured(entry: Entry, finder: StateFinder) -> FloatArray:
        heard = frontend.cut(read_recording(entry.path))
        values: FloatArray = frontend(heard, finder(heard))[0]
        return values

    with ThreadPoolExecutor(max_workers=2) as pool:
        described = pool.map(measured, entries, chosen)
        rows = list(progress.track(described, "measuring cycles", len(entries)))
    buffer = io.BytesIO()
    np.savez(buffer, key=key, features=np.stack(rows))
    write_atomically(cache, buffer.getvalue())
    return np.stack(rows)
