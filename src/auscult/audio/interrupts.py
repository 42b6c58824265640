"""Ctrl-C while a library calls back into Python.

What a callback of cffi raises is printed and forgotten: an interrupt that came there would be lost,
and the read it interrupted would look like a damaged file.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread


@contextmanager
def interrupts_wait() -> Iterator[None]:
    """Let an interrupt that comes inside the block be raised at its end.

    Outside the main thread, where no interrupt is raised, and where none is asked for, it does
    nothing.
    """
    before = signal.getsignal(signal.SIGINT)
    if current_thread() is not main_thread() or not callable(before):
        yield
        return
    came = []
    signal.signal(signal.SIGINT, lambda *told: came.append(told))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if came:
            before(*came[0])
