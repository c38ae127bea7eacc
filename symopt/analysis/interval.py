"""Enclosures: a loss and its derivatives over a box, in truncated power series whose coefficients are balls.

f(c + t) = Σ f⁽ᵏ⁾(c)/k!·tᵏ. With a whole interval for c each coefficient encloses f⁽ᵏ⁾/k! over that interval, so that
one evaluation gives f, f′, f″, … at once and no symbolic derivative is needed. What is not defined on a whole box comes
back as None or as nan, which has no sign, so that it is divided further and never dropped.

Source: F. Johansson, Arb: efficient arbitrary-precision midpoint-radius interval arithmetic, IEEE Trans. Comput. 66(8),
2017; W. Tucker, Validated Numerics, 2011, chapter 4 (Taylor arithmetic).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import flint
import sympy
from flint import arb, arb_series
from sympy import Expr, S, Symbol

from symopt.balls import series
from symopt.balls import tape as balls
from symopt.balls.series import hull, raised, signum, working
from symopt.balls.tape import UNDEFINED, number, operation
from symopt.balls.work import READ, spend
from symopt.functions import row

PRECISION = 96
FINE = 256
ORDER = 5
NEAR = 2.0**-4
"""How near to a removable point a quotient is also enclosed by the moved series of its numerator."""
LONGEST = 10_000
"""Operations up to which a derivative is written out, by how the first one grows."""
MOST_LOST = 2000
"""Bits, at most, by which a quotient near such a point is computed more precisely."""

Ball = Any
Series = Any


class Tape(balls.Tape):
    """An expression of one variable, its removable points filled."""

    def __init__(self, expr: Expr, x: Symbol) -> None:
        self.x = x
        super().__init__([without_cancelled_poles(expr, x)], [x])

    def operation(self, expr: Expr) -> Any:
        if (rule := removable(expr, self.x)) is not None:
            return rule, (self.x,), None
        if expr.is_Pow and expr.exp.is_Integer and expr.exp < 0:
            under, n = row(expr.base), -int(expr.exp)
            if under is not None and under.reciprocal_ball is not None:
                rule = under.reciprocal_ball
                return lambda u: raised(rule(series, u), n), expr.base.args, None
        return operation(expr)

    def over(self, x: Series) -> Series | None:
        """The expression over a series for x, at the working precision and order; None where it is not defined."""
        (found,) = self.run([x])
        return None if found is UNDEFINED else found


def removable(expr: Expr, x: Symbol) -> Callable[[Series], Series] | None:
    """The rule of N(x)/(ax + b)ᵐ whose numerator vanishes with its denominator, such as sin(x)/x; else None.

    If N(c) = 0 then q = N/(x − c) = ∫₀¹ N′(c + t(x − c)) dt, so that q⁽ᵏ⁾/k! lies in N⁽ᵏ⁺¹⁾/(k + 1)! over any
    interval that holds x and c: the coefficients of N, moved by one place.
    """
    if not expr.is_Mul or len(expr.args) < 2:
        return None
    for factor in expr.args:
        if not (factor.is_Pow and factor.exp.is_Integer and factor.exp < 0):
            continue
        a, b = factor.base.coeff(x, 1), factor.base.coeff(x, 0)
        if not (a.is_Rational and b.is_Rational and a) or factor.base - a * x - b != 0:
            if (rule := _removable_at_zero(expr, x)) is not None:
                return rule
            continue
        c, most = -b / a, -int(factor.exp)
        top = sympy.Mul(*(f for f in expr.args if f is not factor)) / a**most
        if order := _order(top, x, c, most):
            return _moved(top, x, c, order, most - order)
    return None


def _order(expr: Expr, x: Symbol, c: Expr, most: int) -> int:
    """The order of a zero at c, `most` at most."""
    order = 0
    while order < most and expr.has(x) and expr.subs(x, c) == 0:
        order, expr = order + 1, sympy.diff(expr, x)
    return order


def _removable_at_zero(expr: Expr, x: Symbol, wholly: bool = False) -> Callable[[Series], Series] | None:
    """The rule of N/(Bᵐ·…) where N and each B vanish at 0, B simply, such as x/(exp(x) − 1): all divided by x.

    wholly: None where a pole remains.
    """
    under = [factor for factor in expr.args if _simple_pole(factor, x)]
    most = -sum(int(factor.exp) for factor in under)
    top = sympy.Mul(*(f for f in expr.args if f not in under))
    if not (order := _order(top, x, S.Zero, most)) or (wholly and order < most):
        return None
    over = _moved(top, x, S.Zero, order, 0)
    bottoms = [(_moved(factor.base, x, S.Zero, 1, 0), -int(factor.exp)) for factor in under]

    def rule(u: Series) -> Series:
        found = over(u) if most == order else over(u) / raised(u, most - order)
        for bottom, power in bottoms:
            found = found / raised(bottom(u), power)
        return found

    return rule


def _simple_pole(factor: Expr, x: Symbol) -> bool:
    """Whether a factor is B⁻ᵐ with a short B that has a simple zero at 0."""
    if not (factor.is_Pow and factor.exp.is_Integer and factor.exp < 0) or factor.base.count_ops() > 30:
        return False
    return bool(factor.base.subs(x, 0) == 0 and sympy.diff(factor.base, x).subs(x, 0) != 0)


def without_cancelled_poles(expr: Expr, x: Symbol) -> Expr:
    """An expression whose sums of poles at 0 that cancel, as in 1/sin(x) − 1/x, are one quotient each."""

    def as_one(node: Expr) -> Expr:
        terms = [term for term in node.args if any(_simple_pole(f, x) for f in sympy.Mul.make_args(term))]
        if len(terms) < 2:
            return node
        made = sympy.together(sympy.Add(*terms))
        return made + (node - sympy.Add(*terms)) if made.is_Mul and _removable_at_zero(made, x, wholly=True) else node

    poles = [node for node in expr.atoms(sympy.Pow) if _simple_pole(node, x)]
    return expr.replace(lambda node: node.is_Add, as_one) if len(poles) > 1 else expr


def _moved(top: Expr, x: Symbol, c: Expr, order: int, left: int) -> Callable[[Series], Series]:
    tape = Tape(top, x)

    def rule(u: Series) -> Series:
        centre, cap, bits = number(c), flint.ctx.cap, flint.ctx.prec
        apart = abs(u[0] - centre)
        found = None
        if u[0].rad() * 8 < apart:
            # numerator and denominator lack digits near c, more of them in each derivative
            size = float(apart.mid())
            lost = math.ceil(-math.log2(size)) * (order + left + cap) if 0 < size < 1 else 0
            with working(bits + min(lost, MOST_LOST), cap):
                over = tape.over(u)
                found = None if over is None else over / raised(u - number(c), order + left)
            if found is not None and apart > NEAR:
                return found
        with working(bits, cap + order):
            moved = tape.over(arb_series([u[0].union(centre), 1]))
        if moved is None:
            raise ValueError
        made = arb_series([moved[k + order] for k in range(cap)])
        made = made / raised(u - centre, left) if left else made
        return made if found is None else _both(made, found)

    return rule


def _uncancelled(derivative: Expr) -> Expr:
    """A derivative with sech(u)² for 1 − tanh(u)², of whose sign nothing is seen where tanh(u) is nearly 1."""
    squares = {node: node.base.args[0] for node in derivative.atoms(sympy.Pow) if isinstance(node.base, sympy.tanh)}
    return derivative.xreplace({1 - node: sympy.sech(u) ** 2 for node, u in squares.items() if node.exp == 2})


class Unwritten(sympy.Function):
    """A derivative that is not written out, of which nothing is known by its formula."""

    nargs = 2


@lru_cache(maxsize=1024)
def operations(expr: Expr) -> int:
    """How many operations an expression has, 1 at least."""
    return max(1, int(expr.count_ops()))


def _both(u: Series, v: Series) -> Series:
    """Two enclosures of the same as one."""
    return arb_series([
        a.intersection(b) if a.is_finite() and b.is_finite() else a if a.is_finite() else b
        for a, b in ((u[k], v[k]) for k in range(flint.ctx.cap))
    ])  # fmt: skip


class Jets:
    """Enclosures of an expression and its derivatives, over boxes and at points, each computed once."""

    def __init__(self, expr: Expr, x: Symbol) -> None:
        self.expr, self.x = expr, x
        self.tape = Tape(expr, x)
        spend(READ * len(self.tape.rules))
        self.kept: dict[tuple[Any, Any, int], Series | None] = {}
        self.symbolic: dict[int, Expr] = {0: expr}

    def derivative(self, k: int) -> Expr:
        """The k-th derivative, symbolically; without a formula where that would be very long."""
        if k not in self.symbolic:
            before = self.derivative(k - 1)
            size, growth = operations(before), operations(self.derivative(1)) / operations(self.expr) if k > 1 else 1.0
            long = size * max(1.0, growth) > LONGEST
            made = Unwritten(before, self.x) if long else _uncancelled(sympy.diff(before, self.x))
            spend(READ * operations(made))
            self.symbolic[k] = made
        return self.symbolic[k]

    def series(self, ball: Ball, order: int = ORDER, precision: int = PRECISION) -> Series | None:
        """f⁽ᵏ⁾/k! over a ball for k < order; None where undefined."""
        with working(precision, order):
            return self.tape.over(arb_series([ball, 1]))

    def over(self, low: float, high: float, order: int = ORDER) -> Series | None:
        """f⁽ᵏ⁾/k! over [low, high] for k < order."""
        key = (low, high, order)
        if key not in self.kept:
            if len(self.kept) > 200_000:
                self.kept.clear()
            self.kept[key] = self.series(hull(low, high), order)
        return self.kept[key]

    def at(self, x: Ball, k: int, precision: int = PRECISION) -> Ball:
        """f⁽ᵏ⁾ over a ball (or at a number), as a ball; nan where undefined."""
        with working(precision, k + 1):
            found = self.tape.over(arb_series([arb(x), 1]))
            return arb("nan") if found is None else found[k] * math.factorial(k)

    def enclose(self, k: int, low: float, high: float) -> Ball | None:
        """f⁽ᵏ⁾ over [low, high]: directly, then by Taylor's formula about the middle where that is narrower.

        f⁽ᵏ⁾(m) + f⁽ᵏ⁺¹⁾(m)·h + f⁽ᵏ⁺²⁾([low, high])·h²/2 with h = x − m. None where undefined.
        """
        order = max(ORDER, k + 2)  # a series has zeros, not nan, beyond its order
        box = self.over(low, high, order)
        if box is None or not box[k].is_finite():
            return None
        direct = box[k] * math.factorial(k)
        middle = low + (high - low) / 2
        point = self.over(middle, middle, order)
        if point is None:
            return direct
        with working(PRECISION, order):
            half = hull(low - arb(middle), high - arb(middle))
            if k + 2 < order:
                square = hull(0, half.abs_upper() ** 2)
                rest = box[k + 2] * (math.factorial(k + 2) // 2) * square
                form = point[k] * math.factorial(k) + point[k + 1] * math.factorial(k + 1) * half + rest
            elif k + 1 < order:
                form = point[k] * math.factorial(k) + box[k + 1] * math.factorial(k + 1) * half
            else:
                return direct
            if not form.is_finite():
                return direct
            return direct.intersection(form)

    def sign(self, k: int, low: float, high: float) -> int:
        """The sign of f⁽ᵏ⁾ on all of [low, high], 1 or −1; 0 if it is not known to have one."""
        box = self.over(low, high)
        if box is None:
            return 0
        if (sign := signum(box[k])) or low == high or not box[k].is_finite():
            return sign
        found = self.enclose(k, low, high)
        return 0 if found is None else signum(found)
