"""Fetch one file: go on where it broke off, try again with patience, check what came.

The file has its name only when all of it is there and, where a checksum was published, right.
Addresses are tried in order; one that refuses gives way to the next, one that breaks off is asked
again for the rest. The count of tries starts afresh whenever ``progress_bytes`` more came than
ever before, so a slow and broken line ends, and a dead one does not hold anybody.

Differences from pooch and requests
-----------------------------------
Neither resumes. A body that ends early is noticed here by counting: ``http.client`` returns it
without complaint when it is read piece by piece.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPException
from pathlib import Path

from auscult.download.amounts import amount
from auscult.download.checksums import sha256_of
from auscult.download.meter import Meter, SilentMeter
from auscult.download.part import Origin, Part, check_room, disk_errors
from auscult.download.transfer import (
    Answer,
    BrokenError,
    RefusedError,
    StaleError,
    ask,
    unreachable,
)
from auscult.errors import ConfigError, DownloadError

CHUNK_BYTES = 1 << 18


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for an answer and how often to ask.

    Raises
    ------
    ConfigError
        If a number is not positive, or the first wait is longer than the longest.
    """

    n_tries: int = 6
    timeout_s: float = 30.0
    first_wait_s: float = 1.0
    longest_wait_s: float = 60.0
    progress_bytes: int = 1 << 20

    def __post_init__(self) -> None:
        if self.n_tries < 1 or self.timeout_s <= 0 or self.progress_bytes < 1:
            raise ConfigError(f"{self}: tries, timeout and progress must be positive")
        if not 0 <= self.first_wait_s <= self.longest_wait_s:
            raise ConfigError(
                f"first_wait_s={self.first_wait_s} must be between 0 and "
                f"longest_wait_s={self.longest_wait_s}"
            )

    def wait_s(self, n_failures: int, wanted_s: float) -> float:
        """Return how long to wait after the ``n_failures``-th failure in a row.

        Twice as long each time, or what the server wanted; never more than ``longest_wait_s``.
        """
        own_s = self.first_wait_s * 2.0 ** (n_failures - 1)
        return min(max(own_s, wanted_s), self.longest_wait_s)


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came, from where and when (UTC); ``published`` is set if its checksum was known."""

    name: str
    address: str
    date: str
    n_bytes: int
    sha256: str
    published: bool


def fetch(
    addresses: Sequence[str],
    path: Path,
    *,
    at_most_bytes: int,
    sha256: str = "",
    patience: Patience | None = None,
    meter: Meter | None = None,
) -> Fetched:
    """Fetch one file to ``path`` from the first of ``addresses`` that gives it.

    Parameters
    ----------
    at_most_bytes
        More than this is not what was published, and is refused.
    sha256
        The published checksum, 64 hexadecimal digits; empty where there is none.

    Raises
    ------
    DownloadError
        If no address gives the file, it is not the one published, or the disk is full. What came
        is kept for the next run unless it is of no use.
    """
    patience, meter = patience or Patience(), meter or SilentMeter()
    with disk_errors(path.parent, kept=False):
        path.parent.mkdir(parents=True, exist_ok=True)
    refusals = []
    for address in addresses:
        part = Part(path)
        try:
            _persist(address, part, at_most_bytes, patience, meter)
        except (RefusedError, BrokenError) as error:
            refusals.append(str(error))
            if address != addresses[-1]:
                meter.say(f"{error}; asking the next address")
            continue
        return _checked(address, part, sha256)
    raise DownloadError("; ".join(refusals) or f"{path.name}: no address gives it")


def _persist(
    address: str, part: Part, at_most_bytes: int, patience: Patience, meter: Meter
) -> None:
    """Ask until all of the file is there, or patience ends with the last failure."""
    n_failures, most_bytes = 0, part.n_bytes
    while True:
        try:
            return _attempt(address, part, at_most_bytes, patience.timeout_s, meter)
        except BrokenError as error:
            if isinstance(error, StaleError):
                part.discard()
            if part.n_bytes >= most_bytes + patience.progress_bytes:
                n_failures, most_bytes = 0, part.n_bytes
            n_failures += 1
            if n_failures >= patience.n_tries:
                raise
            wait_s = patience.wait_s(n_failures, error.wait_s)
            meter.say(f"{error}; asking again in {wait_s:.0f} s")
            time.sleep(wait_s)
        finally:
            meter.end()


def _attempt(address: str, part: Part, at_most_bytes: int, timeout_s: float, meter: Meter) -> None:
    """Ask once and write what comes."""
    origin, had_bytes = part.origin(address), part.n_bytes
    if origin and origin.total_bytes == had_bytes:
        return
    answer = ask(
        address,
        timeout_s=timeout_s,
        start_byte=had_bytes if origin else 0,
        validator=origin.validator if origin else "",
    )
    with answer.body:
        total_bytes = answer.total_bytes
        if (total_bytes or 0) > at_most_bytes:
            raise RefusedError(
                f"{address}: offers {amount(total_bytes or 0)}, far more than was published"
            )
        if answer.start_byte == 0:
            if had_bytes:
                meter.say(f"{part.path.name}: begins again; what came before cannot be continued")
            part.begin(Origin(address, answer.validator, total_bytes))
        elif origin is None or not _same_file(origin, answer):
            raise StaleError(f"{address}: has changed since the first part came")
        check_room(part.path.parent, (total_bytes or 0) - answer.start_byte)
        meter.begin(part.path.name, answer.start_byte, total_bytes)
        _copy(address, answer, part, at_most_bytes, meter)
    if total_bytes is not None and part.n_bytes < total_bytes:
        raise BrokenError(
            f"{address}: broke off after {amount(part.n_bytes)} of {amount(total_bytes)}"
        )


def _same_file(origin: Origin, answer: Answer) -> bool:
    """Say whether the answer continues what came; a partial one need not repeat the validator."""
    found = (answer.validator or origin.validator, answer.total_bytes)
    return found == (origin.validator, origin.total_bytes)


def _copy(address: str, answer: Answer, part: Part, at_most_bytes: int, meter: Meter) -> None:
    n_bytes = answer.start_byte
    with part.appending() as file:
        while True:
            try:
                # subtle: read1 returns what is there; read would lose a full chunk when cut.
                data = answer.body.read1(CHUNK_BYTES)
            except (OSError, HTTPException) as error:
                raise unreachable(address, error) from error
            if not data:
                return
            n_bytes += len(data)
            if n_bytes > at_most_bytes:
                raise RefusedError(f"{address}: sends far more than was published")
            file.write(data)
            meter.move(len(data))


def _checked(address: str, part: Part, sha256: str) -> Fetched:
    """Name the file if it is the published one; otherwise remove it."""
    found = sha256_of(part.file)
    if sha256 and found != sha256:
        part.discard()
        raise DownloadError(
            f"{address}: came with SHA-256 {found}, and {sha256} was published; what came was "
            "removed. Run this again; if it stays so, the publisher has changed the file"
        )
    n_bytes = part.n_bytes
    part.finish()
    date = datetime.now(UTC).isoformat(timespec="seconds")
    return Fetched(part.path.name, address, date, n_bytes, found, published=bool(sha256))
