"""Names of a file: which statements of its top level give them a value, and what stands in a function's scope."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

MUTATORS = set(
    """append extend insert fill sort update pop remove setdefault clear put resize partition at reverse add_ sub_ mul_
div_ zero_ fill_ copy_""".split()
)
CHANGES_ARGUMENT = set("fill_diagonal put place copyto putmask shuffle put_along_axis at heappush setattr".split())
UNKNOWABLE = {"exec", "globals", "locals", "builtins", "__builtins__"}  # what they change nobody reads off
HARMLESS = {"print", "assert_", "display", "warn", "info", "debug", "set_printoptions", "seterr", "seed", "log_message",
            "defvjp", "defjvp", "defjvps"}  # fmt: skip


@dataclass
class Scope:
    """The names of a function, and what stands around it."""

    names: dict[str, Any] = field(default_factory=dict)
    outer: Scope | None = None
    elsewhere: dict[str, Scope] = field(default_factory=dict)  # names declared nonlocal
    top: bool = False
    comprehension: bool = False
    body: bool = False  # of a class

    @property
    def around(self) -> Scope:
        """What functions and comprehensions in it see: not the body of a class."""
        return self.outer.around if self.body and self.outer is not None else self

    def holder(self, name: str) -> Scope | None:
        """The nearest scope that has a name."""
        scope: Scope | None = self.elsewhere.get(name, self)
        while scope is not None and name not in scope.names:
            scope = scope.outer
        return scope


def written(statement: ast.stmt) -> set[str]:
    """The names that a top-level statement gives a value or may change."""
    return stored(statement) | changed(statement)


def root(node: ast.AST) -> str | None:
    while isinstance(node, (ast.Subscript, ast.Attribute, ast.Call, ast.Starred)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else None


def inside(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of a statement that run with it: not the bodies of functions."""
    yield node
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
        return
    for part in ast.iter_child_nodes(node):
        yield from inside(part)


def stored(node: ast.AST) -> set[str]:
    """Names assigned, or assigned into, anywhere in a statement."""
    found: set[str] = set()
    for part in inside(node):
        if isinstance(part, ast.Name) and isinstance(part.ctx, (ast.Store, ast.Del)):
            found.add(part.id)
        elif isinstance(part, (ast.Subscript, ast.Attribute)) and isinstance(part.ctx, (ast.Store, ast.Del)):
            if name := root(part):
                found.add(name)
        elif isinstance(part, (ast.MatchAs, ast.MatchStar, ast.ExceptHandler)) and part.name is not None:
            found.add(part.name)
        elif isinstance(part, ast.MatchMapping) and part.rest is not None:
            found.add(part.rest)
        elif isinstance(part, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)):
            found.add(part.name)
        elif isinstance(part, (ast.Import, ast.ImportFrom)):
            found |= {
                a.asname or (a.name.split(".")[0] if isinstance(part, ast.Import) else a.name) for a in part.names
            }
    return found


def changed(node: ast.AST) -> set[str]:
    """Names whose arrays, lists or objects a statement may change in place."""
    found: set[str | None] = set()
    for part in inside(node):
        if isinstance(part, (ast.Subscript, ast.Attribute)) and isinstance(part.ctx, (ast.Store, ast.Del)):
            found.add(root(part))
        elif isinstance(part, ast.Attribute) and part.attr in MUTATORS:  # called here, or by what it is given to
            found.add(root(part.value))
        elif isinstance(part, ast.AugAssign):
            found.add(root(part.target))
        elif isinstance(part, ast.Call):
            word = part.func.attr if isinstance(part.func, ast.Attribute) else getattr(part.func, "id", "")
            of_type = isinstance(part.func, ast.Attribute) and root(part.func.value) in ("list", "dict", "set")
            if (word in CHANGES_ARGUMENT or of_type) and part.args:
                found.add(root(part.args[0]))
            found |= {root(k.value) for k in part.keywords if k.arg == "out"}
    call = node.value if isinstance(node, ast.Expr) else None
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id not in HARMLESS:
        found |= {root(part) for part in call.args}
    return {name for name in found if name is not None}


def unknowable(statement: ast.stmt) -> bool:
    """Whether a statement may give any name another value."""
    return any(
        (isinstance(part, ast.Name) and part.id in UNKNOWABLE)
        or (isinstance(part, ast.Attribute) and part.attr == "modules" and root(part) == "sys")
        for part in inside(statement)
    )


def shared(value: ast.AST) -> set[str]:
    """Names of which a value may be another name, or a part."""
    if isinstance(value, (ast.BinOp, ast.Compare, ast.UnaryOp, ast.Constant, ast.Lambda)):
        return set()
    if isinstance(value, ast.Name):
        return {value.id}
    return {name for part in ast.iter_child_nodes(value) for name in shared(part)}


class TopLevel:
    """The statements of a file up to an end, by the names that they write."""

    def __init__(self, statements: list[ast.stmt]) -> None:
        self.statements = statements
        self.places: dict[str, list[int]] = {}
        self.star_places: list[tuple[int, str]] = []
        self.groups: dict[str, set[str]] = {}
        self.unknowable = [place for place, statement in enumerate(statements) if unknowable(statement)]
        for place, statement in enumerate(statements):
            for name in written(statement):
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
        fixed = {name for name, found in self.places.items()
                 if all(isinstance(self.statements[k], lasting) for k in found)}  # fmt: skip
        groups = {name: {name} for name in self.places if name not in fixed}
        for statement in self.statements:
            for part in inside(statement):
                if isinstance(part, (ast.Assign, ast.AnnAssign)) and part.value is not None:
                    targets = part.targets if isinstance(part, ast.Assign) else [part.target]
                    names = {n for t in targets for n in stored(t)} | shared(part.value)
                    joined = set().union(*(groups[n] for n in names if n in groups)) if names else set()
                    for name in joined:
                        groups[name] = joined
        touched = {name for statement in self.statements for name in changed(statement)}
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
        return isinstance(statement, (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom))
