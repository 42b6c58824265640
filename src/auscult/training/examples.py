"""Rows → features: computed once, kept in the run folder, read again on resume.

Conventions
-----------
features : float32, shape (n_windows_in_all, n_features); ``row`` gives the row each window is of
labels   : int, shape (n_rows,)
"""

import io
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from auscult.aggregate import mean_probabilities
from auscult.audio import read_recording
from auscult.config import digest
from auscult.errors import RunError
from auscult.files import write_atomically
from auscult.frontend import Frontend
from auscult.progress import Progress
from auscult.silence import SILENCE_RULE
from auscult.splits import Role, Row
from auscult.training.variants import VARIANTS
from auscult.types import Entry, FloatArray, Split


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """Windows of some rows, with the class of each row and the roles they were taken for.

    Rows fresh from :func:`make_examples` have no role, and nothing can be fitted on them: a part of
    a split is taken with :meth:`of`, and holds none of the other rows.
    """

    row_ids: tuple[str, ...]
    labels: NDArray[np.int64]
    features: FloatArray
    row: NDArray[np.int64]
    roles: frozenset[Role] = frozenset()

    def of(self, split: Split, *roles: Role) -> Self:
        """Return the windows of the rows that have one of ``roles`` in ``split``."""
        row_ids = [row_id for role in roles for row_id in getattr(split, role)]
        return replace(self.select(row_ids), roles=frozenset(roles))

    def unscored(self, row_ids: Sequence[str], role: Role) -> Self:
        """Return the windows of ``row_ids`` for a model that is shipped and scored nowhere."""
        return replace(self.select(row_ids), roles=frozenset({role}))

    def select(self, row_ids: Sequence[str]) -> Self:
        """Return the windows of ``row_ids``, in their order."""
        place = {row_id: index for index, row_id in enumerate(self.row_ids)}
        wanted = np.array([place[row_id] for row_id in row_ids], dtype=np.int64)
        windows = [np.flatnonzero(self.row == index) for index in wanted]
        return type(self)(
            tuple(row_ids),
            self.labels[wanted],
            self.features[np.concatenate(windows)],
            np.repeat(np.arange(len(wanted)), [len(w) for w in windows]),
            self.roles,
        )

    @property
    def window_labels(self) -> NDArray[np.int64]:
        """Class of each window, shape (n_windows_in_all,)."""
        return self.labels[self.row]

    def by_row(self, window_probabilities: FloatArray) -> FloatArray:
        """Average windows to rows: float32, shape (n_rows, n_classes)."""
        return np.stack(
            [
                mean_probabilities(window_probabilities[self.row == index])
                for index in range(len(self.row_ids))
            ]
        )


def class_weights(labels: NDArray[np.int64], n_classes: int) -> FloatArray:
    """Return n / (n_classes · count) for each class: float32, shape (n_classes,).

    A class that does not occur weighs nothing.
    """
    counts = np.bincount(labels, minlength=n_classes)
    weights: FloatArray = np.where(
        counts > 0, len(labels) / (n_classes * np.maximum(counts, 1)), 0.0
    ).astype(np.float32)
    return weights


def make_examples(
    entries: Sequence[Entry],
    rows: Sequence[Row],
    classes: Sequence[str],
    frontend: Frontend,
    *,
    cache: Path,
    progress: Progress,
) -> Examples:
    """Compute the features of every row, or read them from ``cache`` if they are the same rows'."""
    key = digest([frontend, SILENCE_RULE, [(r.row_id, r.label) for r in rows]])
    labels = np.array([classes.index(row.label) for row in rows], dtype=np.int64)
    row_ids = tuple(row.row_id for row in rows)
    if cached := _read_cache(cache, key):
        return Examples(row_ids, labels, *cached)
    paths = {entry.recording_id: entry.path for entry in entries}
    variants: dict[str, list[str]] = {}
    for row in rows:
        variants.setdefault(row.recording_id, []).append(row.variant)

    def of_recording(recording_id: str) -> list[FloatArray]:
        samples = frontend.prepare(read_recording(paths[recording_id]))
        return [
            frontend.describe(VARIANTS[name](samples, frontend.rate_hz) if name else samples)
            for name in variants[recording_id]
        ]

    with ThreadPoolExecutor(max_workers=2) as pool:
        done = progress.track(pool.map(of_recording, variants), "features", len(variants))
        blocks = [block for blocks in done for block in blocks]
    features = np.concatenate(blocks)
    row_of = np.repeat(np.arange(len(blocks)), [len(block) for block in blocks])
    buffer = io.BytesIO()
    np.savez(buffer, key=key, features=features, row=row_of)
    write_atomically(cache, buffer.getvalue())
    return Examples(row_ids, labels, features, row_of)


def _read_cache(cache: Path, key: str) -> tuple[FloatArray, NDArray[np.int64]] | None:
    if not cache.is_file():
        return None
    try:
        with np.load(io.BytesIO(cache.read_bytes()), allow_pickle=False) as stored:
            return (stored["features"], stored["row"]) if str(stored["key"]) == key else None
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise RunError(f"{cache}: is damaged ({error}); delete it and run again") from error
