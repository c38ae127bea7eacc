"""Signs and ranges of expressions next to a singular point, where a product's sign is that of its factors.

What is known of the piece (log(x) is evaluated where x > 0) sharpens the ranges, so that exp(u)·(log(x) + 1) has a sign
although its range touches zero.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import sympy
from flint import arb, arb_series
from sympy import Expr, S, Symbol

from symopt.analysis.extended import EVERYTHING, Pair, by_ball, constant, inverse, monotone, plus, times, whole_power
from symopt.analysis.interval import FINE, PRECISION, Tape
from symopt.analysis.rewrite import simpler
from symopt.balls import series
from symopt.balls.series import above, below, hull, working
from symopt.balls.tape import Refused, number
from symopt.balls.work import spend
from symopt.functions import FORMS, row

MOST_TERMS, MOST_FACTORED, MOST_SERIES = 8, 150, 20  # the last two in operations
MOST_POLES = 40
FALLING = 1.4616  # log Γ falls up to there
HALF_WAVE = 3.14159  # up to there sin(u) has the sign of u


class Beside:
    """Expressions over (low, high] or [low, high), where the arguments in `known` have a sign that never changes."""

    def __init__(self, x: Symbol, low: float, high: float, known: Mapping[Expr, int]) -> None:
        self.x, self.known = x, known
        self.ranges: dict[Expr, Pair] = {x: (low, high)}
        self.signs = dict(known)

    def sign(self, expr: Expr) -> int:
        """1 or −1 where the expression has that sign everywhere beside the point; 0 if that is not known."""
        if expr not in self.signs:
            self.signs[expr] = self.told(expr)
        return self.signs[expr]

    def told(self, expr: Expr) -> int:
        if expr.is_Mul:
            total = 1
            for factor in expr.args:
                total *= self.sign(factor)
                if not total:
                    return self.by_range(expr)
            return total
        if expr.is_Pow and not expr.exp.is_Integer:
            return 1 if self.sign(expr.base) > 0 else self.by_range(expr)
        if expr.is_Pow:
            base = self.sign(expr.base)
            return base ** int(expr.exp % 2) if base else self.by_range(expr)
        traits = "" if (known := row(expr)) is None else known.traits
        if "positive" in traits or ("alternating" in traits and self.sign(expr.args[0]) > 0):
            return 1
        if "wave" in traits and max(map(abs, self.range(expr.args[0]))) < HALF_WAVE:
            return self.sign(expr.args[0])
        if expr.is_Add:
            signs = {self.sign(term) for term in expr.args}
            if len(signs) == 1 and 0 not in signs:
                return signs.pop()
            return self.by_range(expr) or self.by_dominant(expr)
        return self.by_range(expr)

    def by_dominant(self, expr: Expr) -> int:
        """The sign of a sum by its largest term: a + b = a·(1 + b/a), where b/a may be simpler than both."""
        terms = expr.args
        if len(terms) > MOST_TERMS:
            return 0
        for first in terms:
            sign = self.sign(first)
            if sign and not first.is_number:
                rest = sympy.Add(*(_quotient(term, first) for term in terms if term is not first))
                if self.range(rest)[0] > -1:
                    return sign
        return 0

    def by_range(self, expr: Expr) -> int:
        low, high = self.range(expr)
        return 1 if low > 0 else -1 if high < 0 else 0

    def range(self, expr: Expr) -> Pair:
        """An interval that holds every value beside the point; its ends may be infinite."""
        stack = [expr]
        while stack:
            current = stack[-1]
            if current in self.ranges:
                stack.pop()
                continue
            parts = [part for part in _parts(current) if part not in self.ranges]
            if parts:
                stack.extend(parts)
                continue
            spend(4)
            low, high = self.combine(current)
            known = self.known.get(current, 0)
            if known > 0:
                low = max(low, 0.0)
            elif known < 0:
                high = min(high, 0.0)
            self.ranges[current] = (low, high)
        return self.ranges[expr]

    def combine(self, expr: Expr) -> Pair:
        if expr.is_number:
            return constant(expr)
        if expr.is_Add:
            total: Pair = (0.0, 0.0)
            for term in expr.args:
                total = plus(total, self.ranges[term])
            return total
        if expr.is_Mul:
            product, factors = self.damped(expr)
            for factor in factors:
                product = times(product, self.ranges[factor])
            if self.x.is_positive and math.isinf(product[1] - product[0]) and expr.count_ops() <= MOST_SERIES:
                product = self.together(product, factors)
            return product
        if expr.is_Pow:
            return self.power(expr)
        if (quotient := simpler(expr)) is not None:
            return self.range(quotient)
        known = row(expr)
        if known is not None and known.ends is not None:
            found: Pair = known.ends(self, *expr.args[:-1], self.ranges[expr.args[-1]])
            return found
        if known is not None and known.rises is not None:
            return monotone(known, self.ranges[expr.args[0]])
        least, most = EVERYTHING if known is None or known.within is None else known.within
        if len(expr.args) == 1 and all(map(math.isfinite, u := self.ranges[expr.args[0]])):
            low, high = by_ball(expr, u)
            return max(low, least), min(high, most)
        return least, most

    def together(self, product: Pair, factors: Sequence[Expr]) -> Pair:
        """The range of a product in t > 0, its powers of t and what goes on smoothly at 0 taken as one: sin(t)/t."""
        smooth: list[Expr] = []
        others: list[Expr] = []
        for factor in factors:
            power = factor.as_base_exp()[0] == self.x
            (smooth if power or all(map(math.isfinite, self.series(factor))) else others).append(factor)
        found = self.series(sympy.Mul(*smooth))
        for factor in others:
            found = times(found, self.ranges[factor])
        return max(product[0], found[0]), min(product[1], found[1])

    def series(self, expr: Expr) -> Pair:
        return by_series(expr, self.x, self.ranges[self.x][1])

    def psi(self, n: int, u: Pair) -> Pair:
        """ψ and ψ⁽²ᵏ⁾ increase between poles; (−1)ⁿ⁺¹ψ⁽ⁿ⁾ falls from ∞ to 0; left of 1 ψ⁽ⁿ⁾ ≥ n! for odd n."""
        if math.isinf(u[0]) or (math.isinf(u[1]) and u[0] < 0):
            return EVERYTHING
        if u[0] < 0:
            pole = math.floor(u[0])
            if u[1] > pole + 1:
                return EVERYTHING
            if n % 2:
                return float(math.factorial(n)), math.inf
            return (below(_psi(n, u[0])) if u[0] > pole else -math.inf), (
                above(_psi(n, u[1])) if u[1] < pole + 1 else math.inf
            )
        last = _psi(n, u[1]) if math.isfinite(u[1]) else arb(0 if n else "inf")
        if n % 2 == 0:
            return (below(_psi(n, u[0])) if u[0] else -math.inf), above(last)
        return below(last), (above(_psi(n, u[0])) if u[0] else math.inf)

    def between_poles(self, u: Pair) -> Pair:
        """Γ(u) = Γ(u + m)/(u·(u + 1)·…·(u + m − 1)), with u + m ≥ 1."""
        if not (math.isfinite(u[0]) and math.isfinite(u[1])) or (m := max(0, 1 - math.floor(u[0]))) > MOST_POLES:
            return EVERYTHING
        with working(FINE, 1):
            low, high = map(arb, u)
            moved = (low + m).union(high + m).gamma()
            found = (below(moved), above(moved)) if moved.is_finite() else (0.0, math.inf)
            for k in range(m):
                found = times(found, inverse((below(low + k), above(high + k))))
        return found

    def before_pole(self, u: Pair) -> Pair:
        """log Γ falls from ∞ at 0 up to 1.46…, and rises from 2 on."""
        if not u[0] >= 0:
            return EVERYTHING
        with working(PRECISION, 1):
            if u[0] >= 2:
                return below(arb(u[0]).lgamma()), above(arb(u[1]).lgamma()) if math.isfinite(u[1]) else math.inf
            if math.isinf(u[1]):
                return EVERYTHING
            if u[1] < FALLING:
                return below(arb(u[1]).lgamma()), above(arb(u[0]).lgamma()) if u[0] else math.inf
            found = hull(*u).lgamma()
        return (below(found), above(found)) if found.is_finite() else EVERYTHING

    def damped(self, expr: Expr) -> tuple[Pair, tuple[Expr, ...]]:
        """The range of uᵖ·log(u), or of exp(−a/uᵐ)/uᵖ, within a product, u near 0, and the other factors.

        The first falls from 0 to its least value at exp(−1/p), u > 0, so that up to there it lies between its end and
        0. The second grows with |u| from 0 as long as p·|u|ᵐ ≤ a·m.
        """
        for first in expr.args:
            if first.as_base_exp()[0] is S.Exp1 and (found := self.flattened(first, expr.args)) is not None:
                return found
            if not isinstance(first, sympy.log) or self.known.get(first.args[0], 0) <= 0:
                continue
            u, high = first.args[0], self.range(first.args[0])[1]
            for other in expr.args:
                base, p = other.as_base_exp()
                if base != u or not p.is_Rational or p < sympy.Rational(1, 8) or not 0 < high < 1e-4:
                    continue
                with working(PRECISION, 1):
                    end = below(arb(high) ** number(p) * arb(high).log())
                return (end, 0.0), tuple(f for f in expr.args if f is not first and f is not other)
        return (1.0, 1.0), expr.args

    def flattened(self, first: Expr, factors: tuple[Expr, ...]) -> tuple[Pair, tuple[Expr, ...]] | None:
        """The range of exp(−a/uᵐ)/uᵖ within a product, and the other factors."""
        a, rest = first.as_base_exp()[1].as_coeff_Mul()
        u, m = rest.as_base_exp()
        if not (a.is_Rational and a < 0 and m.is_Integer and m < 0):
            return None
        low, high = self.range(u)
        if not (0 <= low < high < 1 or (-1 < low < high <= 0 and m % 2 == 0)):
            return None
        for other in factors:
            base, p = other.as_base_exp()
            if base != u or not p.is_Integer or p >= 0:
                continue
            with working(PRECISION, 1):
                end = arb(max(-low, high))
                if not number(-p) * end ** -int(m) <= number(a * m):
                    return None
                top = above(end ** int(p) * (number(a) * end ** int(m)).exp())
            pair = (0.0, top) if low >= 0 or p % 2 == 0 else (-top, 0.0)
            return pair, tuple(f for f in factors if f is not first and f is not other)
        return None

    def power(self, expr: Expr) -> Pair:
        base, exponent = expr.args
        if exponent.is_Integer:
            n = int(exponent)
            raised = whole_power(self.ranges[base], abs(n))
            return raised if n > 0 else inverse(raised)
        if base is S.Exp1:
            return monotone(FORMS[sympy.exp], self.ranges[exponent])
        logarithm = monotone(FORMS[sympy.log], self.ranges[base])
        return monotone(FORMS[sympy.exp], times(self.ranges[exponent], logarithm))


def by_series(expr: Expr, t: Symbol, reach: float) -> Pair:
    """The range of an expression on (0, reach] that goes on smoothly at t = 0, as a function of t or of its root."""
    made = _smooth(expr, t)
    if made is None:
        return EVERYTHING
    tape, rooted = made
    with working(PRECISION, 1):
        end = arb(reach).sqrt().upper() if rooted else arb(reach)
        found = tape.over(arb_series([hull(0, end)]))
    return EVERYTHING if found is None or not found[0].is_finite() else (below(found[0]), above(found[0]))


@lru_cache(maxsize=256)
def _smooth(expr: Expr, t: Symbol) -> tuple[Tape, bool] | None:
    """An expression as one quotient, and whether it is one in √t; None where that takes too long."""
    if expr.count_ops() > MOST_FACTORED:
        return None
    h = Symbol("_h", positive=True)
    ends = {}
    for node in expr.atoms(sympy.Function):
        if (known := row(node)) is not None and known.rooted and (side := node.args[0].subs(t, 0)) in (1, -1):
            ends[node] = known.rooted(node.args[0], int(side))
    expr = expr.xreplace(ends)
    rooted = any(
        node.exp.is_Rational and node.exp.q == 2 and node.base.subs(t, 0) == 0 for node in expr.atoms(sympy.Pow)
    )
    try:
        return Tape(sympy.together(expr.xreplace({t: h**2 if rooted else h})), h), rooted
    except Refused:
        return None


def _quotient(term: Expr, first: Expr) -> Expr:
    """term/first, its exponentials as one: far out exp(u)·exp(−v) is ∞·0."""
    factors = sympy.Mul.make_args(term / first)
    exponents = [factor.as_base_exp()[1] for factor in factors if factor.as_base_exp()[0] is S.Exp1]
    if len(exponents) < 2:
        return term / first
    others = (factor for factor in factors if factor.as_base_exp()[0] is not S.Exp1)
    return sympy.Mul(*others, sympy.exp(sympy.expand(sympy.Add(*exponents))))


def _parts(expr: Expr) -> tuple[Expr, ...]:
    if expr.is_number or expr.is_Atom:
        return ()
    quotient = simpler(expr)
    return expr.args if quotient is None else (quotient,)


def _psi(n: int, u: float) -> Any:
    with working(PRECISION, 1):
        return series.polygamma(n, arb_series([u]))[0]
