"""The walk through a file: its counted work, its errors, and what each of its parts asks of the others."""

from __future__ import annotations

import ast
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sympy import Expr, Symbol

from symopt.checking.source.arrays import Exact
from symopt.checking.source.doubles import BACK, SINGLE, nearest
from symopt.checking.source.letters import Letters, Open
from symopt.checking.source.names import Scope, TopLevel
from symopt.checking.source.reading import Source, SourceError, TooLong, Unreadable
from symopt.checking.source.values import LARGEST, height, size
from symopt.checking.source.walk.objects import Poison

MAX_STEPS = 100_000
MAX_PATHS = 200
MAX_TURNS = 5_000  # of while loops, whose number nobody can see beforehand
MAX_DEPTH = 60
MAX_VARIABLES = 200
MAX_OPERATIONS = 100_000
MAX_HEIGHT = 600
OTHER = {"float32", "f4", "single", "half", "longdouble", "float128"}  # kinds that are no doubles
NARROW = {"int32", "i4", "intc"}
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
        self.drawn: dict[ast.AST, int] = {}  # how often a call has drawn since a statement of the top level began
        self.steps = self.paths = self.turns = self.depth = 0
        self.place: ast.AST = ast.Pass()
        self.modules: dict[str, Scope] = {}  # what is written in Python for packages
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
        self.back: set[Any] = set()
        self.ends: set[int] = set()  # of slices that end beyond the variables: there may be as many
        self.unpacked: list[str] = []
        self.walked: set[str] = set()
        self.sizes: dict[Any, int] = {}
        self.heights: dict[Any, int] = {}
        self.lost: SourceError | None = None
        self.settings = {
            name: int(v) if getattr(v, "is_Integer", False) else nearest(v) if isinstance(v, Expr) else v
            for name, v in self.settings.items()
        }
        self.immutable = any(s.startswith("jax") for s in self._modules()) and "numpy" not in self._modules()

    @property
    def current(self) -> ast.AST:
        """What is read, of the file."""
        return self.place

    @current.setter
    def current(self, node: ast.AST) -> None:
        if getattr(node, "lineno", 0):
            self.place = node

    def _modules(self) -> set[str]:
        found: set[str] = set()
        for s in self.source.statements:
            if isinstance(s, ast.Import):
                found |= {a.name for a in s.names}
            elif isinstance(s, ast.ImportFrom):
                found.add(s.module or "")
        return found

    @cached_property
    def rounds(self) -> tuple[bool, int]:
        """Whether the file rounds to another precision than that of doubles, and where its whole numbers overflow."""
        words = {getattr(part, name, "") for statement in self.source.statements for part in ast.walk(statement)
                 for name in ("id", "attr", "name", "value")}  # fmt: skip
        words = {word for word in words if isinstance(word, str)}
        modules = {name.split(".")[0] for name in self._modules()}
        jax = "jax" in modules and "jax_enable_x64" not in words
        return bool(jax or "torch" in modules or words & OTHER), 2**31 if jax or words & NARROW else 2**63

    @contextmanager
    def told(self) -> Any:
        """Whatever goes wrong as an error with its line."""
        single, largest = self.rounds
        before = SINGLE.set(single), LARGEST.set(largest), BACK.set(self.back)
        try:
            yield
        except Unreadable as error:
            raise self.as_error(self.current, error) from None
        except READING as error:
            raise self.error(self.current, f"this ({type(error).__name__}: {error})") from None
        except RecursionError:
            raise self.error(self.current, "expressions nested too deeply") from None
        finally:
            SINGLE.reset(before[0])
            LARGEST.reset(before[1])
            BACK.reset(before[2])

    def error(self, node: ast.AST, reason: str, hint: str = "") -> SourceError:
        label, line = self.source.where(node if getattr(node, "lineno", 0) else self.current)
        return SourceError(f"{label}: cannot read {reason}" if label else f"cannot read {reason}", hint, line)

    def step(self) -> None:
        """Counts a step of the walk. Raises TooLong."""
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise self.too_long("more steps than are followed")

    def too_long(self, reason: str) -> TooLong:
        told = self.error(self.current, reason)
        return TooLong(told.message, told.hint, told.line)

    def usable(self, value: Any) -> Any:
        if isinstance(value, Poison):
            raise value.error
        return value.value() if isinstance(value, Open) else value

    def may_change(self, owner: Any, what: str) -> None:
        if id(owner) in self.frozen:
            if not self.loading:  # the next call would see it
                self.changes.add(what)
                self.reads.add(what)
            raise Unreadable(f"{what}, which changes what belongs to the file")

    def as_error(self, step: ast.AST, error: Exception) -> SourceError:
        if isinstance(error, SourceError):
            return error
        named = "" if isinstance(error, Unreadable) else f"{type(error).__name__}: "
        return self.error(self.current if hasattr(self.current, "lineno") else step, f"{named}{error}",
                          getattr(error, "hint", ""))  # fmt: skip

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

    def block(self, steps: list[Any], scope: Scope, yields: bool = False) -> Any:
        raise NotImplementedError

    def assign(self, target: ast.expr, value: Any, scope: Scope) -> None:
        raise NotImplementedError

    def call(self, function: Any, arguments: list[Any], keywords: dict[str, Any]) -> Any:
        raise NotImplementedError

    def attribute(self, owner: Any, name: str) -> Any:
        raise NotImplementedError

    def truth(self, value: Any) -> Any:
        raise NotImplementedError
