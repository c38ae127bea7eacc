"""Which of two places comes first, for every length n from some `least` on.

A place is an affine term a·n + b + Σ cᵢ·i of n and of open indices, each between two such terms. Its sign is that of
its least and of its greatest value where these agree, for n large enough, and that n is kept as `least`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sympy
from sympy import Expr, Symbol

from symopt.reading.source import Unreadable

LENGTH = Symbol("n", integer=True)
MOST_LEAST = 12  # lengths below it are read one by one


class Split(Exception):
    """What is asked has one answer for some turns of a loop and another for the rest: where the turns part."""

    def __init__(self, symbol: Symbol, cuts: Sequence[Expr]) -> None:
        super().__init__(symbol)
        self.symbol, self.cuts = symbol, cuts


class Order:
    """Which of two ends comes first, for every n from `least` on; ranges: of the indices that are open, outer first.

    read: memories of vectors that were looked at.
    """

    def __init__(self) -> None:
        self.least = 2
        self.ranges: list[tuple[Symbol, Expr, Expr]] = []
        self.read: set[Any] = set()
        self.count = 0

    def index(self) -> Symbol:
        self.count += 1
        return Symbol(f"·i{self.count}", integer=True)

    def ends(self, expr: Expr) -> tuple[Expr, Expr]:
        """The least and the greatest value of an affine expression of open indices."""
        low = high = sympy.expand(expr)
        for symbol, first, last in reversed(self.ranges):
            low = sympy.expand(low.xreplace({symbol: last if low.coeff(symbol).is_negative else first}))
            high = sympy.expand(high.xreplace({symbol: first if high.coeff(symbol).is_negative else last}))
        return low, high

    def sign(self, value: Any) -> int:
        """−1, 0 or 1. Raises Split where that depends on an index, Unreadable where it is not known."""
        expr = sympy.expand(sympy.sympify(value))
        if not all(term.as_coeff_Mul()[1].is_Symbol or term.is_number for term in sympy.Add.make_args(expr)):
            raise Unreadable(f"the place or length {expr}, which is no sum of multiples")
        low, high = self.ends(expr)
        signs = self._sign(low), self._sign(high)
        if signs[0] == signs[1]:
            return signs[0]
        for symbol, _, _ in reversed(self.ranges):
            factor = expr.coeff(symbol)
            if factor != 0:
                if abs(factor) != 1:
                    raise Unreadable("an index that is a multiple of another")
                root = sympy.expand(symbol - expr / factor)
                raise Split(symbol, (root, root + 1))
        raise Unreadable("an index whose place is not known")

    def _sign(self, expr: Expr) -> int:
        factor, rest = _affine(expr)
        if not factor:
            return (rest > 0) - (rest < 0)
        sign = 1 if factor > 0 else -1
        self.need(-rest * sign // abs(factor) + 1)
        return sign

    def need(self, least: int) -> None:
        """From now on n is at least this."""
        self.least = max(self.least, least)
        if self.least > MOST_LEAST:
            raise Unreadable(f"what is another from n = {least} on")

    def cut(self, cuts: Sequence[Expr], first: Expr, last: Expr) -> list[tuple[Expr, Expr]]:
        """A range (last excluded) divided at cuts."""
        inside: list[Expr] = []
        for c in cuts:
            if self.sign(c - first) > 0 and self.sign(last - c) > 0:
                place = 0
                while place < len(inside) and (sign := self.sign(c - inside[place])) > 0:
                    place += 1
                if place == len(inside) or sign:
                    inside.insert(place, sympy.expand(c))
        marks = [first, *inside, last]
        return list(itertools.pairwise(marks))

    @contextmanager
    def within(self, symbol: Symbol, first: Expr, last: Expr) -> Iterator[None]:
        """An index that is open: first ≤ index < last."""
        self.ranges.append((symbol, sympy.expand(first), sympy.expand(last - 1)))
        try:
            yield
        finally:
            self.ranges.pop()

    def alike(
        self, symbol: Symbol, first: Expr, last: Expr, made: Callable[[Expr, Expr], Any]
    ) -> Iterator[tuple[Expr, Expr, Any]]:
        """(first, last, what is made of them) of the parts of a range in which all that is asked has one answer."""
        stack = [(first, last)]
        while stack:
            a, b = stack.pop()
            with self.within(symbol, a, b):
                try:
                    found = made(a, b)
                except Split as split:
                    found = split
            if isinstance(found, Split):
                stack += self.parted(found, symbol, a, b)[::-1]
            else:
                yield a, b, found

    def parted(self, split: Split, symbol: Symbol, first: Expr, last: Expr) -> list[tuple[Expr, Expr]]:
        """A range divided where what was asked for its index changes; another index's question is asked on."""
        if split.symbol != symbol:
            raise split
        parts = self.cut(split.cuts, first, last)
        if len(parts) < 2:
            raise Unreadable("turns of a loop that are not alike")
        return parts


def _affine(expr: Expr) -> tuple[int, int]:
    factor = expr.coeff(LENGTH)
    rest = sympy.expand(expr - factor * LENGTH)
    if not (factor.is_Integer and rest.is_Integer):
        raise Unreadable(f"the place or length {expr}, which is no whole number plus n")
    return int(factor), int(rest)
