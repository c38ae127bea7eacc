"""Python functions as mathematics: the language walked over exact expressions. Nothing of the file is executed.

What a value depends on must be readable; everything else is left alone. A statement that cannot be read poisons what
it writes, and only the use of that is an error.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from contextlib import contextmanager, suppress
from copy import copy
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any

import numpy as np
import sympy
from sympy import Expr, S, Symbol

from symopt.checking.source.arrays import Chosen, Exact, array, elementwise, single, unknown_mask, where
from symopt.checking.source.modules import (
    BUILTINS,
    EITHER,
    PARTS,
    At,
    Higher,
    Partial,
    Record,
    Stream,
    Type,
    Ufunc,
    attribute,
    decided,
    items,
    meaning,
    operate,
)
from symopt.checking.source.names import HARMLESS, MUTATORS, Scope, TopLevel, changed, stored
from symopt.checking.source.reading import Source, SourceError
from symopt.checking.source.values import (
    MAX_SIZE,
    Unreadable,
    choose,
    condition,
    exact,
    expression,
    is_condition,
    is_scalar,
    size,
)
from symopt.codegen.helpers import HELPERS
from symopt.functions import FUNCTIONS

MAX_STEPS = 200_000
MAX_PATHS = 200
MAX_TURNS = 5_000  # of while loops, whose number nobody can see beforehand
MAX_DEPTH = 60
MAX_OPERATIONS = 100_000
DECORATORS = set(
    """jit njit cache lru_cache staticmethod classmethod property pure_callback dataclass no_grad custom_jvp override
