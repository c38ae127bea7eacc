"""What a file makes that is no number: functions, classes, objects, what could not be read; and what can be changed."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

import numpy as np

from symopt.reading.exact.chosen import Chosen
from symopt.reading.exact.values import is_scalar
from symopt.reading.letters import Open
from symopt.reading.names import Scope
from symopt.reading.packages.named import At
from symopt.reading.packages.objects import Default, Higher, Stream
from symopt.reading.source import SourceError, Unreadable
from symopt.reading.words import said


class NeedsVector(Exception):
    """The argument is used as a vector, of this many entries if that is known; error: what else is wrong."""

    def __init__(self, n: int | None, error: SourceError | None = None) -> None:
        super().__init__(n)
        self.n = n
        self.error = error


class Sliced(NeedsVector):
    """A slice ends at this many entries, which may be fewer."""


class NeedsParts(NeedsVector):
    """An argument is used as a dict or (record) an object, under this key; name: of the argument, if it is searched."""

    def __init__(self, name: str, key: str, record: bool) -> None:
        super().__init__(None, SourceError(f"an argument that has parts, such as {key}"))
        self.name, self.key, self.record = name, key, record


@dataclass(frozen=True)
class Poison:
    """What cannot be read: the error for whoever needs it; parts: what it may be, so that a change of it is theirs."""

    error: SourceError
    parts: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Partly(Poison):
    """What a name is where a condition holds, its one part; elsewhere it has no value."""

    test: Any = None

    @property
    def value(self) -> Any:
        return self.parts[0]


@dataclass(frozen=True)
class Imported:
    """A module under its full name."""

    said = "a module"
    path: str


@dataclass(eq=False)
class Function:
    """A function of the file, with the names around it and the values of its defaults."""

    said = "a function"
    node: ast.FunctionDef | ast.Lambda
    scope: Scope | None
    name: str = "lambda"
    defaults: dict[str, Any] = field(default_factory=dict)
    me: Any = None
    shown: Function | None = None  # what a decorator of the file has wrapped
    home: Class | None = None  # the class in which it is defined

    def of(self, me: Any) -> Function:
        return Function(self.node, self.scope, self.name, self.defaults, me, home=self.home)


@dataclass(eq=False)
class Class:
    """A class of the file: what stands in its body, and in those of its bases."""

    said = "a class"
    name: str
    names: dict[str, Any]
    bases: list[Class]
    fields: dict[str, Any] | None = None  # of a dataclass or a NamedTuple, with their defaults
    listed: bool = False  # as a NamedTuple is

    @cached_property
    def kind(self) -> type:
        return type(self.name, tuple(base.kind for base in self.bases), {"of": self})

    @property
    def order(self) -> list[Class]:
        """The class and all it comes from, in the order in which Python looks for a name."""
        return [kind.__dict__["of"] for kind in self.kind.__mro__[:-1]]

    def find(self, name: str) -> Any:
        return next((of.names[name] for of in self.order if name in of.names), MISSING)


@dataclass(eq=False)
class Instance:
    """An object of a class of the file."""

    of: Class
    names: dict[str, Any] = field(default_factory=dict)

    @property
    def said(self) -> str:
        return f"an object of {self.of.name}"

    @property
    def eq_by_identity(self) -> bool:
        """Whether it is equal to itself alone."""
        return self.of.find("__eq__") is MISSING and self.of.fields is None


@dataclass(frozen=True)
class Factory:
    """What makes the value of a dataclass's field, for each object anew."""

    function: Any


@dataclass(eq=False)
class Super:
    """An object as one of the classes that come behind the one in which its method stands."""

    me: Any
    behind: list[Class]


@dataclass
class Mark:
    """The end of one turn, or of all turns, of a loop that is written out."""

    last: bool


@dataclass(eq=False)
class Turn:
    """The turns of a loop that are still to come."""

    loop: ast.For
    stream: Stream


NOTHING, RAISES, MISSING = object(), object(), object()


def named_tuple(name: str, fields: Any, *, defaults: Any = ()) -> Class:
    words = fields.replace(",", " ").split() if isinstance(fields, str) else list(fields)
    values = [MISSING] * (len(words) - len(defaults)) + list(defaults)
    return Class(name, {}, [], dict(zip(words, values, strict=True)), listed=True)


def base_of(value: np.ndarray) -> np.ndarray:
    """The array that owns the memory."""
    while value.base is not None and isinstance(value.base, np.ndarray):
        value = value.base
    return value


