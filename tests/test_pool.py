"""A long list on several processes: in order, a little at a time, and no death unseen.

The functions are of the standard library, because a worker must be able to import them.
"""

import math
import os
import signal
import sys
from collections.abc import Iterator
from functools import partial

import pytest

from auscult.errors import ConfigError, RunError
from auscult.pool import AHEAD, in_order, n_cores


class Counted:
    """Counts how many items were asked for."""

    def __init__(self, n: int) -> None:
        self.left = n
        self.taken = 0

    def __iter__(self) -> Iterator[int]:
        for number in range(self.left):
            self.taken += 1
            yield number


@pytest.mark.parametrize(
    ("n_workers", "n_items"), [(1, 0), (1, 1), (1, 10), (2, 0), (2, 3), (2, 25)]
)
def test_results_come_in_order(n_workers: int, n_items: int) -> None:
    assert list(in_order(abs, range(n_items), n_workers, piece=4)) == list(range(n_items))


@pytest.mark.parametrize(("n_workers", "most"), [(1, 4), (2, 4 * 2 * AHEAD + 4)])
def test_no_more_is_taken_than_is_under_way(n_workers: int, most: int) -> None:
    items = Counted(1000)
    results = in_order(abs, items, n_workers, piece=4)
    assert next(results) == 0
    assert 0 < items.taken <= most
    results.close()
    assert items.taken <= most


@pytest.mark.skipif(sys.platform != "linux", reason="/proc/self names the process")
@pytest.mark.parametrize(("n_workers", "n_items"), [(1, 9), (2, 4)])
def test_one_worker_or_one_piece_starts_no_process(n_workers: int, n_items: int) -> None:
    pids = in_order(os.readlink, ["/proc/self"] * n_items, n_workers, piece=4)
    assert set(pids) == {str(os.getpid())}


@pytest.mark.skipif(sys.platform != "linux", reason="/proc/self names the process")
def test_two_workers_are_other_processes() -> None:
    pids = set(in_order(os.readlink, ["/proc/self"] * 9, 2, piece=4))
    assert 1 <= len(pids) <= 2
    assert str(os.getpid()) not in pids


@pytest.mark.parametrize("n_workers", [1, 2])
def test_what_the_function_raises_is_raised(n_workers: int) -> None:
    results = in_order(math.sqrt, [4, 9, -1, 16], n_workers, piece=2)
    with pytest.raises(ValueError, match=r"negative input|math domain error"):
        list(results)


def test_a_worker_that_dies_is_told_with_what_it_had() -> None:
    with pytest.raises(RunError, match=r"a worker process died .* one of 10 … 13\. Run again"):
        list(in_order(os._exit, [10, 11, 12, 13], 2, piece=2))


@pytest.mark.parametrize(("n_workers", "piece"), [(0, 1), (1, 0)])
def test_nothing_less_than_one_works(n_workers: int, piece: int) -> None:
    with pytest.raises(ConfigError, match=f"n_workers={n_workers} and piece={piece} must be 1"):
        next(in_order(abs, [1], n_workers, piece))


def test_the_cores_are_those_this_process_may_use() -> None:
    assert 1 <= n_cores() <= (os.cpu_count() or 1)


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="signals cannot be held here")
def test_workers_are_deaf_to_ctrl_c_from_their_first_breath() -> None:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    ask = partial(signal.pthread_sigmask, signal.SIG_BLOCK)
    masks = list(in_order(ask, [()] * 8, 2, piece=2))
    assert all(signal.SIGINT in mask for mask in masks)
    assert signal.pthread_sigmask(signal.SIG_BLOCK, ()) == before