abstractmethod wraps checkpoint typechecked cached_property""".split()
)
PLAIN_BASES = {"object", "ABC", "Protocol", "NamedTuple", "Generic"}
READING = (IndexError, TypeError, ValueError, AttributeError, KeyError, ArithmeticError, MemoryError, AssertionError)


class NeedsVector(Exception):
    """The argument is used as a vector, of this many entries if that is known; error: what else is wrong."""

    def __init__(self, n: int | None, error: SourceError | None = None) -> None:
        super().__init__(n)
        self.n = n
        self.error = error


@dataclass(frozen=True)
class Poison:
    """What a statement that cannot be read has left behind: the error for whoever needs it."""

    error: SourceError


@dataclass(frozen=True)
class Imported:
    """A module under its full name."""

    path: str


@dataclass(eq=False)
class Function:
    """A function of the file, with the names around it and the values of its defaults."""

    node: ast.FunctionDef | ast.Lambda
    scope: Scope | None
    name: str = "lambda"
    defaults: dict[str, Any] = field(default_factory=dict)
    me: Any = None
    shown: Function | None = None  # what a decorator of the file has wrapped
    home: Class | None = None  # the class in which it is defined

    def of(self, me: Any) -> Function:
        return Function(self.node, self.scope, self.name, self.defaults, me, home=self.home)


@dataclass(eq=False)
class Class:
    """A class of the file: what stands in its body, and in those of its bases."""

    name: str
    names: dict[str, Any]
    bases: list[Class]
    fields: list[tuple[str, Any]] | None = None  # of a dataclass or a NamedTuple

    def find(self, name: str) -> Any:
        if name in self.names:
            return self.names[name]
        for base in self.bases:
            found = base.find(name)
            if found is not MISSING:
                return found
        return MISSING


@dataclass(eq=False)
class Instance:
    """An object of a class of the file."""

    of: Class
    names: dict[str, Any] = field(default_factory=dict)


@dataclass(eq=False)
class Super:
    """An object as one of the bases of a class."""

    me: Any
    bases: list[Class]


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


NOTHING, RAISES, MISSING = object(), object(), object()
Value = Any
OPERATORS = {ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "truediv", ast.Pow: "pow", ast.MatMult: "matmul",
             ast.FloorDiv: "floordiv", ast.Mod: "mod", ast.BitAnd: "and_", ast.BitOr: "or_", ast.BitXor: "xor",
             ast.LShift: "lshift", ast.RShift: "rshift"}  # fmt: skip
COMPARISONS = {ast.Lt: np.less, ast.LtE: np.less_equal, ast.Gt: np.greater, ast.GtE: np.greater_equal, ast.Eq: np.equal,
               ast.NotEq: np.not_equal}  # fmt: skip


def base_of(value: np.ndarray) -> np.ndarray:
    """The array that owns the memory."""
    while value.base is not None and isinstance(value.base, np.ndarray):
        value = value.base
    return value


def _content(value: Any) -> Any:
    return value.view(np.ndarray).copy() if isinstance(value, np.ndarray) else value.copy()


class State:
    """What can be changed from a scope on, as it stood when this was made."""

    def __init__(self, *roots: Any) -> None:
        self.held: dict[int, tuple[Any, Any]] = {}
        self.arrays: list[np.ndarray] = []
        stack = list(roots)
        while stack:
            value = stack.pop()
            if isinstance(value, np.ndarray):
                self.arrays.append(value)
                value = base_of(value)
            if id(value) in self.held:
                continue
            if isinstance(value, np.ndarray):
                if value.flags.writeable:
                    self.held[id(value)] = (value, _content(value))
            elif isinstance(value, list):
                self.held[id(value)] = (value, list(value))
                stack += value
            elif isinstance(value, dict):
                self.held[id(value)] = (value, dict(value))
                stack += value.values()
            elif isinstance(value, tuple):
                stack += value
            elif isinstance(value, Scope):
                stack += [value.names] + ([value.outer] if value.outer is not None else [])
            elif isinstance(value, Function):
                stack += [v for v in (value.scope, value.me) if v is not None]
            elif isinstance(value, Instance):
                stack += [value.names, value.of]
            elif isinstance(value, Class):
                stack += [value.names, *value.bases]
            elif isinstance(value, At):
                stack.append(value.owner)
            elif isinstance(value, Stream):
                stack.append(value.cell)

    def restore(self) -> State:
        """Puts everything back; what stood there before is returned."""
        after = State()
        after.held = {key: (value, _content(value)) for key, (value, _) in self.held.items()}
        for value, before in self.held.values():
            if isinstance(value, np.ndarray):
                value.view(np.ndarray)[...] = before
            elif isinstance(value, list):
                value[:] = before
            else:
                value.clear()
                value.update(before)
        return after

    def has(self, value: np.ndarray) -> bool:
        return id(base_of(value)) in self.held


@dataclass
class Interpreter:
    """Reads the functions of one file; `end` is the place up to which its top level counts."""

    source: Source
    end: int
    settings: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.steps = self.paths = self.turns = self.depth = 0
        self.current: ast.AST = ast.Pass()
        self.top = TopLevel(self.source.statements)
        self.now = self.end
        self.done: dict[Any, dict[str, Any]] = {}
        self.loading: set[Any] = set()
        self.frozen: dict[int, Any] = {}
        self.set_now: set[tuple[int, str]] = set()
        self.changes: set[str] = set()
        self.reads: set[str] = set()
        self.lengths: set[int] = set()  # of arrays that meet the one variable: it may be as long
        self.variables: set[Symbol] = set()
        self.unpacked: list[str] = []
        self.walked: set[str] = set()
        self.sizes: dict[Any, int] = {}
        self.lost: SourceError | None = None
        self.settings = {name: int(v) if getattr(v, "is_Integer", False) else v for name, v in self.settings.items()}
        self.immutable = any(s.startswith("jax") for s in self._modules()) and "numpy" not in self._modules()

    def _modules(self) -> set[str]:
        found: set[str] = set()
        for s in self.source.statements:
            if isinstance(s, ast.Import):
                found |= {a.name for a in s.names}
            elif isinstance(s, ast.ImportFrom):
                found.add(s.module or "")
        return found

    # the way in

    @contextmanager
    def told(self) -> Any:
        """Whatever goes wrong as an error with its line."""
        try:
            yield
        except Unreadable as error:
            raise self.error(self.current, str(error)) from None
        except READING as error:
            raise self.error(self.current, f"this ({type(error).__name__}: {error})") from None
        except RecursionError:
            raise self.error(self.current, "expressions nested too deeply") from None

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

    def call_named(self, name: str, arguments: Sequence[Any]) -> Any:
        """The value of a function of the file. Raises SourceError, NeedsVector."""
        with self.told():
            self.done.clear()  # what a call leaves in the file's objects is not seen by the next: `lasting` tells
            self.set_now.clear()
            function, item = self.function(name)
            try:
                found = self.call(function, [a.copy() if isinstance(a, Exact) else a for a in arguments], {})
            except IndexError:
                if self.lone:
                    raise NeedsVector(None) from None
                raise
            return found if item is None else found[item]

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
        return [
            arg for arg in names[function.me is not None :] if arg not in function.defaults and arg not in self.settings
        ]

    def is_function(self, name: str) -> bool:
        """Whether a name of the top level can be called."""
        try:
            return bool(self.free(self.top_level(name, self.now), name)) or True
        except (Unreadable, SourceError, NeedsVector, RecursionError, *READING):
            return False

    def error(self, node: ast.AST, reason: str) -> SourceError:
        label, line = self.source.where(node)
        return SourceError(f"{label}: cannot read {reason}" if label else f"cannot read {reason}", line=line)

    # names

    def look_up(self, name: str, scope: Scope) -> Any:
        holder = scope.holder(name)
        value = self.top_level(name, self.now) if holder is None else holder.names[name]
        return self.usable(value)

    def usable(self, value: Any) -> Any:
        if isinstance(value, Poison):
            raise value.error
        return value

    def top_level(self, name: str, now: int) -> Any:
        """What a name of the file's top level is when the statement at a place begins."""
        top, kept = self.top, self.settings.get(name)
        places = top.places.get(name)
        if kept is not None and not any(isinstance(self.source.statements[k], ast.FunctionDef) for k in places or ()):
            return kept
        if name in top.global_:
            raise Unreadable(f"{name}, which functions of the file change (global)")
        group, found = top.writers(name, now)
        if not found and places and now == self.end:
            group, found = top.writers(name, len(top.statements))
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
        for module in top.stars:
            with suppress(KeyError):
                return exact(meaning(module, name))
        if name in BUILTINS:
            return BUILTINS[name]
        raise Unreadable(f"the name {name}, which is not defined in the file")

    def load(self, places: list[int]) -> dict[str, Any]:
        """The names that some statements of the top level write, each when its turn comes."""
        scope, kept = Scope(top=True), (self.now, self.current)
        try:
            for place in places:
                self.now = place
                self.block([self.source.statements[place]], scope)
        finally:
            self.now, self.current = kept
        return scope.names

    def freeze(self, values: list[Any]) -> None:
        """What belongs to the file can no longer be changed: a later call would see it."""
        state = State(*(v for v in values if not isinstance(v, Function)))
        for value, _ in state.held.values():
            if isinstance(value, np.ndarray):
                value.flags.writeable = False
            else:
                self.frozen[id(value)] = value
        for view in state.arrays:
            view.flags.writeable = False

    def may_change(self, owner: Any, what: str) -> None:
        if id(owner) in self.frozen:
            if not self.loading:  # the next call would see it
                self.changes.add(what)
                self.reads.add(what)
            raise Unreadable(f"{what}, which changes what belongs to the file")

    # calls

    def call(self, function: Any, arguments: list[Any], keywords: dict[str, Any]) -> Any:
        function = self.usable(function)
        if isinstance(function, Instance):
            function = self.attribute(function, "__call__")
        if isinstance(function, Class):
            return self.made(function, arguments, keywords)
        if isinstance(function, Higher):
            return function.function(self.call, *arguments, **keywords)
        if not isinstance(function, Function):
            if not callable(function):
                raise Unreadable("a call of what is not a function")
            return exact(function(*arguments, **keywords))
        known = written_by_derive().get(ast.unparse(function.node)) if function.me is None else None
        if known is not None and not keywords:
            return elementwise(known)(*arguments)
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Unreadable("functions that call themselves without end")
        self.walked.add(function.name)
        try:
            scope = self.bound(function, arguments, keywords)
            if isinstance(function.node, ast.Lambda):
                return self.value(function.node.body, scope)
            result = self.block(list(function.node.body), scope)
            if result is RAISES:
                raise Unreadable(f"{function.name}, which only raises")
            return None if result is NOTHING else result
        finally:
            self.depth -= 1

    def decorated(self, node: ast.FunctionDef, function: Function, scope: Scope) -> Any:
        """A function under its decorators: those of the file are called, others must be known to change nothing."""
        found: Any = function
        for decorator in reversed(node.decorator_list):
            target = decorator.func if isinstance(decorator, ast.Call) else decorator
            words = [target.attr] if isinstance(target, ast.Attribute) else [getattr(target, "id", "")]
            if words == ["partial"] and isinstance(decorator, ast.Call) and decorator.args:
                words = [ast.unparse(decorator.args[0]).split(".")[-1]]
            if words == ["vectorize"]:
                found = self.call(BUILTINS.get("vectorize") or meaning("numpy", "vectorize"), [found], {})
            elif words[0] not in DECORATORS or (isinstance(target, ast.Name) and self.own(target.id, scope)):
                try:
                    found = self.call(self.value(decorator, scope), [found], {})
                except (Unreadable, SourceError, *READING):
                    return Poison(self.error(decorator, f"the decorator @{ast.unparse(decorator)}"))
        if isinstance(found, Function) and found is not function and found.node.args.vararg is not None:
            found.shown = function
        return found

    def own(self, name: str, scope: Scope) -> bool:
        """Whether a name is a function that the file defines."""
        places = self.top.places.get(name, ())
        return any(isinstance(self.source.statements[k], ast.FunctionDef) for k in places) or (
            scope.holder(name) is not None and isinstance(scope.holder(name).names[name], Function)  # type: ignore[union-attr]
        )

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
                    defaults[arg] = Poison(self.as_error(default, error))
        return Function(node, None if scope.top else scope, name, defaults)

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
        if fields is not None:
            if len(arguments) > len(fields) or set(keywords) - {name for name, _ in fields[len(arguments) :]}:
                raise Unreadable(f"the arguments of {of.name}")
            for k, (name, default) in enumerate(fields):
                value = arguments[k] if k < len(arguments) else keywords.get(name, default)
                if value is MISSING:
                    raise Unreadable(f"{of.name} without {name}")
                found.names[name] = value
            if (after := of.find("__post_init__")) is not MISSING:
                self.call(after.of(found), [], {})
        elif (start := of.find("__init__")) is not MISSING:
            self.call(self.usable(start).of(found), arguments, keywords)
        elif arguments or keywords:
            raise Unreadable(f"the arguments of {of.name}")
        return found

    def class_of(self, node: ast.ClassDef, scope: Scope) -> Any:
        inner = Scope(outer=scope)
        bases, plain = [], []
        for base in node.bases:
            word = ast.unparse(base).split("[")[0].split(".")[-1]
            if word in PLAIN_BASES:
                plain.append(word)
            elif not isinstance(known := self.value(base, scope), Class):
                raise Unreadable(f"the base class {word}")
            else:
                bases.append(known)
        found = Class(node.name, inner.names, bases)
        words = [ast.unparse(d).split("(")[0].split(".")[-1] for d in node.decorator_list]
        if set(words) - {"dataclass", "runtime_checkable"}:
            raise Unreadable(f"the decorator @{words[0]}")
        if node.keywords:
            raise Unreadable("a metaclass")
        fields = [(name, d) for base in bases for name, d in base.fields or []]
        for part in node.body:
            if isinstance(part, ast.FunctionDef):
                function = self.defined(part, inner, f"{node.name}.{part.name}")
                function.scope, function.home = None if scope.top else scope, found
                inner.names[part.name] = self.decorated(part, function, scope)
            elif isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name):
                value = MISSING if part.value is None else self.field(part.value, inner)
                fields.append((part.target.id, value))
                if value is not MISSING:
                    inner.names[part.target.id] = value
            else:
                self.block([part], inner)
        if "dataclass" in words or "NamedTuple" in plain:
            found.fields = fields
        self.freeze([v for v in inner.names.values() if not isinstance(v, Function)])
        return found

    @staticmethod
    def named_tuple(name: str, fields: Any, *, defaults: Any = ()) -> Class:
        words = fields.replace(",", " ").split() if isinstance(fields, str) else list(fields)
        values = [MISSING] * (len(words) - len(defaults)) + list(defaults)
        return Class(name, {}, [], list(zip(words, values, strict=True)))

    def field(self, node: ast.expr, scope: Scope) -> Any:
        """The default of a dataclass's field."""
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "field":
            for keyword in node.keywords:
                if keyword.arg == "default":
                    return self.value(keyword.value, scope)
            raise Unreadable("a field with a default_factory")
        return self.value(node, scope)

    def attribute(self, owner: Any, name: str) -> Any:
        """What an object, a class, a module or an array has under a name."""
        if isinstance(owner, Imported):
            return exact(self.usable(self.member(owner.path, name)))
        if isinstance(owner, Record):
            if name in owner.fields:
                return owner.fields[name]
            raise Unreadable(f"the attribute .{name}")
        if isinstance(owner, (Ufunc, At)):
            return owner.method(name)
        if isinstance(owner, Chosen) and name in ("sum", "copy"):
            return owner.sum if name == "sum" else lambda: owner
        if isinstance(owner, Super):
            known = next((f for base in owner.bases if (f := base.find(name)) is not MISSING), MISSING)
            if known is MISSING and name in ("__init__", "__post_init__"):
                return lambda *_, **__: None
            method = self.usable(known)
            if not isinstance(method, Function):
                raise Unreadable(f"super().{name}")
            return method.of(owner.me)
        if isinstance(owner, (Instance, Class)):
            of = owner.of if isinstance(owner, Instance) else owner
            if isinstance(owner, Instance) and name in owner.names:
                if id(owner.names) in self.frozen and (id(owner.names), name) not in self.set_now:
                    self.reads.add(f"{of.name}.{name}")
                return self.usable(owner.names[name])
            found = self.usable(of.find(name))
            if found is MISSING:
                raise Unreadable(f"the attribute .{name} of {of.name}")
            if not isinstance(found, Function):
                if isinstance(owner, Instance) and id(owner.names) in self.frozen:
                    self.reads.add(f"{of.name}.{name}")
                return found
            words = {ast.unparse(d).split(".")[-1] for d in getattr(found.node, "decorator_list", [])}
            if "staticmethod" in words:
                return found
            if "classmethod" in words:
                return found.of(of)
            if isinstance(owner, Class):
                return found
            return self.call(found.of(owner), [], {}) if words & {"property", "cached_property"} else found.of(owner)
        if is_scalar(owner) and not isinstance(owner, Exact):
            if name in ("shape", "size", "ndim", "T", "sum", "dot", "mean", "reshape") and owner in self.variables:
                raise NeedsVector(None)
            if name in (
                "copy",
                "item",
                "conj",
                "conjugate",
                "detach",
                "numpy",
                "double",
                "float",
                "clone",
                "tolist",
                "cpu",
            ):
                return lambda *_, **__: owner
            if name == "real":
                return owner
            owner = array(owner)
        if isinstance(owner, Exact):
            return attribute(owner, name)
        if isinstance(owner, list) and name in (
            "copy",
            "index",
            "count",
            "append",
            "extend",
            "insert",
            "pop",
            "reverse",
        ):
            if name not in ("copy", "index", "count"):
                self.may_change(owner, f".{name}")
            if name in ("index", "count") and not all(isinstance(v, (int, str)) for v in owner):
                raise Unreadable(f".{name} of what is not known")
            if len(owner) > MAX_SIZE:
                raise Unreadable("a list that grows without end")
            return (lambda more: owner.extend(items(more))) if name == "extend" else getattr(owner, name)
        if isinstance(owner, dict) and name in (
            "get",
            "items",
            "keys",
            "values",
            "copy",
            "update",
            "setdefault",
            "pop",
        ):
            if name in ("update", "setdefault", "pop"):
                self.may_change(owner, f".{name}")
            word = getattr(owner, name)
            return (lambda: [*word()]) if name in ("items", "keys", "values") else word
        raise Unreadable(f"the attribute .{name} of a {type(owner).__name__}")

    # statements

    def block(self, steps: list[Any], scope: Scope) -> Any:
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
                test = self.truth(self.value(step.test, scope))
                if isinstance(test, bool):
                    steps, place = [*(step.body if test else step.orelse), *steps[place:]], 0
                    continue
                if any(isinstance(p, (ast.Return, ast.Raise, ast.Break, ast.Continue)) for p in ast.walk(step)):
                    return self.both(test, step.body, step.orelse, steps[place:], scope)
                self.both(test, step.body, step.orelse, [], scope)
                continue
            if isinstance(step, (ast.For, ast.While)):
                written = self.written_out(step, scope)
                if written is not None:
                    steps, place = [*written, *steps[place:]], 0
                continue
            if isinstance(step, ast.Try) and not step.handlers:
                steps, place = [*step.body, *step.finalbody, *steps[place:]], 0
                continue
            if isinstance(step, ast.Match):
                steps, place = [*self.matched(step, scope), *steps[place:]], 0
                continue
            if isinstance(step, ast.With):
                steps, place = [*step.body, *steps[place:]], 0
                continue
            self.statement(step, scope)
        return NOTHING

    def both(self, test: Any, body: list[Any], orelse: list[Any], rest: list[Any], scope: Scope) -> Any:
        """Both sides of a condition on the variables, and what they leave behind where each of them is taken."""
        self.paths += 1
        if self.paths > MAX_PATHS:
            raise Unreadable("more branches than are followed")
        step, before = self.current, State(scope)
        yes = self.settled(self.block([*body, *rest], scope))
        after = before.restore()
        self.current = step
        no = self.settled(self.block([*orelse, *rest], scope))
        if yes is RAISES or no is RAISES:
            if no is RAISES and yes is not RAISES:
                after.restore()
            return no if yes is RAISES else yes
        self.join(test, before, after, scope if rest or yes is not NOTHING else None)
        if yes is NOTHING and no is NOTHING:
            return NOTHING
        if {id(yes), id(no)} <= {id(NOTHING), id(None)}:
            return None
        if yes is NOTHING or no is NOTHING:
            self.current = step
            raise Unreadable("a branch that returns nothing")
        return self.merged(test, yes, no, before)

    def settled(self, value: Any) -> Any:
        """A result that no later change reaches."""
        if isinstance(value, Exact):
            return value.copy()
        return type(value)(map(self.settled, value)) if isinstance(value, (list, tuple)) else value

    def join(self, test: Any, before: State, after: State, done: Scope | None) -> None:
        """What two branches have left behind, put together. done: a scope that nobody looks at any more."""
        for key, (value, _) in before.held.items():
            yes = after.held[key][1]
            if done is not None and value is done.names:
                continue
            if isinstance(value, np.ndarray):
                if any(a is not b for a, b in zip(yes.flat, value.view(np.ndarray).flat, strict=True)):
                    value.view(np.ndarray)[...] = np.frompyfunc(choose, 3, 1)(test, yes, value.view(np.ndarray))
                continue
            if isinstance(value, list) and len(yes) != len(value):
                raise Unreadable("a list that has another length in each branch")
            for name in range(len(value)) if isinstance(value, list) else list({**yes, **value}):
                a, b = (side[name] if isinstance(side, list) else side.get(name, MISSING) for side in (yes, value))
                if a is not b:
                    try:
                        value[name] = self.merged(test, a, b, before)
                    except (Unreadable, SourceError, *READING) as error:
                        value[name] = Poison(self.as_error(self.current, error))

    def merged(self, test: Any, yes: Any, no: Any, before: State) -> Any:
        """yes where the condition holds, else no."""
        for side in (yes, no):
            if isinstance(side, Poison):
                return side
            if side is MISSING:
                raise Unreadable("a name that has a value in one branch only")
        if yes is no:
            return yes
        if isinstance(yes, (list, tuple)) and type(yes) is type(no) and len(yes) == len(no):
            return type(yes)(self.merged(test, a, b, before) for a, b in zip(yes, no, strict=True))
        if isinstance(yes, dict) and isinstance(no, dict) and yes.keys() == no.keys():
            return {k: self.merged(test, yes[k], no[k], before) for k in yes}
        if isinstance(yes, str) and yes == no:
            return yes
        if not all(is_scalar(v) or isinstance(v, (Exact, list, tuple)) for v in (yes, no)):
            raise Unreadable(f"a choice between a {type(yes).__name__} and a {type(no).__name__}")
        if np.shape(array(yes)) != np.shape(array(no)):
            raise Unreadable("a choice between arrays of different shapes")
        found = where(test, yes, no)
        if isinstance(found, Exact) and any(isinstance(v, Exact) and before.has(v) for v in (yes, no)):
            found.flags.writeable = False  # writing would have to change one of the two
        return found

    def written_out(self, step: ast.For | ast.While, scope: Scope) -> list[Any] | None:
        """A loop as its turns, one after the other; None if it cannot be read, its names poisoned."""
        if isinstance(step, ast.While):
            test = self.truth(self.value(step.test, scope))
            if not isinstance(test, bool):
                raise Unreadable("a while loop whose condition depends on the variables")
            self.turns += 1
            if self.turns > MAX_TURNS:
                raise Unreadable(f"a while loop that has not ended after {MAX_TURNS} turns")
            return [*step.body, Mark(False), step, Mark(True)] if test else list(step.orelse)
        try:
            found = self.iterated(self.value(step.iter, scope))
        except (Unreadable, SourceError) as error:
            self.poison(step, scope, error)
            return None
        if len(found) * len(step.body) > MAX_STEPS:
            raise Unreadable("loops with more steps than are written out")
        turns: list[Any] = []
        for item in found:
            turns += [Bind(step.target, item), *step.body, Mark(False)]
        return [*turns, *step.orelse, Mark(True)]

    def matched(self, step: ast.Match, scope: Scope) -> list[ast.stmt]:
        """The case of a match on a known number or text."""
        subject = self.value(step.subject, scope)
        if not isinstance(subject, (int, str, type(None))):
            raise Unreadable("a match on what is not a known number or text")

        def fits(pattern: ast.pattern) -> bool:
            if isinstance(pattern, ast.MatchOr):
                return any(map(fits, pattern.patterns))
            if isinstance(pattern, (ast.MatchValue, ast.MatchSingleton)):
                wanted = self.value(pattern.value, scope) if isinstance(pattern, ast.MatchValue) else pattern.value
                return bool(subject == wanted)
            if isinstance(pattern, ast.MatchAs) and pattern.pattern is None and pattern.name is None:
                return True
            raise Unreadable("a match with this pattern")

        for case in step.cases:
            if fits(case.pattern) and (case.guard is None or self.truth(self.value(case.guard, scope)) is True):
                return case.body
        return []

    def iterated(self, value: Any) -> list[Any]:
        if isinstance(value, Expr) and value in self.variables:
            raise NeedsVector(None)
        if isinstance(value, Instance) and value.of.fields is not None:
            return list(value.names.values())
        return items(value)

    def statement(self, step: ast.stmt, scope: Scope) -> None:
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
                scope.names[step.name] = self.decorated(step, self.defined(step, scope, step.name), scope)
            elif isinstance(step, ast.ClassDef):
                scope.names[step.name] = self.class_of(step, scope)
            elif isinstance(step, (ast.Import, ast.ImportFrom)):
                self.imported(step, scope)
            elif isinstance(step, ast.Expr):
                self.side_effect(step, scope)
            elif isinstance(step, ast.Nonlocal):
                for name in step.names:
                    if holder := scope.outer and scope.outer.holder(name):
                        scope.elsewhere[name] = holder
            elif isinstance(step, ast.Delete) and all(isinstance(t, ast.Name) for t in step.targets):
                for target in step.targets:
                    scope.names.pop(getattr(target, "id", ""), None)
            elif not isinstance(step, (ast.Pass, ast.Assert, ast.Global)):
                self.poison(step, scope, Unreadable(f"{type(step).__name__.lower()}"))
                if any(isinstance(part, ast.Return) for part in ast.walk(step)):
                    raise self.error(step, f"a return inside {type(step).__name__.lower()}")
        except SourceError as error:
            if "has no value" in error.message:
                raise
            self.poison(step, scope, error)
        except Unreadable as error:
            self.poison(step, scope, error)
        except READING as error:
            if not scope.top:  # it would fail as well when the file runs
                if self.lone and isinstance(error, IndexError):
                    raise NeedsVector(None) from None
                raise self.error(self.current, f"this ({type(error).__name__}: {error})") from None
            self.poison(step, scope, error)

    def as_error(self, step: ast.AST, error: Exception) -> SourceError:
        if isinstance(error, SourceError):
            return error
        named = "" if isinstance(error, Unreadable) else f"{type(error).__name__}: "
        return self.error(self.current if hasattr(self.current, "lineno") else step, f"{named}{error}")

    def poison(self, step: ast.AST, scope: Scope, error: Exception) -> None:
        """What a statement that cannot be read may have changed is unknown from here on: names, and what they share."""
        if self.lone and isinstance(error, IndexError):
            raise NeedsVector(None)
        self.lost = found = self.as_error(step, error)
        touched = {part.id for part in ast.walk(step) if isinstance(part, ast.Name)}
        for name in touched - stored(step):
            holder = scope.holder(name)
            if holder is not None and isinstance(holder.names[name], (Exact, list, dict, Instance)):
                self.spoil(holder.names[name], found)
        for name in stored(step) | changed(step):
            holder = scope.holder(name)
            if holder is not None:
                self.spoil(holder.names[name], found)
            scope.names[name] = Poison(found)

    def spoil(self, value: Any, error: SourceError) -> None:
        state = State(value)
        for view in state.arrays:
            base = base_of(view)
            base.flags.writeable = True
            base.view(np.ndarray)[...] = S.NaN
        for held, _ in state.held.values():
            if not isinstance(held, np.ndarray):
                for name in range(len(held)) if isinstance(held, list) else list(held):
                    held[name] = Poison(error)

    def side_effect(self, step: ast.Expr, scope: Scope) -> None:
        call = step.value
        if not isinstance(call, ast.Call):
            return
        word = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if word in HARMLESS and not self.own(word, scope):
            return
        if word in ("append", "extend") and isinstance(call.func, ast.Attribute):
            quiet, owner = set(self.reads), self.value(call.func.value, scope)
            if isinstance(owner, list) and id(owner) in self.frozen:  # a list of what has happened
                self.reads = quiet
                if not scope.top:
                    self.changes.add(ast.unparse(call.func.value))
                return
        names = {part.id for part in ast.walk(step) if isinstance(part, ast.Name)}
        held = [scope.holder(name) for name in names]
        mutable = any(h is not None and isinstance(h.names[n], (Exact, list, dict, Instance, Function, Class))
                      for h, n in zip(held, names, strict=True))  # fmt: skip
        if not mutable and word not in MUTATORS and not self.own(word, scope):
            return
        try:
            function = self.value(call.func, scope)
        except (Unreadable, SourceError) as error:
            if word not in MUTATORS and self.foreign(call.func, scope):
                return
            raise error
        self.value(call, scope) if function is not None else None

    def foreign(self, node: ast.expr, scope: Scope) -> bool:
        """Whether a function is of a module that does not change arrays of numpy: a plot, a table, an optimiser."""
        while isinstance(node, (ast.Attribute, ast.Call, ast.Subscript)):
            node = node.func if isinstance(node, ast.Call) else node.value
        if not isinstance(node, ast.Name):
            return False
        if (holder := scope.holder(node.id)) is not None:  # what another package has made
            return isinstance(holder.names[node.id], Poison)
        places = self.top.places.get(node.id, ())
        return not any(
            isinstance(self.source.statements[k], (ast.FunctionDef, ast.ClassDef)) for k in places
        ) and not any(p in PARTS for k in places for p in self._paths(self.source.statements[k], node.id))

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
            return meaning(module, name)
        if path in ("collections.namedtuple", "typing.NamedTuple"):
            return self.named_tuple
        if path in ("numpy.r_", "numpy.c_", "numpy.s_", "numpy.ndarray"):
            return Imported(path)
        return Poison(self.error(self.current, path))

    def assign(self, target: ast.expr, value: Any, scope: Scope) -> None:
        if isinstance(target, ast.Name):
            self.bounded(value)
            (scope.elsewhere.get(target.id) or scope).names[target.id] = value
        elif isinstance(target, (ast.Tuple, ast.List)):
            self.unpack(target, value, scope)
        elif isinstance(target, ast.Subscript):
            owner = self.value(target.value, scope)
            index = self.value(target.slice, scope)
            self.current = target
            if isinstance(owner, Exact):
                owner[index] = value
            elif isinstance(owner, (list, dict)):
                self.may_change(owner, f"{ast.unparse(target)} = …")
                owner[index] = value
            else:
                if isinstance(owner, Expr) and owner in self.variables:
                    raise NeedsVector(None)
                raise Unreadable(f"an assignment to {ast.unparse(target)}")
        elif isinstance(target, ast.Attribute) and isinstance(owner := self.value(target.value, scope), Instance):
            if id(owner.names) in self.frozen:
                self.changes.add(f"{owner.of.name}.{target.attr}")
                self.set_now.add((id(owner.names), target.attr))
            owner.names[target.attr] = value
        else:
            raise Unreadable(f"an assignment to {ast.unparse(target)}")

    def unpack(self, target: ast.Tuple | ast.List, value: Any, scope: Scope) -> None:
        count = len(target.elts)
        star = next((k for k, e in enumerate(target.elts) if isinstance(e, ast.Starred)), None)
        if isinstance(value, Expr) and value in self.variables:
            raise NeedsVector(count if star is None else None)
        values = self.iterated(value)
        if star is not None:
            back = count - star - 1
            values = [*values[:star], values[star : len(values) - back], *values[len(values) - back :]]
        if len(values) != count:
            if values and all(isinstance(v, Symbol) and v in self.variables for v in values):
                raise NeedsVector(count)
            raise Unreadable(f"{len(values)} values for {count} names")
        if not self.unpacked and all(isinstance(v, Symbol) and v in self.variables for v in values):
            names = [e.id for e in target.elts if isinstance(e, ast.Name)]
            self.unpacked = names if len(names) == count == len(self.variables) else []
        for part, item in zip(target.elts, values, strict=True):
            self.assign(part.value if isinstance(part, ast.Starred) else part, item, scope)

    def augment(self, step: ast.AugAssign, scope: Scope) -> None:
        target = step.target
        read = copy(target)
        read.ctx = ast.Load()
        old = self.value(read, scope)
        value = self.value(step.value, scope)
        self.current = step
        if isinstance(old, list) and isinstance(step.op, ast.Add):
            self.may_change(old, f"{ast.unparse(target)} += …")
            old.extend(items(value))
            return
        new = self.operate(step.op, old, value)
        if isinstance(old, Exact) and old.ndim and not self.immutable and not isinstance(target, ast.Subscript):
            if np.shape(new) != old.shape:
                raise ValueError("an array that would change its shape in place")
            old[...] = new
        else:
            self.assign(target, new, scope)

    def bounded(self, value: Any) -> None:
        """Refuses expressions that have become too large to be reasoned about."""
        parts = value.plain.ravel() if isinstance(value, Exact) else [value]
        if len(self.sizes) > 10**6:
            self.sizes.clear()
        for part in parts:
            if isinstance(part, Expr) and size(part, self.sizes) > MAX_OPERATIONS:
                raise Unreadable(f"an expression of more than {MAX_OPERATIONS} operations when it is written out")

    # expressions

    def value(self, node: ast.expr, scope: Scope) -> Any:
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise Unreadable("more steps than are followed")
        method = getattr(self, "value_" + type(node).__name__, None)
        if method is None:
            self.current = node
            raise Unreadable(f"{type(node).__name__}: {ast.unparse(node)[:60]}")
        return method(node, scope)

    def value_Constant(self, node: ast.Constant, _scope: Scope) -> Any:
        self.current = node
        return exact(node.value)

    def value_Name(self, node: ast.Name, scope: Scope) -> Any:
        self.current = node
        return self.noted(self.look_up(node.id, scope), node.id)

    def noted(self, found: Any, name: str) -> Any:
        if isinstance(found, list) and id(found) in self.frozen:
            self.reads.add(name)
        return found

    def value_Tuple(self, node: ast.Tuple, scope: Scope) -> Any:
        return tuple(self.listed(node.elts, scope))

    def value_List(self, node: ast.List, scope: Scope) -> Any:
        return self.listed(node.elts, scope)

    def value_Dict(self, node: ast.Dict, scope: Scope) -> Any:
        found: dict[Any, Any] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                found.update(self.value(value, scope))
            else:
                found[self.value(key, scope)] = self.value(value, scope)
        return found

    def listed(self, parts: Sequence[ast.expr], scope: Scope) -> list[Any]:
        found: list[Any] = []
        for part in parts:
            if isinstance(part, ast.Starred):
                found.extend(self.iterated(self.value(part.value, scope)))
            else:
                found.append(self.value(part, scope))
        return found

    def value_UnaryOp(self, node: ast.UnaryOp, scope: Scope) -> Any:
        value = self.value(node.operand, scope)
        self.current = node
        if isinstance(node.op, ast.Not):
            known = self.truth(value)
            return (not known) if isinstance(known, bool) else sympy.Not(known)
        if isinstance(node.op, ast.Invert):
            if isinstance(value, bool):
                raise Unreadable("~ of True or False")
            return (
                ~value
                if isinstance(value, (int, Exact))
                else sympy.Not(value)
                if is_condition(value)
                else ~array(value)
            )
        if isinstance(node.op, ast.UAdd):
            return value
        if isinstance(value, (bool, int)):
            return -value
        if isinstance(value, Chosen):
            return value.combined(lambda u: -u, value)
        return operate("mul", -1, value) if not isinstance(value, Exact) else -value

    def value_BinOp(self, node: ast.BinOp, scope: Scope) -> Any:
        left, right = self.value(node.left, scope), self.value(node.right, scope)
        self.current = node
        return self.operate(node.op, left, right)

    def operate(self, op: ast.operator, left: Any, right: Any) -> Any:
        plain = (list, tuple)
        if isinstance(op, ast.Add) and isinstance(left, plain) and type(left) is type(right):
            if len(left) + len(right) > MAX_SIZE:
                raise Unreadable("a list that is too long")
            return [*left, *right] if isinstance(left, list) else (*left, *right)
        if isinstance(op, ast.Mult) and isinstance(left, plain) + isinstance(right, plain) == 1:
            some, count = (left, right) if isinstance(left, plain) else (right, left)
            if isinstance(count, int):
                if len(some) * count > MAX_SIZE:
                    raise Unreadable("a list that is too long")
                return some * count
        if isinstance(op, ast.MatMult) and self.lone:
            for side in (left, right):
                if isinstance(side, Expr) and side.free_symbols & self.variables:
                    raise NeedsVector(None)
        if type(op) not in OPERATORS:
            raise Unreadable(f"the operator {type(op).__name__}")
        if self.lone and isinstance(left, Exact) + isinstance(right, Exact) == 1:
            some, other = (left, right) if isinstance(left, Exact) else (right, left)
            if some.ndim and isinstance(other, Expr) and other.free_symbols & self.variables:
                self.lengths.add(some.shape[-1])
        for one, other in (("__add__", "__radd__"), ("__sub__", ""), ("__mul__", "__rmul__"), ("__matmul__", "")):
            if OPERATORS[type(op)] == one.strip("_") and isinstance(left, Instance):
                return self.call(self.attribute(left, one), [right], {})
            if other and OPERATORS[type(op)] == one.strip("_") and isinstance(right, Instance):
                return self.call(self.attribute(right, other), [left], {})
        return operate(OPERATORS[type(op)], left, right)

    def value_Compare(self, node: ast.Compare, scope: Scope) -> Any:
        sides = [self.value(side, scope) for side in [node.left, *node.comparators]]
        self.current = node
        parts: list[Any] = []
        for op, left, right in zip(node.ops, sides, sides[1:], strict=False):
            if isinstance(op, (ast.Is, ast.IsNot)):
                if left is not None and right is not None:
                    raise Unreadable("`is` between values")
                parts.append((left is right) == isinstance(op, ast.Is))
            elif isinstance(op, (ast.In, ast.NotIn)):
                choices = list(right) if isinstance(right, (list, tuple, dict, set, str)) else None
                if choices is None or not all(isinstance(v, (int, str)) for v in [left, *choices]):
                    raise Unreadable("`in` where the values are not known")
                parts.append((left in right) == isinstance(op, ast.In))
            elif not all(is_scalar(v) or isinstance(v, Exact) for v in (left, right)) and not any(
                isinstance(v, Exact) for v in (left, right)):  # fmt: skip
                plain = (str, int, type(None))
                if not isinstance(op, (ast.Eq, ast.NotEq)) or not all(
                    isinstance(leaf, plain)
                    for v in (left, right)
                    for leaf in (v if isinstance(v, (list, tuple)) else [v])
                ):
                    raise Unreadable("a comparison of what is not a number")
                parts.append((left == right) == isinstance(op, ast.Eq))
            else:
                parts.append(COMPARISONS[type(op)](array(left), array(right)))
        result = parts[0]
        for part in parts[1:]:
            result = self.anded([self.truth(result), self.truth(part)])
        return result

    @staticmethod
    def anded(parts: list[Any], stop: bool = False) -> Any:
        """Conditions that hold together, or (stop) of which one holds."""
        found = (sympy.Or if stop else sympy.And)(*parts)
        return bool(found) if found in (S.true, S.false) else found

    def value_BoolOp(self, node: ast.BoolOp, scope: Scope) -> Any:
        parts: list[Any] = []
        stop = isinstance(node.op, ast.Or)
        for place, part in enumerate(node.values):
            value = self.value(part, scope)
            known = self.truth(value)
            if isinstance(known, bool):
                if known == stop or place == len(node.values) - 1:
                    return value if not parts else self.anded([*parts, known], stop)
                continue
            if not is_condition(value) and not isinstance(value, Exact):
                raise Unreadable("a number in `and` or `or`")
            parts.append(known)
        return self.anded(parts, stop)

    def value_IfExp(self, node: ast.IfExp, scope: Scope) -> Any:
        test = self.truth(self.value(node.test, scope))
        if isinstance(test, bool):
            return self.value(node.body if test else node.orelse, scope)
        before = State(scope)
        return self.merged(test, self.value(node.body, scope), self.value(node.orelse, scope), before)

    def truth(self, value: Any) -> Any:
        """True or False if it is known, else a condition."""
        if isinstance(value, Exact):
            if value.size == 1:
                return self.truth(value.reshape(-1)[0] if value.ndim else condition(value.plain[()]))
            raise Unreadable("a condition on a whole array")
        if value in (S.true, S.false):  # Python's own among them
            return bool(value)
        if is_condition(value):
            return value
        if isinstance(value, Expr):
            if value.is_number:
                return bool(value != 0)
            raise Unreadable("a number as a condition")
        if isinstance(value, (int, str, list, tuple, dict, type(None), Function, Class)):
            return bool(value)
        raise Unreadable(f"a {type(value).__name__} as a condition")

    def value_Lambda(self, node: ast.Lambda, scope: Scope) -> Any:
        return self.defined(node, scope)

    def value_ListComp(self, node: ast.ListComp, scope: Scope) -> Any:
        return self.comprehended(lambda inner: self.value(node.elt, inner), list(node.generators), Scope(outer=scope))

    def value_GeneratorExp(self, node: ast.GeneratorExp, scope: Scope) -> Any:
        return Stream(lambda: self.value_ListComp(node, scope))  # type: ignore[arg-type]

    def value_SetComp(self, node: ast.SetComp, scope: Scope) -> Any:
        return set(decided(self.value_ListComp(node, scope)))  # type: ignore[arg-type]

    def value_Set(self, node: ast.Set, scope: Scope) -> Any:
        return set(decided(self.listed(node.elts, scope)))

    def value_DictComp(self, node: ast.DictComp, scope: Scope) -> Any:
        pairs = self.comprehended(
            lambda inner: (self.value(node.key, inner), self.value(node.value, inner)),
            list(node.generators),
            Scope(outer=scope),
        )
        return dict(pairs)

    def comprehended(self, element: Callable[[Scope], Any], loops: list[ast.comprehension], scope: Scope) -> list[Any]:
        if not loops:
            return [element(scope)]
        found: list[Any] = []
        for item in self.iterated(self.value(loops[0].iter, scope)):
            self.assign(loops[0].target, item, scope)
            tests = [self.truth(self.value(test, scope)) for test in loops[0].ifs]
            if not all(isinstance(test, bool) for test in tests):
                raise Unreadable("a comprehension with a condition on the variables")
            if all(tests):
                found += self.comprehended(element, loops[1:], scope)
            if len(found) > MAX_SIZE:
                raise Unreadable("a list that is too long")
        return found

    def value_Subscript(self, node: ast.Subscript, scope: Scope) -> Any:
        owner = self.value(node.value, scope)
        index = self.value(node.slice, scope)
        self.current = node
        if isinstance(owner, Imported) and owner.path in ("numpy.r_", "numpy.c_", "numpy.s_"):
            return self.joined(owner.path[-2], index)
        if isinstance(owner, Expr):
            if owner in self.variables:
                last = index[-1] if isinstance(index, tuple) else index
                raise NeedsVector(last + 1 if isinstance(last, int) and last >= 0 else None)
            raise Unreadable(f"{ast.unparse(node)}: it is a number, not an array")
        if isinstance(owner, Exact):
            mask = unknown_mask(index)
            if mask is not None and mask.shape == owner.shape:
                return Chosen(owner.copy(), mask)
            try:
                return owner[index]
            except IndexError:
                flat = list(owner.plain.ravel())
                last = index[-1] if isinstance(index, tuple) else index
                if flat and all(v in self.variables for v in flat) and isinstance(last, int) and 0 <= last < 200:
                    raise NeedsVector(last + 1) from None
                raise
        if isinstance(owner, At):
            return At(owner.owner, index)
        if isinstance(owner, Instance) and owner.of.fields is not None:
            return list(owner.names.values())[index]
        if isinstance(owner, Instance):
            return self.call(self.attribute(owner, "__getitem__"), [index], {})
        if isinstance(owner, (list, tuple, dict)):
            return self.usable(owner[index])
        raise Unreadable(f"{ast.unparse(node)[:60]}")

    def joined(self, word: str, index: Any) -> Any:
        if word == "s":
            return index
        given = index if isinstance(index, tuple) else (index,)
        if any(isinstance(p, slice) for p in given):
            raise Unreadable(f"np.{word}_ with a range")
        parts = [array(p) for p in given]
        if word == "r":
            return meaning("numpy", "concatenate")([np.atleast_1d(p) for p in parts])
        return meaning("numpy", "column_stack")(parts)

    def value_Slice(self, node: ast.Slice, scope: Scope) -> Any:
        return slice(*(None if end is None else self.value(end, scope) for end in (node.lower, node.upper, node.step)))

    def value_Attribute(self, node: ast.Attribute, scope: Scope) -> Any:
        owner = self.value(node.value, scope)
        self.current = node
        return self.noted(self.attribute(owner, node.attr), ast.unparse(node))

    def value_Call(self, node: ast.Call, scope: Scope) -> Any:
        word = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if word == "super" and not node.args:
            return self.parent(scope)
        if word == "getattr" and len(node.args) == 2 and not self.own(word, scope):
            owner, name = self.listed(node.args, scope)
            if not isinstance(name, str):
                raise Unreadable("getattr by what is not known")
            return self.attribute(owner, name)
        if word == "isinstance" and len(node.args) == 2 and not self.own(word, scope):
            return self.is_instance(self.value(node.args[0], scope), node.args[1], scope)
        function = self.value(node.func, scope)
        arguments = self.listed(node.args, scope)
        keywords: dict[str, Any] = {}
        for keyword in node.keywords:
            value = self.value(keyword.value, scope)
            if keyword.arg is None:
                if not isinstance(value, dict):
                    raise Unreadable("** in a call")
                keywords.update(value)
            else:
                keywords[keyword.arg] = value
        self.current = node
        if self.lone and word not in EITHER and self.of_arrays(function, word) and any(
            isinstance(a, Expr) and a.free_symbols & self.variables for a in arguments):  # fmt: skip
            raise NeedsVector(None)
        result = self.call(function, arguments, keywords)
        self.current = node
        self.bounded(result)
        return result

    @staticmethod
    def of_arrays(function: Any, word: str) -> bool:
        """Whether a function is one of arrays as wholes: no function of the file, and none of each entry."""
        name = getattr(function, "__qualname__", "")
        return name.startswith("moving") or word in ("norm", "len", "logsumexp", "softmax", "fsum", "sum", "dot")

    def parent(self, scope: Scope) -> Super:
        """super(): the object as one of the bases of the class in which the method stands."""
        holder = scope.holder("__class__")
        home = holder.names["__class__"] if holder is not None else None
        me = next(iter(v for n, v in holder.names.items() if n != "__class__"), None) if holder is not None else None
        if not isinstance(home, Class) or not isinstance(me, (Instance, Class)) or len(home.bases) > 1:
            raise Unreadable("super()")
        return Super(me, home.bases)

    def is_instance(self, value: Any, node: ast.expr, scope: Scope) -> bool:
        words = {ast.unparse(part).split(".")[-1] for part in (node.elts if isinstance(node, ast.Tuple) else [node])}
        if isinstance(value, (list, tuple, dict, str, type(None))):
            return type(value).__name__ in words
        if isinstance(value, Exact) and value.ndim:
            return bool(words & {"ndarray", "Tensor", "Array"})
        if isinstance(value, Instance):
            return value.of.name in words
        if is_scalar(value) and not words & {
            "float",
            "int",
            "Number",
            "Real",
            "floating",
            "integer",
            "bool",
            "float64",
        }:
            return False
        raise Unreadable("isinstance of a number")

    def value_JoinedStr(self, _node: ast.JoinedStr, _scope: Scope) -> Any:
        raise Unreadable("a formatted text")

    def value_NamedExpr(self, node: ast.NamedExpr, scope: Scope) -> Any:
        value = self.value(node.value, scope)
        self.assign(node.target, value, scope)
        return value

    lone = True


__all__ = ["Interpreter", "NeedsVector", "Type", "expression", "single", "unknown_mask"]
