"""An oracle for tests: an expression at a point in digits of mpmath, or nothing where it is not defined."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import mpmath
import sympy
from mpmath import mp
from sympy import Expr, S, Symbol

from symopt.expression import deep
from symopt.functions import FORMS, Function, row
from symopt.special import Beyond

DIGITS = 50


class Undefined(Exception):
    """The expression has no real value at this point."""


class Point:
    """One point, at one precision (that of the surrounding `workdps`); equal subexpressions once."""

    def __init__(self, values: Mapping[Symbol, Any]) -> None:
        self.seen: dict[sympy.Basic, Any] = {symbol: mp.mpf(value) for symbol, value in values.items()}

    def of(self, expr: sympy.Basic) -> Any:
        """The value. Raises Undefined or Beyond."""
        value = self.seen.get(expr)
        if value is None:
            value = self.seen[expr] = self.compute(expr)
        return value

    def compute(self, expr: Any) -> Any:
        if isinstance(expr, sympy.Rational):
            return mp.mpf(int(expr.p)) / int(expr.q)
        if isinstance(expr, sympy.Add):
            return mp.fsum(self.of(term) for term in expr.args)
        if isinstance(expr, sympy.Mul):
            return mp.fprod(self.of(factor) for factor in expr.args)
        if isinstance(expr, sympy.Pow):
            return self.power(expr)
        if isinstance(expr, sympy.Piecewise):
            for value, condition in expr.args:
                if self.holds(condition):
                    return self.of(value)
            raise Undefined
        known = row(expr)
        if known is not None:
            return _applied(known, [self.of(argument) for argument in expr.args])
        if expr.is_number:
            return _constant(expr)
        if isinstance(expr, sympy.DiracDelta):
            return mp.mpf(0)
        raise Undefined

    def power(self, expr: Any) -> Any:
        exponent = expr.exp
        if expr.base is S.Exp1:
            return _applied(FORMS[sympy.exp], [self.of(exponent)])
        base = self.of(expr.base)
        if isinstance(exponent, sympy.Integer):
            n = int(exponent)
            if base == 0 and n < 0:
                raise Undefined
            return base**n
        if base < 0 or (base == 0 and not exponent.is_positive):
            raise Undefined
        if base == 0:
            return mp.mpf(0)
        if exponent is S.Half:
            return mp.sqrt(base)
        return _applied(FORMS[sympy.exp], [self.of(exponent) * mp.log(base)])

    def holds(self, condition: Any) -> bool:
        if condition in (S.true, S.false):
            return condition is S.true
        if isinstance(condition, sympy.And):
            return all(self.holds(part) for part in condition.args)
        if isinstance(condition, sympy.Or):
            return any(self.holds(part) for part in condition.args)
        if isinstance(condition, sympy.Not):
            return not self.holds(condition.args[0])
        left, right = self.of(condition.lhs), self.of(condition.rhs)
        compare = COMPARE.get(condition.func)
        if compare is None:
            raise Undefined
        return compare(left, right)


def _applied(known: Function, arguments: Sequence[Any]) -> Any:
    """A function's value, if it is a real number."""
    try:
        if known.name not in MILD and any(mp.isfinite(u) and u and mp.mag(u) > MOST_BITS for u in arguments):
            raise Beyond
        found = (VALUES.get(known.name) or getattr(mp, known.name))(*arguments)
    except (ZeroDivisionError, ValueError):
        raise Undefined from None
    except OverflowError:
        raise Beyond from None
    if isinstance(found, mpmath.mpc) or not mp.isfinite(found):
        raise Undefined
    return found


def _log_cosh(u: Any) -> Any:
    size = abs(u)
    return mp.log1p(2 * mp.sinh(u / 2) ** 2) if size < 1 else size + mp.log1p(mp.exp(-2 * size)) - mp.log(2)


def _log_sum(*u: Any) -> Any:
    highest, *others = sorted(u, reverse=True)
    return highest + mp.log1p(mp.fsum(mp.exp(v - highest) for v in others))


