"""Ranges of a place on which the same holds, whatever the length n: where a general entry's parts begin and end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sympy
from sympy import Expr, S, Symbol

from symopt.expression.general import Entry, Sigma
from symopt.expression.general.partial import Part, candidates
from symopt.reading.general.order import LENGTH, Order
from symopt.reading.general.runs import PLACE, piece, summed
from symopt.reading.source import Unreadable


def segments(
    parts: Sequence[Part], place: Symbol, first: Expr, last: Expr, order: Order, more: Sequence[Expr] = ()
) -> Iterator[tuple[Expr, Expr, Expr]]:
    """(first, last, the sum of the parts that hold) of the ranges of a place on which the same hold, last excluded.

    more: where else the range is cut.
    """
    cuts = [*more]
    for part in parts:
        cuts += [root for e in part.zero for root in _roots(e, place, (0, 1))]
        for e in (*part.least, *_differences(part.expr)):
            cuts += _roots(e, place, (0, 1))

    def held(*_: Expr) -> Expr:
        some = [p for p in parts if all(order.sign(e) == 0 for e in p.zero)
                and all(order.sign(e) >= 0 for e in p.least)]  # fmt: skip
        return sympy.Add(*(settled(p.expr, order) for p in some))

    for start, end in order.cut(cuts, first, last):
        for a, b, term in order.alike(place, start, end, held):
            yield a, b, settled(_moved(term, place, a), order) if b - a == 1 else term


def _moved(term: Expr, place: Symbol, value: Expr) -> Expr:
    return piece(value, value + 1, term.xreplace({place: PLACE})).term


def _roots(expr: Expr, place: Symbol, steps: Sequence[int]) -> list[Expr]:
    factor = expr.coeff(place)
    if factor == 0:
        return []
    if abs(factor) != 1:
        raise Unreadable("an index that is a multiple of another")
    root = sympy.expand(place - expr / factor)
    return [root + s for s in steps]


def _differences(expr: Expr) -> Iterator[Expr]:
    """What changes its sign where a bound max(a, b) of a sum goes from a to b."""
    for sigma in expr.atoms(Sigma):
        for _, low, high in sigma.indices:
            for bound in (low, high):
                args = bound.args if isinstance(bound, (sympy.Max, sympy.Min)) else ()
                yield from (sympy.expand(a - b) for k, a in enumerate(args) for b in args[:k])


def settled(expr: Any, order: Order) -> Any:
    """An expression with the bounds of its sums chosen, and sums of a few terms, or of equal ones, written out."""
    if isinstance(expr, Sigma):
        if expr.conditions:
            raise Unreadable("a sum with conditions")
        *outer, (symbol, low, high) = expr.indices
        if outer:
            return settled(Sigma(Sigma(expr.term, [(symbol, low, high)]), outer), order)
        low, high = (_chosen(b, order) for b in (low, high))
        if order.sign(high - low) < 0:
            return S.Zero
        parts = order.alike(symbol, low, sympy.expand(high + 1), lambda *_: settled(expr.term, order))
        return sympy.Add(*(summed(term, symbol, a, b, order) for a, b, term in parts))
    if not expr.args or not expr.has(Sigma):
        return expr
    return expr.func(*(settled(part, order) for part in expr.args))


def _chosen(bound: Expr, order: Order) -> Expr:
    for kind, side in ((sympy.Max, 1), (sympy.Min, -1)):
        if isinstance(bound, kind):
            for one in candidates(bound, kind):
                if all(side * order.sign(one - other) >= 0 for other in bound.args if other != one):
                    return one
            raise Unreadable("a sum whose bounds are not known")
    return bound


def fixed(expr: Expr) -> Iterator[Expr]:
    """The places of entries that stand still."""
    for entry in expr.atoms(Entry):
        if entry.at.free_symbols <= {LENGTH}:
            yield entry.at
