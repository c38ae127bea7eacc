"""Derivatives that are quotients of polynomials with rational coefficients are solved outright."""

from __future__ import annotations

from typing import Any

import sympy
from flint import fmpq as quotient
from flint import fmpq_poly
from sympy import Expr, Symbol

from symopt.analysis.interval import FINE, Jets
from symopt.analysis.signs import Edge, Region, Signs, Zero
from symopt.analysis.singular import MOST_REWRITTEN
from symopt.balls.series import above, below, working
from symopt.expression import deep

MOST_DEGREE = 100


def solved(jets: Jets, k: int, first: Edge, last: Edge) -> Signs | None:
    """All zeros of a quotient of polynomials with rational coefficients that has no pole inside; None for any other."""
    parts = _quotient(jets, k)
    if parts is None:
        return None
    low, high = first.low, last.high
    zeros, poles = ([r for r in _roots(p) if r.high >= low and r.low <= high] for p in parts)
    if any(pole.ball > first.ball and pole.ball < last.ball for pole in poles):
        return None
    regions = []
    ends = [low, *(e for z in zeros for e in (z.low, z.high)), high]
    for a, b in zip(ends[::2], ends[1::2], strict=True):
        if a < b:
            middle = quotient(*(a + (b - a) / 2).as_integer_ratio())
            value = parts[0](middle) * parts[1](middle)
            regions.append(Region(a, b, 1 if value > 0 else -1 if value < 0 else 0))
    return Signs(zeros, regions)


def _roots(poly: Any) -> list[Zero]:
    """The real zeros of a polynomial with rational coefficients, from left to right."""
    if poly.degree() < 1:
        return []
    with working(FINE, 1):
        balls = [(root.real, int(times)) for root, times in poly.numer().complex_roots() if root.imag == 0]
    return sorted((Zero(b, times, None, (below(b), above(b))) for b, times in balls), key=lambda z: z.low)


def _quotient(jets: Jets, k: int) -> tuple[Any, Any] | None:
    """f⁽ᵏ⁾ as two polynomials without a common factor, of rational coefficients; None unless it is their quotient."""
    x, derivative = jets.x, jets.derivative(k)
    if not _rational(derivative, x):
        return None
    with deep():
        sides = [sympy.Poly(side, x) for side in sympy.fraction(sympy.together(derivative))]
    if any(side.degree() > MOST_DEGREE for side in sides):
        return None
    top, bottom = (fmpq_poly([quotient(int(c.p), int(c.q)) for c in reversed(side.all_coeffs())]) for side in sides)
    common = top.gcd(bottom)
    return None if top.degree() < 0 else (top // common, bottom // common)


def _rational(expr: Expr, x: Symbol) -> bool:
    """Whether it is made of x and fractions by sums, products and whole powers; not too high, a quotient of few."""
    powers = expr.atoms(sympy.Pow)
    return (
        not expr.atoms() - expr.atoms(sympy.Rational) - {x}
        and not expr.atoms(sympy.Function)
        and all(part.exp.is_Integer and abs(part.exp) <= MOST_DEGREE for part in powers)
        and sum(abs(part.exp) for part in powers) <= 4 * MOST_DEGREE
        and (all(part.exp > 0 for part in powers) or expr.count_ops() <= MOST_REWRITTEN)
    )
