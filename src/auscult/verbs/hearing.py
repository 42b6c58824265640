"""Open many files on all cores: a hash of each, its length, and what its signal says against it.

What is known already is not decoded again. A file counts as known while its size and its time of
change are those it was heard with, it could be read then, and the rules have not changed since
(``RULES``). A change that keeps both to the nanosecond is not seen here; ``verify`` hashes every
byte and sees it.

What is heard is written down at once, a line a file, in a journal beside the manifest, so that an
interrupted run goes on where it stopped; the journal is removed when the manifest is written.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from auscult.audio import read_recording
from auscult.audio.hashing import file_sha256, samples_sha256
from auscult.datasets.manifest_row import Heard
from auscult.errors import AuscultError, DatasetError
from auscult.pool import in_order
from auscult.preprocess.findings import signal_findings
from auscult.progress import Progress

RULES = 2
"""Raised whenever :func:`hear` tells something else of the same file."""


def hear(path: Path) -> Heard:
    """Open one file and return what it tells; a file that will not open is a finding."""
    size_bytes, mtime_ns = stamp(path)
    sha256 = None
    try:
        sha256 = file_sha256(path)
        recording = read_recording(path)
    except (AuscultError, MemoryError) as error:
        # subtle: without the path, which stands in the row and differs from machine to machine.
        said = str(error).removeprefix(f"{path}: ") or "does not fit into memory"
        return Heard(size_bytes, mtime_ns, sha256, findings={"unreadable": said})
    return Heard(
        size_bytes,
        mtime_ns,
        sha256,
        samples_sha256(recording.samples),
        recording.rate_hz,
        round(recording.duration_s, 6),
        recording.n_channels,
        signal_findings(recording),
    )


def stamp(path: Path) -> tuple[int, int]:
    """Return size in bytes and time of change in nanoseconds; zeros where there is no file."""
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_size, found.st_mtime_ns


@dataclass(frozen=True)
class Memory:
    """What is known of files from earlier, and the journal that new hearings are added to.

    Parameters
    ----------
    journal
        Where hearings are written down, a JSON object a line.
    known
        Path → what was heard. Grows by some hundred bytes a file; samples are never kept.
    """

    journal: Path
    known: dict[Path, Heard]

    def __getitem__(self, path: Path) -> Heard:
        return self.known[path]

    def unheard(self, paths: Iterable[Path]) -> list[Path]:
        """Return the paths that must be opened, in order."""
        return [path for path in paths if not self._still(path)]

    def _still(self, path: Path) -> bool:
        heard = self.known.get(path)
        if heard is None or not heard.readable:
            return False
        return stamp(path) == (heard.size_bytes, heard.mtime_ns)

    def hear(self, paths: list[Path], n_workers: int, progress: Progress) -> None:
        """Open ``paths`` on ``n_workers`` processes; write down each as it comes.

        Raises
        ------
        DatasetError
            If the journal cannot be written.
        RunError
            If a worker dies.
        """
        try:
            self.journal.parent.mkdir(parents=True, exist_ok=True)
            with (
                self.journal.open("a", encoding="utf-8") as journal,
                closing(in_order(hear, paths, n_workers)) as heard,
            ):
                told_of = zip(paths, heard, strict=True)
                for path, told in progress.track(told_of, "listening", len(paths)):
                    self.known[path] = told
                    line = {"rules": RULES, "path": str(path), **asdict(told)}
                    journal.write(f"{json.dumps(line)}\n")
                    journal.flush()
        except OSError as error:
            raise DatasetError(f"{self.journal}: cannot be written ({error.strerror})") from error

    def forget_journal(self) -> None:
        """Remove the journal: the manifest holds everything now."""
        with suppress(OSError):
            self.journal.unlink(missing_ok=True)


def remembered(journal: Path, known: Mapping[Path, Heard], *, fresh: bool) -> Memory:
    """Return what is known from a manifest and from the journal of a run that did not end.

    ``fresh`` forgets both.
    """
    if fresh:
        with suppress(OSError):
            journal.unlink(missing_ok=True)
        return Memory(journal, {})
    return Memory(journal, {**known, **dict(_of_journal(journal))})


def _of_journal(journal: Path) -> Iterator[tuple[Path, Heard]]:
    """Yield what stands in the journal; lines cut by the interruption tell nothing."""
    try:
        text = journal.read_text(encoding="utf-8")
    except OSError:
        return
    for line in text.splitlines():
        try:
            told: dict[str, Any] = json.loads(line)
            if told.pop("rules") == RULES:
                yield Path(told.pop("path")), Heard(**told)
        except (ValueError, KeyError, TypeError, AttributeError):
            continue
