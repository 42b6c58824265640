"""Which container a file is, from its first bytes; names of files are not believed."""

_CONTAINERS = (
    (0, b"RIFF", "WAV"),
    (0, b"RIFX", "WAV"),
    (0, b"RF64", "WAV"),
    (0, b"FORM", "AIFF"),
    (0, b"fLaC", "FLAC"),
    (0, b"OggS", "OGG"),
    (0, b"caff", "CAF"),
    (0, b"ID3", "MP3"),
    (0, b"\x1a\x45\xdf\xa3", "WebM"),
    (4, b"ftyp", "M4A"),
    (0, b"#!AMR", "AMR"),
)
_AAC_SYNC, _AAC_MASK = 0xF0, 0xF6
_HEAD = 12


def container_of(data: bytes) -> str:
    """Return the name of the container; empty if the first bytes are none's that is known.

    A bare MPEG stream is not told apart from numbers: it has no more than eleven bits to be known
    by. :func:`is_adts` looks for AAC's.
    """
    return next(
        (name for at, magic, name in _CONTAINERS if data[at : at + len(magic)] == magic), ""
    )


def is_adts(data: bytes) -> bool:
    """Say whether this may be a bare AAC stream: twelve bits set, then layer 0."""
    return len(data) > _HEAD and data[0] == 0xFF and data[1] & _AAC_MASK == _AAC_SYNC  # noqa: PLR2004 - the sync byte
