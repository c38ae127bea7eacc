"""Equality by slopes: where the derivatives of two functions are the same and so are their values at one exact point of
each piece of the domain, the functions are the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

import sympy
from sympy import Expr, Rational, Symbol

from symopt.balls.points import value
from symopt.balls.tape import UNDEFINED, Refused, Tape
from symopt.checking.prove.equal import equal
from symopt.checking.prove.guards import smooth, switches
from symopt.expression.guards import guards
from symopt.work import Work

SMALL = 200  # operations
PROOF = 60_000
MOST_BREAKS = 12
MOST_DEGREE = 12


def by_slope(first: Expr, second: Expr, variables: Sequence[Symbol], work: Work) -> bool:
    """Whether two expressions are shown to be equal by their slopes and one point of each piece."""
    if first.count_ops() + second.count_ops() > SMALL:
        return False
    free = [x for x in variables if x in first.free_symbols | second.free_symbols]
    if not free:
        return False
    whole = smooth(first) and smooth(second)
    if not whole and len(free) > 1:
        return False
    pieces = [(None, None)] if whole else _pieces(first, second, free[0])
    if pieces is None:
        return False
    for x in free:
        if not equal(sympy.diff(first, x), sympy.diff(second, x), (), work.part(PROOF)):
            return False
    return all(
        any(_same(first, second, free, place, work) for place in _places(piece)) or _nowhere(first, second, free, piece)
        for piece in pieces
    )


Piece = tuple[Rational | None, Rational | None]


def _pieces(first: Expr, second: Expr, x: Symbol) -> list[Piece] | None:
    """The intervals between all real zeros of what guards and switches the two; None if these are no polynomials."""
    product = sympy.Poly(1, x, domain="QQ")
    for gap in dict.fromkeys([gap for e in (first, second) for gap in [*(g for g, _, _ in guards(e)), *switches(e)]]):
        if not gap.is_rational_function(x) or any(abs(p.exp) > MOST_DEGREE for p in gap.atoms(sympy.Pow)):
            return None
        for part in sympy.fraction(sympy.together(gap)):
            if not part.is_polynomial(x):
                return None
            poly = sympy.Poly(part, x)
            if poly.domain not in (sympy.ZZ, sympy.QQ) or poly.degree() > MOST_DEGREE:
                return None
            product *= poly.set_domain("QQ")
    if product.is_zero or product.degree() > 4 * MOST_DEGREE:
        return None
    roots = sorted(interval for interval, _ in product.sqf_part().intervals(eps=Rational(1, 1000)))
    if len(roots) > MOST_BREAKS:
        return None
    ends = [None, *roots, None]
    return [(a and a[1], b and b[0]) for a, b in pairwise(ends)]


def _places(piece: Piece) -> Iterator[Expr]:
    """A few simple points strictly inside, among them some of which the inverse functions have exact values."""
    low, high = piece
    inside = [Rational(p, q) for q in (1, 2, 3, 4) for p in (0, 1, -1, 2, -2, 3, -3, 5, -5)]
    inside += [side * c for side in (1, -1) for c in (sympy.sqrt(2) + 1, sympy.sqrt(2) - 1, sympy.sqrt(3))]
    if low is not None and high is not None:
        inside += [low + (high - low) * Rational(k, 8) for k in (4, 2, 6)]
    elif low is not None:
        inside += [low + k for k in (1, 2, 10)]
    elif high is not None:
        inside += [high - k for k in (1, 2, 10)]
    for c in dict.fromkeys(inside):
        if (low is None or bool(c > low)) and (high is None or bool(c < high)):
            yield c


def _same(first: Expr, second: Expr, free: Sequence[Symbol], place: Expr, work: Work) -> bool:
    """Whether the two have the same exact value where all variables are one number."""
    at = dict.fromkeys(free, place)
    a, b = first.xreplace(at), second.xreplace(at)
    return bool(a.is_finite and b.is_finite and (a == b or equal(a, b, (), work.part(PROOF))))


def _nowhere(first: Expr, second: Expr, free: Sequence[Symbol], piece: Piece) -> bool:
    """Whether one of the two is shown to have no value on a piece: what guards it has one sign there."""
    place = next((c for c in _places(piece) if c.is_Rational), None)
    if place is None:
        return False
    point = [Fraction(int(place.p), int(place.q))] * len(free)
    try:
        return any(value(Tape([e], free), point, 128) is UNDEFINED for e in (first, second))
    except Refused:
        return False
