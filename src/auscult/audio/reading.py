"""A path, bytes or an open file → Recording, whatever program wrote it.

WAV, FLAC, OGG, MP3, AIFF
    by libsndfile, see :mod:`auscult.audio.libsndfile`
M4A, WebM, AAC, 3GP, AMR
    by PyAV, of the extra ``codecs``, see :mod:`auscult.audio.codecs`
WFDB
    a ``.hea`` and what it names, given as a path, see :mod:`auscult.audio.wfdb`
raw PCM
    with its rate and encoding, see :mod:`auscult.audio.raw`

Which it is, the first bytes tell, not the name. Of several channels one is made as
:mod:`auscult.audio.channels` says; ``Recording.n_channels`` tells how many there were, and
``Recording.notes`` what was chosen.

Limits
------
Held before anything is decoded, see :mod:`auscult.audio.header`: at most one hour, rates from 1,000
Hz (murmurs reach 500 Hz) to 768 kHz, 64 channels, 400 million samples over all channels, 2 GiB.
"""

from pathlib import Path

from auscult.audio import container, wfdb
from auscult.audio.channels import Channel, listened_to
from auscult.audio.header import MAX_BYTES, MAX_DURATION_S, MAX_SAMPLES, Header
from auscult.audio.loading import AudioSource, load, name_of
from auscult.audio.raw import SUFFIXES, RawPcm
from auscult.audio.sniffing import container_of
from auscult.audio.sound import Sound
from auscult.errors import AudioError
from auscult.types import Recording

__all__ = [
    "MAX_BYTES",
    "MAX_DURATION_S",
    "MAX_SAMPLES",
    "AudioSource",
    "Header",
    "read_header",
    "read_recording",
]


def read_recording(
    source: AudioSource,
    *,
    name: str | None = None,
    channel: Channel = "auto",
    raw: RawPcm | None = None,
) -> Recording:
    """Decode one sound, all of it, to one channel.

    Parameters
    ----------
    source
        A path, the bytes of a file, or a binary file open for reading.
    name
        What to call it in messages; the path by default.
    channel
        A number from 1 on, ``"mean"``, or ``"auto"``: the average of channels that are alike, the
        heart sound beside an ECG, and a refusal where neither is clear.
    raw
        How to read samples that have no header; nothing with a header is read so.

    Raises
    ------
    AudioError
        If it is missing, empty, no audio, truncated, over a limit, or holds NaN, or the channel
        cannot be chosen.
    MissingExtraError
        If it needs PyAV, and that is not installed.
    """
    name = name or name_of(source)
    sound = _sound(source, name, raw)
    told = sound.header
    samples, note = listened_to(sound.channels, told.rate_hz, channel, name, sound.names)
    notes = (*sound.notes, note) if note else sound.notes
    return Recording(samples, told.rate_hz, name, told.n_channels, notes)


def read_header(
    source: AudioSource, *, name: str | None = None, raw: RawPcm | None = None
) -> Header:
    """Return length, rate and channels, without decoding where the container tells them.

    Raises
    ------
    AudioError, MissingExtraError
        As :func:`read_recording`, except for what only decoding can show.
    """
    name = name or name_of(source)
    if raw is None and (record := _record_of(source)):
        return wfdb.header(record, name)
    data = load(source, name)
    if raw is not None:
        return raw.header(data, name)
    _refuse_raw(source, data, name)
    return container.header(data, name)


def _sound(source: AudioSource, name: str, raw: RawPcm | None) -> Sound:
    if raw is None and (record := _record_of(source)):
        return wfdb.decoded(record, name)
    data = load(source, name)
    if raw is not None:
        return raw.decoded(data, name)
    _refuse_raw(source, data, name)
    return container.decoded(data, name)


def _record_of(source: AudioSource) -> Path | None:
    return wfdb.header_beside(Path(source)) if isinstance(source, str | Path) else None


def _refuse_raw(source: AudioSource, data: bytes, name: str) -> None:
    """Ask for what raw samples do not tell, where a name says that they are raw."""
    if not isinstance(source, str | Path) or container_of(data):
        return
    if Path(source).suffix.lower() in SUFFIXES:
        raise AudioError(
            f"{name}: is raw PCM, which tells no rate; give --rate and --format, such as "
            "--rate 4000 --format s16le"
        )
