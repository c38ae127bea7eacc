"""What a file's code changes in place when it runs: told by its text, before anything is read.

A function changes what it stores into, what it gives to another that does so, and what its names may stand for; views
and parts count, what numpy makes anew does not. What runs without being called by its name, methods that Python calls
itself, properties, generators, what a decorator or a function has made, what is kept and called later, is taken to run
wherever it may: at attributes and operations of what may be an object, in calls of what is not known.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cached_property

import numpy as np

from symopt.reading.names import CHANGES_ARGUMENT, changed, mutates, root
from symopt.reading.shared import BUILD, PLAIN, Body, Found, Sharing, defaults

HARMLESS = frozenset("staticmethod classmethod jit njit abstractmethod override dataclass runtime_checkable".split())
"""Decorators that neither keep nor call what they are given."""
OF_ATTRIBUTES = frozenset(f"__{n}__" for n in "get set delete getattr getattribute setattr delattr".split())
OF_CLASSES = frozenset(["__init_subclass__", "__set_name__", "__mro_entries__"])
"""What Python calls where a class is made, but for a metaclass."""
OF_WITH = frozenset(["__enter__", "__exit__"])


class Effects(Sharing):
    """What the statements of a file's top level change in place, calls of its functions included."""

    def __init__(self, statements: Iterable[ast.stmt]) -> None:
        super().__init__(statements)
        self.named: dict[ast.AST, set[str]] = {}
        self.known: dict[Body, Found] = {body: (set(), set()) for body in self.all}
        self.settle()

    # what runs where

    @cached_property
    def hidden(self) -> list[Body]:
        """The bodies that may run without being called by their name."""
        named = {id(body) for name, bodies in [*self.functions.items(), *self.methods.items()] for body in bodies
                 if not self.anywhere and not {name, *self.owner(body)} & (self.mentioned | self.loose)
                 and (name in BUILD or not (name.startswith("__") and name.endswith("__")))
                 and isinstance(body, ast.FunctionDef) and self.plainly(body)}  # fmt: skip
        return [body for body in dict.fromkeys(self.all) if id(body) not in named]

    def owner(self, body: Body) -> list[str]:
        """The class that is made by a function, if it makes one."""
        of = self.around.get(body)
        return [of.name] if isinstance(of, ast.ClassDef) and getattr(body, "name", "") in BUILD else []

    def given_to(self, body: Body) -> set[str]:
        """The parameters that a function changes, but for an object that it makes."""
        first = [a.arg for a in body.args.args[: len(self.owner(body))]]
        return self.known[body][0] - {*first}

    def plainly(self, body: ast.FunctionDef) -> bool:
        """Whether a call of a function runs its body, then and there: no decorator, no generator, nothing around it."""
        words = {ast.unparse(d).split("(")[0].split(".")[-1] for d in body.decorator_list}
        yields = any(isinstance(part, (ast.Yield, ast.YieldFrom)) for part in ast.walk(body))
        inner = isinstance(self.around.get(body), Body) and body.name in self.mentioned
        return not (words - HARMLESS) and not yields and not inner

    @cached_property
    def properties(self) -> set[str]:
        """Attributes at whose use a function of the file may run."""
        decorated = {name for name, bodies in self.methods.items() for body in bodies
                     if isinstance(body, ast.FunctionDef) and body.decorator_list}  # fmt: skip
        return decorated | {name for name, values in self.values.items() for value in values
                            if isinstance(value, ast.Call) and not self.fresh(value.func)}  # fmt: skip

    @cached_property
    def lively(self) -> list[tuple[str, Body]]:
        """Of the bodies that are hidden, those that change something, each with its name."""
        return [(getattr(body, "name", ""), body) for body in self.hidden
                if self.known[body][1] or self.given_to(body)]  # fmt: skip

    @cached_property
    def keepers(self) -> bool:
        """Whether what changes an array is kept as a function: w.fill, partial(np.copyto, w)."""
        return any(mutates(word) or word in CHANGES_ARGUMENT for word in self.mentioned)

    def running(self, node: ast.AST) -> Iterator[ast.AST]:
        """The parts of a statement that run with it: decorators, defaults and the bodies of classes too."""
        yield node
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            for part in [*getattr(node, "decorator_list", ()), *defaults(node)]:
                yield from self.running(part)
            return
        for part in ast.iter_child_nodes(node):
            yield from self.running(part)

    def changes(self, statement: ast.AST) -> set[str]:
        """The names whose arrays, lists or objects a statement may change in place."""
        found = {name for part in self.running(statement) if isinstance(part, ast.stmt) or part is statement
                 for name in changed(part)}  # fmt: skip
        found |= {name for part in self.running(statement) for name in self.by(part)}
        return found | {other for name in found for other in self.behind(name)}

    def by(self, node: ast.AST) -> set[str]:
        """The names that one part of a statement changes, by what it runs."""
        found: set[str] = set()
        if isinstance(node, (ast.Subscript, ast.Attribute)) and not isinstance(node.ctx, ast.Load):
            found |= self.shared(node.value)  # type(a).x = …
        if isinstance(node, ast.Call):
            for body, bound in self.bodies(node):
                parameters, names = self.known[body]
                found |= names
                for name in parameters:
                    found |= {other for value in self.given(node, body, bound, name) for other in self.shared(value)}
            word = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            ufunc = vars(np).get(word)
            if isinstance(ufunc, np.ufunc) and len(node.args) > ufunc.nin:  # what it gives is written there
                found |= self.shared(node.args[ufunc.nin])
            if isinstance(node.func, ast.Attribute) and mutates(word) and node.args:
                owner = root(node.func.value) or ""
                if owner in self.imported or owner in self.classes or owner not in self.values:  # list.append(a, 1)
                    found |= self.shared(node.args[0])
        if (ran := self.unseen(node)) is not None:
            found |= {name for body in ran for name in self.known[body][1]}
            if any(map(self.given_to, ran)) or (self.keepers and isinstance(node, ast.Call)):
                found |= self.operands(node)
        return found

    def unseen(self, node: ast.AST) -> list[Body] | None:
        """What may run at a part of a statement although it is not named there; None where nothing can."""
        lively = self.lively
        if not (lively or self.keepers) or not isinstance(node, (ast.expr, ast.stmt, ast.comprehension, ast.withitem)):
            return None
        if isinstance(node, (ast.Name, ast.Constant, ast.Lambda)) or not self.operands(node) - self.plain:
            return None
        if isinstance(node, ast.ClassDef) and not node.decorator_list and not any(
            known.keywords for known in self.classes.values()
        ):  # fmt: skip
            return [body for name, body in lively if name in OF_CLASSES]
        if isinstance(node, (ast.Call, ast.ClassDef)) or (isinstance(node, ast.FunctionDef) and node.decorator_list):
            if isinstance(node, ast.Call) and self.seen(node.func):
                return None
            return [body for _, body in lively]
        if isinstance(node, ast.Attribute):
            every = node.attr in self.properties
            return [body for name, body in lively if every or name in OF_ATTRIBUTES]
        if isinstance(node, ast.withitem):
            return [body for _, body in lively]
        if isinstance(node, ast.stmt) and not isinstance(node, (ast.For, ast.AugAssign)):
            return [body for name, body in lively if name in ("__del__", "__bool__", "__len__")]
        return [body for name, body in lively
                if (name.startswith("__") and name not in OF_ATTRIBUTES | OF_WITH and name not in BUILD)
                or body in self.generators]  # fmt: skip

    @cached_property
    def generators(self) -> set[Body]:
        """The functions that yield."""
        return {body for body in self.all if isinstance(body, ast.FunctionDef)
                and any(isinstance(part, (ast.Yield, ast.YieldFrom)) for part in ast.walk(body))}  # fmt: skip

    def seen(self, function: ast.expr) -> bool:
        """Whether a call runs functions of the file that its text names, and nothing else."""
        if isinstance(function, ast.Name):
            name = function.id
            if name in self.loose or any(not isinstance(value, ast.Lambda) for value in self.values.get(name, ())):
                return False
            if name in self.classes:
                return not self.classes[name].decorator_list and not any(k.keywords for k in self.classes.values())
            bodies = self.functions.get(name, [])
        elif isinstance(function, ast.Attribute):
            bodies = [] if function.attr in self.loose or function.attr in self.values else self.methods.get(
                function.attr, [])  # fmt: skip
        else:
            return False
        return bool(bodies) and all(isinstance(b, ast.Lambda) or self.plainly(b) for b in bodies)

    def operands(self, node: ast.AST) -> set[str]:
        """The names that stand in a part of a statement, not in the statements in it."""
        if node in self.named:
            return self.named[node]
        skipped = (ast.stmt, ast.expr_context)
        found: set[str] = set()
        stack = [node]
        while stack:
            part = stack.pop()
            if isinstance(part, ast.Name):
                found.add(part.id)
            elif isinstance(part, ast.ClassDef):
                stack += [*part.bases, *part.keywords, *part.decorator_list, *(p for p in part.body
                          if isinstance(p, (ast.Assign, ast.AnnAssign)))]  # fmt: skip
                found.add(part.name)
                continue
            elif isinstance(part, ast.FunctionDef):
                stack += part.decorator_list
                continue
            stack += [p for p in ast.iter_child_nodes(part) if not isinstance(p, skipped)]
        self.named[node] = found
        return found

    @cached_property
    def plain(self) -> set[str]:
        """Names of numbers and arrays of numbers, and of packages: at their use nothing of the file runs."""
        packages = self.imported.keys() | PLAIN
        found = {
            n for n, values in self.values.items() if n not in self.loose | self.functions.keys() | self.classes.keys()
        }
        while True:
            less = {n for n in found if all(self.numeric(value, found | packages) for value in self.values[n])}
            if less == found:
                return found | packages
            found = less

    def numeric(self, value: ast.expr, plain: set[str]) -> bool:
        """Whether a value is a number or an array of numbers, if some names are."""
        if isinstance(value, ast.Call) and not self.fresh(value.func):
            return False
        names = {part.id for part in ast.walk(value) if isinstance(part, ast.Name)}
        kinds = (ast.Constant, ast.BinOp, ast.UnaryOp, ast.Compare, ast.Call, ast.Name, ast.Subscript)
        return isinstance(value, kinds) and names <= plain

    # functions that are called by their names

    def bodies(self, call: ast.Call) -> Iterator[tuple[Body, ast.expr | None]]:
        """What a call may run, each with what is bound to its first parameter, if anything is."""
        function = call.func
        if isinstance(function, ast.Attribute):
            for method in self.methods.get(function.attr, ()):
                words = {ast.unparse(d) for d in getattr(method, "decorator_list", ())}
                of_class = isinstance(function.value, ast.Name) and function.value.id in self.classes
                free = "staticmethod" in words or (of_class and "classmethod" not in words)
                yield method, None if free else function.value
        elif isinstance(function, ast.Name) and function.id in self.classes:
            for word in BUILD:
                made = ast.Tuple(call.args, ast.Load()) if word == "__post_init__" else ast.Constant(None)
                yield from ((method, made) for method in self.methods.get(word, ()))
        elif isinstance(function, ast.Name):
            yield from ((body, None) for body in self.functions.get(function.id, ()))
        elif isinstance(function, ast.Lambda):
            yield function, None

    @staticmethod
    def given(call: ast.Call, body: Body, bound: ast.expr | None, name: str) -> list[ast.expr]:
        """What a call may give for a parameter."""
        plain = [a.arg for a in (*body.args.posonlyargs, *body.args.args)]
        values = [*([bound] if bound is not None else []), *call.args]
        named = [k.value for k in call.keywords if k.arg in (name, None)]
        if name not in plain or any(isinstance(value, ast.Starred) for value in call.args):
            return [*values, *(k.value for k in call.keywords), call.func]
        place, defaults = plain.index(name), body.args.defaults
        behind = place - len(plain) + len(defaults)
        return [*values[place : place + 1], *named, *(defaults[behind : behind + 1] if behind >= 0 else [])]

    def settle(self) -> None:
        """The parameters of each function, and the names from outside, that it changes: until nothing is added."""
        parts: dict[Body, list[ast.AST]] = {}
        own: dict[Body, set[str]] = {}
        for body in self.known:
            steps = body.body if isinstance(body.body, list) else [ast.Expr(body.body)]
            parts[body] = [part for step in steps for part in ast.walk(step)]
            own[body] = {name for part in parts[body] if isinstance(part, ast.stmt) for name in changed(part)}
        before = None
        while before != self.known:
            before = dict(self.known)
            for body, (parameters, names) in before.items():
                roots = own[body] | {name for part in parts[body] for name in self.by(part)}
                found = self.resolved(body, roots)
                self.known[body] = (parameters | found[0], names | found[1])
            self.__dict__.pop("lively", None)
