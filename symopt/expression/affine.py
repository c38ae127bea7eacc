"""Whole numbers plus whole multiples of symbols: what an index such as 2*i - j + 1 is made of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from sympy import Add, Basic, Expr, Integer, Mul, Symbol


class Affine(NamedTuple):
    """constant + Σ factor·symbol, no factor 0."""

    constant: int
    factors: dict[Symbol, int]

    def with_bound(self, symbol: Symbol, bound: Affine) -> Affine:
        """The same with another affine number in the place of a symbol."""
        factor = self.factors.get(symbol, 0)
        if not factor:
            return self
        factors = {s: k for s, k in self.factors.items() if s != symbol}
        for s, k in bound.factors.items():
            factors[s] = factors.get(s, 0) + factor * k
        return Affine(self.constant + factor * bound.constant, {s: k for s, k in factors.items() if k})

    @property
    def expr(self) -> Expr:
        return Add(Integer(self.constant), *(Mul(Integer(k), s) for s, k in self.factors.items()))


def symbols(expr: Basic) -> set[Symbol]:
    """The symbols of a whole expression, as sympy's free_symbols in less than half the time."""
    found: set[Symbol] = set()
    seen: set[Basic] = set()
    waiting: list[Any] = [expr]
    while waiting:
        part = waiting.pop()
        if part.is_Symbol:
            found.add(part)
        elif part.args and part not in seen:
            seen.add(part)
            waiting.extend(part.args)
    return found


def affine(expr: Expr, letters: type[Expr] = Symbol) -> Affine | None:
    """An expression in the form in which sympy keeps sums, as an affine number; None of any other.

    letters: what may stand for a symbol.
    """
    constant, factors = 0, dict[Symbol, int]()
    for part in expr.args if expr.is_Add else (expr,):
        if part.is_Integer:
            constant += int(part)
            continue
        factor, symbol = part.as_coeff_Mul()
        if not (factor.is_Integer and isinstance(symbol, letters)):
            return None
        factors[symbol] = factors.get(symbol, 0) + int(factor)
    return Affine(constant, {s: k for s, k in factors.items() if k})


def extremes(at: Affine, bounds: Iterable[tuple[Symbol, Expr, Expr]]) -> tuple[int, int] | None:
    """The least and the greatest value at the corners of symbols between bounds; None where they are no numbers.

    A bound may be affine in symbols that come later.
    """
    corners = [at]
    for symbol, *ends in bounds:
        if not any(symbol in corner.factors for corner in corners):
            continue
        known = [affine(end) for end in ends]
        corners = [c.with_bound(symbol, end) for c in corners for end in known if end is not None]
        if None in known:
            return None
    if any(corner.factors for corner in corners):
        return None
    return min(c.constant for c in corners), max(c.constant for c in corners)
