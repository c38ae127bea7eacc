"""Python functions as mathematics: a small part of the language, walked over exact expressions. Nothing is executed.

What a value depends on must be readable; everything else is left alone. A statement that cannot be
read poisons the names that it writes, and only the use of such a name is an error.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any

import numpy as np
import sympy
from sympy import Expr, S, Symbol

from symopt.checking.source.arithmetic import (
    COMPARISONS,
    OPERATORS,
    as_number,
    is_condition,
    logical,
    merged,
    power,
    size,
)
from symopt.checking.source.library import (
    BUILTINS,
    MODULES,
    TABLES,
    Unreadable,
    array,
    each,
    exact,
    matmul,
    meaning,
    scalar,
    whole,
)
from symopt.checking.source.reading import Source, SourceError
from symopt.checking.source.scopes import all_whole, copied, loaded, stored, touched, writes_item, written
from symopt.codegen.helpers import HELPERS
from symopt.functions import FUNCTIONS

MAX_STEPS = 200_000
MAX_PATHS = 200
MAX_TURNS = 5_000  # of while loops, whose number nobody can see beforehand
MAX_DEPTH = 60
MAX_SIZE = 100_000
DECORATORS = {"jit", "njit", "vectorize", "cache", "lru_cache", "staticmethod", "partial", "pure_callback"}
HARMLESS = {"print", "assert_", "display", "warn", "info", "debug", "set_printoptions", "seterr"}


class NeedsVector(Exception):
    """The argument is used as a vector, of this many entries if that is known."""

    def __init__(self, n: int | None) -> None:
        super().__init__(n)
        self.n = n


@dataclass(frozen=True)
class Poison:
    """What a statement that cannot be read has left behind: the error for whoever needs it."""

    error: SourceError


@dataclass(frozen=True)
class Imported:
    """A module under its full name."""

    path: str


@dataclass
class Function:
    """A function of the file, with the names around it."""

    node: ast.FunctionDef | ast.Lambda
    scope: dict[str, Any]
    name: str = "lambda"


@dataclass
class Mark:
    """The end of one turn, or of all turns, of a loop that is written out."""

    last: bool


@dataclass
class Bind:
    """A loop's target takes its next value."""

    target: ast.expr
    value: Any


@cache
def written_by_derive() -> dict[str, Callable[..., Expr]]:
    """What the helpers mean that `derive` writes above its code, by their text."""
    meanings = {name.lower(): known.build for name, known in FUNCTIONS.items()} | {"power": sympy.Pow}
    for name, known in FUNCTIONS.items():
        if known.ordered and known.most == 1:  # the derivative of an order, whose number comes first
            meanings[name] = partial(_of_order, known.forms[-1])
    return {
        ast.unparse(ast.parse(text).body[0]): meanings[name]
        for language in ("numpy", "arrays", "python", "torch", "jax")
        for name, text in HELPERS[language].items()
    }


def _of_order(form: Any, order: Expr, u: Expr) -> Expr:
    typed: Expr = form(order, u).typed()
    return typed


NOTHING, RAISES = object(), object()
Step = ast.stmt | Mark | Bind


