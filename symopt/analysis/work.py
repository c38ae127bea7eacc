"""Work is counted and not timed, so that an answer is the same however busy the machine is."""

from __future__ import annotations

import threading

A_SECOND = 500_000.0
"""Operations on balls for which a usual machine takes a second, what goes on around them included."""


class _Spent(threading.local):
    operations = 0.0


_spent = _Spent()


def spend(operations: float) -> None:
    """Counts work that is done."""
    _spent.operations += operations


def spent() -> float:
    """What this thread has done since it began, in seconds of a usual machine."""
    return _spent.operations / A_SECOND


__all__ = ["A_SECOND", "spend", "spent"]
