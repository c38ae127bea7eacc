"""Iterators, gone through once as Python goes through them: each item is made when it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from symopt.checking.source.reading import Unreadable
from symopt.checking.source.values import MAX_SIZE

END = object()


class Stream:
    """What is gone through once.

    left: how far it is gone through, put back where a branch is left; None if that depends on the variables.
    parts: what its items come from. lasting: whether it belongs to the top level, where every call would find it.
    """

    left: Any = 0
    parts: Sequence[Any] = ()
    lasting = False

    def next(self) -> Any:
        """The next item, or END."""
        if self.lasting:
            raise Unreadable("an iterator of the top level, which is gone through once for all calls")
        if self.left is None:
            raise Unreadable("an iterator that a condition on the variables has moved on")
        return self.made()

    def made(self) -> Any:
        raise NotImplementedError

    def streams(self) -> list[Stream]:
        """What else moves on with it."""
        found = [part for part in (getattr(p, "stream", p) for p in self.parts) if isinstance(part, Stream)]
        return [*found, *(inner for part in found for inner in part.streams())]

    def rest(self) -> list[Any]:
        found: list[Any] = []
        while (item := self.next()) is not END:
            found.append(item)
            if len(found) > MAX_SIZE:
                raise Unreadable("a list that is too long")
        return found


class Over(Stream):
    """The items of a list, a tuple or an array as they are when their turn comes."""

    def __init__(self, items: Any) -> None:
        self.parts = [items]

    def made(self) -> Any:
        (items,) = self.parts
        if not 0 <= self.left < len(items):
            self.left = -1  # at its end for good, even if the list grows
            return END
        self.left += 1
        return items[self.left - 1]


class Zipped(Stream):
    """zip: as long as the shortest."""

    def __init__(self, parts: Sequence[Stream], strict: bool = False) -> None:
        self.parts, self.strict = parts, strict

    def made(self) -> Any:
        found: list[Any] = []
        for part in self.parts:
            item = part.next()
            if item is END:
                if self.strict and (found or any(other.next() is not END for other in self.parts[1:])):
                    raise ValueError("zip of different lengths")
                return END
            found.append(item)
        return tuple(found) if found else END
