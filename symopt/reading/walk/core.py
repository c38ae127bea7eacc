"""The walk through a file: its counted work, its errors, and what each of its parts asks of the others."""

from __future__ import annotations

import ast
import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from sympy import Expr, Symbol

from symopt.reading.exact.arrays import Exact, array
from symopt.reading.exact.doubles import ROUNDS, Rounds, nearest
from symopt.reading.exact.values import height, size
from symopt.reading.letters import Letters, Open
from symopt.reading.names import Scope
from symopt.reading.source import (
    ADVICE,
    PHRASES,
    Misfit,
    Shared,
    Source,
    SourceError,
    TooLong,
    Unreadable,
    written_with,
)
from symopt.reading.walk.objects import NeedsParts, Poison
from symopt.reading.words import CHOSEN, why
from symopt.work import TooLarge, spend

MAX_STEPS = 100_000
STEP = 40  # units of the work of a report
MAX_PATHS = 200
MAX_TURNS = 5_000  # of while loops, whose number nobody can see beforehand
MAX_DEPTH = 60
MAX_VARIABLES = 200
MAX_OPERATIONS = 100_000
MAX_HEIGHT = 160
OTHER = {"float32", "f4", "single", "float16", "f2", "half", "longdouble", "float128"}  # kinds that are no doubles
NUMERIC = {"numpy", "jax", "torch", "cupy", "autograd", "scipy", "pandas"}  # in which there is nan
NARROW = {"int32", "i4", "intc"}
DOUBLE = {"float64", "double", "set_default_dtype"}
READING = (IndexError, TypeError, ValueError, AttributeError, KeyError, ArithmeticError, MemoryError, AssertionError)


