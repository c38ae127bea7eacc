"""How much may be done for one report, counted: what a machine or its load cannot change.

A unit is about what one product of two short monomials takes, a microsecond or two. All that may take long counts: a
file is read, derivatives are formed, values are enclosed, proofs and reasons are searched for. Every question of a
report takes a part of the report's one work, so that all of them together end, however many there are and however hard.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

REPORT = 8_000_000


class TooLarge(Exception):
    """The work allowed is used up: nothing is said about the question."""


class Work:
    """What may still be done for one question; what it spends is spent of the `whole` that it is a part of as well."""

    def __init__(self, left: int, whole: Work | None = None) -> None:
        self.left = left
        self.whole = whole

    def spend(self, amount: int) -> None:
        """Counts what is about to be done. Raises TooLarge where that is more than is left."""
        if amount > self.left:
            self.left = 0
            raise TooLarge
        if self.whole is not None:
            self.whole.spend(amount)
        self.left -= amount

    def part(self, most: int) -> Work:
        """At most so much of this work."""
        return Work(most, self)


_report: ContextVar[Work | None] = ContextVar("report", default=None)


@contextmanager
def report(most: int = REPORT) -> Iterator[Work]:
    """One bound for all that is asked inside; a report inside of another has no bound of its own."""
    outer = _report.get()
    if outer is not None:
        yield outer
        return
    whole = Work(most)
    token = _report.set(whole)
    try:
        yield whole
    finally:
        _report.reset(token)


def within(most: int) -> Work:
    """At most so much of the work of the report that is being made."""
    return Work(most, _report.get())


def spend(amount: int) -> None:
    """Counts what is about to be done for the report that is being made, beside the questions that have a part of it.

    Raises TooLarge where that is more than is left.
    """
    whole = _report.get()
    if whole is not None:
        whole.spend(amount)


def spent() -> bool:
    """Whether the report that is being made has no work left."""
    whole = _report.get()
    return whole is not None and whole.left == 0
