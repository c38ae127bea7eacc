"""Calls of the functions of a file, of those of packages, and decorators."""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import cache, cached_property, lru_cache, partial
from typing import Any

import numpy as np
import sympy
from sympy import Basic, Expr

from symopt.codegen.helpers import HELPERS
from symopt.functions import FUNCTIONS
from symopt.reading.added import has_rule
from symopt.reading.exact.arrays import formula
from symopt.reading.exact.values import exact
from symopt.reading.letters import Drawn, Loaded, names_of_calls
from symopt.reading.names import Scope, inside
from symopt.reading.packages.objects import Higher
from symopt.reading.packages.python import BUILTINS, operate
from symopt.reading.source import SourceError, Unreadable
from symopt.reading.walk.core import MAX_DEPTH, READING
from symopt.reading.walk.names import Names
from symopt.reading.walk.objects import (
    MISSING,
    NOTHING,
    RAISES,
    Class,
    Factory,
    Function,
    Instance,
    Poison,
    State,
)

DECORATORS = set(
    """jit njit cache lru_cache staticmethod classmethod property pure_callback dataclass no_grad override
abstractmethod wraps checkpoint typechecked cached_property custom_vjp custom_jvp defjvp once_differentiable""".split()
)


ASKED = {id(BUILTINS[name]): f"__{name}__" for name in ("abs", "len", "float", "int", "bool")}
"""What Python asks an object for where one of its functions is called."""
ITERATING = {
    id(BUILTINS[name]) for name in "sum list tuple max min sorted enumerate zip set any all map filter".split()
}
OPERATIONS = {
    "add": ast.Add,
    "sub": ast.Sub,
    "mul": ast.Mult,
    "truediv": ast.Div,
    "pow": ast.Pow,
    "matmul": ast.MatMult,
}


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


@lru_cache(maxsize=1000)
def helper(node: ast.FunctionDef | ast.Lambda) -> Callable[..., Expr] | None:
    """What a function means that `derive` has written."""
    return written_by_derive().get(ast.unparse(node))


@lru_cache(maxsize=1000)
def generates(node: ast.FunctionDef) -> bool:
    return any(isinstance(part, (ast.Yield, ast.YieldFrom)) for step in node.body for part in inside(step))


@lru_cache(maxsize=1000)
def keeps(node: ast.FunctionDef | ast.Lambda) -> bool:
    """Whether a function remembers what it has returned."""
    words = {ast.unparse(d).split("(")[0].split(".")[-1] for d in getattr(node, "decorator_list", ())}
    return not words.isdisjoint({"cache", "lru_cache"})


def symbols(value: Any) -> set[Any]:
    """The letters that a value, and all that it holds, depends on."""
    held = [content for _, content in State(value).held.values()]
    leaves = [part for each in (value, *held) for part in (
        each.flat if isinstance(each, np.ndarray) else each.values() if isinstance(each, dict)
        else each if isinstance(each, (list, tuple)) else [each])]  # fmt: skip
    return {letter for leaf in leaves if isinstance(leaf, Basic) for letter in leaf.free_symbols}


def _of_order(form: Any, order: Expr, u: Expr) -> Expr:
    typed: Expr = form(order, u).typed()
    return typed


