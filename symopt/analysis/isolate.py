"""Every zero of a derivative on a smooth piece, each alone in a proven interval, and the sign everywhere between.

The zeros come from the search in boxes, in one unknown; between two of them one place tells the sign. Where the search
ends at a zero of higher multiplicity, it is guessed in closed form, its vanishing derivatives are shown by algebra, and
the first one that does not vanish is enclosed away from zero. Polynomials with rational coefficients are solved
outright.

Source: W. Tucker, Validated Numerics, 2011, section 5.1 (interval Newton); R. B. Kearfott, Rigorous Global
Search, 1996.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import flint
import sympy
from flint import arb, fmpq_poly
from flint import fmpq as quotient
from sympy import Expr, S, Symbol

from symopt.analysis.boxes.enclose import Box, System
from symopt.analysis.boxes.search import search
from symopt.analysis.exact import closed_form
from symopt.analysis.extended import DEPTH, MOST_FACTORED, MOST_TERMS, Beside, from_edge, starts_at_zero, tends
from symopt.analysis.interval import FINE, PRECISION, Jets
from symopt.analysis.rewrite import signed_forms
from symopt.analysis.work import spent
from symopt.balls.series import above, below, hull, working
from symopt.balls.tape import Refused
from symopt.expression import deep

COARSE, SMALLEST = 2.0**-14, 2.0**-44  # of the width: where multiple zeros are guessed first, and last
STEPS_BESIDE = (4, 8, 14, 22, 32, 42)
MOST_MULTIPLE = 12
MOST_DEGREE = 100
MOST_REWRITTEN = 200  # operations
FEW = 100  # boxes in which the one zero of a monotone function is found
CLUSTER = 8  # smallest boxes beside one that is left, with which it is looked at
EACH = 4  # halvings after which the sign is asked for by ends too
CROWDED, FAR = 2.0**-7, 1e300  # of the width, beside a point where zeros accumulate; a limit above it is infinite
NARROW = 1e-30
Ball = Any


class Enclosed:
    """What is known to lie in a ball."""

    ball: Ball

    @cached_property
    def low(self) -> float:
        return below(self.ball)

    @cached_property
    def high(self) -> float:
        return above(self.ball)


@dataclass(frozen=True)
class Edge(Enclosed):
    """An end of a piece: a narrow ball, the closed form if there is one, whether f goes on smoothly behind it.

    at: the loss with every choice made as it is at this very point, where that differs from both sides. zeros:
    expressions that are zero at this very point. empty: f is shown to have no value there.
    """

    ball: Ball
    exact: Expr | None = None
    singular: bool = False
    at: Expr | None = None
    zeros: frozenset[Expr] = frozenset()
    empty: bool = False

    def put(self, expr: Expr) -> Expr:
        """The expression with 0 for what is zero there."""
        return with_zeros(expr, self.zeros)


def with_zeros(expr: Expr, zeros: Iterable[Expr]) -> Expr:
    """The expression with 0 for each of some parts and for their multiples."""
    with deep():
        alike = {z.primitive()[1] if z.is_Add else z for u in zeros for z in (u, -u)}
        nodes = [*alike, *(node for node in expr.atoms(sympy.Add) if node.primitive()[1] in alike)]
        try:
            return expr.xreplace(dict.fromkeys(nodes, S.Zero))
        except (ValueError, TypeError):  # a part has a pole there, and sympy does not compare it
            return expr


@dataclass(frozen=True)
class Zero(Enclosed):
    """A proven zero: a narrow ball that holds it, alone; its multiplicity; its closed form if one was shown.

    alone: an interval that holds no other. zeros: expressions that are zero there.
    """

    ball: Ball
    multiplicity: int = 1
    exact: Expr | None = None
    alone: tuple[float, float] = (0.0, 0.0)
    zeros: frozenset[Expr] = frozenset()

    @property
    def narrow(self) -> bool:
        """Whether its ball is narrow beside the interval in which the zero is alone, or beside its own size."""
        width = max(abs(float(self.ball.mid())), self.alone[1] - self.alone[0])
        return bool(self.ball.rad() <= arb(width) * NARROW)


@dataclass(frozen=True)
class Region:
    """An interval on whose inside a derivative has one sign; sign 0 where that is not known.

    crowded: it is shown to hold infinitely many zeros.
    """

    low: float
    high: float
    sign: int
    crowded: bool = False


@dataclass
class Signs:
    """Zeros and regions of a derivative on a piece, left to right; `flat` if it is zero on all of it.

    crowded: the ends of the piece at which infinitely many zeros are shown to accumulate.
    """

    zeros: list[Zero] = field(default_factory=list)
    regions: list[Region] = field(default_factory=list)
    flat: bool = False
    crowded: list[Edge] = field(default_factory=list)

    @property
    def undecided(self) -> list[Region]:
        return [region for region in self.regions if region.sign == 0]


def isolate(jets: Jets, k: int, first: Edge, last: Edge, known: Mapping[Expr, int], until: float) -> Signs:
    """Zeros and signs of the k-th derivative between two edges; what is not decided by then has sign 0."""
    low, high = (first.high if first.singular else first.low), (last.low if last.singular else last.high)
    found = Signs()
    if not low < high:
        return found
    if spent() > until:
        return Signs(regions=[Region(low, high, 0)])
    if _nothing(jets, k, low, high):
        return Signs(regions=[], flat=True)
    exact = _fraction(jets, k, first, last)
    if exact is not None:
        return exact
    width = high - low
    after: list[Region] = []
    if first.singular:
        region, low = _beside(jets, k, first, low, width, 1, known, until)
        found.regions.append(region)
        found.crowded += [first] if region.crowded else []
    if last.singular:
        region, high = _beside(jets, k, last, high, width, -1, known, until)
        after.append(region)
        found.crowded += [last] if region.crowded else []
    zeros, regions = _searched(Derivative(jets, k, width, known), low, high, until)
    return Signs(zeros, joined([*found.regions, *regions, *after]), crowded=found.crowded)


def joined(regions: Sequence[Region]) -> list[Region]:
    """Neighbours of the same sign as one."""
    kept: list[Region] = []
    for region in regions:
        if kept and kept[-1].sign == region.sign and kept[-1].high >= region.low:
            kept[-1] = Region(kept[-1].low, max(kept[-1].high, region.high), region.sign)
        else:
            kept.append(region)
    return kept


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


def _searched(system: Derivative, low: float, high: float, until: float) -> tuple[list[Zero], list[Region]]:
    """The zeros in an interval and the signs between them, clusters of undecided boxes resolved where possible."""
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
    zeros.sort(key=lambda zero: zero.low)
    regions, at = [Region(*span, 0) for span in left], low
    for start, end in [*sorted([*left, *((zero.low, zero.high) for zero in zeros)]), (high, high)]:
        if at < start:
            regions.append(Region(at, start, system.between(at, start)))
        at = max(at, end)
    return zeros, joined(sorted(regions, key=lambda region: (region.low, region.high)))


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
        factored = sympy.factor(derivative)
    a, b = region.low - margin, region.high + margin
    found = None
    for factor in sympy.Mul.make_args(factored):
        base, exponent = factor.as_base_exp()
        if not exponent.is_Integer or exponent < 0:
            base, exponent = factor, sympy.S.One
        try:
            own = Jets(base, jets.x)
        except Refused:
            return None
        if own.sign(0, a, b):
            continue
        ball = alone(own, 0, a, b) if found is None and own.sign(1, a, b) else None
        if ball is None:
            return None
        found = Zero(ball, int(exponent), closed_form(own, 0, ball), (a, b), frozenset([base]))
    return found


def _beside(
    jets: Jets, k: int, edge: Edge, end: float, width: float, side: int, known: Mapping[Expr, int], until: float
) -> tuple[Region, float]:
    """The sign of f⁽ᵏ⁾ next to a singular edge, on a reach as long as it can be shown, and where that ends."""
    derivative = jets.derivative(k)
    rewritable = derivative.count_ops() <= MOST_REWRITTEN
    moved = None
    with deep():
        forms = [derivative, sympy.factor_terms(derivative)] if rewritable else [derivative]
        if edge.exact is not None and rewritable:
            moved, signs, t = from_edge(derivative, jets.x, edge.exact, side, known)
    reach = width * CROWDED
    if moved is not None and swings(moved, t, Beside(t, 0.0, 2 * reach, signs)):
        far = end + side * reach
        return Region(min(edge.low, far), max(edge.high, far), 0, True), far
    reach = width * 2.0 ** -STEPS_BESIDE[-1]
    for last in (False, True):
        if last:  # terms that nearly cancel come together
            if moved is None or moved.count_ops() > MOST_FACTORED:
                break
            forms, moved = [], sympy.factor(moved)
        for step in STEPS_BESIDE:
            if spent() > until:
                break
            far = end + side * width * 2.0**-step
            box = (edge.low, far) if side > 0 else (far, edge.high)
            sign = next((found for form in forms if (found := Beside(jets.x, *box, known).sign(form))), 0)
            if not sign and moved is not None:
                beside = Beside(t, 0.0, above(abs(far - edge.ball)), signs)
                sign = rising(moved, t, beside) if last else beside.sign(moved)
            if sign:
                return (Region(edge.low, far, sign) if side > 0 else Region(far, edge.high, sign)), far
    far = end + side * reach
    return (Region(edge.low, far, 0) if side > 0 else Region(far, edge.high, 0)), far


def rising(expr: Expr, t: Symbol, beside: Beside, depth: int = DEPTH) -> int:
    """The sign of a product beside t = 0: a continuous factor g that tends to 0 has the sign of g′."""
    total = 1
    for factor in sympy.Mul.make_args(expr):
        base, exponent = factor.as_base_exp()
        sign = beside.sign(factor)
        if not sign and depth and exponent.is_Integer and starts_at_zero(base, t, beside):
            sign = rising(sympy.factor(sympy.diff(base, t)), t, beside, depth - 1)
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


def _nothing(jets: Jets, k: int, low: float, high: float) -> bool:
    """Whether f⁽ᵏ⁾ is zero on the whole interval: its expression has no x left, or algebra shows it."""
    with deep():
        derivative = jets.derivative(k)
    if derivative == 0:
        return True
    if not derivative.has(jets.x) and k > 0:
        return bool(derivative.is_zero)
    for place in (0.2137, 0.5291, 0.8713):
        x = low + (high - low) * place
        value, scale = jets.at(x, k, FINE), 1.0
        if not value.contains(0) or not value.is_finite() or float(value.rad()) > 1e-40 * scale:
            return False
    with deep():
        return bool(derivative.count_ops() <= 100 and sympy.simplify(derivative) == 0)


def _fraction(jets: Jets, k: int, first: Edge, last: Edge) -> Signs | None:
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
