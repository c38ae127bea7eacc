"""Derivatives of a loss of n variables by the general entry x[k], for every n from some length on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sympy
from sympy import Expr, S, Symbol

from symopt.checking.prove.sums import same
from symopt.expression.general import Entry, Sigma
from symopt.expression.general.partial import partial
from symopt.expression.guards import guards
from symopt.functions import NO_POLE, NONZERO
from symopt.reading.general.order import LENGTH, Order
from symopt.reading.general.ranges import fixed, segments, settled
from symopt.reading.general.runs import Piece, Run, summed

COUNT = Symbol("n", integer=True, positive=True)


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
