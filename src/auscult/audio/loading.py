"""A path, bytes or an open file → all of its bytes; decoders then work in memory.

A decoder that is given bytes cannot follow anything on disk.
"""

from pathlib import Path
from typing import BinaryIO, TypeAlias

from auscult.audio.header import MAX_BYTES
from auscult.errors import AudioError

AudioSource: TypeAlias = str | Path | bytes | BinaryIO


def name_of(source: AudioSource) -> str:
    """Return what to call a source in messages."""
    if isinstance(source, str | Path):
        return str(source)
    return "bytes" if isinstance(source, bytes) else str(getattr(source, "name", "stream"))


def load(source: AudioSource, name: str) -> bytes:
    """Return the bytes of a source.

    Raises
    ------
    AudioError
        If it is missing, empty, a folder, a device, larger than ``MAX_BYTES``, or open as text.
    """
    if isinstance(source, bytes):
        data = source
    elif isinstance(source, str | Path):
        data = _of_file(source, name)
    else:
        data = source.read(MAX_BYTES + 1)
        if not isinstance(data, bytes):
            raise AudioError(f"{name}: is open as text; open it with mode 'rb'")
        if len(data) > MAX_BYTES:
            raise AudioError(_too_large(name))
    if not data:
        raise AudioError(f"{name}: is empty (0 bytes); copy or record it again")
    return data


def _of_file(source: str | Path, name: str) -> bytes:
    try:
        _refuse_endless(Path(source), name)
        return Path(source).read_bytes()
    except FileNotFoundError:
        raise AudioError(f"{name}: no such file; check the path") from None
    except IsADirectoryError:
        raise AudioError(f"{name}: is a folder, not a sound file; name the files in it") from None
    except OSError as error:
        raise AudioError(f"{name}: cannot be opened ({error.strerror})") from error
    except ValueError as error:
        raise AudioError(f"{name!r}: is no path ({error})") from None


def _refuse_endless(path: Path, name: str) -> None:
    """Refuse devices, pipes and files larger than any hour of sound, before reading them."""
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise AudioError(f"{name}: is a device or a pipe; save the sound to a file first")
    if path.is_file() and path.stat().st_size > MAX_BYTES:
        raise AudioError(_too_large(name))


def _too_large(name: str) -> str:
    return f"{name}: is larger than {MAX_BYTES / 2**30:.0f} GiB; cut it into pieces of an hour"
