"""The sign of a derivative beside an edge at which it has a pole, or ends, or swings for ever."""

from __future__ import annotations

from collections.abc import Mapping

import sympy
from sympy import Expr, Symbol

from symopt.analysis.beside import MOST_FACTORED, MOST_TERMS, Beside, by_series
from symopt.analysis.interval import Jets, operations
from symopt.analysis.line.limits import DEPTH, from_edge, leading, starts_at_zero, tends
from symopt.analysis.line.signs import Edge, Region
from symopt.balls.series import above
from symopt.balls.work import SYMBOLIC, spend, spent
from symopt.expression import deep
from symopt.forms import factored

STEPS_BESIDE = (4, 8, 14, 22, 32, 42)
MOST_REWRITTEN = 200  # operations
CROWDED, FAR = 2.0**-7, 1e300  # of the width, beside a point where zeros accumulate; a limit above it is infinite


def sign_beside(
    jets: Jets, k: int, edge: Edge, end: float, width: float, side: int, known: Mapping[Expr, int], until: float
) -> tuple[Region, float]:
    """The sign of f⁽ᵏ⁾ next to a singular edge, on a reach as long as it can be shown, and where that ends."""
    derivative = jets.derivative(k)
    rewritable = operations(derivative) <= MOST_REWRITTEN
    moved = None
    with deep():
        forms = [derivative, sympy.factor_terms(derivative)] if rewritable else [derivative]
        if edge.exact is not None and rewritable:
            moved, signs, t = from_edge(derivative, jets.x, edge.exact, side, known)
            cleared = sympy.expand_mul(leading(moved, t)[1], deep=False)
    reach = width * CROWDED
    if moved is not None and swings(moved, t, Beside(t, 0.0, 2 * reach, signs)):
        far = end + side * reach
        return Region(min(edge.low, far), max(edge.high, far), 0, True), far
    for last in (False, True):
        if last:  # terms that nearly cancel come together
            if moved is None or operations(moved) > MOST_FACTORED:
                break
            spend(SYMBOLIC * operations(moved))
            forms, plain, moved = [], moved, factored(moved)
        for step in STEPS_BESIDE:
            if spent() > until:
                break
            far = end + side * width * 2.0**-step
            box = (edge.low, far) if side > 0 else (far, edge.high)
            sign = next((found for form in forms if (found := Beside(jets.x, *box, known).sign(form))), 0)
            if not sign and moved is not None:
                reach = above(abs(far - edge.ball))
                beside = Beside(t, 0.0, reach, signs)
                if last:
                    low, high = by_series(plain, t, reach)
                    sign = 1 if low > 0 else -1 if high < 0 else rising(moved, t, beside)
                else:
                    sign = beside.sign(moved) or beside.sign(cleared)
            if sign:
                return (Region(edge.low, far, sign) if side > 0 else Region(far, edge.high, sign)), far
    far = end + side * width * 2.0 ** -STEPS_BESIDE[-1]
    return (Region(edge.low, far, 0) if side > 0 else Region(far, edge.high, 0)), far


def rising(expr: Expr, t: Symbol, beside: Beside, depth: int = DEPTH) -> int:
    """The sign of a product beside t = 0: a continuous factor g that tends to 0 has the sign of g′."""
    total = 1
    for factor in sympy.Mul.make_args(expr):
        base, exponent = factor.as_base_exp()
        sign = beside.sign(factor)
        if not sign and depth and exponent.is_Integer and starts_at_zero(base, t, beside):
            sign = rising(factored(sympy.diff(base, t)), t, beside, depth - 1)
            sign *= sign if exponent % 2 == 0 else 1
        total *= sign
    return total


def swings(expr: Expr, t: Symbol, beside: Beside) -> bool:
    """Whether an expression is shown to have infinitely many zeros that accumulate at t = 0.

    It is q·(w(u) + r) with w = sin or cos, u → ±∞ as t falls to 0, q ≠ 0 and |r| < 1 beside 0: w comes to 1 and to −1
    again and again, so that w(u) + r changes its sign between them.
    """
    terms = sympy.Add.make_args(sympy.expand_mul(expr))
    if len(terms) > MOST_TERMS:
        return False
    for first in terms:
        for wave in first.atoms(sympy.sin, sympy.cos):
            q = first / wave
            if q.has(wave) or not beside.sign(q):
                continue
            ends = tends(wave.args[0], t, beside)
            if ends is None or not abs(ends) > FAR:
                continue
            low, high = beside.range(sympy.Add(*(sympy.expand_mul(term / q) for term in terms if term is not first)))
            if low > -1 and high < 1:
                return True
    return False
