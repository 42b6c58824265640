"""A client's name for a sound, as it is shown: never a path, never more than a line of text."""

import re

_LONGEST = 100
_NAMELESS = "recording"


def shown_name(filename: str | None) -> str:
    r"""Return the last part of ``filename`` without anything that cannot be printed.

    Control characters go, and so do marks that turn the direction of writing, line separators and
    halves of surrogate pairs. A name is only ever shown: no file is opened or written by it.

    Examples
    --------
    >>> shown_name("../../etc/passwd"), shown_name("C:\\heart\x1b[2J\u202e.wav"), shown_name("..")
    ('passwd', 'heart[2J.wav', 'recording')
    """
    last = re.split(r"[/\\]", filename or "")[-1]
    visible = "".join(c for c in last if c.isprintable()).strip()
    return visible[:_LONGEST] if visible.strip(".") else _NAMELESS
