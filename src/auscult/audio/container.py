"""Bytes with a container → sound, by the decoder that knows it; the first bytes tell which."""

from auscult.audio import codecs, libsndfile
from auscult.audio.header import Header
from auscult.audio.sniffing import container_of, is_adts
from auscult.audio.sound import Sound


def header(data: bytes, name: str) -> Header:
    """Return what the head says.

    Raises
    ------
    AudioError, MissingExtraError
        As the decoder's ``header``.
    """
    return codecs.header(data, name) if _is_for_pyav(data) else libsndfile.header(data, name)


def decoded(data: bytes, name: str) -> Sound:
    """Return the whole sound.

    Raises
    ------
    AudioError, MissingExtraError
        As the decoder's ``decoded``.
    """
    return codecs.decoded(data, name) if _is_for_pyav(data) else libsndfile.decoded(data, name)


def _is_for_pyav(data: bytes) -> bool:
    return container_of(data) in {"WebM", "M4A", "AMR"} or is_adts(data)
