"""mpmath has one precision for all threads of a process: who needs another has mpmath alone for that time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock

from mpmath import mp

ALONE = RLock()


@contextmanager
def working_digits(count: int) -> Iterator[None]:
    """mpmath in so many decimal digits, in this thread alone."""
    with ALONE, mp.workdps(count):
        yield
