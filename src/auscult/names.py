"""What files are called where people read it."""

from collections import Counter
from collections.abc import Sequence


def encodable(text: str) -> str:
    """Return ``text`` with the bytes of a name that is no UTF-8 escaped."""
    return text.encode(errors="backslashreplace").decode()


def short_names(sources: Sequence[str]) -> dict[str, str]:
    """Return the end of each path, as much of it as tells it from the others."""
    parts = {source: source.replace("\\", "/").split("/") for source in sources}
    names: dict[str, str] = {}
    n_parts = 0
    while len(names) < len(parts):
        n_parts += 1
        ends = {s: "/".join(own[-n_parts:]) or s for s, own in parts.items() if s not in names}
        uses = Counter(ends.values())
        for source, end in ends.items():
            if uses[end] == 1 or n_parts >= len(parts[source]):
                names[source] = encodable(end)
    return names


def said_of(name: str, source: str, said: str) -> str:
    """Return ``said`` after the name; a sentence that begins with its source says it once."""
    return f"{name}: {encodable(said.removeprefix(f'{source}: '))}"
