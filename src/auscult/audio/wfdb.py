"""WFDB records: a text header (``.hea``) and the signals it names, as PhysioNet publishes them.

::

    a0001 2 2000 71332                          record, signals, rate, samples
    a0001.wav 16+44 1 16 0 -28 0 0 PCG          file, format, gain, bits, zero, first, sum, …, name
    a0001.dat 16 1000 16 0 37 -3250 0 ECG

A signal that names a sound file is read as that sound; where the file has been converted since
(``.wav`` named, ``.flac`` there), the one of the same stem is. The sound's own rate and length then
hold, not the header's, and a note says so where they differ. Signals in ``.dat`` are read in the
formats 16, 61 and 32 (16 and 32 bits, little- and big-endian); others are refused with the name of
the program that converts them. A signal is scaled by the bits of its converter.

Only plain file names beside the header are followed, never a path.

Source
------
https://physionet.org/physiotools/wag/header-5.htm and signal-5.htm

Differences from the package wfdb
---------------------------------
Only what heart sounds come in; samples keep full scale 1 instead of physical units; a checksum
that does not fit is refused. The package needs pandas, SciPy and an HTTP client for this.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

import numpy as np

from auscult.audio import container
from auscult.audio.header import Header, checked
from auscult.audio.loading import load
from auscult.audio.sound import Sound
from auscult.errors import AudioError

SUFFIXES = (".hea", ".dat")

_SOUNDS = (".wav", ".flac", ".ogg", ".mp3", ".aif", ".aiff", ".m4a", ".webm")
_DTYPES = MappingProxyType({"16": "<i2", "61": ">i2", "32": "<i4"})
_FORMAT = re.compile(r"(?P<format>\d+)(x(?P<per_frame>\d+))?(:(?P<skew>\d+))?(\+(?P<offset>\d+))?")
_DEFAULT_RATE_HZ = 250
_MAX_HEADER_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Signal:
    """One line of a header: file, format, bytes to skip, bits, zero, checksum, name."""

    file: str
    format: str
    offset: int
    bits: int
    zero: int
    checksum: int | None
    name: str


@dataclass(frozen=True, slots=True)
class Record:
    """What a header says; ``n_frames`` is 0 where it does not tell."""

    rate_hz: int
    n_frames: int
    signals: tuple[Signal, ...]


def header_beside(path: Path) -> Path | None:
    """Return the WFDB header that ``path`` is, or that tells what it is; None if there is none."""
    if path.suffix.lower() == ".hea":
        return path
    beside = path.with_suffix(".hea")
    return beside if path.suffix.lower() == ".dat" and beside.is_file() else None


def header(path: Path, name: str) -> Header:
    """Return rate and length of a record.

    Raises
    ------
    AudioError
        As :func:`decoded`.
    """
    return decoded(path, name).header


def decoded(path: Path, name: str) -> Sound:
    """Return all signals of the record whose header is ``path``; sounds first where both exist.

    Raises
    ------
    AudioError
        If the header cannot be understood, or a file it names is missing, cut off or damaged.
    """
    record = parsed(load(path, name), name)
    sounds = [s for s in record.signals if Path(s.file).suffix.lower() in _SOUNDS]
    if sounds:
        # An ECG beside a sound file is in another file, at another rate perhaps: it is not mixed.
        return _of_sound_file(path, record, sounds, name)
    return _of_signals(path, record, name)


def parsed(data: bytes, name: str) -> Record:
    """Return what the text of a header says.

    Raises
    ------
    AudioError
        If it is no header of a single-segment record.
    """
    lines = [
        line.split()
        for line in data[:_MAX_HEADER_BYTES].decode("latin-1").splitlines()
        if line.strip() and not line.startswith("#")
    ]
    try:
        first, *rest = lines
        n_signals = int(first[1])
        if "/" in first[0]:
            raise AudioError(f"{name}: is a record in several segments; name one of its segments")
        rate_hz = _rate_hz(first[2]) if len(first) > 2 else _DEFAULT_RATE_HZ  # noqa: PLR2004
        n_frames = _count(first[3]) if len(first) > 3 else 0  # noqa: PLR2004
        signals = tuple(_signal(cells, name) for cells in rest[:n_signals])
    except (ValueError, IndexError, OverflowError):
        raise AudioError(f"{name}: is no WFDB header that can be understood") from None
    if not signals or len(signals) < n_signals:
        raise AudioError(f"{name}: names {n_signals} signals and describes {len(signals)}")
    return Record(rate_hz, n_frames, signals)


def _rate_hz(cell: str) -> int:
    """Return the sampling rate; behind it may stand a counter's, in brackets or after a stroke."""
    return round(float(re.split(r"[/(]", cell)[0]))


def _count(cell: str) -> int:
    """Return a number of samples."""
    if int(cell) < 0:
        raise ValueError(cell)
    return int(cell)


