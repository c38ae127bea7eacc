"""Enclosures: a loss and its derivatives over a box, in truncated power series whose coefficients are balls.

f(c + t) = Σ f⁽ᵏ⁾(c)/k!·tᵏ. With a whole interval for c each coefficient encloses f⁽ᵏ⁾/k! over that interval, so that
one evaluation gives f, f′, f″, … at once and no symbolic derivative is needed. Numbers of the loss are exact: a
decimal is its rational, π is a ball as narrow as the working precision. What is not defined on a whole box comes back
as None or as nan, which has no sign, so that it is divided further and never dropped.

Source: F. Johansson, Arb: efficient arbitrary-precision midpoint-radius interval arithmetic, IEEE Trans. Comput. 66(8),
2017; W. Tucker, Validated Numerics, 2011, chapter 4 (Taylor arithmetic).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

import flint
import sympy
from flint import arb, arb_series, fmpq
from sympy import Expr, S, Symbol

from symopt.analysis import series
from symopt.analysis.series import hull, raised, working
from symopt.functions import row

PRECISION = 96
FINE = 256
ORDER = 5

Ball = Any
Series = Any


class Refused(Exception):
    """A function without an interval version; the message is its name."""


def number(value: Expr) -> Ball:
    """A sympy number as a ball at the working precision; Refused if a function in it has no interval version."""
    return _number(value, flint.ctx.prec)


@lru_cache(maxsize=4096)
def _number(value: Expr, precision: int) -> Ball:
    if value.is_Rational:
        return arb(fmpq(int(value.p), int(value.q)))
    if value is S.Pi:
        return arb.pi()
    if value is S.Exp1:
        return arb.const_e()
    if value.is_Float:
        return arb(float(value))
    with working(precision, 1):
        found = Tape(value, Symbol("_unused")).run(arb_series([0]))
    return arb("nan") if found is None else found[0]


class Tape:
    """A smooth expression of one variable as a list of operations on series."""

    def __init__(self, expr: Expr, x: Symbol) -> None:
        self.steps: list[tuple[Callable[..., Series], tuple[int, ...]]] = []
        self.places: dict[Expr, int] = {}
        self.numbers: list[tuple[int, Expr]] = []
        self.loaded: dict[tuple[int, int], list[Series | None]] = {}
        self.inputs: list[int] = []
        self.inputs_of: dict[int, bool] = {}
        self.top = self.lower(expr, x)

    def lower(self, expr: Expr, x: Symbol) -> int:
        stack: list[tuple[Expr, bool]] = [(expr, False)]
        while stack:
            current, ready = stack.pop()
            if current in self.places:
                continue
            if current == x:
                self._put(current, _itself, ())
                self.inputs.append(self.places[current])
            elif current.is_Atom:
                self._constant(current)
            elif (removed := removable(current, x)) is not None:
                self._put(current, removed, ())
                self.inputs_of[self.places[current]] = True
            else:
                rule, parts = operation(current)
                if ready:
                    self._put(current, rule, tuple(self.places[part] for part in parts))
                else:
                    stack.append((current, True))
                    stack.extend((part, False) for part in parts if part not in self.places)
        return self.places[expr]

    def _constant(self, value: Expr) -> None:
        if not (value.is_number and value.is_extended_real and value.is_finite):
            raise Refused(str(value))
        self.numbers.append((len(self.steps), value))
        self._put(value, _itself, ())

    def _put(self, expr: Expr, rule: Callable[..., Series], parts: tuple[int, ...]) -> None:
        self.places[expr] = len(self.steps)
        self.steps.append((rule, parts))

    def run(self, x: Series) -> Series | None:
        """The expression over a series for x, at the working precision and order; None where it is not defined."""
        settings = flint.ctx.prec, flint.ctx.cap
        if settings not in self.loaded:
            loaded: list[Series | None] = [None] * len(self.steps)
            for place, value in self.numbers:
                loaded[place] = arb_series([number(value)])
            self.loaded[settings] = loaded
        values = self.loaded[settings].copy()
        for place in self.inputs:
            values[place] = x
        try:
            for place, (rule, parts) in enumerate(self.steps):
                if place in self.inputs_of:
                    values[place] = rule(x)
                elif values[place] is None:
                    values[place] = rule(*(values[part] for part in parts))
        except (ValueError, ZeroDivisionError):
            return None
        return values[self.top]


def _itself() -> Series:  # pragma: no cover - inputs and constants are loaded, never run
    raise AssertionError


# operations


def operation(expr: Expr) -> tuple[Callable[..., Series], tuple[Expr, ...]]:
    """The rule of an expression's outermost operation, and what it acts on."""
    if expr.is_Add:
        return _sum, expr.args
    if expr.is_Mul:
        return _product, expr.args
    if expr.is_Pow:
        base, exponent = expr.args
        if exponent.is_Integer:
            n = int(exponent)
            return (lambda u: raised(u, n)), (base,)
        if base is S.Exp1:
            return (lambda u: u.exp()), (exponent,)
        if exponent.is_Rational:
            return _root(exponent), (base,)
        return (lambda u, v: (v * u.log()).exp()), (base, exponent)
    if isinstance(expr, sympy.log):
        inner = row(expr.args[0])
        if inner is not None and inner.log_ball is not None:
            return partial(inner.log_ball, series), expr.args[0].args
        if (terms := exponentials(expr.args[0])) is not None:
            (a, u), (b, v) = terms
            return (lambda u, v: series.log_sum(u + number(a), v + number(b))), (u, v)
    known = row(expr)
    if known is None or known.ball is None:
        raise Refused(expr.func.__name__)
    if known.ordered and len(expr.args) > 1:
        return partial(known.ball, series, int(expr.args[0])), expr.args[1:]
    return partial(known.ball, series), expr.args


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
            if (rule := _removable_at_zero(expr, factor, x)) is not None:
                return rule
            continue
        c, most = -b / a, -int(factor.exp)
        top = sympy.Mul(*(f for f in expr.args if f is not factor)) / a**most
        order, derivative = 0, top
        while order < most and derivative.has(x) and derivative.subs(x, c) == 0:
            order, derivative = order + 1, sympy.diff(derivative, x)
        if order:
            return _moved(top, x, c, order, most - order)
    return None


