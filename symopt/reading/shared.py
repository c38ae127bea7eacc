"""What a file defines, and which of its names may be the same array, list or object, or parts of one: by its text."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cached_property

from symopt.reading.names import mutates, root

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
BUILD = ("__init__", "__post_init__", "__new__")
"""The methods that make an object."""
ALL = "*"
"""In place of a parameter: anything that is at hand where a function is called."""


class Sharing:
    """The functions, classes and values of a file by their names, and what shares what."""

    def __init__(self, statements: Iterable[ast.stmt]) -> None:
        self.functions: dict[str, list[Body]] = {}
        self.classes: dict[str, ast.ClassDef] = {}
        self.methods: dict[str, list[Body]] = {}
        self.imported: dict[str, str] = {}
        self.values: dict[str, list[ast.expr]] = {}
        self.around: dict[ast.AST, ast.AST] = {}  # the function or class in which a function stands
        self.loose: set[str] = set()  # names that stand for parameters, or attributes that are set
        self.held: dict[str, set[str]] = {}
        self.local: dict[Body, tuple[dict[str, set[str]], dict[str, set[str]]]] = {}
        self.parts = [part for statement in statements for part in ast.walk(statement)]
        called = {id(part) for whole in self.parts for part in unmentioned(whole)}
        self.mentioned: set[str] = set()
        for part in self.parts:
            self.noted(part, called)
        self.all = [body for bodies in [*self.functions.values(), *self.methods.values()] for body in bodies]
        self.all += [part for part in self.parts if isinstance(part, ast.Lambda)]

    def noted(self, part: ast.AST, called: set[int]) -> None:
        """Enters what a part of the file defines, binds or mentions."""
        if isinstance(part, (ast.FunctionDef, ast.Lambda, ast.ClassDef)):
            for inner in ast.walk(part):
                if isinstance(inner, (ast.FunctionDef, ast.Lambda)) and inner is not part:
                    self.around[inner] = part
        if isinstance(part, ast.FunctionDef):
            of = self.methods if isinstance(self.around.get(part), ast.ClassDef) else self.functions
            of.setdefault(part.name, []).append(part)
        elif isinstance(part, ast.ClassDef):
            self.classes[part.name] = part
        elif isinstance(part, (ast.Import, ast.ImportFrom)):
            self.imported |= {(a.asname or a.name).split(".")[0]: a.name for a in part.names}
        elif isinstance(part, ast.arg):
            self.loose.add(part.arg)
        elif isinstance(part, (ast.Name, ast.Attribute)):
            word = part.id if isinstance(part, ast.Name) else part.attr
            if isinstance(part.ctx, ast.Load) and id(part) not in called:
                self.mentioned.add(word)
            elif isinstance(part, ast.Attribute) and not isinstance(part.ctx, ast.Load):
                self.loose.add(word)
        for target, value in bindings(part) if not isinstance(part, ast.FunctionDef) else ():
            for name in (t.id for t in ast.walk(target) if isinstance(t, ast.Name)):
                self.values.setdefault(name, []).append(value)
                if isinstance(value, ast.Lambda):
                    self.functions.setdefault(name, []).append(value)

    @cached_property
    def anywhere(self) -> bool:
        """Whether functions may be found by a text."""
        words = {"getattr", "globals", "locals", "vars", "eval", "exec", "methodcaller", "attrgetter", "__dict__"}
        return bool(words & {getattr(part, "id", getattr(part, "attr", "")) for part in self.parts})

    @cached_property
    def lasting(self) -> set[str]:
        """Classes whose own attributes are changed through an object, or may be: all objects share them."""
        stores = [part.value for part in self.parts if isinstance(part, (ast.Attribute, ast.Subscript))
                  and not isinstance(part.ctx, ast.Load)]  # fmt: skip
        through = any(isinstance(p, ast.Call) or getattr(p, "attr", getattr(p, "id", "")) in ("__class__", "cls")
                      for store in stores for p in ast.walk(store))  # fmt: skip
        return {name for name, of in self.classes.items() for step in of.body for _, value in bindings(step)
                if through or self.anywhere or not isinstance(value, ast.Constant)}  # fmt: skip

    def behind(self, name: str) -> set[str]:
        """What a function of the file gives back, or a class holds, of the names around it, and what these do."""
        found, stack = set[str](), [name]
        while stack:
            new = self.near(stack.pop()) - found
            found |= new
            stack += new
        return found - {name}

    def near(self, name: str) -> set[str]:
        """The same, one step far."""
        if name not in self.held:
            found: set[str] = set()
            if name in self.classes:
                found |= {other for step in self.classes[name].body for _, value in bindings(step)
                          for other in self.shared(value)}  # fmt: skip
                found |= {part.id for base in self.classes[name].bases for part in ast.walk(base)
                          if isinstance(part, ast.Name) and part.id in self.lasting}  # fmt: skip
            for body in self.functions.get(name, ()):
                found |= self.gives(body)[1]
            found |= {part.id for value in self.values.get(name, ()) for part in ast.walk(value)
                      if isinstance(part, ast.Name) and part.id in self.lasting}  # fmt: skip
            self.held[name] = found
        return self.held[name]

    def gives(self, body: Body) -> Found:
        """The parameters of a function, and the names from outside, that its value may be or hold."""
        return self.resolved(body, {n for value in returned(body) for n in self.shared(value)})

    @cached_property
    def operators(self) -> bool:
        """Whether + and the like may give back what they are given."""
        return any(name.startswith("__") and name not in BUILD for name in self.methods)

    def shared(self, value: ast.AST) -> set[str]:
        """Names of which a value may be another name, or a part."""
        if isinstance(value, ast.Constant):
            return set()
        if isinstance(value, (ast.BinOp, ast.Compare, ast.UnaryOp)) and not self.operators:
            return set()
        if isinstance(value, ast.Lambda):
            kept = {name for default in defaults(value) for name in self.shared(default)}
            return self.shared(value.body) - {a.arg for a in arguments(value)} | kept
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

    def resolved(self, body: Body, roots: Iterable[str]) -> Found:
        """The parameters and the names from outside for which some names of a function may stand."""
        parameters, (aliases, holding) = {a.arg for a in arguments(body)}, self.aliases(body)
        found: Found = (set(), set())
        stack, seen = [*roots], set[str]()
        while stack:
            name = stack.pop()
            if name in seen:
                continue
            seen.add(name)
            stack += holding.get(name, ())
            if name in parameters:
                found[0].add(name)
            if name in aliases:
                stack += aliases[name]
            elif name not in parameters:
                found[1].add(name)
        inner: ast.AST = body
        while isinstance(outer := self.around.get(inner), Body):  # what it shares with one around it lives on in it
            inner = outer
            kept = found[1] & (self.aliases(outer)[0].keys() | {a.arg for a in arguments(outer)})
            for name in kept:
                found[0].add(ALL)
                found[1].update(self.resolved(outer, [name])[1])
        return found

    def aliases(self, body: Body) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
        """The names of which each local name of a function may be another name, or a part; and those that it holds."""
        if body in self.local:
            return self.local[body]
        found: dict[str, set[str]] = {}
        elsewhere = {n for part in ast.walk(body) if isinstance(part, (ast.Global, ast.Nonlocal)) for n in part.names}
        calls = [part for part in ast.walk(body) if isinstance(part, ast.Call)]
        holding: dict[str, set[str]] = {}
        arrays = self.arrays(body)
        for part in ast.walk(body):
            for target, value in bindings(part):
                for place in ast.walk(target):
                    if isinstance(place, ast.Name) and isinstance(place.ctx, ast.Store):
                        found.setdefault(place.id, set()).update(self.shared(value))
                    elif isinstance(place, (ast.Attribute, ast.Subscript)) and (owner := root(place)) not in arrays:
                        holding.setdefault(owner or "", set()).update(self.shared(value))
            if isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute):
                name = root(part.func.value) or ""
                name = body.args.args[0].arg if name == "super" and body.args.args else name
                if name not in arrays and (mutates(part.func.attr) or part.func.attr in self.methods):
                    holding.setdefault(name, set()).update(*(self.shared(value) for value in part.args))
            if isinstance(part, Body) and part is not body:  # what it may be given
                named = getattr(part, "name", "")
                own = [c for c in calls if not named or ast.unparse(c.func) == named]
                given = {n for c in own for a in (*c.args, *(k.value for k in c.keywords)) for n in self.shared(a)}
                found |= {argument.arg: found.get(argument.arg, set()) | given for argument in arguments(part)}
                found |= {named: set()} if named else {}
        local = {name: others for name, others in found.items() if name not in elsewhere}
        self.local[body] = local, holding
        return local, holding

    def arrays(self, body: Body) -> set[str]:
        """Local names of arrays that the function makes: their entries are copies of what is put there."""
        made: dict[str, bool] = {}
        for part in ast.walk(body):
            for target, value in bindings(part):
                fresh = isinstance(value, ast.BinOp) or (isinstance(value, ast.Call) and self.fresh(value.func)
                                                         and root(value.func) in self.imported)  # fmt: skip
                if isinstance(target, ast.Name):
                    made[target.id] = (
                        made.get(target.id, True) and fresh and not isinstance(part, (ast.For, ast.comprehension))
                    )
        return {name for name, fresh in made.items() if fresh}


def unmentioned(part: ast.AST) -> list[ast.AST]:
    """What a part of a file only calls, names as a class or looks into."""
    if isinstance(part, ast.Call):
        kinds = part.args[1:] if getattr(part.func, "id", "") == "isinstance" else []
        return [part.func, *kinds]
    if isinstance(part, ast.ClassDef):
        return [*part.bases]
    if isinstance(part, ast.Attribute):
        return [part.value] if isinstance(part.value, ast.Name) else []
    told = [getattr(part, "annotation", None), getattr(part, "returns", None)]
    return [each for of in told if isinstance(of, ast.AST) for each in ast.walk(of)]


def arguments(body: Body) -> list[ast.arg]:
    a = body.args
    return [*a.posonlyargs, *a.args, *a.kwonlyargs, *(arg for arg in (a.vararg, a.kwarg) if arg is not None)]


def defaults(body: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> list[ast.expr]:
    return [*body.args.defaults, *(d for d in body.args.kw_defaults if d is not None)]


def returned(body: Body) -> list[ast.expr]:
    if isinstance(body, ast.Lambda):
        return [body.body]
    return [part.value for part in ast.walk(body) if isinstance(part, (ast.Return, ast.Yield, ast.YieldFrom))
            and part.value is not None]  # fmt: skip


def bindings(part: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """(target, value) of what gives names to values, or to their items."""
    if isinstance(part, ast.Assign):
        yield from ((target, part.value) for target in part.targets)
    elif isinstance(part, (ast.AnnAssign, ast.NamedExpr)) and part.value is not None:
        yield part.target, part.value
    elif isinstance(part, (ast.For, ast.comprehension)):
        yield part.target, part.iter
    elif isinstance(part, ast.FunctionDef):
        yield from ((ast.Name(part.name, ast.Store()), value) for value in defaults(part))
    elif isinstance(part, ast.withitem) and part.optional_vars is not None:
        yield part.optional_vars, part.context_expr
