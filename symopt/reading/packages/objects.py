"""What names of a file stand for when they are no numbers: kinds, functions of functions, records, and iterators.

Iterators are gone through once, as Python goes through them: each item is made when it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, ItemsView, Iterator, KeysView, Sequence, ValuesView
from dataclasses import dataclass
from itertools import islice
from typing import Any

from symopt.reading.exact.arrays import Exact, array, as_kind, cast, single, width, wrap
from symopt.reading.exact.chosen import Chosen
from symopt.reading.exact.values import MAX_SIZE, exact
from symopt.reading.source import Unreadable

END = object()


class Stream:
    """What is gone through once.

    left: how far it is gone through, put back where a branch is left; None if that depends on the variables.
    parts: what its items come from. lasting: whether it belongs to the top level, where every call would find it.
    """

    said = "an iterator"
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
        found = [part for part in self.parts if isinstance(part, Stream)]
        return [*found, *(inner for part in found for inner in part.streams())]

    def __iter__(self) -> Stream:
        return self

    def __next__(self) -> Any:
        if (item := self.next()) is END:
            raise StopIteration
        return item

    def rest(self) -> list[Any]:
        found = list(islice(self, MAX_SIZE + 1))
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


class Lazy(Stream):
    """A comprehension, or what one of Python's own iterators makes of others: it cannot be put back."""

    def __init__(self, items: Iterator[Any], parts: Sequence[Any] = ()) -> None:
        self.items, self.parts, self.taken = items, parts, 0

    def made(self) -> Any:
        if self.left != self.taken:
            raise Unreadable("an iterator that a condition on the variables has moved on")
        self.left = None  # of what raises nothing more is known
        found = next(self.items, END)
        self.left = self.taken = self.taken + 1
        return found


def lazily(build: Callable[..., Iterator[Any]], *parts: Any) -> Lazy:
    """One of Python's own iterators over what is gone through."""
    streams = [stream(part) for part in parts]
    return Lazy(build(*streams), streams)


@dataclass(frozen=True)
class Type:
    """float, np.int64, bool …: a kind of numbers, and what makes one of a number."""

    kind: str
    python: bool = False

    def __call__(self, value: Any = 0) -> Any:
        if isinstance(value, (list, tuple)) and not self.python:
            value = array(value)
        if isinstance(value, Exact) and (self.python or not value.ndim):
            if value.size != 1:
                raise TypeError("only arrays of one entry are a number")
            value = wrap(value.plain.reshape(-1)[0], "f") if value.kind == "f" else value.reshape(-1)[0]
        if isinstance(value, str):
            if self.kind != "f" or value.strip().lower().lstrip("+-") not in ("inf", "infinity", "nan"):
                raise Unreadable("a number from a text")
            return exact(float(value))
        if self.python and self.kind == "i" and not isinstance(value, Exact):
            found = cast(array(value), "i").plain[()]  # a whole number of Python's, which never overflows
            return int(found) if found.is_Integer else single(found, "i")
        of = as_kind(self)
        return cast(value, of)  # an array of that kind as it is


@dataclass(frozen=True)
class Record:
    """Names with values: what a call gives back, or a part of a module."""

    said = "an object"
    fields: dict[str, Any]


class Default(dict[Any, Any]):
    """A dict that makes what it is asked for and does not have."""

    def __init__(self, factory: Any, *content: Any, **more: Any) -> None:
        super().__init__(*content, **more)
        self.factory = factory


@dataclass(frozen=True)
class Higher:
    """A function that calls functions of the file, and (derives) takes derivatives: the first argument is how."""

    function: Callable[..., Any]
    derives: bool = False


@dataclass(frozen=True)
class Ufunc:
    """A ufunc of numpy over expressions."""

    ufunc: Any

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        chosen = next((a for a in arguments if isinstance(a, Chosen)), None)
        if chosen is not None and not options:
            return chosen.combined(lambda *parts: self.ufunc(*map(array, parts)), *arguments)
        return self.ufunc(*map(array, arguments), **_options(options))

    def method(self, name: str) -> Callable[..., Any]:
        if name == "at":
            return lambda target, index, *values: self.ufunc.at(target, index, *map(array, values))
        if name not in ("reduce", "outer", "accumulate", "reduceat"):
            raise Unreadable(f"np.{self.ufunc.__name__}.{name}")
        count = 2 if name == "outer" else 1
        return lambda *a, **k: getattr(self.ufunc, name)(*map(array, a[:count]), *a[count:], **_options(k))


def _options(options: dict[str, Any]) -> dict[str, Any]:
    if unknown := {"like", "device", "casting", "subok", "signature", "order"} & set(options):
        raise Unreadable(f"the option {sorted(unknown)[0]}=")
    return {name: width(as_kind(value)) if name == "dtype" and value is not None else value
            for name, value in options.items()}  # fmt: skip


def items(value: Any) -> list[Any]:
    """What a loop over a value goes through."""
    if isinstance(value, Stream):
        return value.rest()
    if isinstance(value, Exact) and value.ndim:
        return [value[k] for k in range(len(value))]
    if isinstance(value, (list, tuple, dict, set, str, KeysView, ValuesView, ItemsView)):
        return list(value)
    raise Unreadable("a loop over what is not known")


def stream(value: Any) -> Stream:
    """iter(…): what is gone through once, an item at a time."""
    if isinstance(value, Stream):
        return value
    if isinstance(value, (list, tuple)) or (isinstance(value, Exact) and value.ndim):
        return Over(value)
    return Over(items(value))


def upcoming(value: Any, *other: Any) -> Any:
    """next(…)."""
    if not isinstance(value, Stream):
        raise TypeError("next of what is no iterator")
    if (found := value.next()) is not END:
        return found
    if not other:
        raise Unreadable("next of an iterator that is at its end")
    return other[0]


@dataclass(frozen=True)
class Partial:
    """functools.partial."""

    call: Callable[..., Any]
    function: Any
    arguments: tuple[Any, ...]
    keywords: dict[str, Any]

    def __call__(self, *more: Any, **keywords: Any) -> Any:
        return self.call(self.function, [*self.arguments, *more], {**self.keywords, **keywords})
