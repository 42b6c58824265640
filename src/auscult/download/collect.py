"""Put a whole collection into its folder: every piece fetched, checked and unpacked, or nothing.

The folder appears with its name only when everything in it came and was checked. Until then the
pieces wait in ``NAME.download``, each with a note of where it came from, and are unpacked in
``.NAME.unpacking``; a later run goes on with what waits there.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfile, rmtree

from auscult.download.checksums import check_files, read_checksums, sha256_of
from auscult.download.fetch import Fetched, Patience, fetch
from auscult.download.meter import Meter, SilentMeter
from auscult.download.part import disk_errors, write_note
from auscult.download.published import Piece, Published
from auscult.download.receipt import Receipt
from auscult.download.unpack import unpack
from auscult.errors import DownloadError

BY_HAND = "fetched by hand"
LIST_NAME = "SHA256SUMS.txt"
MAX_LIST_BYTES = 1 << 25
_SHOWN = 5


def collect(
    name: str,
    item: Published,
    folder: Path,
    *,
    given: Mapping[str, Path],
    keep: bool = False,
    patience: Patience | None = None,
    meter: Meter | None = None,
) -> tuple[Receipt, list[str]]:
    """Fetch every piece of ``item`` and put the collection into ``folder``.

    Parameters
    ----------
    folder
        Absent or empty.
    given
        Name of a piece → a copy that was fetched by hand.
    keep
        Whether the pieces stay in ``NAME.download``.

    Returns
    -------
    tuple
        The receipt that lies in the folder, and sentences on what could not be checked.

    Raises
    ------
    DownloadError
        If a piece does not come, is not what was published or is unsafe, or the disk is full.
    """
    patience, meter = patience or Patience(), meter or SilentMeter()
    downloads = folder.with_name(f"{folder.name}.download")
    listed, notes = _published_list(item, downloads / LIST_NAME, patience)
    paths = {piece.name: given.get(piece.name, downloads / piece.name) for piece in item.pieces}
    fetched = []
    for piece in item.pieces:
        wanted = piece.sha256 or listed.get(piece.listed_as, "")
        fetched.append(
            _here(piece, paths[piece.name], wanted)
            or _fetch(piece, paths[piece.name], wanted, patience, meter)
        )
    with _staged(folder) as stage:
        for piece in item.pieces:
            meter.say(f"{piece.name}: putting it into place")
            _place(piece, paths[piece.name], stage, item)
        notes += _check_list(stage, item, listed)
        receipt = _receipt(name, item, fetched, stage, compared=bool(listed))
        receipt.write(stage)
    if not keep:
        _remove(downloads, [path for path in paths.values() if path.parent == downloads])
    return receipt, notes


def check_again(folder: Path, receipt: Receipt) -> None:
    """Compare the files in ``folder`` with the receipt of an earlier run.

    Raises
    ------
    DownloadError
        If a file is missing or has changed.
    """
    if faults := check_files(folder, receipt.files):
        raise DownloadError(
            f"{folder}: {_few(faults)} since it came; remove the folder and run this again"
        )


def _published_list(
    item: Published, path: Path, patience: Patience
) -> tuple[dict[str, str], list[str]]:
    """Return the published checksums, or none and a sentence why."""
    if not item.checksums:
        return {}, ["no checksum is published; the receipt holds those of what came"]
    path.unlink(missing_ok=True)
    try:
        fetch([item.checksums], path, at_most_bytes=MAX_LIST_BYTES, patience=patience)
        return read_checksums(path), []
    except DownloadError as error:
        return {}, [f"not compared with the published checksums: {error}"]


def _note(path: Path) -> Path:
    return path.with_name(f"{path.name}.json")


def _fetch(piece: Piece, path: Path, wanted: str, patience: Patience, meter: Meter) -> Fetched:
    fetched = fetch(
        piece.addresses,
        path,
        at_most_bytes=piece.at_most_bytes,
        sha256=wanted,
        patience=patience,
        meter=meter,
    )
    write_note(_note(path), asdict(fetched))
    return fetched


def _here(piece: Piece, path: Path, wanted: str) -> Fetched | None:
    """Return what is known of a piece that is here already, or None if it is to be fetched.

    Raises
    ------
    DownloadError
        If it is not the published one, or not what an earlier run fetched.
    """
    if not path.is_file():
        return None
    found, stat = sha256_of(path), path.stat()
    try:
        known = Fetched(**json.loads(_note(path).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        date = datetime.fromtimestamp(stat.st_mtime, UTC).isoformat(timespec="seconds")
        known = Fetched(piece.name, BY_HAND, date, stat.st_size, found, published=bool(wanted))
    expected = wanted or known.sha256
    if found != expected:
        raise DownloadError(f"{path}: has SHA-256 {found}, and {expected} is wanted; remove it")
    return replace(known, published=bool(wanted))


@contextmanager
def _staged(folder: Path) -> Iterator[Path]:
    """Give a temporary folder that becomes ``folder`` if all goes well, and vanishes if not."""
    stage = folder.with_name(f".{folder.name}.unpacking")
    rmtree(stage, ignore_errors=True)
    with disk_errors(stage, kept=False):
        stage.mkdir(parents=True)
    try:
        yield stage
        with disk_errors(folder, kept=False):
            if folder.is_dir():
                folder.rmdir()
            stage.rename(folder)
    finally:
        rmtree(stage, ignore_errors=True)


def _place(piece: Piece, path: Path, stage: Path, item: Published) -> None:
    if not piece.place:
        unpack(path, stage, limits=item.limits, strip=piece.strip, renames=item.renames)
        return
    target = stage / piece.place
    with disk_errors(target, kept=False):
        target.parent.mkdir(parents=True, exist_ok=True)
        copyfile(path, target)


def _check_list(stage: Path, item: Published, listed: Mapping[str, str]) -> list[str]:
    """Compare unpacked files with the list, where pieces were not compared as they came."""
    names = [piece.listed_as for piece in item.pieces]
    if not listed or all(name in listed for name in names):
        return []
    if any(names):
        missing = ", ".join(name for name in names if name not in listed)
        return [f"not in the published list of checksums: {missing}"]
    if faults := check_files(stage, listed):
        raise DownloadError(f"{item.checksums}: {_few(faults)} in what came")
    return []


def _few(faults: Sequence[tuple[str, str]]) -> str:
    shown = ", ".join(f"{name} is {fault}" for name, fault in faults[:_SHOWN])
    more = len(faults) - _SHOWN
    return f"{shown} and {more} more" if more > 0 else shown


def _receipt(
    name: str, item: Published, fetched: Sequence[Fetched], stage: Path, *, compared: bool
) -> Receipt:
    files = sorted(path for path in stage.rglob("*") if path.is_file())
    return Receipt(
        dataset=name,
        terms=item.terms,
        page=item.page,
        fetched=tuple(fetched),
        checked_against=item.checksums if compared else "",
        files={path.relative_to(stage).as_posix(): sha256_of(path) for path in files},
    )


def _remove(downloads: Path, paths: Sequence[Path]) -> None:
    """Remove what was fetched; files of anybody else keep the folder there."""
    with suppress(OSError):
        for path in [*paths, downloads / LIST_NAME]:
            path.unlink(missing_ok=True)
            _note(path).unlink(missing_ok=True)
        downloads.rmdir()
