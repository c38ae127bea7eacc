"""What a file's own functions change in place when they are called: told by their text, before anything is read.

A function changes what it stores into, what it gives to another that does so, and what its names may stand for; views
and parts count, what numpy makes anew does not.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

import numpy as np

from symopt.reading.names import changed, inside, root

VIEWS = set(
    """asarray asanyarray ascontiguousarray asfortranarray atleast_1d atleast_2d atleast_3d ravel reshape transpose
squeeze expand_dims broadcast_to broadcast_arrays swapaxes moveaxis rollaxis diagonal diag split hsplit vsplit dsplit
array_split real flip fliplr flipud rot90 nan_to_num require einsum matrix_power partial from_numpy as_tensor float64
double iter next zip enumerate reversed list tuple dict map filter getattr detach view copy deepcopy
SimpleNamespace""".split()
)
"""Functions of packages whose result may share what they are given."""
NEW = frozenset("sum mean prod dot min max std var norm trace copy item astype tolist flatten shape keys".split())
"""Methods that make something new."""
PLAIN = frozenset("float int abs len range sum min max print str round bool any all isinstance pow".split())
Body = ast.FunctionDef | ast.Lambda
Found = tuple[set[str], set[str]]


class Effects:
    """What the statements of a file's top level change in place, calls of its functions included."""

    def __init__(self, statements: Iterable[ast.stmt]) -> None:
        self.functions: dict[str, list[Body]] = {}
        self.classes: dict[str, ast.ClassDef] = {}
        self.methods: dict[str, list[ast.FunctionDef]] = {}
        self.imported: dict[str, str] = {}
        self.values: dict[str, list[ast.expr]] = {}
        self.known: dict[Body, Found] = {}
        self.held: dict[str, set[str]] = {}
        for part in (part for statement in statements for part in inside(statement)):
            if isinstance(part, ast.FunctionDef):
                self.functions.setdefault(part.name, []).append(part)
            elif isinstance(part, ast.ClassDef):
                self.classes[part.name] = part
                for method in (m for m in ast.walk(part) if isinstance(m, ast.FunctionDef)):
                    self.methods.setdefault(method.name, []).append(method)
            elif isinstance(part, (ast.Import, ast.ImportFrom)):
                self.imported |= {(a.asname or a.name).split(".")[0]: a.name for a in part.names}
            elif isinstance(part, ast.Assign):
                for name in (t.id for target in part.targets for t in ast.walk(target) if isinstance(t, ast.Name)):
                    self.values.setdefault(name, []).append(part.value)
                    if isinstance(part.value, ast.Lambda):
                        self.functions.setdefault(name, []).append(part.value)

    def changes(self, statement: ast.stmt) -> set[str]:
        """The names whose arrays, lists or objects a statement may change in place."""
        found = changed(statement)
        for call in (part for part in inside(statement) if isinstance(part, ast.Call)):
            found |= self.by(call) | self.kept(call)
        return found | {other for name in found for other in self.behind(name)}

    def kept(self, call: ast.Call) -> set[str]:
        """A function that is kept under a name, and its effect with it: w.fill, partial(np.copyto, w), a closure."""
        function = call.func
        if isinstance(function, ast.Lambda):
            return self.of(function)[1]
        if not isinstance(function, ast.Name) or function.id in self.functions:
            return set()
        for value in self.values.get(function.id, ()):
            parts = [value, *(value.args[:1] if isinstance(value, ast.Call) else [])]
            made = self.functions.get(root(value) or "", ()) if isinstance(value, ast.Call) else ()
            nested = [part for body in made for part in ast.walk(body) if isinstance(part, Body) and part is not body]
            calls = [ast.Expr(ast.Call(part, [ast.Name("x", ast.Load())], [])) for part in parts]
            if any(self.of(part)[1] for part in nested) or any(map(changed, calls)):
                return {function.id}
        return set()

    def by(self, call: ast.Call) -> set[str]:
        """The names that a call of a function of the file changes."""
        found: set[str] = set()
        for body, bound in self.bodies(call.func):
            parameters, names = self.of(body)
            found |= names
            for name in parameters:
                found |= {other for value in self.given(call, body, bound, name) for other in self.shared(value)}
        ufunc = getattr(np, call.func.attr, None) if isinstance(call.func, ast.Attribute) else None
        if isinstance(ufunc, np.ufunc) and len(call.args) > ufunc.nin:  # what it gives is written there
            found |= self.shared(call.args[ufunc.nin])
        return found

    def bodies(self, function: ast.expr) -> Iterator[tuple[Body, ast.expr | None]]:
        """What a call may run, each with what is bound to its first parameter, if anything is."""
        if isinstance(function, ast.Attribute):
            for method in self.methods.get(function.attr, ()):
                static = any(ast.unparse(d) == "staticmethod" for d in method.decorator_list)
                yield method, None if static else function.value
        elif isinstance(function, ast.Name) and function.id in self.classes:
            for word in ("__init__", "__post_init__"):
                yield from ((method, ast.Constant(None)) for method in self.methods.get(word, ()))
        elif isinstance(function, ast.Name) and function.id in self.functions:
            yield from ((body, None) for body in self.functions[function.id])
        elif isinstance(function, ast.Name):
            yield from ((method, function) for method in self.methods.get("__call__", ()))

    @staticmethod
    def given(call: ast.Call, body: Body, bound: ast.expr | None, name: str) -> list[ast.expr]:
        """What a call may give for a parameter."""
        plain = [a.arg for a in (*body.args.posonlyargs, *body.args.args)]
        values = [*([bound] if bound is not None else []), *call.args]
        named = [k.value for k in call.keywords if k.arg in (name, None)]
        if name not in plain or any(isinstance(value, ast.Starred) for value in call.args):
            return [*values, *(k.value for k in call.keywords)]
        place, defaults = plain.index(name), body.args.defaults
        behind = place - len(plain) + len(defaults)
        return [*values[place : place + 1], *named, *(defaults[behind : behind + 1] if behind >= 0 else [])]

    def of(self, body: Body) -> Found:
        """The parameters of a function, and the names from outside, that it changes."""
        if body not in self.known:
            self.known[body] = (set(), set())
            roots = {name for part in ast.walk(body) if isinstance(part, ast.stmt) for name in changed(part)}
            if isinstance(body, ast.Lambda):
                roots |= changed(ast.Expr(body.body))
            for call in (part for part in ast.walk(body) if isinstance(part, ast.Call)):
                roots |= self.by(call)
            self.known[body] = self.resolved(body, roots)
        return self.known[body]

    def resolved(self, body: Body, roots: Iterable[str]) -> Found:
        """The parameters and the names from outside for which some names of a function may stand."""
        parameters, aliases = {a.arg for a in arguments(body)}, self.aliases(body)
        found: Found = (set(), set())
        stack, seen = [*roots], set[str]()
        while stack:
            name = stack.pop()
            if name in seen:
                continue
            seen.add(name)
            if name in parameters:
                found[0].add(name)
            if name in aliases:
                stack += aliases[name]
            elif name not in parameters:
                found[1].add(name)
        return found

    def aliases(self, body: Body) -> dict[str, set[str]]:
        """The names of which each local name of a function may be another name, or a part."""
        found: dict[str, set[str]] = {}
        elsewhere = {n for part in ast.walk(body) if isinstance(part, (ast.Global, ast.Nonlocal)) for n in part.names}
        calls = [part for part in ast.walk(body) if isinstance(part, ast.Call)]
        for part in ast.walk(body):
            for target, value in bindings(part):
                for name in (p.id for p in ast.walk(target) if isinstance(getattr(p, "ctx", None), ast.Store)
                             and isinstance(p, ast.Name)):  # fmt: skip
                    found.setdefault(name, set()).update(self.shared(value))
            if isinstance(part, Body) and part is not body:  # what it may be given
                named = getattr(part, "name", "")
                own = [c for c in calls if not named or ast.unparse(c.func) == named]
                given = {n for c in own for a in (*c.args, *(k.value for k in c.keywords)) for n in self.shared(a)}
                found |= {argument.arg: found.get(argument.arg, set()) | given for argument in arguments(part)}
                found |= {named: set()} if named else {}
        return {name: others for name, others in found.items() if name not in elsewhere}

    def behind(self, name: str) -> set[str]:
        """What a function of the file gives back, or a class holds, of the names around it."""
        if name not in self.held:
            found: set[str] = set()
            for part in self.classes[name].body if name in self.classes else ():
                found |= {other for _, value in bindings(part) for other in self.shared(value)}
            for body in self.functions.get(name, ()):
                found |= self.resolved(body, {n for value in returned(body) for n in self.shared(value)})[1]
            self.held[name] = found - {name}
        return self.held[name]

    def shared(self, value: ast.AST) -> set[str]:
        """Names of which a value may be another name, or a part."""
        if isinstance(value, (ast.BinOp, ast.Compare, ast.UnaryOp, ast.Constant, ast.Lambda)):
            return set()
        if isinstance(value, ast.Name):
            return {value.id} - PLAIN - self.imported.keys()
        if isinstance(value, ast.Call) and self.fresh(value.func):
            return set()
        return {name for part in ast.iter_child_nodes(value) for name in self.shared(part)}

    def fresh(self, function: ast.expr) -> bool:
        """Whether a function of a package makes something new."""
        if isinstance(function, ast.Attribute):
            return function.attr in NEW or (function.attr not in VIEWS and root(function) in self.imported)
        if isinstance(function, ast.Name):
            return function.id in PLAIN or self.imported.get(function.id, "copy") not in VIEWS
        return False


def arguments(body: Body) -> list[ast.arg]:
    a = body.args
    return [*a.posonlyargs, *a.args, *a.kwonlyargs, *(arg for arg in (a.vararg, a.kwarg) if arg is not None)]


def returned(body: Body) -> list[ast.expr]:
    if isinstance(body, ast.Lambda):
        return [body.body]
    return [part.value for part in ast.walk(body) if isinstance(part, ast.Return) and part.value is not None]


def bindings(part: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """(target, value) of what gives names to values, or to their items."""
    if isinstance(part, ast.Assign):
        yield from ((target, part.value) for target in part.targets)
    elif isinstance(part, (ast.AnnAssign, ast.NamedExpr)) and part.value is not None:
        yield part.target, part.value
    elif isinstance(part, (ast.For, ast.comprehension)):
        yield part.target, part.iter
    elif isinstance(part, ast.withitem) and part.optional_vars is not None:
        yield part.optional_vars, part.context_expr
