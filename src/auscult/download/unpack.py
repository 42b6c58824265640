"""Unpack an archive into a folder, and nowhere else.

Zip and tar (plain, gzip, bzip2, xz), told apart by content. Only plain files and folders are
written, with the permissions of a new file. Refused, before anything is written: absolute paths,
``..``, backslashes, colons and control characters in names, links, devices, password protection,
more files, more bytes or a higher ratio of unpacked to packed than :class:`Limits` allows. A name
that comes twice is refused when it comes again. Folders of the packer's own (``__MACOSX``) are
left out.

The caller unpacks into a temporary folder and renames it when all went well.

Differences from zipfile.extractall and tarfile's "data" filter
----------------------------------------------------------------
zipfile mends an unsafe name instead of refusing the archive, and knows no limit; the data filter
allows links that stay inside, and was itself corrected several times for them.
"""

import re
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from lzma import LZMAError
from pathlib import Path
from shutil import copyfileobj
from typing import IO, Literal, TypeAlias, cast

from auscult.download.amounts import amount
from auscult.download.part import check_room, disk_errors
from auscult.errors import ConfigError, DownloadError

LEFT_OUT = re.compile(r"(?:.*/)?(?:__MACOSX/.*|\.DS_Store|\._[^/]*)")
Renames: TypeAlias = Sequence[tuple[str, str]]
_PLAIN_MODES = frozenset({0, stat.S_IFREG, stat.S_IFDIR})
_TAR_PADDING_BYTES = 1 << 20
_DAMAGED = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    LZMAError,
    EOFError,
    NotImplementedError,
    OSError,
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What an archive may hold at most.

    Parameters
    ----------
    max_files
        Files and folders.
    max_bytes
        Unpacked, all together.
    max_ratio
        Unpacked bytes for each packed byte of the whole archive. Sound packs to a half or third;
        lists of numbers to a tenth.

    Raises
    ------
    ConfigError
        If a limit is not positive.
    """

    max_files: int = 50_000
    max_bytes: int = 8_000_000_000
    max_ratio: float = 100.0

    def __post_init__(self) -> None:
        if min(self.max_files, self.max_bytes, self.max_ratio) <= 0:
            raise ConfigError(f"{self}: every limit must be positive")


@dataclass(frozen=True, slots=True)
class Member:
    """One entry of an archive, whatever its format."""

    name: str
    n_bytes: int
    kind: Literal["file", "folder", "other"]
    opened: Callable[[], IO[bytes]]


Members: TypeAlias = Callable[[], Iterator[Member]]


def unpack(
    archive: Path,
    folder: Path,
    *,
    limits: Limits | None = None,
    strip: int = 0,
    renames: Renames = (),
) -> list[str]:
    """Unpack ``archive`` into ``folder`` and return the paths written, below ``folder``.

    Parameters
    ----------
    strip
        How many leading folders of each name to leave off.
    renames
        Regular expression → template (of ``re.Match.expand``) for whole names; the first match
        counts.

    Raises
    ------
    DownloadError
        If the archive is damaged, of another format, unsafe or beyond the limits, or the disk is
        full. ``folder`` may then hold some of the files.
    """
    limits = limits or Limits()
    with _opened(archive) as members:
        plan = _plan(archive, members, limits)
        check_room(folder, sum(plan.values()))
        return list(_write(archive, folder, members, strip=strip, renames=renames))


def _plan(archive: Path, members: Members, limits: Limits) -> dict[str, int]:
    """Return name → bytes of every entry, having checked them all.

    subtle: a limit is checked at each entry, so that a bomb is left before it is unrolled.
    """
    packed_bytes = max(archive.stat().st_size, 1)
    plan: dict[str, int] = {}
    n_bytes = 0
    for n_members, member in enumerate(members(), start=1):
        n_bytes += member.n_bytes
        _check_name(archive, member.name)
        if member.kind == "other":
            raise DownloadError(
                f"{archive}: {member.name} is a link, a device or locked by a password; only plain "
                "files are unpacked"
            )
        if n_members > limits.max_files:
            raise DownloadError(f"{archive}: holds more than {limits.max_files:,} files")
        if n_bytes > limits.max_bytes:
            raise DownloadError(f"{archive}: unpacks to more than {amount(limits.max_bytes)}")
        if n_bytes > limits.max_ratio * packed_bytes:
            raise DownloadError(
                f"{archive}: unpacks to more than {limits.max_ratio:g} times its size"
            )
        plan[member.name] = member.n_bytes
    return plan


def _check_name(archive: Path, name: str) -> None:
    unsafe = (
        not name
        or name.startswith("/")
        or ".." in name.split("/")
        or any(character in "\\:" or ord(character) < ord(" ") for character in name)
    )
    if unsafe:
        raise DownloadError(f"{archive}: the name {name!r} would lie outside its folder; refused")


def _write(
    archive: Path, folder: Path, members: Members, *, strip: int, renames: Renames
) -> Iterator[str]:
    for member in members():
        if member.kind != "file" or LEFT_OUT.fullmatch(member.name):
            continue
        name = _placed(member.name, strip, renames)
        _check_name(archive, name)
        path = folder / name
        source = member.opened()
        try:
            with source, disk_errors(path, kept=False):
                path.parent.mkdir(parents=True, exist_ok=True)
                with path.open("xb") as file:
                    copyfileobj(_Reading(source), file)
        except DownloadError as error:
            if isinstance(error.__cause__, FileExistsError | NotADirectoryError):
                raise DownloadError(f"{archive}: names {name} twice; refused") from error
            raise
        yield name


class _Reading:
    """A source whose failures are the archive's, not the disk's."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source

    def read(self, n_bytes: int = -1) -> bytes:
        try:
            return self._source.read(n_bytes)
        except _DAMAGED as error:
            raise _Damaged(error) from error


