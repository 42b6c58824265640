"""Verify: a manifest against the disk, byte for byte.

Every file is read and hashed, so that a change which kept size and time is found too. New files are
sought by scanning the indexed datasets again, where they still lie.
"""

from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from os.path import normpath
from pathlib import Path

from auscult.audio.hashing import file_sha256
from auscult.datasets import DATASETS, find_dataset
from auscult.datasets.manifest import Manifest
from auscult.errors import AudioError, DatasetError
from auscult.pool import in_order, n_cores
from auscult.progress import Progress, Silent


@dataclass(frozen=True, slots=True)
class Verified:
    """How a manifest differs from the disk.

    ``changed`` and ``missing`` are row and path as in the table, ``new`` the files that the indexed
    datasets hold now and the table does not list, ``unscanned`` a sentence for each dataset in
    which new files could not be sought.
    """

    n_recordings: int
    changed: tuple[tuple[int, str], ...] = ()
    missing: tuple[tuple[int, str], ...] = ()
    new: tuple[str, ...] = ()
    unscanned: tuple[str, ...] = ()

    @property
    def n_differences(self) -> int:
        """How many files are not as the manifest tells."""
        return len(self.changed) + len(self.missing) + len(self.new)


def verify(
    path: str | Path, *, n_workers: int | None = None, progress: Progress | None = None
) -> Verified:
    """Hash every file of the manifest at ``path`` and compare.

    Raises
    ------
    DatasetError
        If it is no manifest, contradicts itself, or holds no hashes.
    """
    progress = progress or Silent()
    path = Path(normpath(Path(path).absolute()))
    if not Manifest.recognises(path):
        raise DatasetError(f"{path}: is no manifest; write one with `auscult data index`")
    manifest = Manifest.at(path)
    if not any(row.get("sha256") for _, row in manifest.rows):
        raise DatasetError(
            f"{path}: has no hashes in sha256, so no change can be told; index again"
        )
    places = [entry.path for entry in manifest.entries(path)]
    changed, missing = [], []
    with closing(in_order(_sha256, places, n_workers or n_cores())) as hashes:
        pairs = zip(manifest.rows, hashes, strict=True)
        for (number, row), (is_there, sha256) in progress.track(pairs, "hashing", len(places)):
            if not is_there:
                missing.append((number, row["path"]))
            elif sha256 != row.get("sha256"):
                changed.append((number, row["path"]))
    new, unscanned = _new_files(manifest, path, {*places})
    return Verified(len(places), tuple(changed), tuple(missing), tuple(new), tuple(unscanned))


def refuse_changed(path: str | Path) -> None:
    """Refuse the manifest at ``path`` if a file is not as it was indexed; let anything else pass.

    Whoever learns from a manifest, or scores on it, asks first: its labels were given to the files
    it hashed.

    Raises
    ------
    DatasetError
        Naming manifest, row and file.
    """
    path = Path(normpath(Path(path).absolute()))
    if not Manifest.recognises(path):
        return
    manifest = Manifest.at(path)
    for (number, row), entry in zip(manifest.rows, manifest.entries(path), strict=True):
        if (wanted := row.get("sha256")) and _sha256(entry.path) != (True, wanted):
            raise DatasetError(
                f"{path}, row {number}: {row['path']} is not as it was indexed; `auscult data "
                "verify` lists all that changed, `auscult data index` writes the table anew"
            )


def _sha256(path: Path) -> tuple[bool, str | None]:
    """Return whether there is a file, and its hash if it can be read."""
    try:
        return True, file_sha256(path)
    except AudioError:
        return path.exists(), None


def _new_files(
    manifest: Manifest, path: Path, listed: Iterable[Path]
) -> tuple[list[str], list[str]]:
    known = set(listed)
    new: list[str] = []
    unscanned = [] if manifest.about.sources else ["the manifest does not tell what was indexed"]
    for name, folder in manifest.about.sources:
        place = Path(normpath(path.parent / folder))
        try:
            entries = find_dataset(place, DATASETS.values()).scan(place)
        except DatasetError as error:
            unscanned.append(f"{name} cannot be scanned ({error})")
            continue
        new += [str(e.path) for e in entries if Path(normpath(e.path)) not in known]
    return new, unscanned
