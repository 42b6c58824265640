"""WAV (8, 16, 24, 32 bit and float), FLAC, OGG (Vorbis, Opus), MP3, AIFF and CAF, by libsndfile."""

import io

import soundfile

from auscult.audio.header import Header, checked
from auscult.audio.interrupts import interrupts_wait
from auscult.audio.sound import Sound
from auscult.audio.truncation import missing_end
from auscult.errors import AudioError

_READABLE = "WAV, FLAC, OGG, MP3, AIFF, M4A or WebM"


def header(data: bytes, name: str) -> Header:
    """Return what the head says.

    Raises
    ------
    AudioError
        If it is no sound file, cut off, or over a limit.
    """
    with interrupts_wait(), _open(data, name) as sound:
        return _header(sound, name)


def decoded(data: bytes, name: str) -> Sound:
    """Return the whole sound.

    Raises
    ------
    AudioError
        As :func:`header`, or if it is damaged.
    """
    with interrupts_wait(), _open(data, name) as sound:
        told = _header(sound, name)
        try:
            # subtle: of GSM and ADPCM it reads only what it is told to; they cannot be wound back
            samples = sound.read(told.n_frames, dtype="float32", always_2d=True)
        except soundfile.LibsndfileError as error:
            raise AudioError(
                f"{name}: is damaged or truncated ({error.error_string.rstrip('.')}); "
                "copy or export it again"
            ) from None
    if len(samples) < told.n_frames:
        raise AudioError(
            f"{name}: is truncated: the header promises {told.n_frames} samples, "
            f"{len(samples)} could be decoded; copy or export it again"
        )
    return Sound(samples, told)


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


def _header(sound: soundfile.SoundFile, name: str) -> Header:
    return checked(Header(sound.frames, sound.samplerate, sound.channels, sound.format), name)
