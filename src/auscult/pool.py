"""Many files, all cores: one function over a long list, in order, a few pieces under way at a time.

Conventions
-----------
Workers are fresh interpreters (``spawn``): nothing of the caller's threads or locks is copied into
them. The function must be importable by name. Results come in the order of the items; no more than
two pieces a worker are under way, so that memory does not grow with the list.

Differences from concurrent.futures
-----------------------------------
``ProcessPoolExecutor.map`` submits the whole list at once and keeps every result until it is asked
for; here the list may be endless. A worker that dies is told with the items it may have died on.
"""

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from multiprocessing.connection import wait
from threading import Thread
from typing import TypeVar

from auscult.errors import ConfigError, RunError

T = TypeVar("T")
R = TypeVar("R")

PIECE = 16
AHEAD = 2
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
"""Read by a fresh interpreter's matrix library. Workers get one thread each, unless the caller has
said otherwise: together they fill the cores, and more only wait for one another."""


def n_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def in_order(
    function: Callable[[T], R], items: Iterable[T], n_workers: int, piece: int = PIECE
) -> Generator[R, None, None]:
    """Yield ``function(item)`` for every item, in order.

    Parameters
    ----------
    function
        Importable by name; what it raises is raised here.
    items
        Read as needed, at most ``AHEAD`` pieces a worker before their results are taken.
    n_workers
        Processes; 1 works in this process and starts none. No more are started than there are
        pieces.
    piece
        Items handed over at a time.

    Raises
    ------
    ConfigError
        If ``n_workers`` or ``piece`` is less than 1.
    RunError
        If a worker process dies; the message names the items it had.
    """
    if n_workers < 1 or piece < 1:
        raise ConfigError(f"n_workers={n_workers} and piece={piece} must be 1 or more")
    pieces = _pieces(iter(items), piece)
    first = list(islice(pieces, n_workers))
    if n_workers == 1 or len(first) <= 1:
        for some in _chained(first, pieces):
            yield from map(function, some)
        return
    yield from _in_processes(function, _chained(first, pieces), len(first))


def _in_processes(
    function: Callable[[T], R], pieces: Iterator[list[T]], n_workers: int
) -> Iterator[R]:
    context = multiprocessing.get_context("spawn")
    threads = {name: "1" for name in _THREADS if name not in os.environ}
    os.environ.update(threads)
    pool = ProcessPoolExecutor(n_workers, mp_context=context, initializer=begin_worker)
    under_way: deque[tuple[list[T], Future[list[R]]]] = deque()
    try:
        with _deaf_children():
            for some in islice(pieces, n_workers * AHEAD):
                under_way.append((some, pool.submit(_of_piece, function, some)))
        while under_way:
            some, future = under_way.popleft()
            results = future.result()
            for following in islice(pieces, 1):
                under_way.append((following, pool.submit(_of_piece, function, following)))
            yield from results
    except BrokenProcessPool as error:
        raise RunError(
            "a worker process died (out of memory, or a file that crashes the decoder); it had one "
            f"of {_span(some, under_way)}. Run again with one worker to see which"
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)
        for name in threads:
            os.environ.pop(name, None)


def _of_piece(function: Callable[[T], R], items: Sequence[T]) -> list[R]:
    return [function(item) for item in items]


def _pieces(items: Iterator[T], piece: int) -> Iterator[list[T]]:
    while some := list(islice(items, piece)):
        yield some


def _chained(first: Iterable[T], rest: Iterable[T]) -> Iterator[T]:
    yield from first
    yield from rest


def _span(some: Sequence[T], under_way: Iterable[tuple[list[T], Future[list[R]]]]) -> str:
    """Name the first and the last item that no result has come back for."""
    last = [*some, *(item for items, _ in under_way for item in items)][-1]
    return f"{some[0]} … {last}"


@contextmanager
def _deaf_children() -> Iterator[None]:
    """Start processes that do not hear Ctrl-C, also while they are starting; here it waits."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def begin_worker() -> None:
    """Leave Ctrl-C to the process that asked, which ends the workers; end when it is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    # subtle: a parent that is killed cannot end its workers; they would wait for work for ever.
    if (parent := multiprocessing.parent_process()) is not None:
        wait([parent.sentinel])
        os._exit(1)
