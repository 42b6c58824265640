"""What a picture of one recording is called."""

from pathlib import PurePath

from auscult.names import encodable
from auscult.types import Recording

_MOST_CHARACTERS = 60


def title_of(kind: str, recording: Recording, title: str | None) -> str:
    """Return ``title``, or where it is None the kind and the name of the recording."""
    if title is not None:
        return title
    name = encodable(PurePath(recording.source).name)
    if len(name) > _MOST_CHARACTERS:
        name = f"{name[: _MOST_CHARACTERS - 1]}…"
    return f"{kind} · {name}"
