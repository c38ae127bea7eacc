"""From sympy to single operations: which parts an expression's node has, and how it is made of them.

Forms that would overflow or cancel are recognised here: log(1 + exp u), exp u − 1, log(1 + u),
1/(1 + exp u); those that are expressions again by stable.py.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import sympy
from sympy import Expr, S

from symopt.errors import DerivativeError
from symopt.stable import exponents_of, factors, is_constant, logistic_argument, stable

if TYPE_CHECKING:
    from symopt.derivative import Program


def float_of(expr: Expr) -> float:
    if expr.is_Rational:
        try:
            return expr.p / expr.q
        except OverflowError:
            return math.inf if expr.p > 0 else -math.inf
    value = expr.evalf(25)
    return float(value) if value.is_Number else math.nan


def kind_of(expr: sympy.Basic) -> str:
    name = expr.func.__name__
    if name == "polygamma":
        return f"polygamma:{expr.args[0]}"
    if name == "sinc":
        return "sinc:0"
    return name


def parts_of(expr: sympy.Basic) -> tuple[sympy.Basic, ...]:
    """What an expression's node is made of; the exponent of a power and the like are data, not parts."""
    if not expr.args or is_constant(expr):
        return ()
    if isinstance(expr, sympy.Pow):
        logistic = logistic_argument(expr)
        if logistic is not None:
            return (logistic[0],)
        if expr.exp.is_Rational:
            return (expr.base,)
        return (expr.exp,) if expr.base is S.Exp1 else (expr.base, expr.exp)
    if isinstance(expr, sympy.log):
        summands = exponents_of(expr.args[0])
        return tuple(summands) if summands is not None else (stable(expr.args[0]) or _without_one(expr.args[0]),)
    if isinstance(expr, sympy.Add):
        shifted = _expm1_argument(expr)
        if shifted is not None:
            return tuple(shifted[1])
    if isinstance(expr, sympy.Mul):
        return tuple(p for factor in factors(expr) for p in _factor(factor))
    if isinstance(expr, sympy.Piecewise):
        return tuple(condition for _, condition in expr.args[:-1]) + tuple(value for value, _ in expr.args)
    if isinstance(expr, sympy.polygamma):
        return (expr.args[1],)
    if isinstance(expr, sympy.Heaviside):
        return (expr.args[0],)
    return expr.args


def _factor(factor: Expr) -> tuple[Expr, ...]:
    """A factor of a product: a negative power stands by its positive one, which is divided by."""
    if is_constant(factor):
        return ()
    if _divides(factor):
        return (factor.base ** (-factor.exp),)
    return (factor,)


def _divides(factor: Expr) -> bool:
    return (
        isinstance(factor, sympy.Pow)
        and factor.exp.is_Rational
        and factor.exp.is_negative
        and logistic_argument(factor) is None
        and stable(factor) is None
    )


def _without_one(expr: Expr) -> Expr:
    """u for an argument 1 + u of a logarithm (log1p), else the argument."""
    if expr.is_Add and expr.args[0] is S.One:
        return sympy.Add(*expr.args[1:])
    return expr


def _expm1_argument(expr: sympy.Add) -> tuple[Expr, list[Expr]] | None:
    """(c, [u, rest…]) if the sum holds c·exp(u) − c."""
    if not expr.args[0].is_Rational:
        return None
    for place, term in enumerate(expr.args[1:], 1):
        coefficient, factor = term.as_coeff_Mul()
        if coefficient == -expr.args[0] and isinstance(factor, sympy.exp):
            return coefficient, [factor.args[0], *expr.args[1:place], *expr.args[place + 1 :]]
    return None


# one rule per sympy class: how its node is made from its parts


def _add(program: Program, expr: Expr, parts: list[int]) -> int:
    shifted = _expm1_argument(expr)
    if shifted is not None:
        grown = program.multiply(program.constant(float_of(shifted[0])), program.call("expm1", parts[:1]))
        return program.add([grown, *parts[1:]])
    return program.add(parts)


def _multiply(program: Program, expr: Expr, parts: list[int]) -> int:
    typed = factors(expr)
    numbers = [factor for factor in typed if is_constant(factor)]
    rest = iter(parts)
    top: list[int] = []
    bottom: list[int] = []
    for factor in typed:
        if not is_constant(factor):
            (bottom if _divides(factor) else top).append(next(rest))
    coefficient = sympy.Mul(*numbers)
    if coefficient.is_Rational and abs(coefficient.p) == 1 and 1 < coefficient.q < 2**53:
        bottom.append(program.constant(coefficient.q))
        coefficient = sympy.Integer(coefficient.p)
    numerator = program.multiply(program.constant(float_of(coefficient)), *program.logistic(top))
    return program.divide(numerator, program.multiply(*bottom)) if bottom else numerator


def _power(program: Program, expr: Expr, parts: list[int]) -> int:
    logistic = logistic_argument(expr)
    if logistic is not None:
        return program.power(program.call("sigmoid", parts), logistic[1])
    if expr.exp.is_Rational:
        return program.power(parts[0], float_of(expr.exp))
    if expr.base is S.Exp1:
        return program.call("exp", parts)
    return program.node("raise", *parts)


def _logarithm(program: Program, expr: Expr, parts: list[int]) -> int:
    argument = expr.args[0]
    if exponents_of(argument) is not None:
        total = parts[0]
        for part in parts[1:]:
            total = program.call("logaddexp", [total, part])
        return total
    if stable(argument) is None and _without_one(argument) is not argument:
        return program.call("log1p", parts)
    return program.call("log", parts)


def _piecewise(program: Program, expr: Expr, parts: list[int]) -> int:
    count = len(expr.args) - 1
    if expr.args[-1][1] is not S.true:  # pragma: no cover - the parser demands it
        raise DerivativeError("Piecewise without a last branch True")
    program.kinks.add("Piecewise")
    return program.choose(parts[:count], parts[count:])


def _extreme(operator: str) -> Callable[[Program, Expr, list[int]], int]:
    def rule(program: Program, _expr: Expr, parts: list[int]) -> int:
        program.kinks.add("Max" if operator == ">=" else "Min")
        best = parts[0]
        for part in parts[1:]:
            best = program.choose([program.node("compare", best, part, datum=operator)], [best, part])
        return best

    return rule


def _compare(operator: str) -> Callable[[Program, Expr, list[int]], int]:
    return lambda program, _expr, parts: program.node("compare", *parts, datum=operator)


RULES: dict[Any, Callable[[Program, Any, list[int]], int]] = {
    sympy.Add: _add,
    sympy.Mul: _multiply,
    sympy.Pow: _power,
    sympy.log: _logarithm,
    sympy.Piecewise: _piecewise,
    sympy.Max: _extreme(">="),
    sympy.Min: _extreme("<="),
    sympy.StrictLessThan: _compare("<"),
    sympy.LessThan: _compare("<="),
    sympy.StrictGreaterThan: _compare(">"),
    sympy.GreaterThan: _compare(">="),
    sympy.Unequality: _compare("!="),
    sympy.Equality: _compare("=="),
    sympy.And: lambda program, _expr, parts: program.node("both", *parts),
    sympy.Or: lambda program, _expr, parts: program.node("either", *parts),
    sympy.Not: lambda program, _expr, parts: program.node("opposite", *parts),
}
