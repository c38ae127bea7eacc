"""Values of today, such as the language that is spoken: what each is within a `with`, of each thread its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Current(Generic[Value]):
    """A value that is usual, and another within `being`; a new thread has the usual one.

    >>> from symopt.current import Current
    >>> unit = Current("unit", "cm")
    >>> with unit.being("in"):
    ...     unit()
    'in'
    >>> unit()
    'cm'
    """

    def __init__(self, name: str, usual: Value) -> None:
        self._value = ContextVar(name, default=usual)

    def __call__(self) -> Value:
        return self._value.get()

    @contextmanager
    def being(self, value: Value) -> Iterator[None]:
        """Within it the value is another."""
        before = self._value.set(value)
        try:
            yield
        finally:
            self._value.reset(before)
