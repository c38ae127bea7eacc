"""Python functions as mathematics: the language walked over exact expressions. Nothing of the file is executed.

What a value depends on must be readable; everything else is left alone. A statement that cannot be read poisons what
it writes, and only the use of that is an error.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import Any

from sympy import Expr

from symopt.reading.exact.arrays import Exact
from symopt.reading.exact.kept import raising
from symopt.reading.packages.objects import Partial, Record
from symopt.reading.source import SourceError, Unreadable
from symopt.reading.walk.core import READING
from symopt.reading.walk.objects import MISSING, Class, Function, Instance, NeedsVector, Sliced
from symopt.reading.walk.statements import Statements

STARS = 3  # as so many arguments f(*args) is read where its text does not tell their number


def _starred(node: ast.AST, name: str) -> int:
    """How many arguments there are of *name: as many as it is unpacked into."""
    counts = [len(part.targets[0].elts) for part in ast.walk(node)
              if isinstance(part, ast.Assign) and isinstance(part.targets[0], (ast.Tuple, ast.List))
              and isinstance(part.value, ast.Name) and part.value.id == name]  # fmt: skip
    return counts[0] if counts else STARS


class Interpreter(Statements):
    """Reads the functions of one file; `end` is the place up to which its top level counts."""

    def function(self, path: str) -> tuple[Any, int | None]:
        """A function by its path: f, Class.method, and f[0] for one of the values that it returns."""
        path, _, item = path.removesuffix("]").partition("[")
        owner, _, word = path.partition(".")
        if not word:
            return self.top_level(owner, self.now), int(item) if item else None
        found = self.usable(self.top_level(owner, self.now))
        if isinstance(found, Class):
            found = self.call(found, [], {})
            self.freeze([found])
        return self.attribute(found, word), int(item) if item else None

    def call_named(self, name: str, arguments: Sequence[Any], keywords: Mapping[str, Any] | None = None) -> Any:
        """The value of a function of the file. Raises SourceError, NeedsVector."""
        with self.told(), self.within():
            self.done.clear()  # what a call leaves in the file's objects is not seen by the next: `lasting` tells
            self.set_now.clear()
            function, item = self.function(name)
            try:
                copies = [a.copy() if isinstance(a, Exact) else a for a in arguments]
                found = self.call(function, copies, dict(keywords or {}))
                found = raising(found if item is None else found[item], self.raised)
            except (SourceError, Unreadable, *READING) as error:
                if self.ends:
                    raise Sliced(max(self.ends)) from None
                if self.lone and isinstance(error, IndexError):
                    raise NeedsVector(None) from None
                raise
            return found

    def lasting(self) -> None:
        """Refuses what a call finds as another call has left it."""
        both = self.changes & self.reads
        if both:
            raise SourceError(f"{min(both)} is another at each call: calls change it, and calls use it",
                              "give each function what it needs by its arguments")  # fmt: skip

    def parameters(self, name: str) -> list[str]:
        """The parameters of a function that have no value of their own."""
        with self.told():
            function = self.usable(self.function(name)[0])
        return self.free(function, name)

    def defaults(self, name: str) -> dict[str, Any]:
        """The parameters of a function of the file that have a value of their own, which no setting replaces."""
        with self.told():
            function = self.usable(self.function(name)[0])
        if not isinstance(function, Function) or function.shown is not None:
            return {}
        return {arg: value for arg, value in function.defaults.items() if arg not in self.settings}

    def taken(self, name: str, free: Mapping[str, Any], known: Mapping[str, Any]) -> tuple[list[str], dict[str, Any]]:
        """The parameters of a derivative that are given in order, and those that are given by name: letters in place of
        their defaults, and what the loss takes too, known, while the derivative has a default for it.
        """
        defaults = self.defaults(name)
        more = dict(free) | {p: value for p, value in known.items() if p in defaults}
        return [p for p in self.parameters(name) if p not in more], more

    def free(self, function: Any, name: str) -> list[str]:
        if isinstance(function, Partial):
            inner = self.free(function.function, name)[len(function.arguments) :]
            return [arg for arg in inner if arg not in function.keywords]
        if isinstance(function, Instance):
            function = self.attribute(function, "__call__")
        if isinstance(function, Function) and function.shown is not None:
            function = function.shown
        if not isinstance(function, Function):
            if callable(function) and not isinstance(function, (Exact, Expr)):
                return ["x"]
            raise SourceError(f"{name} is not a function that can be read", "def f(x): …")
        a = function.node.args
        names = [arg.arg for arg in [*a.posonlyargs, *a.args, *a.kwonlyargs]]
        if a.vararg is not None and len(names) == (function.me is not None):
            return [f"{a.vararg.arg}{k}" for k in range(_starred(function.node, a.vararg.arg))]
        return [
            arg for arg in names[function.me is not None :] if arg not in function.defaults and arg not in self.settings
        ]

    def recorded(self, name: str, entries: dict[str, Any]) -> Any:
        """An object of a class of the file that holds some values; of no class known if it has no name."""
        of = self.top_level(name, self.now) if name else None
        if not isinstance(of, Class):
            return Record(entries)
        rest = {key: value for key, value in (of.fields or {}).items() if key not in entries and value is not MISSING}
        known = {**rest, **entries}
        return Instance(of, {key: known[key] for key in (of.fields or {}) if key in known})

    def is_function(self, name: str) -> bool:
        """Whether a name of the top level can be called."""
        try:
            return bool(self.free(self.top_level(name, self.now), name)) or True
        except (Unreadable, SourceError, NeedsVector, RecursionError, *READING):
            return False
