"""Work on the parts of a sum, shared among the processors, the results in order."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

TOGETHER = 4  # parts that are one task: to hand one over takes as long as some thousand terms
T = TypeVar("T")
R = TypeVar("R")


def in_order(function: Callable[[T], R], parts: Sequence[T]) -> Iterator[R]:
    """function(part) of each part, in order; a few of them at once, never all."""
    count = workers()
    if count == 1 or len(parts) < 2 * count:
        yield from map(function, parts)
        return
    length = min(TOGETHER, len(parts) // (2 * count))
    groups = [parts[k : k + length] for k in range(0, len(parts), length)]

    def several(group: Sequence[T]) -> list[R]:
        return [function(part) for part in group]

    pool, ahead = _pool(), 2 * count
    waiting = [pool.submit(several, group) for group in groups[:ahead]]
    for k in range(len(groups)):
        done = waiting[k % ahead].result()
        if k + ahead < len(groups):
            waiting[k % ahead] = pool.submit(several, groups[k + ahead])
        yield from done


_here = threading.local()


@contextmanager
def alone() -> Iterator[None]:
    """Around what is one of many tasks already: it works in its own thread."""
    before, _here.alone = getattr(_here, "alone", False), True
    try:
        yield
    finally:
        _here.alone = before


def workers() -> int:
    """How many processors this thread may use."""
    if getattr(_here, "alone", False):
        return 1
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(allowed, int(os.environ.get("SYMOPT_THREADS", allowed)))


_pools: dict[tuple[int, int], ThreadPoolExecutor] = {}


def _pool() -> ThreadPoolExecutor:
    key = (os.getpid(), workers())
    if key not in _pools:
        _pools[key] = ThreadPoolExecutor(workers(), thread_name_prefix="symopt")
    return _pools[key]