@dataclass
class Core:
    """Reads the functions of one file; `end` is the place up to which its top level counts."""

    source: Source
    end: int
    settings: dict[str, Any] = field(default_factory=dict)
    letters: Letters = field(default_factory=Letters)
    lone = True
    vector = False  # whether the variables are the entries of one array

    def __post_init__(self) -> None:
        self.assumed: tuple[Any, ...] = ()  # conditions that hold on the side of a branch that is walked
        self.drawn: dict[ast.AST, int] = {}  # how often a call has drawn since a statement of the top level began
        self.steps = self.paths = self.turns = self.depth = self.deriving = 0
        self.place: ast.AST = ast.Pass()
        self.modules: dict[str, Scope] = {}  # what is written in Python for packages
        self.top = self.source.top
        self.now = self.end
        self.done: dict[Any, dict[str, Any]] = {}
        self.loading: set[Any] = set()
        self.scopes: list[Scope] = []  # of the top level, while its statements are walked
        self.frozen: dict[int, Any] = {}
        self.locked: dict[int, Any] = {}  # what is one of two things, by a condition on the variables
        self.active: list[Scope] = []  # of the calls that are walked
        self.set_now: set[tuple[int, str]] = set()
        self.changes: set[str] = set()
        self.words: dict[int, str] = {}
        self.reads: set[str] = set()
        self.lengths: set[int] = set()  # of arrays that meet the one variable: it may be as long
        self.variables: set[Symbol] = set()
        self.back: set[Any] = set()
        self.raised: set[Any] = set()
        self.ends: set[int] = set()  # of slices that end beyond the variables: there may be as many
        self.empty = False  # whether a slice begins behind the last of the variables: there may be more of them
        self.unpacked: list[str] = []
        self.walked: set[str] = set()
        self.sizes: dict[Any, int] = {}
        self.heights: dict[Any, int] = {}
        self.alone: dict[ast.AST, bool] = {}  # whether what a statement changes in place has one name
        self.changing: dict[ast.AST, set[str]] = {}  # what each statement changes in place
        self.neutral: dict[ast.AST, int] = {}  # of comprehensions that are added up: what stands for a missing item
        self.lost: SourceError | None = None
        self.settings = {
            name: int(v) if getattr(v, "is_Integer", False) else nearest(v) if isinstance(v, Expr) else v
            for name, v in self.settings.items()
        }
        source = self.source
        self.views = any(s.split(".")[0] in ("torch", "cupy") for s in source.modules)  # an entry of theirs is an array
        self.immutable = any(s.startswith("jax") for s in source.modules) and "numpy" not in source.modules

    @property
    def current(self) -> ast.AST:
        """What is read, of the file."""
        return self.place

    @current.setter
    def current(self, node: ast.AST) -> None:
        if getattr(node, "lineno", 0):
            self.place = node

    @cached_property
    def single(self) -> str:
        """The package, jax or torch, by which all numbers of the file are of single precision; none: doubles."""
        modules = {name.split(".")[0] for name in self.source.modules}
        if "jax" in modules and "jax_enable_x64" not in self.source.words:
            return "jax"
        return "torch" if "torch" in modules and not self.source.words & DOUBLE else ""

    @property
    def precision(self) -> str:
        """What is to be said of numbers that are no doubles."""
        decimals = any(isinstance(part, ast.Constant) and isinstance(part.value, float) and part.value != 0
                       and float(np.float32(part.value)) != part.value
                       for statement in self.source.statements for part in ast.walk(statement))  # fmt: skip
        if self.single and decimals:
            return f"{self.single} computes in single precision here: numbers are taken as they are written"
        narrow = sorted(self.source.words & {"float32", "float16", "half", "single"})
        return "" if self.single or not (decimals and narrow) else (
            f"numbers stored as {narrow[0]} are the binary fractions that it makes of them")  # fmt: skip

    @contextmanager
    def rounding(self) -> Any:
        """How the file rounds: to another precision than that of doubles, and where its whole numbers overflow."""
        words, torch = self.source.words, any(name.split(".")[0] == "torch" for name in self.source.modules)
        token = ROUNDS.set(Rounds(
            bool(self.single or torch or words & OTHER), bool(self.single),
            torch and not self.single and "set_default_dtype" not in words,
            2**31 if self.single == "jax" or words & NARROW else 2**63, self.back,
            not {name.split(".")[0] for name in self.source.modules}.isdisjoint(NUMERIC), self.raised,
        ))  # fmt: skip
        try:
            yield
        finally:
            ROUNDS.reset(token)

    @contextmanager
    def within(self, *branch: Any) -> Any:
        """A branch (see `expression.guards`), out of which errors of `math` are no longer; as: what asks for them."""
        before, found = set(self.raised), set[Any]()
        try:
            yield found
        finally:
            found |= self.raised - before
            self.raised -= found
            self.raised |= {(gap, relation, (branch, *path)) for gap, relation, path in found if branch}

    @contextmanager
    def told(self) -> Any:
        """Whatever goes wrong as an error with its line."""
        try:
            with self.rounding():
                yield
        except Unreadable as error:
            raise self.as_error(self.current, error) from None
        except TooLarge:
            raise self.spent() from None
        except READING as error:
            raise self.misfit(self.current, error) from None
        except RecursionError:
            raise self.error(self.current, "expressions nested too deeply") from None

    def error(self, node: ast.AST, reason: str, hint: str = "") -> SourceError:
        advice = ADVICE.get(reason.split(" of ")[0].rpartition(".")[2])
        advice = advice or next((told for phrase, told in PHRASES.items() if phrase in reason), "")
        hint = hint or advice or written_with("torch" if self.source.tensors == "torch" else "numpy")
        label, line = self.source.where(node if getattr(node, "lineno", 0) else self.current)
        return SourceError(f"{label}: cannot read {reason}" if label else f"cannot read {reason}", hint, line)

    def step(self) -> None:
        """Counts a step of the walk. Raises TooLong."""
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise self.too_long("more steps than are followed")
        try:
            spend(STEP)
        except TooLarge:
            raise self.spent() from None

    def spent(self) -> TooLong:
        return self.too_long("this within the work that one report may take")

    def too_long(self, reason: str) -> TooLong:
        told = self.error(self.current, reason)
        return TooLong(told.message, told.hint, told.line)

    def usable(self, value: Any) -> Any:
        if isinstance(value, Poison):
            raise value.error
        return value.value() if isinstance(value, Open) else value

    def parted(self, owner: Any, key: str, record: bool) -> None:
        """Raises NeedsParts where an argument as a whole is asked for a part."""
        if key in ADVICE and "torch" in self.source.modules:
            raise Unreadable(f"the attribute .{key} of an array")
        if self.letters.search is not None and (name := self.letters.search.opened(owner)):
            raise NeedsParts(name, key, record)
        if self.letters.search is None and set(array(owner).plain.flat) <= self.variables:
            raise NeedsParts("", key, record)

    def lock(self, *values: Any) -> None:
        """What must stay as it is from now on: a change of it would be one of what has another name."""
        for value in values:
            if isinstance(value, np.ndarray):
                value.flags.writeable = False
            elif isinstance(value, (list, dict, set)):
                self.locked[id(value)] = value

    def is_locked(self, value: Any) -> bool:
        if isinstance(value, np.ndarray):
            return not value.flags.writeable
        return id(value) in self.locked or id(value) in self.frozen

    def may_change(self, owner: Any, what: str) -> None:
        if id(owner) in self.locked:
            error = self.error(self.current, f"{what}, {CHOSEN}")
            raise Shared(error.message, error.hint, error.line)
        if id(owner) in self.frozen:
            if not self.loading:  # the next call would see it
                self.changes.add(what)
                self.reads.add(what)
            raise Unreadable(f"{what}, which changes what belongs to the file")

    def as_error(self, step: ast.AST, error: Exception) -> SourceError:
        if isinstance(error, SourceError):
            return error
        node = self.current if hasattr(self.current, "lineno") else step
        return self.error(node, str(error), error.hint) if isinstance(error, Unreadable) else self.misfit(node, error)

    def misfit(self, node: ast.AST, error: Exception) -> Misfit:
        told = self.error(node, why(error, node))
        found = Misfit(told.message, told.hint, told.line)
        found.numbers = tuple(map(int, re.findall(r"\d+", str(error))))
        return found

    def bounded(self, value: Any) -> None:
        """Refuses expressions that have become too large to be reasoned about."""
        parts = value.plain.ravel() if isinstance(value, Exact) else [value]
        if len(self.sizes) > 10**6:
            self.sizes.clear()
            self.heights.clear()
        for part in parts:
            if isinstance(part, Expr) and height(part, self.heights) > MAX_HEIGHT:
                raise self.too_long(f"an expression of more than {MAX_HEIGHT} operations inside one another")
            if isinstance(part, Expr) and size(part, self.sizes) > MAX_OPERATIONS:
                raise Unreadable(f"an expression of more than {MAX_OPERATIONS} operations when it is written out")

    # what the parts above do

    def value(self, node: ast.expr, scope: Scope) -> Any:
        raise NotImplementedError

    def block(self, steps: list[Any], scope: Scope) -> Any:
        raise NotImplementedError

    def assign(self, target: ast.expr, value: Any, scope: Scope) -> None:
        raise NotImplementedError

    def call(self, function: Any, arguments: list[Any], keywords: dict[str, Any]) -> Any:
        raise NotImplementedError

    def attribute(self, owner: Any, name: str) -> Any:
        raise NotImplementedError

    def stream(self, value: Any) -> Any:
        raise NotImplementedError

    def operate(self, op: ast.operator, left: Any, right: Any) -> Any:
        raise NotImplementedError

    def become(self, old: Any, new: Any) -> bool:
        raise NotImplementedError

    def truth(self, value: Any) -> Any:
        raise NotImplementedError

    def one_of(self, test: Any, yes: Any, no: Any) -> Any:
        raise NotImplementedError
