"""An oracle for tests: an expression at a point in digits of mpmath, or nothing where it is not defined."""

from __future__ import annotations

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
        found = known.precise(*arguments)
    except (ZeroDivisionError, ValueError):
        raise Undefined from None
    except OverflowError:
        raise Beyond from None
    if isinstance(found, mpmath.mpc) or not mp.isfinite(found):
        raise Undefined
    return found


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
