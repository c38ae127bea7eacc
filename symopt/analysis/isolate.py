"""Every zero of a derivative on a smooth piece, each alone in a proven interval, and the sign everywhere between.

Branch and bound, widest box first: a box on which f⁽ᵏ⁾ has a sign is done; one on which f⁽ᵏ⁺¹⁾ has a sign holds no zero
or just one, as the signs at its ends tell; any other is divided, off its middle so that zeros at round numbers do not
fall on faces. A zero is refined by interval Newton to sixty digits. Where division ends at a zero of higher
multiplicity, it is guessed in closed form, its vanishing derivatives are shown by algebra, and the first one that does
not vanish is enclosed away from zero. Polynomials with rational coefficients are solved outright.

Source: W. Tucker, Validated Numerics, 2011, section 5.1 (interval Newton); R. B. Kearfott, Rigorous Global
Search, 1996.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import sympy
from flint import arb, fmpq_poly
from flint import fmpq as quotient
from sympy import Expr, S, Symbol

from symopt.analysis.exact import closed_form
from symopt.analysis.extended import MOST_TERMS, Beside, tends
from symopt.analysis.interval import FINE, ORDER, Jets
from symopt.analysis.rewrite import signed_forms
from symopt.analysis.work import spent
from symopt.balls.series import above, below, hull, working
from symopt.balls.tape import Refused
from symopt.expression import deep

SPLIT = 0.4873046875
SMALLEST = 2.0**-44
STEPS_BESIDE = (4, 8, 14, 22, 32, 42)
MOST_MULTIPLE = 12
MOST_DEGREE = 100
MOST_REWRITTEN = 200  # operations
CROWDED, FAR = 2.0**-7, 1e300  # of the width, beside a point where zeros accumulate; a limit above it is infinite
NARROW = 1e-30
SIXTY = 10**60  # digits of a zero
Ball = Any


@dataclass(frozen=True)
class Edge:
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

    @cached_property
    def low(self) -> float:
        return below(self.ball)

    @cached_property
    def high(self) -> float:
        return above(self.ball)

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
class Zero:
    """A proven zero: a narrow ball that holds it, alone; its multiplicity; its closed form if one was shown.

    alone: an interval that holds no other. zeros: expressions that are zero there.
    """

    ball: Ball
    multiplicity: int = 1
    exact: Expr | None = None
    alone: tuple[float, float] = (0.0, 0.0)
    zeros: frozenset[Expr] = frozenset()

    @cached_property
    def low(self) -> float:
        return below(self.ball)

    @cached_property
    def high(self) -> float:
        return above(self.ball)

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
    search = _Search(jets, k, width, until, known)
    search.run(low, high)
    zeros, regions = search.collected()
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


class _Search:
    """Branch and bound for one derivative on one interval."""

    def __init__(self, jets: Jets, k: int, width: float, until: float, known: Mapping[Expr, int]) -> None:
        self.jets, self.k, self.until, self.known = jets, k, until, known
        self.forms: list[Expr] | None = None
        self.smallest = width * SMALLEST
        self.regions: list[Region] = []
        self.zeros: list[Zero] = []

    def run(self, low: float, high: float) -> None:
        heap = [(low - high, low, high, 0)]
        while heap:
            if spent() > self.until:
                self.regions.extend(Region(a, b, 0) for _, a, b, _ in heap)
                return
            _, a, b, depth = heapq.heappop(heap)
            if self.settle(a, b) or (depth % 4 == 3 and self.by_ends(a, b)):
                continue
            middle = a + (b - a) * SPLIT
            if b - a <= self.smallest or not a < middle < b:
                self.regions.append(Region(a, b, 0))
            else:
                heapq.heappush(heap, (a - middle, a, middle, depth + 1))
                heapq.heappush(heap, (middle - b, middle, b, depth + 1))

    def by_ends(self, a: float, b: float) -> bool:
        """A sign from intervals with two ends: a ball from 1 to 10²⁰ reaches below zero, they do not."""
        if self.forms is None:
            with deep():
                derivative = self.jets.derivative(self.k)
                self.forms = signed_forms(derivative) if derivative.count_ops() <= MOST_REWRITTEN else []
        beside = Beside(self.jets.x, a, b, self.known)
        sign = next(filter(None, map(beside.sign, self.forms)), 0)
        if sign:
            self.regions.append(Region(a, b, sign))
        return bool(sign)

    def settle(self, a: float, b: float) -> bool:
        """Whether the box needs no division; then its signs and its zero are known."""
        sign = self.jets.sign(self.k, a, b)
        if sign:
            self.regions.append(Region(a, b, sign))
            return True
        if self.k + 1 >= ORDER or not self.jets.sign(self.k + 1, a, b):
            return False
        left, right = self.at(a), self.at(b)
        if left and left == right:
            self.regions.append(Region(a, b, left))
            return True
        if left and right:
            zero = self.refine(a, b)
            if zero is None:
                return False
            self.zeros.append(zero)
            self.regions += [Region(a, max(a, zero.low), left), Region(min(b, zero.high), b, right)]
            return True
        return self.on_face(a, b)

    def on_face(self, a: float, b: float) -> bool:
        """A zero on a face of the box: looked at in a box a little wider, where it is inside."""
        margin = (b - a) / 16
        wide = a - margin, b + margin
        slope = self.jets.sign(self.k + 1, *wide)
        left, right = self.at(wide[0]), self.at(wide[1])
        if not slope or not left or not right or left == right:
            return False
        zero = self.refine(*wide)
        if zero is None:
            return False
        self.zeros.append(zero)
        self.regions += [
            Region(lo, hi, sign)
            for lo, hi, sign in ((a, min(b, zero.low), left), (max(a, zero.high), b, right))
            if lo < hi
        ]
        return True

    def at(self, x: float) -> int:
        for precision in (96, FINE):
            value = self.jets.at(x, self.k, precision)
            if value > 0:
                return 1
            if value < 0:
                return -1
        return 0

    def refine(self, a: float, b: float) -> Zero | None:
        ball = newton(self.jets, self.k, a, b)
        return None if ball is None else Zero(ball, alone=(a, b))

    def collected(self) -> tuple[list[Zero], list[Region]]:
        """Everything left to right, each zero once, clusters of undecided boxes resolved where that is possible."""
        zeros: list[Zero] = []
        for zero in sorted(self.zeros, key=lambda z: z.low):
            # found from both sides of a face: contained in a box that holds just one zero
            if zeros and zero.low >= zeros[-1].alone[0] and zero.high <= zeros[-1].alone[1]:
                continue
            zeros.append(zero)
        regions = joined(sorted(self.regions, key=lambda r: (r.low, r.high)))
        out: list[Region] = []
        for region in regions:
            if region.sign == 0 and spent() < self.until:
                resolved = resolve(self.jets, self.k, region)
                if resolved is not None:
                    zero, left, right = resolved
                    if not any(z.low <= zero.high and zero.low <= z.high for z in zeros):
                        zeros.append(zero)
                    out += [Region(region.low, zero.low, left)] if region.low < zero.low else []
                    out += [Region(zero.high, region.high, right)] if zero.high < region.high else []
                    continue
            out.append(region)
        return sorted(zeros, key=lambda z: z.low), joined(out)


def newton(jets: Jets, k: int, a: float, b: float) -> Ball | None:
    """The one zero of f⁽ᵏ⁾ in [a, b] to sixty digits by interval Newton, X ∩ (m − f⁽ᵏ⁾(m)/f⁽ᵏ⁺¹⁾(X))."""
    with working(FINE, 1):
        box = hull(a, b)
        width = 2 * box.rad()
    for _ in range(60):
        with working(FINE, 1):
            middle = box.mid()
            value, slope = jets.at(middle, k, FINE), jets.at(box, k + 1, FINE)
            if not slope.is_finite() or slope.contains(0) or not value.is_finite():
                step = None
            else:
                step = middle - value / slope
        if step is None or not box.overlaps(step):
            box = _halved(jets, k, box)
            if box is None:
                return None
            continue
        with working(FINE, 1):
            closer = box.intersection(step)
            if closer.rad() * SIXTY <= max(width, abs(closer.mid())):
                return closer
            if closer.rad() > box.rad() * 0.75:
                narrowed = _halved(jets, k, closer)
                if narrowed is None:
                    return closer
                closer = narrowed
            box = closer
    return box


def _halved(jets: Jets, k: int, box: Ball) -> Ball | None:
    """The half of a box in which the sign changes; None if the middle tells nothing."""
    with working(FINE, 1):
        ends = box.lower(), box.mid(), box.upper()
        values = [jets.at(end, k, FINE) for end in ends]
        signs = [1 if v > 0 else -1 if v < 0 else 0 for v in values]
        if signs[0] * signs[1] < 0:
            return ends[0].union(ends[1])
        if signs[1] * signs[2] < 0:
            return ends[1].union(ends[2])
    return None


def resolve(jets: Jets, k: int, region: Region) -> tuple[Zero, int, int] | None:
    """A zero of higher multiplicity in a narrow region: (the zero, the sign on its left, on its right)."""
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
        sign = 1 if series[k + order] > 0 else -1
        ball = newton(jets, k + order - 1, a, b)
        if ball is None or not (above(ball) >= region.low and below(ball) <= region.high):
            continue
        exact = closed_form(jets, k, ball, order)
        if exact is not None:
            return Zero(ball, order, exact, (a, b)), sign * (-1) ** order, sign
    return _by_factors(jets, k, region, margin)


def _by_factors(jets: Jets, k: int, region: Region, margin: float) -> tuple[Zero, int, int] | None:
    """A zero of just one factor of the derivative, which is a simple zero of that factor."""
    derivative = jets.derivative(k)
    if derivative.count_ops() > 150:
        return None
    with deep():
        factored = sympy.factor(derivative)
    a, b = region.low - margin, region.high + margin
    sign, found = 1, None
    for factor in sympy.Mul.make_args(factored):
        base, exponent = factor.as_base_exp()
        if factor.is_number:
            sign *= 1 if factor.is_positive else -1
            continue
        if not exponent.is_Integer or exponent < 0:
            base, exponent = factor, sympy.S.One
        try:
            own = Jets(base, jets.x)
        except Refused:
            return None
        here = own.sign(0, a, b)
        if here:
            sign *= here ** int(exponent)
            continue
        slope = own.sign(1, a, b)
        left, right = own.at(a, 0), own.at(b, 0)
        if found is not None or not slope or not (left * right < 0):
            return None
        ball = newton(own, 0, a, b)
        if ball is None:
            return None
        n = int(exponent)
        found = Zero(ball, n, closed_form(own, 0, ball), (a, b), frozenset([base])), (-slope) ** n, slope**n
    if found is None:
        return None
    zero, before, behind = found
    return zero, sign * before, sign * behind


def _beside(
    jets: Jets, k: int, edge: Edge, end: float, width: float, side: int, known: Mapping[Expr, int], until: float
) -> tuple[Region, float]:
    """The sign of f⁽ᵏ⁾ next to a singular edge, on a reach as long as it can be shown, and where that ends."""
    derivative = jets.derivative(k)
    rewritable = derivative.count_ops() <= MOST_REWRITTEN
    t = Symbol("_t", positive=True)
    moved, signs = None, dict(known)
    with deep():
        forms = [derivative, sympy.factor_terms(derivative)] if rewritable else [derivative]
        if edge.exact is not None and rewritable:
            # in the distance from the edge powers of the same base come together: (−x)^(2/3)/x is −t^(−1/3)
            here = edge.exact + side * t
            moved = sympy.factor_terms(derivative.subs(jets.x, here))
            signs = {s.subs(jets.x, here): sign for s, sign in known.items()} | {t: 1}
            signs |= {sympy.factor_terms(s): sign for s, sign in signs.items()}
    reach = width * CROWDED
    if moved is not None and swings(moved, t, Beside(t, 0.0, 2 * reach, signs)):
        far = end + side * reach
        return Region(min(edge.low, far), max(edge.high, far), 0, True), far
    reach = width
    for step in STEPS_BESIDE:
        if spent() > until:
            reach = width * 2.0 ** -STEPS_BESIDE[-1]
            break
        reach = width * 2.0**-step
        far = end + side * reach
        box = (edge.low, far) if side > 0 else (far, edge.high)
        sign = next((found for form in forms if (found := Beside(jets.x, *box, known).sign(form))), 0)
        if not sign and moved is not None:
            sign = Beside(t, 0.0, above(abs(far - edge.ball)), signs).sign(moved)
        if sign:
            return (Region(edge.low, far, sign) if side > 0 else Region(far, edge.high, sign)), far
    far = end + side * reach
    return (Region(edge.low, far, 0) if side > 0 else Region(far, edge.high, 0)), far


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
    """f⁽ᵏ⁾ as two polynomials without a common factor; None unless it is a quotient of such."""
    coefficients = _rational_coefficients(jets.expr, jets.x)
    if coefficients is not None:
        top = fmpq_poly(coefficients)
        for _ in range(k):
            top = top.derivative()
        return None if top.degree() < 0 else (top, fmpq_poly([1]))
    derivative = jets.derivative(k)
    if not _looks_rational(derivative, jets.x) or derivative.count_ops() > MOST_REWRITTEN:
        return None
    with deep():
        sides = sympy.fraction(sympy.together(derivative))
    polynomials = [_rational_coefficients(side, jets.x) for side in sides]
    if polynomials[0] is None or polynomials[1] is None:
        return None
    top, bottom = map(fmpq_poly, polynomials)
    common = top.gcd(bottom)
    return None if top.degree() < 0 else (top // common, bottom // common)


def _rational_coefficients(expr: Expr, x: Symbol) -> list[Any] | None:
    """Coefficients from the constant one up; None unless f is a polynomial of moderate degree over the rationals."""
    if not _looks_rational(expr, x, 0):
        return None
    with deep():
        poly = sympy.Poly(expr, x)
    if poly.degree() > MOST_DEGREE or not all(c.is_Rational for c in poly.all_coeffs()):
        return None
    return [quotient(int(c.p), int(c.q)) for c in reversed(poly.all_coeffs())]


def _looks_rational(expr: Expr, x: Symbol, least: int = -MOST_DEGREE) -> bool:
    """Whether an expression is made of x and fractions by sums, products and whole powers from the least one on."""
    stack = [expr]
    degree = 0
    while stack:
        current = stack.pop()
        if current.is_Rational or current == x:
            continue
        if current.is_Add or current.is_Mul:
            stack.extend(current.args)
        elif current.is_Pow and current.exp.is_Integer and least <= current.exp <= MOST_DEGREE:
            degree += abs(int(current.exp))
            if degree > 4 * MOST_DEGREE:
                return False
            stack.append(current.base)
        else:
            return False
    return True
