"""Has the end of a sound file been cut off? libsndfile shortens some formats without a word.

WAV and AIFF say in the head of the sound's chunk how many bytes follow; an OGG stream marks its
last page. FLAC and MP3 need no look here: decoding them fails or yields fewer samples than said.

Differences from the formats' texts
-----------------------------------
Writers to a pipe cannot know the size and leave it near a maximum (0x7FFFF000, 0x7FFFFFFF,
0xFFFFFFFF …): from 0x7FFFF000 on, 2 GiB, it is taken as unknown.
"""

from typing import Literal

_UNKNOWN_SIZE = 0x7FFF_F000
_OGG_HEAD, _OGG_FLAGS_AT, _OGG_LAST_PAGE = 27, 5, 4


def missing_end(data: bytes) -> str:
    """Return what the file promises and what is there; empty if its end is there."""
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        return _missing_of_chunk(data, b"data", "little")
    if data[:4] == b"FORM" and data[8:12] in {b"AIFF", b"AIFC"}:
        return _missing_of_chunk(data, b"SSND", "big")
    if data[:4] == b"OggS" and not _ends_with_last_page(data):
        return "its last page is missing"
    return ""


def _missing_of_chunk(data: bytes, name: bytes, order: Literal["little", "big"]) -> str:
    """Compare the size that the sound's chunk promises with what is there."""
    position = 12
    while position + 8 <= len(data):
        size = int.from_bytes(data[position + 4 : position + 8], order)
        there = len(data) - position - 8
        if data[position : position + 4] == name:
            if there < size < _UNKNOWN_SIZE:
                return f"the header promises {size:,} bytes of sound, {there:,} are there"
            return ""
        position += 8 + size + size % 2
    return ""


def _ends_with_last_page(data: bytes) -> bool:
    """Say whether the last page of an OGG stream is marked as such and whole."""
    page = data[data.rfind(b"OggS") :]
    if len(page) < _OGG_HEAD or not page[_OGG_FLAGS_AT] & _OGG_LAST_PAGE:
        return False
    lacing = page[_OGG_HEAD : _OGG_HEAD + page[_OGG_HEAD - 1]]
    return len(page) >= _OGG_HEAD + len(lacing) + sum(lacing)
