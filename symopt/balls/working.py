"""mpmath has one precision for all threads of a process: who needs another has mpmath alone for that time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from threading import RLock
from typing import Any

from mpmath import mp
from mpmath.libmp import to_rational

ALONE = RLock()


@contextmanager
def working_digits(count: int) -> Iterator[None]:
    """mpmath in so many decimal digits, in this thread alone."""
    with ALONE, mp.workdps(count):
        yield


def fraction(number: Any) -> Fraction:
    """An mpf as a fraction, exactly."""
    return Fraction(*map(int, to_rational(number._mpf_)))