class Calls(Names):
    def call(self, function: Any, arguments: list[Any], keywords: dict[str, Any]) -> Any:
        function = self.usable(function)
        if isinstance(function, Instance):
            function = self.attribute(function, "__call__")
        if isinstance(function, Class):
            return self.made(function, arguments, keywords)
        if isinstance(function, (Drawn, Loaded)):
            return self.unknown(function, arguments, keywords)
        if any(isinstance(a, Instance) for a in arguments):
            word = ASKED.get(id(function))
            if word is not None and arguments[0].of.find(word) is not MISSING:
                return self.call(self.attribute(arguments[0], word), arguments[1:], keywords)
            if id(function) in ITERATING:
                arguments = [self.stream(a) if isinstance(a, Instance) and a.of.find("__iter__") is not MISSING else a
                             for a in arguments]  # fmt: skip
            if isinstance(function, partial) and function.func is operate and not keywords:
                return self.operate(OPERATIONS[function.args[0]](), *arguments)
        if isinstance(function, Higher):
            return function.function(self.derived if function.derives else self.call, *arguments, **keywords)
        if not isinstance(function, Function):
            if not callable(function):
                raise Unreadable("a call of what is not a function")
            return exact(function(*arguments, **keywords))
        known = helper(function.node) if function.me is None else None
        if known is not None and not keywords:
            return formula(known)(*arguments)
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Unreadable("functions that call themselves without end")
        if self.deriving and isinstance(function.node, ast.FunctionDef) and has_rule(function.node):
            raise Unreadable(f"a derivative of {function.name}, which has a rule of its own")
        self.walked.add(function.name)
        calls = len(self.active)
        try:
            scope = self.bound(function, arguments, keywords)
            self.active.append(scope)
            if isinstance(function.node, ast.Lambda):
                return self.value(function.node.body, scope)
            if generates(function.node):
                raise self.error(function.node, f"{function.name}, which yields", "return a list")
            result = self.block(list(function.node.body), scope)
            if result is RAISES:
                raise Unreadable(f"{function.name}, which only raises")
            if keeps(function.node):
                self.kept(function, [*arguments, *keywords.values()], result)
            return None if result is NOTHING else result
        finally:
            self.depth -= 1
            del self.active[calls:]

    def kept(self, function: Function, arguments: list[Any], result: Any) -> None:
        """A result that every call with equal arguments gives back, the same object."""
        if symbols(result) & self.variables - symbols([a for a in arguments if isinstance(a, Expr)]):
            raise Unreadable(f"{function.name}, which keeps the value of its first call")
        self.freeze([result])

    def derived(self, function: Any, arguments: list[Any], keywords: dict[str, Any]) -> Any:
        """The value of a function that is derived afterwards."""
        self.deriving += 1
        try:
            return self.call(function, arguments, keywords)
        finally:
            self.deriving -= 1

    @cached_property
    def assigned(self) -> dict[int, str]:
        return names_of_calls(self.source)

    def unknown(self, function: Drawn | Loaded, arguments: list[Any], keywords: dict[str, Any]) -> Any:
        """Data whose values the file does not hold, as letters."""
        node, drawn = self.current, isinstance(function, Drawn)
        if not self.loading:
            words = f"numpy.random.{function.name}, which draws" if drawn else f"{function.name}, which loads"
            raise Unreadable(f"{words} at each call: only data of the top level can be any data")
        count = self.drawn[node] = self.drawn.get(node, 0) + 1
        place, named = (self.now, node, count), self.assigned.get(id(node), "data")
        if isinstance(function, Drawn):
            return self.letters.drawn(function, place, named, arguments, keywords)
        return self.letters.loaded(place, named)

    def decorated(self, node: ast.FunctionDef, function: Function, scope: Scope) -> Any:
        """A function under its decorators: those of the file are called, others must be known to change nothing."""
        found: Any = function
        for decorator in reversed(node.decorator_list):
            target = decorator.func if isinstance(decorator, ast.Call) else decorator
            words = [target.attr] if isinstance(target, ast.Attribute) else [getattr(target, "id", "")]
            if words == ["partial"] and isinstance(decorator, ast.Call) and decorator.args:
                words = [ast.unparse(decorator.args[0]).split(".")[-1]]
            if words[0] in ("cache", "lru_cache") and any(self.top.effects.known[node]):
                return Poison(
                    self.error(decorator, f"the decorator @{ast.unparse(decorator)} of what changes something")
                )
            if words == ["vectorize"]:
                found = self.call(self.meaning("numpy", "vectorize"), [found], {})
            elif words[0] not in DECORATORS or (isinstance(target, ast.Name) and self.own(target.id, scope)):
                try:
                    found = self.call(self.value(decorator, scope), [found], {})
                except (Unreadable, SourceError, *READING) as error:
                    if self.changed(node):
                        raise self.as_error(decorator, error) from None
                    return Poison(self.error(decorator, f"the decorator @{ast.unparse(decorator)}"))
        if isinstance(found, Function) and found is not function and found.node.args.vararg is not None:
            found.shown = function
        return found

    def defined(self, node: ast.FunctionDef | ast.Lambda, scope: Scope, name: str = "lambda") -> Function:
        """A function where it is defined: its defaults get their values now."""
        a = node.args
        plain = [arg.arg for arg in [*a.posonlyargs, *a.args]]
        pairs: list[tuple[str, ast.expr | None]] = list(
            zip(plain[len(plain) - len(a.defaults) :], a.defaults, strict=True)
        )
        pairs += zip((arg.arg for arg in a.kwonlyargs), a.kw_defaults, strict=True)
        defaults: dict[str, Any] = {}
        for arg, default in pairs:
            if default is not None:
                try:
                    defaults[arg] = self.value(default, scope)
                    self.freeze([defaults[arg]])
                except (Unreadable, SourceError, *READING) as error:
                    if self.changed(default):
                        raise self.as_error(default, error) from None
                    defaults[arg] = Poison(self.as_error(default, error))
        return Function(node, None if scope.around.top else scope.around, name, defaults)

    def bound(self, function: Function, arguments: list[Any], keywords: dict[str, Any]) -> Scope:
        a = function.node.args
        if function.me is not None:
            arguments = [function.me, *arguments]
        scope = Scope({"__class__": function.home} if function.home is not None else {}, outer=function.scope)
        plain = [arg.arg for arg in [*a.posonlyargs, *a.args]]
        values = dict(zip(plain, arguments, strict=False))
        extra = arguments[len(plain) :]
        if extra and a.vararg is None:
            raise Unreadable(f"{function.name} called with {len(arguments)} arguments, it takes {len(plain)}")
        if a.vararg is not None:
            scope.names[a.vararg.arg] = tuple(extra)
        names = [*plain, *(arg.arg for arg in a.kwonlyargs)]
        rest = {name: value for name, value in keywords.items() if name not in names}
        if (rest and a.kwarg is None) or set(values) & set(keywords):
            raise Unreadable(f"the argument {next(iter(rest or keywords))}= of {function.name}")
        if a.kwarg is not None:
            scope.names[a.kwarg.arg] = rest
        for name in names:
            for known in (keywords, values, self.settings, function.defaults):
                if name in known:
                    scope.names[name] = known[name]
                    break
            else:
                raise SourceError(
                    f"the parameter {name} of {function.name} has no value", f"give it one: --set {name}=1"
                )
        return scope

    def made(self, of: Class, arguments: list[Any], keywords: dict[str, Any]) -> Any:
        """A new object of a class."""
        found = Instance(of)
        fields = of.fields
        if fields is not None and "__init__" not in of.names:
            if len(arguments) > len(fields) or set(keywords) - set([*fields][len(arguments) :]):
                raise Unreadable(f"the arguments of {of.name}")
            for k, (name, default) in enumerate(fields.items()):
                value = arguments[k] if k < len(arguments) else keywords.get(name, default)
                if value is MISSING:
                    raise Unreadable(f"{of.name} without {name}")
                found.names[name] = self.call(value.function, [], {}) if isinstance(value, Factory) else value
            if (after := of.find("__post_init__")) is not MISSING:
                self.call(after.of(found), [], {})
        elif (start := of.find("__init__")) is not MISSING:
            self.call(self.usable(start).of(found), arguments, keywords)
        elif arguments or keywords:
            raise Unreadable(f"the arguments of {of.name}")
        return found
