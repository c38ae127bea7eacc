"""What a loss over data fits: the response that stands alone in a residual, and the model beside it.

A residual r = y − m is a sum below an even function (a square, a modulus, max or min, pieces of them): y is its part
without variables, m the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sympy
from sympy import Expr, Symbol

from symopt.expression.sums import Sums, Total

PIECES = (sympy.Max, sympy.Min, sympy.Piecewise)
U = Symbol("u", real=True)


@dataclass(frozen=True)
class Fit:
    """A response and its model, both terms of a total."""

    total: Total
    response: Expr
    model: Expr


def fits(sums: Sums) -> tuple[Fit, ...]:
    """The different residuals over data that a loss has, each told once: c·r and −r are r."""
    found: dict[tuple[Expr, Expr], Fit] = {}
    for total in overdata(sums):
        for response, model in _residuals(total.term, Reads(sums, total), False):
            found.setdefault((response, model), Fit(total, response, model))
    return tuple(found.values())


def overdata(sums: Sums) -> Iterator[Total]:
    """The totals of the whole loss over one index that read columns, and whose terms hold variables."""
    for total in sums.totals:
        reads = Reads(sums, total)
        if len(total.indices) == 1 and not total.outer and reads.columns and reads.moves(total.term):
            yield total


class Reads:
    """What the symbols of a total's term are."""

    def __init__(self, sums: Sums, total: Total) -> None:
        self.sums = sums
        self.columns = {slot.symbol for slot in total.slots if slot.column}
        self.still = total.still

    def moves(self, expr: sympy.Basic) -> bool:
        """Whether an expression holds a variable."""
        return any(self._moves(symbol) for symbol in expr.free_symbols)

    def _moves(self, symbol: sympy.Basic) -> bool:
        inner = self.sums.total(symbol) if isinstance(symbol, Symbol) else None
        return symbol not in self.still if inner is None else Reads(self.sums, inner).moves(inner.term)


def _residuals(expr: sympy.Basic, reads: Reads, even: bool) -> Iterator[tuple[Expr, Expr]]:
    """(response, model) of the outermost residuals of a term."""
    if even and isinstance(expr, sympy.Add) and (found := _split(expr, reads)):
        yield found
        return
    even = even or _even(expr)
    for part in expr.args:
        yield from _residuals(part, reads, even)


def _even(expr: sympy.Basic) -> bool:
    """Whether an expression's outermost function makes no difference of a sign, or is put together from pieces."""
    if isinstance(expr, sympy.Pow):
        return bool(expr.exp.is_even)
    single = isinstance(expr, sympy.Function) and len(expr.args) == 1
    return isinstance(expr, PIECES) or (single and bool(expr.func(-U) == expr.func(U)))


def _split(expr: Expr, reads: Reads) -> tuple[Expr, Expr] | None:
    """A residual as (response, model); None where no column stands alone."""
    expr = next((part for part in sympy.Mul.make_args(sympy.factor_terms(expr)) if part.is_Add), expr)
    moving = [part for part in expr.args if reads.moves(part)]
    inputs = {symbol for part in moving for symbol in part.free_symbols} & reads.columns
    still = [part for part in expr.args if part not in moving and part.free_symbols & reads.columns]
    alone = [part for part in still if not part.free_symbols & inputs]
    if not moving or not alone:
        return None
    response = sympy.Add(*alone)
    turned = sympy.Integer(-1 if response.could_extract_minus_sign() else 1)
    factor = alone[0].as_coeff_Mul()[0] if len(alone) == 1 else turned
    model = sympy.Add(*(part for part in expr.args if part not in alone))
    return sympy.expand_mul(response / factor), sympy.expand_mul(-model / factor)
