"""What functions of a file return, as expressions; and what its reading gives: a loss, and its derivatives as given."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import sympy
from sympy import Expr, S, Symbol

from symopt.checking.compare import Check
from symopt.checking.places import doubles
from symopt.checking.verdict import Component
from symopt.expression.guards import NOWHERE, without_guards
from symopt.loss import Loss
from symopt.problem import Problem
from symopt.reading.exact.arrays import Exact, array
from symopt.reading.exact.doubles import bare
from symopt.reading.exact.values import NOTHING, number, size
from symopt.reading.letters import Shape
from symopt.reading.packages.objects import Stream
from symopt.reading.source import SourceError, Unreadable

LARGE = 60_000
ONE_NUMBER = "must return one number"
Entry = tuple[str, tuple[int, ...], Expr]


def single(value: Any, message: str) -> Expr:
    if isinstance(value, (list, tuple, Exact)):
        flat = flat_of(value)
        if len(flat) == 1:
            return flat[0]
        raise SourceError(f"{message}, not {len(flat)}", "the loss is a number")
    if value is None:
        raise SourceError(message, "end it with return")
    return flat_of(value)[0]


def flat_of(value: Any) -> list[Expr]:
    try:
        return [valueless(bare(number(entry))) for entry in array(value).plain.ravel()]
    except (Unreadable, ValueError, TypeError):
        word = "generator" if isinstance(value, Stream) else type(value).__name__
        raise SourceError(f"a result that is no array of numbers: {word}", "return np.array([...])") from None


INFINITE = (S.Infinity, S.NegativeInfinity, NOTHING)


def valueless(expr: Any, branch: bool = False) -> Any:
    """An expression that has no value in the branches in which it is infinite, or the nan that a file names.

    branch: whether it stands in one, behind sums and products alone.
    """
    if not expr.has(*INFINITE):
        return expr
    if isinstance(expr, sympy.Piecewise):
        return sympy.Piecewise(*((valueless(value, True), case) for value, case in expr.args), evaluate=False)
    if branch and (expr in INFINITE or ((expr.is_Add or expr.is_Mul) and set(expr.args) & set(INFINITE))):
        return NOWHERE
    return expr.func(*(valueless(part, branch) for part in expr.args)) if expr.is_Add or expr.is_Mul else expr


class Unfilled(SourceError):
    """A loss, or an entry of a derivative, without a value; symbols: the variables, and the data behind them."""

    def __init__(self, of: str, index: tuple[int, ...], symbols: Sequence[Symbol]) -> None:
        super().__init__("an entry is never given a value, or is not a real number", "fill every entry of the array")
        self.of, self.index, self.names = of, index, [symbol.name for symbol in symbols]


def complete(expr: Expr, entries: Iterable[Entry], symbols: Sequence[Symbol], lost: SourceError | None) -> None:
    """Raises SourceError if an expression has no real value, holds what is no variable, or is too large."""
    known = set(symbols)
    for of, index, part in (("", (), expr), *entries):
        if part.has(sympy.nan, sympy.zoo, sympy.oo, sympy.I) or part.free_symbols - known:
            raise lost or Unfilled(of, index, symbols)
        if size(part) > LARGE:
            raise SourceError(f"more than {LARGE} operations when written out", "check smaller functions one by one")


NEAR = 1e-6


@dataclass(frozen=True)
class Read:
    """A loss of a file and what is given for its derivatives; count: of its variables, behind which its data stand.

    typed: the loss with what its code asks for besides. shapes: of the data. fixed: arrays by whose entries the file
    chooses, with the values that stand for them. walked: the functions that were used.
    any_length: whether the number of variables is a guess; loose: whether the code lets other numbers seem possible;
    guessed: whether it is the first with which all can be read. met: lengths of arrays that the one number has met;
    empty: whether a slice begins behind the last of the variables.
    """

    loss: Loss
    typed: Expr
    entries: list[Entry]
    remarks: list[str]
    count: int
    shapes: Mapping[str, Shape] = field(default_factory=dict)
    fixed: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    walked: Collection[str] = ()
    any_length: bool = False
    loose: bool = False
    guessed: bool = False
    met: Collection[int] = ()
    empty: bool = False

    def check(self, window: Any, seed: int, signs: Mapping[int, int] | None = None) -> Check:
        """signs: of variables, as in `compare.Check`."""
        return Check(Problem.of(self.loss, window=window), self.entries, seed, self.typed, signs or {})

    @cached_property
    def plausible(self) -> float:
        """The share of the first derivatives that is right in doubles at a few points: at 1 these shapes are meant."""
        entries = [(index[0], without_guards(given)) for of, index, given in self.entries if of == "gradient"]
        symbols = [*self.loss.variables]
        compiled = doubles([given for _, given in entries], symbols)
        if compiled is None or not entries:
            return 1.0
        points = np.random.default_rng(1).uniform(0.1, 1.5, (3, len(symbols))) * np.array([[1], [1], [-1]])
        told = np.array(compiled(points))
        right = self.loss.grad(points)[:, [k for k, _ in entries]].T
        with np.errstate(all="ignore"):
            gap = np.abs(told - right) / (1 + np.abs(right))
        return float(np.where(np.isfinite(gap), gap < NEAR, True).all(axis=1).mean())


Told = tuple[Read, list[Component], str]
"""A loss, its components, and words for the lengths at which they are so."""
