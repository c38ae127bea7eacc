"""Work is counted and not timed, so that an answer is the same however busy the machine is.

Tapes count what they do, by operations and what these cost; loops ask whether all that is allowed is spent.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager

A_SECOND = 500_000.0
"""Operations on balls for which a usual machine takes a second, what goes on around them included."""
SYMBOLIC = 1_500.0
"""Of these, for an operation of an expression that is rewritten, differentiated and factored."""

READ = 40.0
"""The same where it is only gone through once: a place put in, or a derivative taken."""


class _Spent(threading.local):
    operations = 0.0
    until = math.inf


_spent = _Spent()


def spend(operations: float) -> None:
    """Counts work that is done."""
    _spent.operations += operations


def spent() -> float:
    """What this thread has done since it began, in seconds of a usual machine."""
    return _spent.operations / A_SECOND


def over() -> bool:
    """Whether all the work that is allowed is done."""
    return _spent.operations >= _spent.until


@contextmanager
def uncounted() -> Iterator[None]:
    """Work that is kept for the next time, and so counts for nobody."""
    before = _spent.operations
    try:
        yield
    finally:
        _spent.operations = before


@contextmanager
def allowed(seconds: float) -> Iterator[None]:
    """Work that may be done for a while, in seconds of a usual machine, and no more than is allowed around it."""
    before = _spent.until
    _spent.until = min(before, _spent.operations + seconds * A_SECOND)
    try:
        yield
    finally:
        _spent.until = before


__all__ = ["A_SECOND", "READ", "SYMBOLIC", "allowed", "over", "spend", "spent", "uncounted"]
