"""Derivatives of a loss of n variables by the general entry x[k], for every n from some length on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sympy
from sympy import Expr, S, Symbol

from symopt.checking.prove.sums import same
from symopt.checking.source.order import LENGTH, Order
from symopt.checking.source.reading import Unreadable
from symopt.checking.source.runs import PLACE, Piece, Run, piece, summed
from symopt.expression.general import Entry, Sigma
from symopt.expression.general.partial import Part, candidates, partial
from symopt.expression.guards import guards
from symopt.functions import NO_POLE, NONZERO

COUNT = Symbol("n", integer=True, positive=True)


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


def derives(f: Expr, given: Run, base: str, order: Order) -> bool:
    """Whether the entries of a gradient are shown to be ∂f/∂x[k], for n ≥ `order.least`."""
    k = Symbol("k", integer=True)
    f = settled(f, order)
    parts = partial(f, Entry(base, k))
    listed: list[Piece] = given.pieces
    still = [*fixed(f), *(at for p in listed for at in fixed(p.term))]
    cuts = [c for at in still for c in (at, at + 1)] + [p.first for p in listed]
    for a, b, expected in segments(parts, k, S.Zero, LENGTH, order, cuts):
        own = next(p for p in listed if order.sign(a - p.last) < 0)
        with order.within(k, a, b):
            term = settled(own.at(a if b - a == 1 else k), order)
        if not equal(expected, term, order):
            return False
    return True


def equal(first: Expr, second: Expr, order: Order) -> bool:
    """Whether two expressions with sums are shown to be equal for every n ≥ `order.least`."""
    if same(*(e.xreplace({LENGTH: COUNT}) for e in (first, second))):
        return True
    first, second = (spread(e, order) for e in (first, second))
    if same(*(e.xreplace({LENGTH: COUNT}) for e in (first, second))):
        return True
    sums = [s for s in first.atoms(Sigma) | second.atoms(Sigma) if len(s.indices) == 1 and _of_length(s)]
    if len({s.indices[0][1:] for s in sums}) < 2:
        return False
    low, high = sums[0].indices[0][1:]
    for s in sums[1:]:
        _, a, b = s.indices[0]
        low, high = a if order.sign(a - low) > 0 else low, b if order.sign(b - high) < 0 else high
    pair = [_cored(e, low, high, order) for e in (first, second)]
    return same(*(e.xreplace({LENGTH: COUNT}) for e in pair))


def spread(expr: Any, order: Order) -> Any:
    """An expression with its sums of sums, and of what stands still, term by term."""
    if not expr.args or not expr.has(Sigma):
        return expr
    made = expr.func(*(spread(part, order) for part in expr.args)) if not isinstance(expr, Sigma) else expr
    if not isinstance(expr, Sigma) or len(expr.indices) > 1 or expr.conditions:
        return made
    symbol, low, high = expr.indices[0]
    with order.within(symbol, low, high + 1):
        term = spread(expr.term, order)
    found = []
    for each in sympy.Add.make_args(sympy.expand(term)):
        still, rest = each.as_independent(symbol, as_Add=False)
        found.append(still * summed(rest, symbol, low, high + 1, order))
    return sympy.Add(*found)


def _of_length(sigma: Sigma) -> bool:
    """Whether the bounds of a sum depend on n alone."""
    return all(bound.free_symbols <= {LENGTH} for bound in sigma.indices[0][1:])


def _cored(expr: Any, low: Expr, high: Expr, order: Order) -> Any:
    """An expression with its sums over one range, what they have beyond it written out."""
    if not expr.args or not expr.has(Sigma):
        return expr
    if not isinstance(expr, Sigma) or len(expr.indices) > 1 or not _of_length(expr):
        return (
            expr.func(*(_cored(part, low, high, order) for part in expr.args)) if not isinstance(expr, Sigma) else expr
        )
    index, a, b = expr.indices[0]
    term = _cored(expr.term, low, high, order)
    if not ((low - a).is_Integer and (b - high).is_Integer):
        return expr
    beyond = summed(term, index, a, low, order) + summed(term, index, high + 1, b + 1, order)
    return Sigma(term, [(index, low, high)]) + beyond


# whether all is defined anywhere


TRIED = [sympy.Rational(p, q) for p, q in ((1, 2), (1, 1), (2, 1), (-1, 2), (0, 1), (1, 3), (3, 1), (-2, 1))]


def somewhere(exprs: Sequence[Expr], order: Order) -> bool:
    """Whether expressions are shown to be defined at some point for every n ≥ `order.least`: everywhere but where
    polynomials vanish, or at a point whose coordinates are all the same.
    """
    asked = {g for expr in exprs for g in _guards(expr)}
    return all(_positive(g, order) for g in asked) or any(all(_at(g, c, order) for g in asked) for c in TRIED)


def _guards(expr: Expr) -> Iterator[Expr]:
    """What must be positive so that an expression is defined, but where polynomials vanish."""
    for gap, relation, _ in guards(expr):
        if relation == NO_POLE:
            yield S.Zero
        elif relation != NONZERO or gap.has(Sigma, LENGTH) or any(s.is_integer for s in _free(gap)):
            yield gap


def _free(expr: Expr) -> set[Symbol]:
    return expr.xreplace(dict.fromkeys(expr.atoms(Entry), S.One)).free_symbols


def _positive(guard: Expr, order: Order) -> bool:
    """Whether a guard is positive wherever its entries are."""
    marks: dict[Expr, Expr] = {}

    def marked(expr: Any) -> Any:
        if isinstance(expr, Sigma):
            inner = marked(expr.term)
            sign = {"positive": True} if inner.is_positive else {"nonnegative": True} if inner.is_nonnegative else {}
            return marks.setdefault(expr, sympy.Dummy(real=True, **sign))
        if isinstance(expr, Entry) or not expr.args:
            return expr
        return expr.func(*map(marked, expr.args))

    made = _lettered(marked(guard), order)
    return bool(made.is_positive or (made.is_nonnegative and made != 0))


def _lettered(expr: Expr, order: Order) -> Expr:
    """n as its least value plus what is not negative, indices as what is not negative."""
    rest = sympy.Dummy("m", integer=True, nonnegative=True)
    letters = {s: sympy.Dummy(s.name, integer=True, nonnegative=True)
               for s in expr.free_symbols if s.is_integer and s != LENGTH and not s.is_nonnegative}  # fmt: skip
    made: Expr = sympy.expand(expr.xreplace({LENGTH: order.least + rest, **letters}))
    return made


def _at(guard: Expr, c: Expr, order: Order) -> bool:
    """Whether a guard is positive where all entries are c."""

    def put(expr: Any) -> Any:
        if isinstance(expr, Entry):
            return c
        if isinstance(expr, Sigma):
            found = sympy.Mul(put(expr.term), *(b - a + 1 for _, a, b in expr.indices))
            return S.NaN if found.has(*(symbol for symbol, _, _ in expr.indices)) else found
        return expr if not expr.args else expr.func(*map(put, expr.args))

    return bool(_lettered(put(guard), order).is_positive)