def _gamma(u: Any) -> Any:
    if abs(u) > 10**6:
        raise Beyond
    return mp.gamma(u)


def _log_gamma(u: Any) -> Any:
    """log Γ(u), wherever Γ(u) > 0."""
    if u > 0:
        return mp.loggamma(u)
    if u == mp.floor(u) or int(mp.floor(u)) % 2:
        return mp.nan
    if u < -(10**6):
        raise Beyond
    return mp.re(mp.loggamma(u))


def _psi(order: Any, u: Any) -> Any:
    if u <= 0 and u == mp.floor(u):
        return mp.nan
    if order > 100 or u < -(10**4):
        raise Beyond
    return mp.psi(int(order), u)


def _sine_over(*parts: Any) -> Any:
    """sin(u)/u, or of (n, u) its n-th derivative."""
    *first, u = parts
    order = int(first[0]) if first else 0
    if abs(u) > 2:
        value = mp.sin(u) / u
        for k in range(1, order + 1):
            value = (mp.sin(u + k * mp.pi / 2) - k * value) / u
        return value
    total, n = mp.zero, (order + 1) // 2
    while True:
        degree = 2 * n - order
        term = mp.mpf((-1) ** n * math.perm(2 * n, order)) / math.factorial(2 * n + 1) * u**degree
        total += term
        n += 1
        if degree > 0 and (u == 0 or abs(term) <= mp.eps * abs(total)):
            return total


MILD = ("log", "hypot", "hypotm1", "Abs", "sign", "Heaviside", "Max", "Min")
MOST_BITS = 4_000  # no other function is asked for at an argument beyond 2**MOST_BITS
VALUES: dict[str, Callable[..., Any]] = {  # of what mpmath has under no such name
    "bose_einstein": lambda u: 1 / mp.expm1(u),
    "log_cosh": _log_cosh,
    "log1mexp": lambda u: mp.log(-mp.expm1(-u)),
    "hypotm1": lambda u: u * (u / (1 + mp.hypot(1, u))),
    "cbrt": lambda u: mp.sign(u) * mp.cbrt(abs(u)),
    "Abs": abs,
    "Heaviside": lambda u, *_: (1 + mp.sign(u)) / 2,
    "Max": max,
    "Min": min,
    "gamma": _gamma,
    "log_gamma": _log_gamma,
    "polygamma": _psi,
    "logaddexp": _log_sum,
    "sigmoid": lambda u: 1 / (1 + mp.exp(-u)),
    "sinc": _sine_over,
    "lambertw": lambda u: mp.lambertw(u).real if u > -mp.exp(-1) else mp.nan,
}

COMPARE: dict[Any, Callable[[Any, Any], bool]] = {
    sympy.StrictLessThan: lambda a, b: a < b,
    sympy.LessThan: lambda a, b: a <= b,
    sympy.StrictGreaterThan: lambda a, b: a > b,
    sympy.GreaterThan: lambda a, b: a >= b,
    sympy.Equality: lambda a, b: a == b,
    sympy.Unequality: lambda a, b: a != b,
}


def _constant(expr: Expr) -> Any:
    if expr is S.Pi:
        return +mp.pi
    if expr is S.Exp1:
        return +mp.e
    value = expr.evalf(mp.dps + 5)
    if not value.is_Float and not value.is_Rational:
        raise Undefined
    return mp.mpf(value._to_mpmath(mp.prec)) if value.is_Float else mp.mpf(int(value.p)) / int(value.q)


def value(expr: Expr, variables: Sequence[Symbol], point: Sequence[Any], digits: int = DIGITS) -> Any:
    """The value of an expression at a point, None where it is not defined. Raises Beyond."""
    with mp.workdps(digits), deep():
        try:
            return Point(dict(zip(variables, point, strict=True))).of(expr)
        except Undefined:
            return None
