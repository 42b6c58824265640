"""A path, bytes or an open file → Recording.

WAV (8, 16, 24, 32 bit and float), FLAC, OGG, MP3 and AIFF are decoded by libsndfile. Several
channels are averaged, and ``Recording.n_channels`` says how many there were.

Limits
------
A header is not believed before it is checked: a FLAC of a few kilobytes can declare 2^36 samples
and ask for 256 GiB. Recordings longer than one hour, with rates below 1,000 Hz (murmurs reach
500 Hz) or above 768 kHz, with more than 64 channels, or with more than 400 million samples over all
channels (an hour of 48,000 Hz stereo has 346 million) are refused with a sentence.
"""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeAlias

import numpy as np
import soundfile

from auscult.audio.truncation import missing_end
from auscult.errors import AudioError
from auscult.types import Recording, Samples

AudioSource: TypeAlias = str | Path | bytes | BinaryIO

MAX_BYTES = 2 * 2**30
MAX_DURATION_S = 3600.0
MIN_RATE_HZ = 1_000
MAX_RATE_HZ = 768_000
MAX_CHANNELS = 64
MAX_SAMPLES = 400_000_000
_READABLE = "WAV, FLAC, OGG, MP3 or AIFF"


@dataclass(frozen=True, slots=True)
class Header:
    """What the head of a sound file says: frames a channel, rate, channels, format name."""

    n_frames: int
    rate_hz: int
    n_channels: int
    format: str

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.n_frames / self.rate_hz


def read_recording(source: AudioSource, *, name: str | None = None) -> Recording:
    """Decode one sound, all of it, mixed to mono.

    Parameters
    ----------
    source
        A path, the bytes of a file, or a binary file open for reading.
    name
        What to call it in messages; the path by default.

    Raises
    ------
    AudioError
        If it is missing, empty, no audio, truncated, over a limit, or holds NaN.
    """
    name = name or _name_of(source)
    data = _load(source, name)
    with _open(data, name) as sound:
        header = _checked_header(sound, name)
        samples = _decoded(sound, name)
    if len(samples) < header.n_frames:
        raise AudioError(
            f"{name}: is truncated: the header promises {header.n_frames} samples, "
            f"{len(samples)} could be decoded; copy or export it again"
        )
    return Recording(_mono(samples), header.rate_hz, name, header.n_channels)


def read_header(source: AudioSource, *, name: str | None = None) -> Header:
    """Return length, rate and channels without decoding.

    Raises
    ------
    AudioError
        As :func:`read_recording`, except for what only decoding can show.
    """
    name = name or _name_of(source)
    with _open(_load(source, name), name) as sound:
        return _checked_header(sound, name)


def _name_of(source: AudioSource) -> str:
    if isinstance(source, str | Path):
        return str(source)
    return "bytes" if isinstance(source, bytes) else str(getattr(source, "name", "stream"))


def _load(source: AudioSource, name: str) -> bytes:
    """Read the raw bytes; libsndfile then works in memory and cannot follow anything on disk."""
    if isinstance(source, bytes):
        data = source
    elif isinstance(source, str | Path):
        try:
            _refuse_endless(Path(source), name)
            data = Path(source).read_bytes()
        except FileNotFoundError:
            raise AudioError(f"{name}: no such file; check the path") from None
        except IsADirectoryError:
            raise AudioError(
                f"{name}: is a folder, not a sound file; name the files in it"
            ) from None
        except OSError as error:
            raise AudioError(f"{name}: cannot be opened ({error.strerror})") from error
        except ValueError as error:
            raise AudioError(f"{name!r}: is no path ({error})") from None
    else:
        data = source.read()
        if not isinstance(data, bytes):
            raise AudioError(f"{name}: is open as text; open it with mode 'rb'")
    if not data:
        raise AudioError(f"{name}: is empty (0 bytes); copy or record it again")
    return data


def _refuse_endless(path: Path, name: str) -> None:
    """Refuse devices, pipes and files larger than any hour of sound, before reading them."""
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise AudioError(f"{name}: is a device or a pipe; save the sound to a file first")
    if path.is_file() and path.stat().st_size > MAX_BYTES:
        raise AudioError(
            f"{name}: is larger than {MAX_BYTES / 2**30:.0f} GiB; cut it into pieces of an hour"
        )


def _open(data: bytes, name: str) -> soundfile.SoundFile:
    if missing := missing_end(data):
        raise AudioError(f"{name}: is truncated: {missing}; copy or export it again")
    try:
        return soundfile.SoundFile(io.BytesIO(data))
    except soundfile.LibsndfileError as error:
        raise AudioError(
            f"{name}: is not a sound file that can be decoded ({error.error_string.rstrip('.')}); "
            f"wanted {_READABLE}"
        ) from None


def _checked_header(sound: soundfile.SoundFile, name: str) -> Header:
    header = Header(sound.frames, sound.samplerate, sound.channels, sound.format)
    if not MIN_RATE_HZ <= header.rate_hz <= MAX_RATE_HZ:
        raise AudioError(
            f"{name}: has a sampling rate of {header.rate_hz:,} Hz; wanted {MIN_RATE_HZ:,} to "
            f"{MAX_RATE_HZ:,} Hz (a heart sound needs 1,000 Hz or more)"
        )
    if header.n_frames == 0:
        raise AudioError(f"{name}: holds no samples; record again or check the export")
    if header.duration_s > MAX_DURATION_S:
        raise AudioError(
            f"{name}: lasts {header.duration_s / 3600:.1f} hours; at most "
            f"{MAX_DURATION_S / 3600:.0f} hour is read at once; cut it into pieces"
        )
    if header.n_channels > MAX_CHANNELS:
        raise AudioError(
            f"{name}: has {header.n_channels} channels; at most {MAX_CHANNELS} are read; "
            "export the heart sound alone"
        )
    if (n_samples := header.n_frames * header.n_channels) > MAX_SAMPLES:
        raise AudioError(
            f"{name}: holds {n_samples:,} samples over all channels; at most {MAX_SAMPLES:,} are "
            "read at once; cut it into pieces or export the heart sound alone"
        )
    return header


def _decoded(sound: soundfile.SoundFile, name: str) -> np.ndarray:
    """Return float32, shape (n_frames or fewer, n_channels)."""
    try:
        samples: np.ndarray = sound.read(dtype="float32", always_2d=True)
    except soundfile.LibsndfileError as error:
        raise AudioError(
            f"{name}: is damaged or truncated ({error.error_string.rstrip('.')}); "
            "copy or export it again"
        ) from None
    return samples


def _mono(samples: np.ndarray) -> Samples:
    return samples[:, 0] if samples.shape[1] == 1 else samples.mean(axis=1, dtype=np.float32)