def _signal(cells: Sequence[str], name: str) -> Signal:
    """Read one signal's line; everything after the format may be left out."""
    found = _FORMAT.fullmatch(cells[1])
    if found is None:
        raise ValueError(cells[1])
    if Path(cells[0]).name != cells[0] or "\\" in cells[0] or cells[0] in {".", "..", "~", "-"}:
        raise AudioError(
            f"{name}: names {cells[0]!r}; only files that lie beside the header are followed"
        )
    if int(found["per_frame"] or 1) != 1 or int(found["skew"] or 0):
        raise AudioError(
            f"{name}: its signals have several rates or are shifted; convert with `xform -f 16`"
        )
    told = [int(cell) for cell in cells[3:7]]
    bits, zero, *_ = *told, 0, 0
    checksum = told[3] if len(told) > 3 else None  # noqa: PLR2004
    title = " ".join(cells[8:])
    return Signal(cells[0], found["format"], int(found["offset"] or 0), bits, zero, checksum, title)


def _of_sound_file(path: Path, record: Record, sounds: Sequence[Signal], name: str) -> Sound:
    """Read the sound that the header names; what the sound says of itself holds."""
    if len({signal.file for signal in sounds}) > 1:
        raise AudioError(f"{name}: names several sound files; give the one that is meant")
    place = _sound_beside(path, sounds[0].file, name)
    sound = container.decoded(load(place, str(place)), str(place))
    notes = list(sound.notes)
    if sound.header.rate_hz != record.rate_hz:
        notes.append(
            f"{path.name} says {record.rate_hz:,} Hz, {place.name} itself "
            f"{sound.header.rate_hz:,} Hz; the sound was believed"
        )
    if len(sounds) < len(record.signals):
        notes.append(f"the other signals of {path.name} were left out")
    names = tuple(signal.name for signal in sounds)
    fits = len(names) == sound.header.n_channels
    return replace(sound, names=names if fits else (), notes=tuple(notes))


def _sound_beside(path: Path, file: str, name: str) -> Path:
    named = path.with_name(file)
    for place in (named, *(named.with_suffix(suffix) for suffix in _SOUNDS)):
        if place.is_file():
            return place
    raise AudioError(f"{name}: names {file}, which is not beside it; copy both together")


def _of_signals(path: Path, record: Record, name: str) -> Sound:
    """Read the signals of ``.dat`` files, which are all of one length."""
    columns: list[np.ndarray] = []
    for file in dict.fromkeys(signal.file for signal in record.signals):
        columns += _of_file(path, [s for s in record.signals if s.file == file], record, name)
    if len({column.size for column in columns}) > 1:
        raise AudioError(f"{name}: its signals are of different lengths; copy the record again")
    samples = np.stack(columns, axis=1)
    told = Header(len(samples), record.rate_hz, samples.shape[1], "WFDB")
    return Sound(samples, checked(told, name), tuple(s.name for s in record.signals))


def _of_file(path: Path, signals: Sequence[Signal], record: Record, name: str) -> list[np.ndarray]:
    """Return the signals that lie, sample by sample in turn, in one file."""
    first, place = signals[0], path.with_name(signals[0].file)
    if first.format not in _DTYPES:
        raise AudioError(
            f"{name}: its signals are in format {first.format}; wanted 16, 32 or 61; convert the "
            "record with `xform -f 16`"
        )
    data = load(place, str(place))[first.offset :]
    dtype = np.dtype(_DTYPES[first.format])
    row_bytes = dtype.itemsize * len(signals)
    n_frames = record.n_frames or len(data) // row_bytes
    checked(Header(n_frames, record.rate_hz, len(record.signals), "WFDB"), name)
    if len(data) < n_frames * row_bytes:
        raise AudioError(
            f"{name}: is truncated: the header promises {n_frames:,} samples, {place.name} holds "
            f"{len(data) // row_bytes:,}; copy the record again"
        )
    rows = np.frombuffer(data, dtype, n_frames * len(signals)).reshape(n_frames, -1)
    return [_scaled(rows[:, i], signal, name) for i, signal in enumerate(signals)]


def _scaled(values: np.ndarray, signal: Signal, name: str) -> np.ndarray:
    """Return one signal as float32, 1 being full scale; missing samples are NaN."""
    said = signal.checksum
    # subtle: published headers of sounds have 0 here without meaning it.
    if said and (int(values.sum(dtype=np.int64)) - said) % 2**16:
        raise AudioError(
            f"{name}: is damaged: the checksum of {signal.name or signal.file} is not "
            "the header's; copy the record again"
        )
    storage_bits = 8 * values.dtype.itemsize
    bits = signal.bits if 1 < signal.bits < storage_bits else storage_bits
    scaled = (values.astype(np.float32) - np.float32(signal.zero)) / np.float32(2 ** (bits - 1))
    scaled[values == -(2 ** (storage_bits - 1))] = np.nan
    return scaled