@dataclass
class Interpreter:
    """Reads the functions of one file; `end` is the place up to which its top level counts."""

    source: Source
    end: int
    settings: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.steps = 0
        self.paths = 0
        self.turns = 0
        self.depth = 0
        self.current: ast.AST = ast.Pass()
        self.names: dict[str, list[tuple[int, ast.stmt]]] = {}
        self.stars: list[str] = []
        self.done: dict[str, Any] = {}
        self.loading: set[str] = set()
        self.variables: set[Symbol] = set()
        self.cut: dict[int, np.ndarray] = {}
        self.unpacked: list[str] = []
        for place, statement in enumerate(self.source.statements):
            for name in written(statement):
                self.names.setdefault(name, []).append((place, statement))
            if isinstance(statement, ast.ImportFrom) and any(a.name == "*" for a in statement.names):
                self.stars.append(statement.module or "")

    # the way in

    def call_named(self, name: str, arguments: Sequence[Any]) -> Any:
        """The value of a function of the file. Raises SourceError, NeedsVector."""
        try:
            function = self.look_up(name, {})
            return self.call(function, list(arguments), {})
        except Unreadable as error:
            raise self.error(self.current, str(error)) from None
        except (IndexError, TypeError, ValueError, AttributeError, KeyError, ZeroDivisionError, OverflowError) as error:
            raise self.error(self.current, f"this ({type(error).__name__}: {error})") from None
        except RecursionError:
            raise self.error(self.current, "expressions nested too deeply") from None

    def parameters(self, name: str) -> list[str]:
        """The parameters of a function that have no value of their own."""
        try:
            function = self.look_up(name, {})
        except Unreadable as error:
            raise self.error(self.current, str(error)) from None
        if not isinstance(function, Function):
            raise SourceError(f"{name} is not a function that can be read", "def f(x): …")
        a = function.node.args
        plain = [*a.posonlyargs, *a.args]
        free = plain[: len(plain) - len(a.defaults)] if a.defaults else plain
        free += [arg for arg, default in zip(a.kwonlyargs, a.kw_defaults, strict=True) if default is None]
        return [arg.arg for arg in free if arg.arg not in self.settings and arg.arg != "self"]

    def error(self, node: ast.AST, reason: str) -> SourceError:
        label, line = self.source.where(node)
        return SourceError(f"{label}: cannot read {reason}" if label else f"cannot read {reason}", line=line)

    # names

    def look_up(self, name: str, scope: dict[str, Any]) -> Any:
        while True:
            if name in scope and name != "<outer>":
                return self.usable(scope[name])
            outer = scope.get("<outer>")
            if outer is None:
                break
            scope = outer
        return self.usable(self.top_level(name))

    def usable(self, value: Any) -> Any:
        if isinstance(value, Poison):
            raise value.error
        return value

    def top_level(self, name: str) -> Any:
        if name in self.done:
            return self.done[name]
        if name in self.settings and name not in {n for n, _ in self.functions()}:
            return self.settings[name]
        places = self.names.get(name)
        if places:
            if name in self.loading:
                raise Unreadable(f"{name}, which is defined by itself")
            before = [s for place, s in places if place < self.end] or [s for _, s in places]
            self.loading.add(name)
            try:
                self.done[name] = self.load(name, before)
            finally:
                self.loading.discard(name)
            return self.done[name]
        for module in self.stars:
            with suppress(KeyError):
                return exact(meaning(module, name))
        if name in BUILTINS:
            return BUILTINS[name]
        raise Unreadable(f"the name {name}, which is not defined in the file")

    def functions(self) -> Iterable[tuple[str, ast.stmt]]:
        return [(n, s) for n, found in self.names.items() for _, s in found if isinstance(s, ast.FunctionDef)]

    def load(self, name: str, statements: list[ast.stmt]) -> Any:
        """A name of the top level, from the statements that write it."""
        scope: dict[str, Any] = {}
        simple = [k for k, s in enumerate(statements) if not isinstance(s, (ast.AugAssign, ast.For, ast.If, ast.Expr))
                  and not writes_item(s)]  # fmt: skip
        start = simple[-1] if simple else 0
        for statement in statements[start:]:
            self.block([statement], scope)
        if name not in scope:
            raise Unreadable(f"the name {name}")
        return scope[name]

    # statements

    def call(self, function: Any, arguments: list[Any], keywords: dict[str, Any]) -> Any:
        if not isinstance(function, Function):
            if not callable(function):
                raise Unreadable("a call of what is not a function")
            return function(*arguments, **keywords)
        known = written_by_derive().get(ast.unparse(function.node))
        if known is not None and not keywords:
            return each(known)(*arguments)
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Unreadable("functions that call themselves without end")
        try:
            scope = self.bound(function, arguments, keywords)
            if isinstance(function.node, ast.Lambda):
                return self.value(function.node.body, scope)
            self.check_decorators(function.node)
            result = self.block(list(function.node.body), scope)
            if result is RAISES:
                raise Unreadable(f"{function.name}, which only raises")
            return None if result is NOTHING else result
        finally:
            self.depth -= 1

    def check_decorators(self, node: ast.FunctionDef) -> None:
        for decorator in node.decorator_list:
            target = decorator.func if isinstance(decorator, ast.Call) else decorator
            word = target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")
            if word not in DECORATORS:
                self.current = decorator
                raise Unreadable(f"the decorator @{ast.unparse(decorator)}")

    def bound(self, function: Function, arguments: list[Any], keywords: dict[str, Any]) -> dict[str, Any]:
        a = function.node.args
        scope: dict[str, Any] = {"<outer>": function.scope}
        plain = [arg.arg for arg in [*a.posonlyargs, *a.args]]
        values = dict(zip(plain, arguments, strict=False))
        extra = arguments[len(plain) :]
        if extra and a.vararg is None:
            raise Unreadable(f"{function.name} called with {len(arguments)} arguments, it takes {len(plain)}")
        if a.vararg is not None:
            scope[a.vararg.arg] = tuple(extra)
        if a.kwarg is not None:
            scope[a.kwarg.arg] = {}
        defaults: dict[str, ast.expr | None] = dict(zip(plain[len(plain) - len(a.defaults) :], a.defaults, strict=True))
        defaults.update({arg.arg: d for arg, d in zip(a.kwonlyargs, a.kw_defaults, strict=True)})
        for name in [*plain, *(arg.arg for arg in a.kwonlyargs)]:
            if name in keywords:
                scope[name] = keywords[name]
            elif name in values:
                scope[name] = values[name]
            elif name in self.settings:
                scope[name] = self.settings[name]
            elif defaults.get(name) is not None:
                scope[name] = self.value(defaults[name], function.scope)  # type: ignore[arg-type]
            else:
                raise SourceError(
                    f"the parameter {name} of {function.name} has no value", f"give it one: --set {name}=1"
                )
        return scope

    def block(self, steps: list[Any], scope: dict[str, Any]) -> Any:
        """Walks statements; the value returned, NOTHING, or RAISES."""
        place = 0
        while place < len(steps):
            step = steps[place]
            place += 1
            self.steps += 1
            if self.steps > MAX_STEPS:
                raise Unreadable("loops with more steps than are written out")
            if isinstance(step, Mark):
                continue
            if isinstance(step, Bind):
                self.assign(step.target, step.value, scope)
                continue
            self.current = step
            if isinstance(step, ast.Return):
                return None if step.value is None else self.value(step.value, scope)
            if isinstance(step, ast.Raise):
                return RAISES
            if isinstance(step, (ast.Break, ast.Continue)):
                stop = isinstance(step, ast.Break)
                place = next(
                    k for k in range(place, len(steps)) if isinstance(steps[k], Mark) and steps[k].last >= stop
                )
                continue
            if isinstance(step, ast.If):
                condition = self.truth(self.value(step.test, scope))
                if isinstance(condition, bool):
                    steps = [*(step.body if condition else step.orelse), *steps[place:]]
                    place = 0
                    continue
                return self.both(condition, step, steps[place:], scope)
            if isinstance(step, (ast.For, ast.While)):
                written = self.written_out(step, scope)
                if written is not None:
                    steps = [*written, *steps[place:]]
                    place = 0
                continue
            if isinstance(step, (ast.With, ast.AsyncWith)):
                steps = [*step.body, *steps[place:]]
                place = 0
                continue
            self.statement(step, scope)
        return NOTHING

    def both(self, condition: Any, step: ast.If, rest: list[Any], scope: dict[str, Any]) -> Any:
        """Both sides of a condition on the variables, each to the end of the function."""
        self.paths += 1
        if self.paths > MAX_PATHS:
            raise Unreadable("more branches than are followed")
        yes = self.block([*step.body, *rest], copied(scope))
        no = self.block([*step.orelse, *rest], copied(scope))
        if yes is RAISES or no is RAISES:
            return no if yes is RAISES else yes
        if yes is NOTHING and no is NOTHING:
            return NOTHING
        if yes is NOTHING or no is NOTHING:
            self.current = step
            raise Unreadable("a branch that returns nothing")
        return merged(condition, yes, no)

    def written_out(self, step: ast.For | ast.While, scope: dict[str, Any]) -> list[Any] | None:
        """A loop as its turns, one after the other; None if it cannot be read, its names poisoned."""
        if isinstance(step, ast.While):
            condition = self.truth(self.value(step.test, scope))
            if not isinstance(condition, bool):
                raise Unreadable("a while loop whose condition depends on the variables")
            self.turns += 1
            if self.turns > MAX_TURNS:
                raise Unreadable(f"a while loop that has not ended after {MAX_TURNS} turns")
            return [*step.body, Mark(False), step, Mark(True)] if condition else list(step.orelse)
        try:
            items = list(self.iterated(self.value(step.iter, scope)))
        except (Unreadable, SourceError) as error:
            self.poison(step, scope, error)
            return None
        if len(items) * len(step.body) > MAX_STEPS:
            raise Unreadable("loops with more steps than are written out")
        turns: list[Any] = []
        for item in items:
            turns += [Bind(step.target, item), *step.body, Mark(False)]
        return [*turns, *step.orelse, Mark(True)]

    def iterated(self, value: Any) -> Iterable[Any]:
        if isinstance(value, np.ndarray) and value.ndim:
            return [scalar(part) if not isinstance(part, np.ndarray) else part for part in value]
        if isinstance(value, (list, tuple, dict)):
            return value
        if isinstance(value, Expr) and value in self.variables:
            raise NeedsVector(None)
        raise Unreadable("a loop over what is not known")

    def statement(self, step: ast.stmt, scope: dict[str, Any]) -> None:
        try:
            if isinstance(step, ast.Assign):
                value = self.value(step.value, scope)
                for target in step.targets:
                    self.assign(target, value, scope)
            elif isinstance(step, ast.AnnAssign):
                if step.value is not None:
                    self.assign(step.target, self.value(step.value, scope), scope)
            elif isinstance(step, ast.AugAssign):
                self.augment(step, scope)
            elif isinstance(step, ast.FunctionDef):
                scope[step.name] = Function(step, scope if scope.get("<outer>") is not None else {}, step.name)
            elif isinstance(step, (ast.Import, ast.ImportFrom)):
                self.imported(step, scope)
            elif isinstance(step, ast.Expr):
                self.side_effect(step, scope)
            elif isinstance(step, (ast.Pass, ast.Assert, ast.Global, ast.Nonlocal)):
                return
            else:
                self.poison(step, scope, Unreadable(f"{type(step).__name__.lower()}"))
                if any(isinstance(part, ast.Return) for part in ast.walk(step)):
                    raise self.error(step, f"a return inside {type(step).__name__.lower()}")
        except SourceError as error:
            if "has no value" in error.message:
                raise
            self.poison(step, scope, error)
        except (Unreadable, LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
            self.poison(step, scope, error)

    def poison(self, step: ast.AST, scope: dict[str, Any], error: Exception) -> None:
        """What a statement that cannot be read may have changed is unknown from here on."""
        if not isinstance(error, SourceError):
            named = "" if isinstance(error, Unreadable) else f"{type(error).__name__}: "
            error = self.error(self.current if hasattr(self.current, "lineno") else step, f"{named}{error}")
        for name in touched(step):
            if name in stored(step) or isinstance(scope.get(name), (np.ndarray, list, dict)):
                scope[name] = Poison(error)

    def side_effect(self, step: ast.Expr, scope: dict[str, Any]) -> None:
        call = step.value
        if not isinstance(call, ast.Call):
            return
        word = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if word in HARMLESS:
            return
        if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name):
            owner = scope.get(call.func.value.id)
            if isinstance(owner, list) and word in ("append", "extend", "insert"):
                getattr(owner, word)(*(self.value(a, scope) for a in call.args))
                return
            if isinstance(owner, np.ndarray) and word == "fill":
                owner.fill(self.value(call.args[0], scope))
                return
        mutable = [n for n in touched(step) if isinstance(scope.get(n), (np.ndarray, list, dict))]
        if mutable:
            function = self.value(call.func, scope)
            if isinstance(function, Function):
                self.value(call, scope)
                return
            raise Unreadable(f"{ast.unparse(call)[:60]}, which may change {mutable[0]}")

    def imported(self, step: ast.Import | ast.ImportFrom, scope: dict[str, Any]) -> None:
        for alias in step.names:
            if isinstance(step, ast.Import):
                path = alias.name if alias.asname else alias.name.split(".")[0]
                scope[alias.asname or path] = Imported(path)
            elif alias.name != "*":
                scope[alias.asname or alias.name] = self.member(step.module or "", alias.name)

    def member(self, module: str, name: str) -> Any:
        """A name of an imported module."""
        path = f"{module}.{name}"
        if path in MODULES or any(known.startswith(path + ".") for known in MODULES):
            return Imported(path)
        with suppress(KeyError):
            return meaning(module, name)
        return Poison(self.error(self.current, path))

    def assign(self, target: ast.expr, value: Any, scope: dict[str, Any]) -> None:
        if isinstance(target, ast.Name):
            self.bounded(value)
            scope[target.id] = value
        elif isinstance(target, (ast.Tuple, ast.List)):
            count = len(target.elts)
            star = next((k for k, e in enumerate(target.elts) if isinstance(e, ast.Starred)), None)
            if isinstance(value, Expr) and value in self.variables:
                raise NeedsVector(count if star is None else None)
            values = list(self.iterated(value))
            if star is not None:
                back = count - star - 1
                values = [*values[:star], values[star : len(values) - back], *values[len(values) - back :]]
            if len(values) != count:
                if values and all(v in self.variables for v in values if isinstance(v, Expr)):
                    raise NeedsVector(count)
                raise Unreadable(f"{len(values)} values for {count} names")
            if not self.unpacked and all(isinstance(v, Symbol) and v in self.variables for v in values):
                names = [e.id for e in target.elts if isinstance(e, ast.Name)]
                self.unpacked = names if len(names) == count == len(self.variables) else []
            for part, item in zip(target.elts, values, strict=True):
                self.assign(part.value if isinstance(part, ast.Starred) else part, item, scope)
        elif isinstance(target, ast.Subscript):
            owner = self.value(target.value, scope)
            index = self.index(target.slice, scope)
            if isinstance(owner, np.ndarray):
                if id(owner) in self.cut and any(not getattr(v, "is_Integer", False) for v in array(value).ravel()):
                    raise self.error(
                        target,
                        f"{ast.unparse(target)} = …: the array holds whole numbers, so that numpy "
                        "cuts what is stored there; make it with zeros or with decimals",
                    )
                owner[index] = array(value) if isinstance(value, (list, tuple, np.ndarray)) else exact(value)
            elif isinstance(owner, (list, dict)):
                owner[index] = value
            else:
                raise Unreadable(f"an assignment to {ast.unparse(target)}")
        else:
            raise Unreadable(f"an assignment to {ast.unparse(target)}")

    def augment(self, step: ast.AugAssign, scope: dict[str, Any]) -> None:
        target = step.target
        if isinstance(target, ast.Name):
            old = self.look_up(target.id, scope)
            if isinstance(old, list) and isinstance(step.op, ast.Add):
                old.extend(self.iterated(self.value(step.value, scope)))
                return
            new = self.operate(step.op, old, self.value(step.value, scope))
            if isinstance(old, np.ndarray) and old.ndim:
                old[...] = new
            else:
                self.assign(target, new, scope)
            return
        old = self.value(loaded(target), scope)
        self.assign(target, self.operate(step.op, old, self.value(step.value, scope)), scope)

    def bounded(self, value: Any) -> None:
        """Refuses expressions that have become too large to be reasoned about."""
        parts = value.ravel() if isinstance(value, np.ndarray) else [value]
        for part in parts:
            if isinstance(part, Expr) and size(part) > MAX_SIZE:
                raise Unreadable(f"an expression of more than {MAX_SIZE} operations when it is written out")

    # expressions

    def value(self, node: ast.expr, scope: dict[str, Any]) -> Any:
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise Unreadable("more steps than are followed")
        method = getattr(self, "value_" + type(node).__name__, None)
        if method is None:
            self.current = node
            raise Unreadable(f"{type(node).__name__}: {ast.unparse(node)[:60]}")
        return method(node, scope)

    def value_Constant(self, node: ast.Constant, _scope: dict[str, Any]) -> Any:
        if isinstance(node.value, complex):
            raise Unreadable("complex numbers")
        return exact(node.value)

    def value_Name(self, node: ast.Name, scope: dict[str, Any]) -> Any:
        self.current = node
        return self.look_up(node.id, scope)

    def value_Tuple(self, node: ast.Tuple, scope: dict[str, Any]) -> Any:
        return tuple(self.listed(node.elts, scope))

    def value_List(self, node: ast.List, scope: dict[str, Any]) -> Any:
        return self.listed(node.elts, scope)

    def value_Dict(self, node: ast.Dict, scope: dict[str, Any]) -> Any:
        return {self.value(k, scope): self.value(v, scope) for k, v in zip(node.keys, node.values, strict=True) if k}

    def listed(self, parts: Sequence[ast.expr], scope: dict[str, Any]) -> list[Any]:
        found: list[Any] = []
        for part in parts:
            if isinstance(part, ast.Starred):
                found.extend(self.iterated(self.value(part.value, scope)))
            else:
                found.append(self.value(part, scope))
        return found

    def value_UnaryOp(self, node: ast.UnaryOp, scope: dict[str, Any]) -> Any:
        value = self.value(node.operand, scope)
        if isinstance(node.op, ast.Not):
            known = self.truth(value)
            return (not known) if isinstance(known, bool) else sympy.Not(known)
        if isinstance(node.op, ast.USub):
            return -self.numeric(value)
        if isinstance(node.op, ast.UAdd):
            return value
        return each(lambda v: sympy.Not(v))(value)

    def numeric(self, value: Any) -> Any:
        if isinstance(value, (list, tuple, str, dict, Function)) or value is None:
            raise Unreadable(f"arithmetic with a {type(value).__name__}")
        return exact(value)

    def value_BinOp(self, node: ast.BinOp, scope: dict[str, Any]) -> Any:
        left, right = self.value(node.left, scope), self.value(node.right, scope)
        self.current = node
        return self.operate(node.op, left, right)

    def operate(self, op: ast.operator, left: Any, right: Any) -> Any:
        if isinstance(op, ast.Add) and isinstance(left, (list, tuple)) and type(left) is type(right):
            return type(left)([*left, *right])
        if isinstance(op, ast.Mult) and isinstance(left, list) and getattr(right, "is_Integer", False):
            return left * whole(right)
        if isinstance(left, (list, tuple)) and isinstance(right, np.ndarray):
            left = array(left)
        if isinstance(right, (list, tuple)) and isinstance(left, np.ndarray):
            right = array(right)
        a, b = self.numeric(left), self.numeric(right)
        if isinstance(op, ast.MatMult):
            for side in (a, b):
                if isinstance(side, Expr) and side.free_symbols & self.variables:
                    raise NeedsVector(None)
            return matmul(a, b)
        if isinstance(op, ast.Pow):
            return each(power)(a, b)
        if isinstance(op, ast.BitAnd):
            return each(lambda p, q: sympy.And(p, q))(a, b)
        if isinstance(op, ast.BitOr):
            return each(lambda p, q: sympy.Or(p, q))(a, b)
        if isinstance(op, (ast.FloorDiv, ast.Mod)):
            p, q = whole(a), whole(b)
            return sympy.Integer(p // q if isinstance(op, ast.FloorDiv) else p % q)
        function = OPERATORS.get(type(op))
        if function is None:
            raise Unreadable(f"the operator {type(op).__name__}")
        if isinstance(op, ast.Div) and not isinstance(b, np.ndarray) and b == 0:
            raise Unreadable("a division by zero")
        if is_condition(a) or is_condition(b):
            a, b = as_number(a), as_number(b)
        return scalar(np.asarray(function(a, b), dtype=object)) if isinstance(a, np.ndarray) or isinstance(
            b, np.ndarray) else function(a, b)  # fmt: skip

    def value_Compare(self, node: ast.Compare, scope: dict[str, Any]) -> Any:
        sides = [self.value(side, scope) for side in [node.left, *node.comparators]]
        self.current = node
        parts = []
        for op, left, right in zip(node.ops, sides, sides[1:], strict=False):
            if isinstance(op, (ast.Is, ast.IsNot)):
                parts.append((left is right) == isinstance(op, ast.Is))
                continue
            if isinstance(left, (str, tuple, list)) or isinstance(right, (str, tuple, list)):
                if not isinstance(op, (ast.Eq, ast.NotEq)):
                    raise Unreadable("a comparison of what is not a number")
                parts.append((left == right) == isinstance(op, ast.Eq))
                continue
            function = COMPARISONS.get(type(op))
            if function is None:
                raise Unreadable(f"the comparison {type(op).__name__}")
            parts.append(each(function)(self.numeric(left), self.numeric(right)))
        result = parts[0]
        for part in parts[1:]:
            result = each(lambda p, q: sympy.And(p, q))(logical(result), logical(part))
        return result

    def value_BoolOp(self, node: ast.BoolOp, scope: dict[str, Any]) -> Any:
        parts: list[Any] = []
        stop = isinstance(node.op, ast.Or)
        for part in node.values:
            known = self.truth(self.value(part, scope))
            if isinstance(known, bool):
                if known == stop:
                    return known if not parts else (S.true if stop else S.false)
                continue
            parts.append(known)
        if not parts:
            return not stop
        return (sympy.Or if stop else sympy.And)(*parts)

    def value_IfExp(self, node: ast.IfExp, scope: dict[str, Any]) -> Any:
        condition = self.truth(self.value(node.test, scope))
        if isinstance(condition, bool):
            return self.value(node.body if condition else node.orelse, scope)
        return merged(condition, self.value(node.body, scope), self.value(node.orelse, scope))

    def truth(self, value: Any) -> Any:
        """True or False if it is known, else a condition."""
        value = scalar(value)
        if isinstance(value, np.ndarray):
            if value.size == 1:
                return self.truth(value.ravel()[0])
            raise Unreadable("a condition on a whole array")
        if value in (S.true, S.false):  # Python's own among them
            return bool(value)
        if is_condition(value):
            return value
        if isinstance(value, Expr):
            if value.is_number:
                return bool(value != 0)
            raise Unreadable("a number as a condition")
        return bool(value)

    def value_Lambda(self, node: ast.Lambda, scope: dict[str, Any]) -> Any:
        return Function(node, scope)

    def value_ListComp(self, node: ast.ListComp, scope: dict[str, Any]) -> Any:
        return self.comprehended(node.elt, list(node.generators), {"<outer>": scope})

    value_GeneratorExp = value_ListComp

    def comprehended(self, element: ast.expr, loops: list[ast.comprehension], scope: dict[str, Any]) -> list[Any]:
        if not loops:
            return [self.value(element, scope)]
        found: list[Any] = []
        for item in self.iterated(self.value(loops[0].iter, scope)):
            inner: dict[str, Any] = {"<outer>": scope}
            self.assign(loops[0].target, item, inner)
            conditions = [self.truth(self.value(test, inner)) for test in loops[0].ifs]
            if not all(isinstance(c, bool) for c in conditions):
                raise Unreadable("a comprehension with a condition on the variables")
            if all(conditions):
                found += self.comprehended(element, loops[1:], inner)
        return found

    def value_Subscript(self, node: ast.Subscript, scope: dict[str, Any]) -> Any:
        owner = self.value(node.value, scope)
        index = self.index(node.slice, scope)
        self.current = node
        if isinstance(owner, Expr):
            if owner in self.variables:
                if isinstance(index, tuple) and len(index) == 2 and index[0] is Ellipsis:
                    index = index[1]
                raise NeedsVector(index + 1 if isinstance(index, int) and index >= 0 else None)
            raise Unreadable(f"{ast.unparse(node)}: it is a number, not an array")
        if isinstance(owner, np.ndarray):
            try:
                found = owner[index]
            except IndexError:
                flat = list(owner.ravel())
                last = index[-1] if isinstance(index, tuple) else index
                if flat and all(v in self.variables for v in flat) and isinstance(last, int) and 0 <= last < 200:
                    raise NeedsVector(last + 1) from None
                raise
            return found if not isinstance(found, np.ndarray) or found.ndim else found[()]
        if isinstance(owner, (list, tuple, dict)):
            return owner[index]
        raise Unreadable(f"{ast.unparse(node)[:60]}")

    def index(self, node: ast.expr, scope: dict[str, Any]) -> Any:
        if isinstance(node, ast.Slice):
            ends = (node.lower, node.upper, node.step)
            return slice(*(None if end is None else whole(self.value(end, scope)) for end in ends))
        if isinstance(node, ast.Tuple):
            return tuple(self.index(part, scope) for part in node.elts)
        value = scalar(self.value(node, scope))
        if value is None or value is Ellipsis or isinstance(value, str):
            return value
        if isinstance(value, (list, np.ndarray)):
            return [whole(v) for v in value]
        return whole(value)

    def value_Attribute(self, node: ast.Attribute, scope: dict[str, Any]) -> Any:
        owner = self.value(node.value, scope)
        self.current = node
        if isinstance(owner, Imported):
            found = self.member(owner.path, node.attr)
            if isinstance(found, Poison):
                raise Unreadable(f"{owner.path}.{node.attr}")
            return exact(found)
        if isinstance(owner, Expr):
            if node.attr in ("copy", "item", "astype", "conj", "detach", "numpy", "double", "float"):
                return lambda *_, **__: owner
            if node.attr == "real":
                return owner
            if owner in self.variables:
                raise NeedsVector(None)
            owner = array(owner)
        if isinstance(owner, np.ndarray):
            return self.array_attribute(owner, node.attr)
        if isinstance(owner, list) and node.attr in ("copy", "index"):
            return getattr(owner, node.attr)
        if isinstance(owner, dict) and node.attr in ("get", "items", "keys", "values"):
            return lambda *a: list(v) if not isinstance(v := getattr(owner, node.attr)(*a), (Expr, np.ndarray)) else v
        raise Unreadable(f"{ast.unparse(node)[:60]}")

    def array_attribute(self, owner: np.ndarray, name: str) -> Any:
        numpy = TABLES["numpy"]
        if name == "T":
            return owner.T
        if name == "shape":
            return tuple(sympy.Integer(k) for k in owner.shape)
        if name in ("size", "ndim"):
            return sympy.Integer(getattr(owner, name))
        if name in (
            "sum",
            "mean",
            "prod",
            "dot",
            "max",
            "min",
            "trace",
            "transpose",
            "squeeze",
            "ravel",
            "clip",
            "repeat",
        ):
            return lambda *a, **k: numpy[name](owner, *a, **k)
        if name in ("flatten", "numpy", "copy", "astype", "detach", "double", "float", "conj", "view"):
            return lambda *_, **__: owner.ravel().copy() if name == "flatten" else owner.copy()
        if name == "reshape":
            return lambda *shape, **_: numpy["reshape"](owner, shape[0] if len(shape) == 1 else shape)
        if name == "item":
            return lambda: owner.item()
        if name == "tolist":
            return lambda: owner.tolist()
        if name in ("real", "flat"):
            return owner if name == "real" else owner.ravel()
        raise Unreadable(f"the attribute .{name} of an array")

    def value_Call(self, node: ast.Call, scope: dict[str, Any]) -> Any:
        function = self.value(node.func, scope)
        arguments = self.listed(node.args, scope)
        keywords: dict[str, Any] = {}
        for keyword in node.keywords:
            if keyword.arg is None:
                raise Unreadable("** in a call")
            if keyword.arg in ("dtype", "requires_grad", "device", "copy", "order"):
                if keyword.arg == "dtype" and "int" in ast.unparse(keyword.value):
                    self.current = node
                    raise Unreadable(f"{ast.unparse(node)[:60]}: arrays of whole numbers cut what is stored in them")
                continue
            keywords[keyword.arg] = self.value(keyword.value, scope)
        self.current = node
        word = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if word in REDUCTIONS and arguments and not isinstance(function, Function):
            first = arguments[0]
            if (
                isinstance(first, Expr)
                and first.free_symbols & self.variables
                and len(self.variables) == 1
                and self.lone
            ):
                raise NeedsVector(None)
        result = self.call(function, arguments, keywords)
        if word in ("array", "asarray") and isinstance(result, np.ndarray) and node.args and all_whole(node.args[0]):
            self.cut[id(result)] = result
        self.bounded(result)
        return result

    lone = True

    def value_Slice(self, node: ast.Slice, scope: dict[str, Any]) -> Any:
        return self.index(node, scope)

    def value_JoinedStr(self, _node: ast.JoinedStr, _scope: dict[str, Any]) -> Any:
        return ""

    def value_NamedExpr(self, node: ast.NamedExpr, scope: dict[str, Any]) -> Any:
        value = self.value(node.value, scope)
        self.assign(node.target, value, scope)
        return value


REDUCTIONS = {
    "moveaxis",
    "transpose",
    "split",
    "unstack",
    "flip",
    "roll",
    "sum",
    "mean",
    "prod",
    "dot",
    "vdot",
    "inner",
    "norm",
    "len",
    "diff",
    "outer",
    "fsum",
    "logsumexp",
}
