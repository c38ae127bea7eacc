"""Signs next to a singular point: intervals with two ends, either of which may be infinite.

Beside the end of a domain or a pole a ball says nothing: 1/x on (0, ε] is [1/ε, ∞). Here the ends are floats rounded
outwards, and what is known of the piece (log(x) is evaluated where x > 0) sharpens them. A product's sign is the
product of its factors' signs, so that exp(u)·(log(x) + 1) has one although its range touches zero.

Source: R. E. Moore, R. B. Kearfott, M. J. Cloud, Introduction to Interval Analysis, 2009, section 2.3 (extended
arithmetic).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import sympy
from flint import arb, arb_series, fmpq
from sympy import Expr, S, Symbol

from symopt.analysis.exact import vanishes
from symopt.analysis.interval import FINE, PRECISION, Tape
from symopt.analysis.rewrite import simpler
from symopt.analysis.work import spend
from symopt.balls import series
from symopt.balls.series import above, below, hull, working
from symopt.balls.tape import Refused, number
from symopt.forms import factored
from symopt.functions import FORMS, NO_POLE, Function, row, waves

Pair = tuple[float, float]
MOST_TERMS, MOST_FACTORED, MOST_SERIES = 8, 150, 20  # the last two in operations
DEPTH = 3  # derivatives by which it is told how something tends to 0
WHOLE = 2.0**53
MOST_POLES, MOST_SHIFTED = 40, 8
FALLING = 1.4616  # log Γ falls up to there
HALF_WAVE = 3.14159  # up to there sin(u) has the sign of u
EVERYTHING: Pair = (-math.inf, math.inf)


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
            return _constant(expr)
        if expr.is_Add:
            total: Pair = (0.0, 0.0)
            for term in expr.args:
                total = _add(total, self.ranges[term])
            return total
        if expr.is_Mul:
            product, factors = self.damped(expr)
            for factor in factors:
                product = _multiply(product, self.ranges[factor])
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
            return _monotone(known, self.ranges[expr.args[0]])
        least, most = EVERYTHING if known is None or known.within is None else known.within
        if len(expr.args) == 1 and all(map(math.isfinite, u := self.ranges[expr.args[0]])):
            low, high = _by_ball(expr, u)
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
            found = _multiply(found, self.ranges[factor])
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
                found = _multiply(found, _inverse((below(low + k), above(high + k))))
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
            raised = _whole(self.ranges[base], abs(n))
            return raised if n > 0 else _inverse(raised)
        if base is S.Exp1:
            return _monotone(FORMS[sympy.exp], self.ranges[exponent])
        logarithm = _monotone(FORMS[sympy.log], self.ranges[base])
        return _monotone(FORMS[sympy.exp], _multiply(self.ranges[exponent], logarithm))


def from_edge(expr: Expr, x: Symbol, place: Expr, side: int, known: Mapping[Expr, int]) -> tuple[Expr, Any, Symbol]:
    """An expression in the distance t from an exact place, the signs that are known in t, and t.

    In t powers of the same base come together, (−x)^(2/3)/x is −t^(−1/3), and a polynomial shows its limit:
    x² − 3/2 beside 1/√2 is −1 + t·(t + √2) > −1, and √(1 − (x² − 1)²) beside 0 is t·√(2 − t²).
    """
    t = Symbol("_t", positive=True)
    here = place + side * t
    signs = {s.subs(x, here): sign for s, sign in known.items()}
    return _moved(expr, x, here, t), signs | {_moved(s, x, here, t): sign for s, sign in known.items()} | {t: 1}, t


@lru_cache(maxsize=256)
def _moved(expr: Expr, x: Symbol, here: Expr, t: Symbol) -> Expr:
    return sympy.factor_terms(_shifted(_ordered(expr.subs(x, here), t), t))


def _ordered(expr: Expr, t: Symbol) -> Expr:
    """An expression whose arguments and bases, where they are polynomials in t, are c + tᵐ·(…)."""
    if not expr.args or not expr.has(t):
        return expr
    parts = [_ordered(part, t) for part in expr.args]
    if not (expr.is_Add or expr.is_Mul):
        parts = [_beyond(part, t) if part.is_Add and part.is_polynomial(t) else part for part in parts]
    if (known := row(expr)) is not None and known.poles is not None and parts[0].subs(t, 0) in (1, -1):
        return known.poles(lambda u: _logarithm(u, t), parts[0])
    return expr if list(expr.args) == parts else expr.func(*parts)


def _logarithm(u: Expr, t: Symbol) -> Expr:
    """log(u) with the power of t in u apart."""
    m, rest = leading(_beyond(u, t) if u.is_polynomial(t) else u, t)
    return sympy.log(rest) - m * sympy.log(t)


def leading(expr: Expr, t: Symbol) -> tuple[int, Expr]:
    """m and g where an expression is g/tᵐ, all poles at t = 0 taken out that are seen: g is finite there as a rule."""
    if expr == t:
        return -1, S.One
    if expr.is_Mul or expr.is_Add:
        parts = [leading(part, t) for part in expr.args]
        most = max(m for m, _ in parts)
        if expr.is_Mul:
            return sum(m for m, _ in parts), sympy.Mul(*(g for _, g in parts))
        return most, sympy.Add(*(g * t ** (most - m) for m, g in parts))
    if expr.is_Pow and expr.exp.is_Integer and expr.has(t):
        m, g = leading(expr.base, t)
        return m * int(expr.exp), g**expr.exp
    return 0, expr


def _shifted(expr: Expr, t: Symbol) -> Expr:
    """A sum with its poles at t = 0 as powers, of 2·sin²(w/2) for 1 − cos w, beside functions that have none."""
    poles = {}
    for node in expr.atoms(sympy.Function) if expr.is_Add else ():
        known, place = row(node), node.args[-1].subs(t, 0)
        if known is not None and known.shifted is not None and place.is_Integer and -MOST_SHIFTED <= place <= 0:
            poles[node] = known.shifted(*node.args, 1 - int(place))
    if not poles:
        return expr
    expr, halves = expr.xreplace(poles), {}
    for part in expr.atoms(sympy.Add):
        one, rest = part.as_coeff_Add()
        k, g = rest.as_coeff_Mul()
        if one == 1 and (known := row(g)) is not None and "angle" in known.traits and k in known.beside:
            halves[g.args[0]] = part, known.beside[k](g.args[0])
    for w, (part, small) in halves.items():
        h = Symbol("_h", positive=True)
        same = [node for node in expr.atoms(sympy.Function) if node.args == (w,)]
        expr = expr.xreplace({part: small})
        expr = expr.xreplace({node: sympy.expand_trig(node.func(2 * h)).xreplace({h: w / 2}) for node in same})
    return sympy.expand_mul(expr)


def _beyond(polynomial: Expr, t: Symbol) -> Expr:
    constant = sympy.expand(polynomial.subs(t, 0))
    return constant + sympy.factor_terms(sympy.expand(polynomial - constant))


def starts_at_zero(expr: Expr, t: Symbol, beside: Beside) -> bool:
    """Whether an expression is shown to tend to 0 at t = 0 and to be continuous on all of a box beside it.

    Only then does the sign of its derivative on all of the box tell its own.
    """
    if any(node.exp.has(t) and node.base is not S.Exp1 for node in expr.atoms(sympy.Pow)):
        return False  # 0⁰
    value = expr.subs(t, 0)
    guards = (_beyond(guard, t) if guard.is_polynomial(t) else guard for guard in _guards(expr))
    return not value.has(sympy.AccumBounds) and vanishes(value) and all(map(beside.sign, guards))


def _guards(expr: Expr) -> Iterator[Expr]:
    """What must not come to zero where an expression is to be continuous: denominators, ends of domains, and steps."""
    for node in expr.atoms(sympy.Pow, sympy.Function):
        known = row(node)
        if node.is_Pow and not (node.exp.is_Integer and node.exp > 0) and not node.base.is_number:
            yield node.base
        elif known is not None and known.domain is not None:
            guard, relation = known.domain
            yield waves(guard(*node.args)) if relation == NO_POLE else guard(*node.args)
        elif known is not None and known.sides is not None:
            yield node.args[0]


def quotients(expr: Expr, t: Symbol, beside: Beside) -> Iterator[Expr]:
    """An expression, and others between whose bounds its values beside t = 0 lie.

    By Cauchy, N/D is N′/D′ at some t if both tend to 0 and D′ has a sign.
    """
    yield expr
    pole, rest = leading(expr, t)
    if pole > 0 and beside.sign(rest):
        return
    for _ in range(DEPTH):
        over, under = sympy.fraction(factored(expr)) if expr.count_ops() <= MOST_FACTORED else (expr, S.One)
        if not (under.has(t) and all(starts_at_zero(part, t, beside) for part in (over, under))):
            return
        steep = factored(sympy.diff(under, t))
        if not beside.sign(steep):
            return
        expr = factored(sympy.diff(over, t) / steep)
        yield expr


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


def tends(expr: Expr, t: Symbol, beside: Beside) -> Any:
    """The limit as t falls to 0, a ball or ±∞; None where these rules do not tell."""
    if not expr.has(t):
        with working(FINE, 1):
            return number(expr)
    if expr == t:
        return arb(0)
    parts = [tends(part, t, beside) for part in expr.args]
    if any(part is None or part.is_nan() for part in parts):
        return None
    with working(FINE, 1):
        if expr.is_Add or expr.is_Mul:
            total = parts[0]
            for part in parts[1:]:
                total = total + part if expr.is_Add else total * part
            infinite = any(not part.is_finite() for part in parts)
            lost = infinite and (total.is_nan() or (expr.is_Mul and any(part.contains(0) for part in parts)))
            return None if lost or not (infinite or total.is_finite()) else total
        if expr.is_Pow and expr.exp.is_Rational and expr.base is not S.Exp1:
            return _tending_power(parts[0], expr, beside)
        inner, known = parts[-1], row(expr)
        if inner.is_finite() and len(expr.args) == 1:
            u = Symbol("_u", real=True)
            found = Tape(expr.func(u), u).over(arb_series([inner]))
            return None if found is None or not found[0].is_finite() else found[0]
        if known is None or known.rises is None or len(expr.args) > 1:
            return None
        for end, limit in zip(*known.rises, strict=True):
            if math.isinf(end) and inner * end > 0:
                return arb(limit) if limit in (0.0, 1.0, -1.0) or math.isinf(limit) else None
    return None


def _tending_power(base: Any, expr: Expr, beside: Beside) -> Any:
    p = expr.exp
    if base.is_zero() or not base.is_finite():
        if base.is_zero() != bool(p < 0):
            return arb(0)
        sign = beside.sign(expr)
        return arb("inf") * sign if sign else None
    if base.contains(0) or (base < 0 and not p.is_Integer):
        return None
    return base ** int(p) if p.is_Integer else base ** arb(fmpq(int(p.p), int(p.q)))


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


def _down(value: float) -> float:
    return -math.inf if value != value else math.nextafter(value, -math.inf)


def _up(value: float) -> float:
    return math.inf if value != value else math.nextafter(value, math.inf)


def _add(a: Pair, b: Pair) -> Pair:
    low = _down(a[0] + b[0]) if a[0] and b[0] else a[0] or b[0]
    return low, (_up(a[1] + b[1]) if a[1] and b[1] else a[1] or b[1])


def _multiply(a: Pair, b: Pair) -> Pair:
    if a == (1.0, 1.0):
        return b
    corners = [_corner(p, q) for p in a for q in b]
    return min(low for low, _ in corners), max(high for _, high in corners)


def _corner(p: float, q: float) -> Pair:
    """The product of two ends, exact for whole numbers; what underflows keeps its sign and is not zero."""
    if not (p and q):
        return 0.0, 0.0
    product = p * q
    if abs(product) < WHOLE and p.is_integer() and q.is_integer():
        return product, product  # a pole of gamma stays at the end
    if not product:
        return (0.0, 5e-324) if (p > 0) == (q > 0) else (-5e-324, 0.0)
    return _down(product), _up(product)


def _inverse(a: Pair) -> Pair:
    """1/u for u in an interval whose inside does not hold zero; u = 0 itself is left out."""
    low, high = a
    if low < 0 < high or (low == 0 and high == 0):
        return EVERYTHING
    if low >= 0:
        return (0.0 if math.isinf(high) else _down(1 / high)), (math.inf if low == 0 else _up(1 / low))
    least, most = _inverse((-high, -low))
    return -most, -least


def _whole(a: Pair, n: int) -> Pair:
    low, high = a
    if n % 2 == 0:
        low, high = (0.0 if low <= 0 <= high else min(abs(low), abs(high))), max(abs(low), abs(high))
    ends = []
    for value, up in ((low, False), (high, True)):
        if math.isinf(value) or value == 0:
            ends.append(value**n)
        else:
            with working(PRECISION, 1):
                ball = arb(value) ** n
            ends.append(above(ball) if up else below(ball))
    return ends[0], ends[1]


def _monotone(known: Function, u: Pair) -> Pair:
    """A function that never falls, by its ends, and by its limits at the ends of its domain."""
    assert known.rises is not None
    assert known.ball is not None
    domain, limits = known.rises
    low, high = max(u[0], domain[0]), min(u[1], domain[1])
    if low > high:
        return EVERYTHING
    with working(PRECISION, 1):
        first = limits[0] if low == domain[0] else below(known.ball(series, arb_series([low]))[0])
        last = limits[1] if high == domain[1] else above(known.ball(series, arb_series([high]))[0])
    return (max(first, limits[0]) if first == first else limits[0]), (
        min(last, limits[1]) if last == last else limits[1]
    )


def _by_ball(expr: Expr, u: Pair) -> Pair:
    """Any other function of one argument, over a finite interval."""
    tape = _tape(expr.func)
    if tape is None:
        return EVERYTHING
    with working(PRECISION, 1):
        found = tape.over(arb_series([hull(*u)]))
    return EVERYTHING if found is None or not found[0].is_finite() else (below(found[0]), above(found[0]))


@lru_cache(maxsize=1024)
def _constant(expr: Expr) -> Pair:
    with working(PRECISION, 1):
        ball = number(expr)
    return below(ball), above(ball)


@lru_cache(maxsize=256)
def _tape(func: Any) -> Tape | None:
    t = Symbol("_t", real=True)
    try:
        return Tape(func(t), t)
    except Refused:
        return None