class _Damaged(Exception):  # noqa: N818 - never leaves this module
    """Carries what the decoder said past the handling of disk errors."""


def _placed(name: str, strip: int, renames: Renames) -> str:
    parts = [part for part in name.split("/") if part not in {"", "."}]
    name = "/".join(parts[strip:] or parts[-1:])
    for pattern, template in renames:
        if match := re.fullmatch(pattern, name):
            return match.expand(template)
    return name


@contextmanager
def _opened(archive: Path) -> Iterator[Members]:
    """Open an archive of either format.

    Raises
    ------
    DownloadError
        If it is damaged or of another format, now or while it is read.
    """
    try:
        if zipfile.is_zipfile(archive):
            with zipfile.ZipFile(archive) as file:
                yield lambda: _zip_members(file)
        elif tarfile.is_tarfile(archive):
            with tarfile.open(archive) as tar:
                yield lambda: _tar_members(tar)
                _check_end(archive, tar)
        else:
            raise DownloadError(f"{archive}: is neither a zip nor a tar archive")
    except (*_DAMAGED, _Damaged) as error:
        raise DownloadError(
            f"{archive}: is damaged ({error}); remove it and run this again"
        ) from error


def _zip_members(file: zipfile.ZipFile) -> Iterator[Member]:
    for info in file.infolist():
        kind: Literal["file", "folder", "other"] = "folder" if info.is_dir() else "file"
        locked = info.flag_bits & 1
        if locked or stat.S_IFMT(info.external_attr >> 16) not in _PLAIN_MODES:
            kind = "other"
        # subtle: orig_filename is what the archive says; filename is cut at a NUL.
        yield Member(info.orig_filename, info.file_size, kind, partial(file.open, info))


def _tar_members(file: tarfile.TarFile) -> Iterator[Member]:
    for info in file:
        kind: Literal["file", "folder", "other"] = "file" if info.isreg() else "other"
        if info.isdir():
            kind = "folder"
        # subtle: a plain file's reader is never None.
        opened = partial(cast("Callable[..., IO[bytes]]", file.extractfile), info)
        yield Member(info.name, info.size, kind, opened)


def _check_end(archive: Path, file: tarfile.TarFile) -> None:
    """Read past the last file, where gzip keeps the checksum of the whole."""
    stream = cast("IO[bytes]", file.fileobj)
    stream.seek(file.offset)
    if len(stream.read(_TAR_PADDING_BYTES)) == _TAR_PADDING_BYTES:
        raise DownloadError(f"{archive}: holds data after its end; refused")
