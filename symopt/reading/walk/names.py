"""Names: of the file's top level, each loaded when it is asked for, of scopes and of modules."""

from __future__ import annotations

import ast
from contextlib import suppress
from typing import Any

import numpy as np

from symopt.reading.exact.values import exact
from symopt.reading.names import Scope, changed, root
from symopt.reading.packages.named import BRACKETED, PARTS, meaning
from symopt.reading.packages.objects import Stream
from symopt.reading.packages.python import BUILTINS
from symopt.reading.packages.written import HELPERS, WRITTEN, counts, statements
from symopt.reading.shared import PLAIN
from symopt.reading.source import Unreadable
from symopt.reading.walk.core import Core
from symopt.reading.walk.objects import MAKING, Function, Imported, Poison, State


class Names(Core):
    def changed(self, step: ast.AST) -> set[str]:
        """The names whose arrays, lists or objects a statement may change in place, other functions' doing included."""
        if step not in self.changing:
            effects, whole = self.top.effects, getattr(step, "lineno", 0)
            names = effects.changes(step) if whole else changed(step)
            self.changing[step] = names - effects.imported.keys() - PLAIN
        return self.changing[step]

    def look_up(self, name: str, scope: Scope) -> Any:
        holder = scope.holder(name)
        value = self.top_level(name, self.now) if holder is None else holder.names[name]
        return self.usable(value)

    def top_level(self, name: str, now: int) -> Any:
        """What a name of the file's top level is when the statement at a place begins."""
        top, kept = self.top, self.settings.get(name)
        if kept is None and name in top.global_:
            raise Unreadable(f"{name}, which functions of the file change (global)")
        if self.scopes and now == self.now and name in self.scopes[-1].names:  # it is being loaded
            return self.scopes[-1].names[name]
        for place, word in top.unknowable:
            if place < now:
                raise self.error(top.statements[place], f"{word}, by which any name may get another value")
        places = top.places.get(name)
        if kept is not None and not any(isinstance(self.source.statements[k], ast.FunctionDef) for k in places or ()):
            return kept
        group, found = top.writers(name, now)
        if not found and places and now == self.end:
            group, found = top.writers(name, len(top.statements))
        for place, module in top.star_places:
            if found and found[0] < place < now and not (module in PARTS and not self.has(module, name)):
                raise self.error(top.statements[place], f"{name}, which `from {module} import *` may replace")
        if found:
            key = (group, tuple(found))
            if key not in self.done:
                if key in self.loading:
                    raise Unreadable(f"{name}, which is defined by itself")
                self.loading.add(key)
                try:
                    self.done[key] = self.load(found)
                finally:
                    self.loading.discard(key)
                self.freeze(list(self.done[key].values()))
            if name in self.done[key]:
                return self.done[key][name]
            raise Unreadable(f"the name {name}")
        for module in [*(module for _, module in reversed(top.star_places)), "builtins"]:
            with suppress(KeyError):
                return exact(self.meaning(module, name))
        raise Unreadable(f"the name {name}, which is not defined in the file")

    def meaning(self, module: str, name: str) -> Any:
        """What a name of a module stands for. Raises KeyError where that is not known."""
        if module in WRITTEN and name in (known := self.written(module).names):
            return known[name]
        return meaning(module, name)

    def written(self, module: str) -> Scope:
        """The names of what is written in Python for a module."""
        if module not in self.modules:
            packages = {"np": Imported("numpy"), "special": Imported("scipy.special")}
            self.modules[module] = Scope(outer=Scope({**BUILTINS, **HELPERS, "counts": self.counts, **packages}))
            self.block(list(statements(module)), self.modules[module])
        return self.modules[module]

    def counts(self, value: Any) -> None:
        counts(value, self.variables)

    def has(self, module: str, name: str) -> bool:
        """Whether a module that is known has a name."""
        with suppress(KeyError, Unreadable):
            self.meaning(module, name)
            return True
        return False

    def load(self, places: list[int]) -> dict[str, Any]:
        """The names that some statements of the top level write, each when its turn comes."""
        scope, kept = Scope(top=True), (self.now, self.current, self.drawn)
        self.scopes.append(scope)
        try:
            for place in places:
                self.now, self.drawn = place, {}
                self.block([self.source.statements[place]], scope)
        finally:
            self.now, self.current, self.drawn = kept
            self.scopes.pop()
        return scope.names

    def freeze(self, values: list[Any]) -> None:
        """What belongs to the file can no longer be changed: a later call would see it."""
        state = State(*(v for v in values if not isinstance(v, Function)))
        for value, _ in state.held.values():
            if isinstance(value, np.ndarray):
                value.flags.writeable = False
            elif isinstance(value, Stream):
                value.lasting = True
            else:
                self.frozen[id(value)] = value
        for view in state.arrays:
            view.flags.writeable = False

    def own(self, name: str, scope: Scope) -> bool:
        """Whether a name is a function that the file defines."""
        places = self.top.places.get(name, ())
        return any(isinstance(self.source.statements[k], ast.FunctionDef) for k in places) or (
            scope.holder(name) is not None and isinstance(scope.holder(name).names[name], Function)  # type: ignore[union-attr]
        )

    def foreign(self, node: ast.expr, scope: Scope) -> bool:
        """Whether a function is of a module that does not change arrays of numpy: a plot, a table, an optimiser."""
        if (name := root(node)) is None:
            return False
        if (holder := scope.holder(name)) is not None:  # what another package has made
            return isinstance(holder.names[name], Poison)
        places = self.top.places.get(name, ())
        kinds = [type(self.source.statements[k]) for k in places]
        if not scope.top and not {*kinds} & {ast.Import, ast.ImportFrom}:
            return False
        return (
            ast.FunctionDef not in kinds
            and ast.ClassDef not in kinds
            and not any(p in PARTS for k in places for p in self._paths(self.source.statements[k], name))
        )

    @staticmethod
    def _paths(statement: ast.stmt, name: str) -> list[str]:
        if isinstance(statement, ast.Import):
            return [a.name for a in statement.names if (a.asname or a.name.split(".")[0]) == name]
        return [statement.module or ""] if isinstance(statement, ast.ImportFrom) else []

    def imported(self, step: ast.Import | ast.ImportFrom, scope: Scope) -> None:
        for alias in step.names:
            if isinstance(step, ast.Import):
                path = alias.name if alias.asname else alias.name.split(".")[0]
                scope.names[alias.asname or path] = Imported(path)
            elif alias.name != "*":
                scope.names[alias.asname or alias.name] = self.member(step.module or "", alias.name)

    def member(self, module: str, name: str) -> Any:
        """A name of an imported module."""
        path = f"{module}.{name}"
        if path in PARTS or any(known.startswith(path + ".") for known in PARTS):
            return Imported(path)
        with suppress(KeyError, Unreadable):
            return self.meaning(module, name)
        if path in MAKING:
            return MAKING[path]
        if path in BRACKETED or path == "numpy.ndarray":
            return Imported(path)
        return Poison(self.error(self.current, path))
