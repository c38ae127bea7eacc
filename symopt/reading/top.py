"""The statements of a file's top level, by the names that they write."""

from __future__ import annotations

import ast
import builtins

from symopt.reading.effects import Effects
from symopt.reading.names import inside, stored, unknowable
from symopt.reading.shared import bindings


class TopLevel:
    """The statements of a file up to an end, by the names that they write."""

    def __init__(self, statements: list[ast.stmt]) -> None:
        self.statements = statements
        self.places: dict[str, list[int]] = {}
        self.star_places: list[tuple[int, str]] = []
        self.groups: dict[str, set[str]] = {}
        self.effects = Effects(statements)
        bound = {name for statement in statements for part in ast.walk(statement) for name in stored(part)}
        fixed = {*dir(builtins)} - bound  # functions of Python, which nothing changes
        self.changes = [self.effects.changes(statement) - fixed for statement in statements]
        self.unknowable = [(k, word) for k, statement in enumerate(statements) if (word := unknowable(statement))]
        for place, statement in enumerate(statements):
            for name in stored(statement) | self.changes[place]:
                self.places.setdefault(name, []).append(place)
            if isinstance(statement, ast.ImportFrom) and any(a.name == "*" for a in statement.names):
                self.star_places.append((place, statement.module or ""))
        self.global_ = {
            name for s in statements for part in ast.walk(s) if isinstance(part, ast.Global) for name in part.names
        }
        self._alias()

    def _alias(self) -> None:
        """Names that may be the same array, list or object, where one of them is changed in place."""
        lasting = (ast.FunctionDef, ast.Import, ast.ImportFrom, ast.ClassDef)
        shared = self.effects.shared
        fixed = {name for name, found in self.places.items()
                 if all(isinstance(s, lasting) and not any(shared(value) for _, value in bindings(s))
                        for s in (self.statements[k] for k in found))}  # fmt: skip
        groups = {name: {name} for name in self.places if name not in fixed}

        def join(names: set[str]) -> None:
            names |= {other for name in names for other in self.effects.behind(name)}
            joined = set[str]().union(*(groups[n] for n in names if n in groups))
            for name in joined:
                groups[name] = joined

        for statement, changes in zip(self.statements, self.changes, strict=True):
            for part in inside(statement):
                if pairs := list(bindings(part)):
                    join({n for target, value in pairs for n in stored(target) | shared(value)})
            calls = [part for part in self.effects.running(statement) if isinstance(part, ast.Call)]
            if changes and calls:  # what it is given may be kept, and all of it is changed at once
                join(
                    {*changes, *stored(statement), *(n for call in calls for value in call.args for n in shared(value))}
                )
        touched = set[str]().union(*self.changes)
        self.groups = {name: group for name, group in groups.items() if len(group) > 1 and group & touched}

    def writers(self, name: str, before: int) -> tuple[frozenset[str], list[int]]:
        """The names that share what a name has, and the places before one that say what it is."""
        group = self.groups.get(name, {name})
        found = sorted({k for n in group for k in self.places.get(n, ()) if k < before})
        if len(group) == 1:
            plain = [k for k in found if self._binds(self.statements[k], name)]
            found = [k for k in found if k >= plain[-1]] if plain else found
        return frozenset(group), found

    @staticmethod
    def _binds(statement: ast.stmt, name: str) -> bool:
        if isinstance(statement, ast.Assign):
            return any(isinstance(t, ast.Name) and t.id == name for target in statement.targets
                       for t in (target.elts if isinstance(target, (ast.Tuple, ast.List)) else [target]))  # fmt: skip
        if isinstance(statement, ast.AnnAssign):
            return isinstance(statement.target, ast.Name) and statement.value is not None
        lasting = (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
        return isinstance(statement, lasting) and name in stored(statement)