def copied(value: Any, deep: bool = False, memo: dict[int, Any] | None = None) -> Any:
    """copy.copy, and (deep) copy.deepcopy; memo: what has been copied."""
    memo = {} if memo is None else memo
    if id(value) in memo:
        return memo[id(value)][0]
    found: Any = value
    if isinstance(value, np.ndarray):
        found = value.copy()
    elif isinstance(value, Instance) and not value.of.listed:
        found = Instance(value.of, dict(value.names))
    elif isinstance(value, (list, dict, set)):
        found = value.copy() if not isinstance(value, Default) else Default(value.factory, value)
    elif not (is_scalar(value) or isinstance(value, (str, tuple, Function, Class, type(None)))):
        raise Unreadable(f"a copy of {said(value)}")
    memo[id(value)] = found, value
    if deep and isinstance(value, tuple):
        return tuple(copied(part, True, memo) for part in value)
    content: Any = found.names if isinstance(found, Instance) else found
    for key in (range(len(content)) if isinstance(content, list) else [*content]) if deep and isinstance(
        content, (list, dict)) else ():  # fmt: skip
        content[key] = copied(content[key], True, memo)
    return found


def replaced(call: Any, value: Any, /, **changes: Any) -> Any:
    """dataclasses.replace."""
    if not isinstance(value, Instance) or value.of.fields is None:
        raise Unreadable("dataclasses.replace of what is no dataclass")
    return call(value.of, [], {name: value.names[name] for name in value.of.fields} | changes)


MAKING: dict[str, Any] = {
    **dict.fromkeys(("collections.namedtuple", "typing.NamedTuple"), named_tuple),
    "copy.copy": copied, "copy.deepcopy": partial(copied, deep=True), "dataclasses.replace": Higher(replaced),
    "collections.defaultdict": Higher(lambda call, factory, *content, **more: Default(factory, *content, **more)),
    "collections.OrderedDict": lambda *content, **more: dict(*content, **more),
}  # fmt: skip
"""What makes objects of others, by its full name."""


def put(base: np.ndarray, content: Any) -> None:
    """Fills the memory of an array, also of one that must stay as it is."""
    kept, base.flags.writeable = base.flags.writeable, True
    base.view(np.ndarray)[...] = content
    base.flags.writeable = kept


def memory(value: Any) -> Any:
    """What a change of a value changes."""
    return base_of(value) if isinstance(value, np.ndarray) else value


def _content(value: Any) -> Any:
    if isinstance(value, Stream):
        return value.left
    return value.view(np.ndarray).copy() if isinstance(value, np.ndarray) else value.copy()


def _parts(content: Any) -> Any:
    """What tells contents apart: which objects there are, and under which names."""
    if isinstance(content, dict):
        return [(name, id(part)) for name, part in content.items()]
    return [*map(id, content.flat if isinstance(content, np.ndarray) else content)] if isinstance(
        content, (np.ndarray, list)) else content  # fmt: skip


INSIDE: list[tuple[type, Callable[[Any], Iterable[Any]]]] = [
    (tuple, lambda value: value), (Scope, lambda scope: [scope.names, scope.outer]),
    (Function, lambda function: [function.scope, function.me]), (Instance, lambda one: [one.names, one.of]),
    (Class, lambda of: [of.names, *of.bases]), (At, lambda at: [at.owner]), (Open, lambda array: [array.value()]),
    (Turn, lambda turn: [turn.stream]), (Poison, lambda poison: poison.parts), (Chosen, lambda some: [some.whole]),
]  # fmt: skip
"""What else can be changed through a value that itself cannot."""


class State:
    """What can be changed from a scope on, as it stood when this was made."""

    def __init__(self, *roots: Any) -> None:
        self.held: dict[int, tuple[Any, Any]] = {}
        self.arrays: list[np.ndarray] = []
        stack = list(roots)
        while stack:
            value = stack.pop()
            if isinstance(value, np.ndarray):
                self.arrays.append(value)
                value = base_of(value)
            if id(value) in self.held or (isinstance(value, np.ndarray) and not value.flags.writeable):
                continue
            if isinstance(value, (np.ndarray, list, dict, set, Stream)):
                self.held[id(value)] = (value, _content(value))
            if isinstance(value, Stream):
                stack += value.parts
            elif isinstance(value, (list, dict, set)):
                stack += value.values() if isinstance(value, dict) else value
            else:
                stack += next((inner(value) for of, inner in INSIDE if isinstance(value, of)), ())

    def restore(self) -> State:
        """Puts everything back; what stood there before is returned."""
        after = State()
        after.held = {key: (value, _content(value)) for key, (value, _) in self.held.items()}
        for value, before in self.held.values():
            if isinstance(value, np.ndarray):
                put(value, before)
            elif isinstance(value, Stream):
                value.left = before
            elif isinstance(value, list):
                value[:] = before
            else:
                value.clear()
                value.update(before)
        return after

    def lasts(self, names: Any = None, but: Collection[str] = ()) -> bool:
        """Whether everything still is as it was, but for these of some names."""
        for value, before in self.held.values():
            now = _content(value)
            if value is names:
                now, before = ({k: v for k, v in content.items() if k not in but} for content in (now, before))
            if _parts(now) != _parts(before):
                return False
        return True
