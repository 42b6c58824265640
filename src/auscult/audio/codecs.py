"""M4A and other MP4 (AAC, ALAC), WebM and Matroska (Opus, Vorbis), AAC, AMR, 3GP, by PyAV.

What phones and browsers write and libsndfile does not read. PyAV carries its own ffmpeg, so that
nothing has to be installed on the system; it comes with the extra ``codecs``.

Safety
------
The file is given as bytes and only the demuxers named here may look at it: ffmpeg would otherwise
follow a playlist or a ``concat`` file to other files of this machine. What a container declares is
held to the limits before it is decoded, and what comes out while it is: a WebM need not tell its
length, and an Opus stream of silence is a thousandth of its samples.

Truncation
----------
A container that tells its length is refused if less comes out. A browser's WebM, written as it was
recorded, and a bare AAC or AMR stream tell none: the end may be missing and nobody can know.

Differences from ffmpeg
-----------------------
Channels are kept apart. ffmpeg's mix to mono adds 3 dB on some stereo files.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from auscult.audio.header import MAX_CHANNELS, Header, check_length, check_rate, checked
from auscult.audio.raw import as_float
from auscult.audio.sound import Sound
from auscult.errors import AudioError, MissingExtraError

FORMATS = "matroska,webm,mov,mp4,m4a,3gp,aac,amr"
_MISSING_END_S = 0.1
"""How much less than declared may come out: containers round, and coders trim their first frame."""
_LONGEST_FRAME = 4_096
"""Of AAC, in samples."""
_SILK_CONFIGS = 12
"""Opus configurations below this one are SILK, the speech coder (RFC 6716, table 2)."""
_SPEECH_SHARE = 0.5
_SPEECH_NOTE = (
    "coded for speech (Opus, voice mode), which takes away 19 dB at 20 Hz and 5 dB at 50 Hz; "
    "record with another program"
)


def header(data: bytes, name: str) -> Header:
    """Return what the container says; one that tells no length is decoded to count.

    Raises
    ------
    AudioError
        If it holds no sound, cannot be opened, or is over a limit.
    MissingExtraError
        If PyAV is not installed.
    """
    with _opened(data, name) as (container, stream):
        told = _header(container, stream, name)
        return told if told.n_frames else decoded(data, name).header


def decoded(data: bytes, name: str) -> Sound:
    """Return the whole sound of the first audio stream.

    Raises
    ------
    AudioError
        As :func:`header`, or if it is damaged or its end is missing.
    MissingExtraError
        If PyAV is not installed.
    """
    with _opened(data, name) as (container, stream):
        told = _header(container, stream, name)
        speech: list[bool] = []
        pieces = list(_pieces(container, stream, told, name, speech))
        if not pieces:
            raise AudioError(f"{name}: holds no samples; record again or check the export")
        samples = np.concatenate(pieces)
        # subtle: AAC fills its last frame up; an MP4 tells where the sound ends, and ffmpeg plays
        # on. More than that is no filling: one written in fragments may tell only the first's end.
        surplus = len(samples) - told.n_frames
        if container.format.name.startswith("mov") and 0 < surplus < _LONGEST_FRAME:
            samples = samples[: told.n_frames]
    missing_s = (told.n_frames - len(samples)) / told.rate_hz
    if missing_s > _MISSING_END_S:
        raise AudioError(
            f"{name}: is truncated: {missing_s:.1f} s of the {told.duration_s:.1f} s it promises "
            "are missing; copy or export it again"
        )
    real = Header(len(samples), told.rate_hz, samples.shape[1], told.format)
    return Sound(samples, checked(real, name), notes=_notes(speech))


@contextmanager
def _opened(data: bytes, name: str) -> Iterator[tuple[Any, Any]]:
    """Give the container and its first audio stream; every failure of PyAV becomes a sentence."""
    try:
        import av  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise MissingExtraError("PyAV", "codecs") from error
    options = {"format_whitelist": FORMATS, "protocol_whitelist": "pipe"}
    try:
        with av.open(io.BytesIO(data), options=options) as container:
            if not container.streams.audio:
                raise AudioError(f"{name}: holds no sound; export the recording as WAV")
            stream = container.streams.audio[0]
            if stream.codec_context is None:
                raise AudioError(f"{name}: is of an unknown coding; export the recording as WAV")
            stream.codec_context.thread_count = 1
            yield container, stream
    except (av.FFmpegError, ValueError) as error:
        said = getattr(error, "strerror", None) or str(error)
        raise AudioError(
            f"{name}: is damaged, cut off or of an unknown coding ({said}); copy or export it again"
        ) from None


def _header(container: Any, stream: Any, name: str) -> Header:
    """Return what the container declares, with no frames if it does not tell its length."""
    coder = stream.codec_context
    rate_hz, n_channels = coder.sample_rate or 0, coder.channels or 0
    check_rate(rate_hz, name)
    if n_channels > MAX_CHANNELS:
        raise AudioError(
            f"{name}: has {n_channels} channels; at most {MAX_CHANNELS} are read; "
            "export the heart sound alone"
        )
    duration_s = 0.0
    if container.format.name == "aac":
        pass  # subtle: a bare stream has no clock; ffmpeg guesses its length from the bitrate
    elif stream.duration is not None:
        duration_s = float(stream.duration * stream.time_base)
    elif container.duration is not None:
        duration_s = container.duration / 1e6
    n_frames = round(max(0.0, duration_s) * rate_hz)
    check_length(n_frames, rate_hz, n_channels, name)
    return Header(n_frames, rate_hz, n_channels, f"{container.format.name} ({coder.name})")


def _pieces(
    container: Any, stream: Any, told: Header, name: str, speech: list[bool]
) -> Iterator[np.ndarray]:
    """Yield float32, shape (n_frames, n_channels), a packet at a time."""
    n_frames, is_opus = 0, stream.codec_context.name in {"opus", "libopus"}
    for packet in container.demux(stream):
        if is_opus and packet.size:
            speech.append(bytes(packet)[0] >> 3 < _SILK_CONFIGS)
        for frame in packet.decode():
            if frame.sample_rate != told.rate_hz or frame.layout.nb_channels != told.n_channels:
                raise AudioError(
                    f"{name}: changes from {told.rate_hz:,} Hz, {told.n_channels} channels to "
                    f"{frame.sample_rate:,} Hz, {frame.layout.nb_channels} on its way; export it "
                    "again as WAV"
                )
            n_frames += frame.samples
            check_length(n_frames, told.rate_hz, told.n_channels, name)
            yield _channels(frame, told.n_channels)


def _channels(frame: Any, n_channels: int) -> np.ndarray:
    """Return the samples of a frame: float32, shape (n_frames, n_channels)."""
    values = frame.to_ndarray()
    together = values.T if frame.format.is_planar else values.reshape(-1, n_channels)
    return as_float(together, 8 * values.dtype.itemsize)


def _notes(speech: list[bool]) -> tuple[str, ...]:
    if speech and sum(speech) / len(speech) > _SPEECH_SHARE:
        return (_SPEECH_NOTE,)
    return ()
