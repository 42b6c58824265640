"""Raw PCM: samples without a header, for which the caller says what a header would have said.

A file that has a header all the same is refused, since its head would be heard as a click and its
own rate would be ignored.
"""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Self

import numpy as np

from auscult.audio.header import MAX_CHANNELS, Header, checked
from auscult.audio.sniffing import container_of
from auscult.audio.sound import Sound
from auscult.errors import AudioError, ConfigError

SUFFIXES = (".raw", ".pcm")

ENCODINGS = MappingProxyType(
    {
        "u8": "u1",
        "s8": "i1",
        **{
            f"s{bits}{end}": f"{sign}i{bits // 8}"
            for bits in (16, 32)
            for end, sign in (("le", "<"), ("be", ">"))
        },
        **{
            f"f{bits}{end}": f"{sign}f{bits // 8}"
            for bits in (32, 64)
            for end, sign in (("le", "<"), ("be", ">"))
        },
    }
)
"""Name, as ffmpeg writes it → NumPy's name. ``s24le`` and ``s24be`` have none in NumPy."""

_S24 = MappingProxyType({"s24le": "<", "s24be": ">"})
NAMES = (*ENCODINGS, *_S24)
_MOST_BITS = 32


@dataclass(frozen=True, slots=True)
class RawPcm:
    """How samples without a header are to be read.

    Parameters
    ----------
    rate_hz
        Samples per second and channel.
    encoding
        One of ``NAMES``: sign, bits, byte order.
    n_channels
        Channels, sample by sample in turn.

    Raises
    ------
    ConfigError
        If there is no such encoding, or a number is out of range.

    Examples
    --------
    >>> RawPcm.parsed(4000, "s16le/2")
    RawPcm(rate_hz=4000, encoding='s16le', n_channels=2)
    """

    rate_hz: int
    encoding: str = "s16le"
    n_channels: int = 1

    def __post_init__(self) -> None:
        if self.encoding not in NAMES:
            raise ConfigError(
                f"encoding={self.encoding!r} is none of {', '.join(NAMES)}: sign, bits, byte order"
            )
        if self.rate_hz <= 0:
            raise ConfigError(f"rate_hz={self.rate_hz} must be positive")
        if not 1 <= self.n_channels <= MAX_CHANNELS:
            raise ConfigError(f"n_channels={self.n_channels} must be between 1 and {MAX_CHANNELS}")

    @classmethod
    def parsed(cls, rate_hz: int, text: str) -> Self:
        """Return what ``text`` describes: an encoding, or encoding/channels.

        Raises
        ------
        ConfigError
            If it describes nothing.
        """
        encoding, slash, channels = text.partition("/")
        if slash and not channels.isdecimal():
            raise ConfigError(f"{text!r}: wanted an encoding and channels, such as s16le/2")
        return cls(rate_hz, encoding, int(channels) if slash else 1)

    @property
    def n_bytes(self) -> int:
        """Bytes of one sample of one channel."""
        return 3 if self.encoding in _S24 else np.dtype(ENCODINGS[self.encoding]).itemsize

    def header(self, data: bytes, name: str) -> Header:
        """Return what a header would have said.

        Raises
        ------
        AudioError
            If ``data`` has a header of its own, does not hold whole frames, or is over a limit.
        """
        if kind := container_of(data):
            raise AudioError(
                f"{name}: is no raw PCM but {kind}, which tells its own rate; leave out --rate and "
                "--format"
            )
        n_frames, left = divmod(len(data), self.n_bytes * self.n_channels)
        if left:
            raise AudioError(
                f"{name}: {len(data):,} bytes are no whole number of {self.n_channels}-channel "
                f"{self.encoding} frames; check --format"
            )
        return checked(Header(n_frames, self.rate_hz, self.n_channels, "RAW"), name)

    def decoded(self, data: bytes, name: str) -> Sound:
        """Return the sound, full scale being 1.

        Raises
        ------
        AudioError
            As :meth:`header`.
        """
        header = self.header(data, name)
        flat = (
            _of_24_bits(data, _S24[self.encoding])
            if self.encoding in _S24
            else (np.frombuffer(data, ENCODINGS[self.encoding]))
        )
        return Sound(as_float(flat, 8 * self.n_bytes).reshape(-1, self.n_channels), header)


def as_float(samples: np.ndarray, n_bits: int) -> np.ndarray:
    """Return samples as float32 in [-1, 1]; unsigned ones have their zero at half, as in WAV.

    Raises
    ------
    ConfigError
        If they are neither floats nor integers of at most 32 bits, whose full scale is known.
    """
    if samples.dtype.kind == "f":
        with np.errstate(over="ignore"):
            return samples.astype(np.float32)
    if samples.dtype.kind not in "iu" or n_bits > _MOST_BITS:
        raise ConfigError(
            f"samples are {samples.dtype}; wanted floats in [-1, 1], or integers as a recorder "
            "writes them (uint8, int16, int32), whose type tells full scale"
        )
    full = np.float32(2 ** (n_bits - 1))
    zero = full if samples.dtype.kind == "u" else np.float32(0)
    return (samples.astype(np.float32) - zero) / full


def _of_24_bits(data: bytes, order: str) -> np.ndarray:
    """Return three-byte integers as four-byte ones: int32, shape (n_samples,)."""
    three = np.frombuffer(data, np.uint8).reshape(-1, 3)
    wide = np.zeros((len(three), 4), np.uint8)
    # subtle: into the upper three bytes, so that the sign comes along; divided out again below.
    wide[:, slice(1, 4) if order == "<" else slice(0, 3)] = three
    signed: np.ndarray = wide.view(f"{order}i4")[:, 0] // 256
    return signed