def _removable_at_zero(expr: Expr, factor: Expr, x: Symbol) -> Callable[[Series], Series] | None:
    """The rule of N/Bᵐ where N and B vanish at 0, B simply, such as x/(exp(x) − 1): both divided by x."""
    bottom, most = factor.base, -int(factor.exp)
    if bottom.count_ops() > 30 or bottom.subs(x, 0) != 0 or sympy.diff(bottom, x).subs(x, 0) == 0:
        return None
    derivative = sympy.Mul(*(f for f in expr.args if f is not factor))
    top, order = derivative, 0
    while order < most and derivative.has(x) and derivative.subs(x, 0) == 0:
        order, derivative = order + 1, sympy.diff(derivative, x)
    if not order:
        return None
    over, under = _moved(top, x, S.Zero, order, 0), _moved(bottom, x, S.Zero, 1, 0)
    return lambda u: (
        over(u) / (raised(under(u), most) * raised(u, most - order) if most > order else raised(under(u), most))
    )


def _moved(top: Expr, x: Symbol, c: Expr, order: int, left: int) -> Callable[[Series], Series]:
    tape = Tape(top, x)

    def rule(u: Series) -> Series:
        centre, cap = number(c), flint.ctx.cap
        apart = abs(u[0] - centre)
        # a quotient loses the digits that numerator and denominator lack near c, the moved series does not
        if apart > arb(2) ** (-(flint.ctx.prec // (order + 2))) and u[0].rad() * 8 < apart:
            found = tape.run(u)
            if found is None:
                raise ValueError
            return found / raised(u - centre, order + left)
        with working(flint.ctx.prec, cap + order):
            found = tape.run(arb_series([u[0].union(centre), 1]))
        if found is None:
            raise ValueError
        made = arb_series([found[k + order] for k in range(cap)])
        return made / raised(u - centre, left) if left else made

    return rule


def exponentials(expr: Expr) -> list[tuple[Expr, Expr]] | None:
    """[(log a, u), (log b, v)] for a·exp(u) + b·exp(v) with positive numbers a and b, either u or v perhaps 0."""
    if not expr.is_Add or len(expr.args) != 2:
        return None
    found = []
    for term in expr.args:
        coefficient, rest = term.as_coeff_Mul()
        if term.is_number:
            coefficient, rest = term, S.One
        if not (rest is S.One or isinstance(rest, sympy.exp)) or not coefficient.is_positive:
            return None
        found.append((sympy.log(coefficient), S.Zero if rest is S.One else rest.args[0]))
    return found if any(not u.is_number for _, u in found) else None


def _sum(*parts: Series) -> Series:
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total


def _product(*parts: Series) -> Series:
    total = parts[0]
    for part in parts[1:]:
        total = total * part
    return total


def _root(exponent: Expr) -> Callable[[Series], Series]:
    if exponent == S.Half:
        return lambda u: u.sqrt()
    if exponent == -S.Half:
        return lambda u: 1 / u.sqrt()
    if exponent.q == 2:
        whole = int(exponent - S.Half)
        return lambda u: raised(u, whole) * u.sqrt()
    return lambda u: u ** arb(fmpq(int(exponent.p), int(exponent.q)))


class Jets:
    """Enclosures of a smooth expression and its derivatives, over boxes and at points, each computed once."""

    def __init__(self, expr: Expr, x: Symbol) -> None:
        self.expr, self.x = expr, x
        self.tape = Tape(expr, x)
        self.kept: dict[tuple[Any, Any], Series | None] = {}
        self.symbolic: dict[int, Expr] = {0: expr}

    def derivative(self, k: int) -> Expr:
        """The k-th derivative, symbolically."""
        if k not in self.symbolic:
            self.symbolic[k] = sympy.diff(self.derivative(k - 1), self.x)
        return self.symbolic[k]

    def series(self, ball: Ball, order: int = ORDER, precision: int = PRECISION) -> Series | None:
        """f⁽ᵏ⁾/k! over a ball for k < order; None where undefined."""
        with working(precision, order):
            return self.tape.run(arb_series([ball, 1]))

    def over(self, low: float, high: float) -> Series | None:
        """f⁽ᵏ⁾/k! over [low, high] for k < ORDER."""
        key = (low, high)
        if key not in self.kept:
            if len(self.kept) > 200_000:
                self.kept.clear()
            self.kept[key] = self.series(hull(low, high))
        return self.kept[key]

    def at(self, x: Ball, k: int, precision: int = PRECISION) -> Ball:
        """f⁽ᵏ⁾ over a ball (or at a number), as a ball; nan where undefined."""
        with working(precision, k + 1):
            found = self.tape.run(arb_series([arb(x), 1]))
            return arb("nan") if found is None else found[k] * math.factorial(k)

    def enclose(self, k: int, low: float, high: float) -> Ball | None:
        """f⁽ᵏ⁾ over [low, high]: directly, then by Taylor's formula about the middle where that is narrower.

        f⁽ᵏ⁾(m) + f⁽ᵏ⁺¹⁾(m)·h + f⁽ᵏ⁺²⁾([low, high])·h²/2 with h = x − m. None where undefined.
        """
        box = self.over(low, high)
        if box is None or not box[k].is_finite():
            return None
        direct = box[k] * math.factorial(k)
        middle = low + (high - low) / 2
        point = self.over(middle, middle)
        if point is None:
            return direct
        with working(PRECISION, ORDER):
            half = hull(low - arb(middle), high - arb(middle))
            if k + 2 < ORDER:
                square = hull(0, half.abs_upper() ** 2)
                rest = box[k + 2] * (math.factorial(k + 2) // 2) * square
                form = point[k] * math.factorial(k) + point[k + 1] * math.factorial(k + 1) * half + rest
            elif k + 1 < ORDER:
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
        direct = box[k]
        if direct > 0:
            return 1
        if direct < 0:
            return -1
        if low == high or not direct.is_finite():
            return 0
        found = self.enclose(k, low, high)
        return 0 if found is None else 1 if found > 0 else -1 if found < 0 else 0
