"""Names of a file: which statements of its top level give them a value, and what stands in a function's scope."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

MUTATORS = set(
    """__setitem__ __delitem__ __setattr__ __delattr__ __iadd__ __isub__ __imul__ __itruediv__ __ior__ append
appendleft extend insert fill sort update pop remove add discard setdefault clear put resize partition at
reverse""".split()
)
CHANGES_ARGUMENT = set(
    """fill_diagonal put place copyto putmask shuffle put_along_axis at heappush heappop heapify heapreplace insort
insort_left insort_right setattr delattr setitem delitem iadd isub imul itruediv ipow imatmul iconcat""".split()
)
UNKNOWABLE = {"exec", "eval", "globals", "builtins", "__builtins__"}  # what they change nobody reads off
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


def mutates(word: str) -> bool:
    """Whether a method may change its object in place: those of torch that do so end with a line."""
    return word in MUTATORS or (word.endswith("_") and not word.startswith("_"))


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
        elif isinstance(part, ast.Attribute) and mutates(part.attr):  # called here, or by what it is given to
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


def unknowable(statement: ast.stmt) -> str:
    """The word by which a statement, or a function in it, may give any name another value; "" without one."""
    top = {part.id for part in inside(statement) if isinstance(part, ast.Name)} & {"locals", "vars"}
    words = {part.id for part in ast.walk(statement) if isinstance(part, ast.Name)} & UNKNOWABLE | top
    words |= {"sys.modules" for part in ast.walk(statement) if isinstance(part, ast.Attribute)
              and part.attr == "modules" and root(part) == "sys"}  # fmt: skip
    return min(words, default="")
