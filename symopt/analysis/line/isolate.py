"""Every zero of a derivative on a smooth piece, each alone in a proven interval, and the sign everywhere between.

The zeros come from the search in boxes, in one unknown, those of polynomials from Arb; between two of them one place
tells the sign. Where the search ends at a zero of higher multiplicity, it is guessed in closed form, its vanishing
derivatives are shown by algebra, and the first one that does not vanish is enclosed away from zero.

Source: W. Tucker, Validated Numerics, 2011, section 5.1 (interval Newton); R. B. Kearfott, Rigorous Global
Search, 1996.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import flint
import sympy
from flint import arb, fmpq, fmpq_poly
from sympy import Expr, Symbol

from symopt.analysis.beside import MOST_FACTORED, Beside
from symopt.analysis.boxes.enclose import Box, System
from symopt.analysis.boxes.search import search
from symopt.analysis.exact import closed_form
from symopt.analysis.interval import FINE, PRECISION, Jets
from symopt.analysis.line.signs import Edge, Region, Signs, Zero, joined
from symopt.analysis.line.singular import MOST_REWRITTEN, sign_beside
from symopt.analysis.rewrite import rescaled, signed_forms
from symopt.balls.series import above, below, hull, working
from symopt.balls.tape import Refused
from symopt.balls.work import spend, spent
from symopt.expression import deep
from symopt.forms import HIGHEST, degree, factored

COARSE, SMALLEST = 2.0**-14, 2.0**-44  # of the width: where multiple zeros are guessed first, and last
MOST_MULTIPLE = 12
FEW = 100  # boxes in which the one zero of a monotone function is found
CLUSTER = 8  # smallest boxes beside one that is left, with which it is looked at
COEFFICIENT = 5.0  # operations for the roots of a polynomial, by the square of how many there are
AROUND = 50.0  # operations that the search takes for one enclosure, beside those of the enclosure itself
EACH = 4  # halvings after which the sign is asked for by ends too
Ball = Any
Span = tuple[float, float]


def isolate(jets: Jets, k: int, first: Edge, last: Edge, known: Mapping[Expr, int], until: float) -> Signs:
    """Zeros and signs of the k-th derivative between two edges; what is not decided by then has sign 0."""
    low, high = (first.high if first.singular else first.low), (last.low if last.singular else last.high)
    found = Signs()
    if not low < high:
        return found
    if spent() >= until:
        return Signs(regions=[Region(low, high, 0)])
    if _nothing(jets, k, low, high):
        return Signs(regions=[], flat=True)
    width = high - low
    after: list[Region] = []
    if first.singular:
        region, low = sign_beside(jets, k, first, low, width, 1, known, until)
        found.regions.append(region)
        found.crowded += [first] if region.crowded else []
    if last.singular and spent() < until:
        region, high = sign_beside(jets, k, last, high, width, -1, known, until)
        after.append(region)
        found.crowded += [last] if region.crowded else []
    system = Derivative(jets, k, width, known)
    if (made := rescaled(jets.derivative(k), jets.x, low, high)) is not None:
        system = Derivative(Jets(made, jets.x), 0, width, known)
    roots = _roots(jets.derivative(k), jets.x)
    if roots is None:
        zeros, left = _searched(system, low, high, until)
    else:
        zeros, left = [zero for zero in roots if zero.low <= high and zero.high >= low], []
    regions = _between(system, zeros, left, low, high)
    return Signs(zeros, joined([*found.regions, *regions, *after], zeros), crowded=found.crowded)


class Derivative(System):
    """f⁽ᵏ⁾ = 0 for one variable, as an equation for the search in boxes, with its enclosures from power series.

    regions: where f⁽ᵏ⁾ is shown to have a sign only by intervals with two ends.
    """

    def __init__(self, jets: Jets, k: int, width: float, known: Mapping[Expr, int]) -> None:
        self.jets, self.k, self.width, self.known = jets, k, width, known
        self.n, self.m, self.switches = 1, 0, []
        self.regions: list[Region] = []
        self.forms: list[Expr] | None = None

    def enclosed(self, k: int, x: Ball) -> Ball:
        """f⁽ᵏ⁾ over a ball, in centred form too; nan where it is not defined."""
        spend(AROUND)
        if flint.ctx.prec > PRECISION:
            return self.jets.at(x, k, flint.ctx.prec)
        found = self.jets.enclose(k, below(x), above(x))
        return arb("nan") if found is None else found

    def values(self, xs: Sequence[Ball]) -> tuple[Ball, list[Ball]]:
        (x,) = xs
        value = self.enclosed(self.k, x)
        if value.contains(0) and flint.ctx.prec <= PRECISION:
            halvings = 1 - math.frexp(2 * float(x.rad()) / self.width)[1]
            due = halvings > EACH and halvings % EACH == EACH - 1
            if due and self.enclosed(self.k + 1, x).contains(0) and (sign := self.by_ends(x)):
                value = arb(sign)
        return arb(0), [value]

    def by_ends(self, x: Ball) -> int:
        """A sign from intervals with two ends: a ball from 1 to 10²⁰ reaches below zero, they do not."""
        if self.forms is None:
            with deep():
                derivative = self.jets.derivative(self.k)
                self.forms = signed_forms(derivative) if derivative.count_ops() <= MOST_REWRITTEN else []
        low, high = below(x), above(x)
        beside = Beside(self.jets.x, low, high, self.known)
        sign = next(filter(None, map(beside.sign, self.forms)), 0)
        if sign:
            self.regions.append(Region(low, high, sign))
        return sign

    def jacobian(self, xs: Sequence[Ball]) -> list[list[Ball]]:
        return [[self.enclosed(self.k + 1, xs[0])]]

    def between(self, low: float, high: float) -> int:
        """The sign of f⁽ᵏ⁾ where it is known to have one."""
        for share in (0.5, 0.3127, 0.7819):
            value = self.jets.at(low + share * (high - low), self.k, FINE)
            if not value.contains(0):
                return 1 if value > 0 else -1
        return next((r.sign for r in self.regions if r.low < high and r.high > low), 0)


def _roots(expr: Expr, x: Symbol) -> list[Zero] | None:
    """All real zeros of a polynomial with rational coefficients; None for any other, and for high degrees."""
    made = None if expr.atoms(sympy.Function) or degree(expr) > HIGHEST else _polynomial(expr, x)
    if made is None:
        return None
    spend(COEFFICIENT * (len(made) - len(made.gcd(made.derivative()))) ** 2)
    with working(FINE, 1):
        return [Zero(root.real, int(times)) for root, times in made.numer().complex_roots() if root.imag == 0]


def _polynomial(expr: Expr, x: Symbol) -> Any:
    """An expression as a polynomial with rational coefficients, multiplied out; None if it is none."""
    if expr == x:
        return fmpq_poly([0, 1])
    if expr.is_Rational:
        return fmpq_poly([fmpq(int(expr.p), int(expr.q))])
    if expr.is_Pow and expr.exp.is_Integer and expr.exp > 0:
        base = _polynomial(expr.base, x)
        return None if base is None else base ** int(expr.exp)
    parts: list[Any] = [_polynomial(part, x) for part in expr.args] if expr.is_Add or expr.is_Mul else [None]
    if any(part is None for part in parts):
        return None
    return sum(parts, fmpq_poly([0])) if expr.is_Add else math.prod(parts, start=fmpq_poly([1]))


def _searched(system: Derivative, low: float, high: float, until: float) -> tuple[list[Zero], list[Span]]:
    """The zeros in an interval, clusters of undecided boxes resolved where possible, and what is left."""
    zeros: list[Zero] = []
    left = [(low, high)]
    for floor in (COARSE, SMALLEST):
        size, open_, left = floor * (high - low), left, []
        for start, end in open_:
            found = search(system, Box(((start, end),)), floor=min(1.0, size / (end - start)), until=until)
            made = [Zero(zero.balls[0], alone=zero.region.ends[0]) for zero in found.zeros]
            boxes = sorted(box.ends[0] for box in found.left)
            for cluster in joined([Region(a - CLUSTER * size, b + CLUSTER * size, 0) for a, b in boxes]):
                zero = resolve(system.jets, system.k, cluster) if spent() < until else None
                if zero is None or (floor == COARSE and not low < zero.low <= zero.high < high):
                    left.append((max(low, cluster.low), min(high, cluster.high)))
                else:
                    made.append(zero)
            for zero in made:
                if not any(other.low <= zero.high and zero.low <= other.high for other in zeros):
                    zeros.append(zero)
        # beside a multiple zero more may be left: of what is near it no other zero
        left = [(a, b) for a, b in left if not any(zero.alone[0] <= a and b <= zero.alone[1] for zero in zeros)]
    return zeros, left


def _between(system: Derivative, zeros: list[Zero], left: list[Span], low: float, high: float) -> list[Region]:
    """The signs between zeros and what is left."""
    zeros.sort(key=lambda zero: zero.low)
    regions, at = [Region(*span, 0) for span in left], low
    for start, end in [*sorted([*left, *((zero.low, zero.high) for zero in zeros)]), (high, high)]:
        if at < start:
            regions.append(Region(at, start, system.between(at, start)))
        at = max(at, end)
    return joined(sorted(regions, key=lambda region: (region.low, region.high)), zeros)


def alone(jets: Jets, k: int, low: float, high: float) -> Ball | None:
    """The one zero of f⁽ᵏ⁾ in an interval on which f⁽ᵏ⁺¹⁾ has a sign."""
    system = Derivative(jets, k, high - low, {})
    system.forms = []  # a monotone function needs none, and high derivatives are long
    found = search(system, Box(((low, high),)), FEW)
    return found.zeros[0].balls[0] if len(found.zeros) == 1 and not found.left else None


def resolve(jets: Jets, k: int, region: Region) -> Zero | None:
    """A zero of higher multiplicity in a narrow region."""
    margin = (region.high - region.low) * 4
    for reach in (margin * 2**20, margin * 2**10, margin):
        a, b = region.low - reach, region.high + reach
        with working(FINE, 1):
            box = hull(a, b)
        series = jets.series(box, k + MOST_MULTIPLE + 1, FINE)
        if series is None:
            continue
        order = next((j for j in range(2, MOST_MULTIPLE + 1) if series[k + j] > 0 or series[k + j] < 0), None)
        if order is None:
            continue
        ball = alone(jets, k + order - 1, a, b)
        if ball is None or not (above(ball) >= region.low and below(ball) <= region.high):
            continue
        exact = closed_form(jets, k, ball, order)
        if exact is not None:
            return Zero(ball, order, exact, (a, b))
    return _by_factors(jets, k, region, margin)


def _by_factors(jets: Jets, k: int, region: Region, margin: float) -> Zero | None:
    """A zero of just one factor of the derivative, which is a simple zero of that factor."""
    derivative = jets.derivative(k)
    if derivative.count_ops() > MOST_FACTORED:
        return None
    with deep():
        product = factored(derivative)
    a, b = region.low - margin, region.high + margin
    found = None
    for factor in sympy.Mul.make_args(product):
        base, exponent = factor.as_base_exp()
        if not exponent.is_Integer or exponent < 0:
            base, exponent = factor, sympy.S.One
        try:
            own = Jets(base, jets.x)
        except Refused:
            return None
        if own.sign(0, a, b) or Beside(jets.x, a, b, {}).sign(factor):
            continue
        ball = alone(own, 0, a, b) if found is None and own.sign(1, a, b) else None
        if ball is None:
            return None
        found = Zero(ball, int(exponent), closed_form(own, 0, ball), (a, b), frozenset([base]))
    return found


def _nothing(jets: Jets, k: int, low: float, high: float) -> bool:
    """Whether f⁽ᵏ⁾ is zero on the whole interval: its expression has no x left, or algebra shows it."""
    for place in (0.2137, 0.5291, 0.8713):
        value = jets.at(low + (high - low) * place, k, FINE)
        if not value.contains(0) or not value.is_finite() or float(value.rad()) > 1e-40:
            return False
    with deep():
        derivative = jets.derivative(k)
        if (made := _polynomial(derivative, jets.x)) is not None:
            return made == 0
        return bool(derivative.count_ops() <= 100 and sympy.simplify(derivative) == 0)
