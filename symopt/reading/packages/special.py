"""What the names of scipy.special and math stand for beyond the rows of the table."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import sympy
from sympy import Expr, S

from symopt.reading.exact.arrays import OPERATIONS, Exact, array, elementwise, formula, named, where
from symopt.reading.exact.doubles import ROUNDS
from symopt.reading.exact.kept import shown
from symopt.reading.exact.values import NOTHING, expression, is_scalar, whole
from symopt.reading.packages.linalg import norm
from symopt.reading.packages.numpy import isclose
from symopt.reading.packages.objects import Higher, Type, items
from symopt.reading.packages.python import total
from symopt.reading.source import Unreadable


def log_sum(a: Any, axis: Any = None, b: Any = None, keepdims: Any = False) -> Any:
    terms = np.exp(array(a)) if b is None else np.exp(array(a)) * array(b)
    return np.log(array(np.sum(array(terms), axis=axis, keepdims=keepdims)))


def softmax(x: Any, axis: Any = None) -> Any:
    terms = array(np.exp(array(x)))
    return terms / np.sum(terms, axis=axis, keepdims=True)


def log_softmax(x: Any, axis: Any = None) -> Any:
    return array(x) - log_sum(x, axis=axis, keepdims=True)


def _x_log(a: Any, b: Any) -> Any:
    return S.Zero if a == 0 else a * sympy.log(b)


def _huber(d: Any, r: Any) -> Any:
    return where(abs(r) <= d, r**2 / 2, d * (abs(r) - d / 2))


def _log_beta(a: Any, b: Any) -> Any:
    return sympy.loggamma(a) + sympy.loggamma(b) - sympy.loggamma(a + b)


def _below(u: Any) -> Any:
    """The distribution function of the normal distribution."""
    return (1 + sympy.erf(u / sympy.sqrt(2))) / 2


SPECIAL: dict[str, Any] = {
    "betaln": formula(_log_beta), "beta": formula(lambda a, b: sympy.exp(_log_beta(a, b))),
    "ndtr": formula(_below), "log_ndtr": formula(lambda u: sympy.log(_below(u))),
    "logit": formula(lambda u: sympy.log(u / (1 - u))),
    "log_expit": formula(lambda u: -sympy.log(1 + sympy.exp(-u))),
    "xlogy": formula(_x_log), "xlog1py": formula(lambda a, b: _x_log(a, 1 + b)),
    "entr": formula(lambda u: -_x_log(u, u)), "rel_entr": formula(lambda a, b: _x_log(a, a / b)),
    "kl_div": formula(lambda a, b: _x_log(a, a / b) - a + b), "exp2": formula(lambda u: 2**u),
    "pseudo_huber": formula(lambda d, r: d**2 * (sympy.sqrt(1 + (r / d) ** 2) - 1)),
    "factorial": formula(lambda u: where(u >= 0, sympy.gamma(u + 1), S.Zero)),
    "huber": formula(_huber), "logsumexp": log_sum, "softmax": softmax, "log_softmax": log_softmax,
}  # fmt: skip


def of_numbers(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of math: of numbers alone."""

    def apply(*arguments: Any) -> Any:
        parts = [part.reshape(-1)[0] if isinstance(part, Exact) and part.size == 1 else part for part in arguments]
        if not all(is_scalar(part) for part in parts):
            raise Unreadable(f"math.{name} of an array")
        found = elementwise(function)(*parts)
        if isinstance(found, Expr):  # without a value an error is raised, there is no nan
            if found.is_number and (found.is_extended_real is False or found.is_finite is False) and not any(
                expression(part).is_finite is False for part in parts):  # fmt: skip
                raise ValueError("math domain error")
            ROUNDS.get().raised.update(shown(found).difference(*map(shown, map(expression, parts))))
        return found

    return apply


def of_math(name: str) -> Callable[..., Any]:
    """The row of a function of math."""
    return of_numbers(name, named("math")[name])


def _counted(name: str) -> Callable[..., Any]:
    def apply(*arguments: Any) -> Any:
        numbers = [whole(a) for a in arguments]
        if any(abs(n) > 1000 for n in numbers):
            raise Unreadable(f"math.{name} of a large number")
        return getattr(math, name)(*numbers)

    return apply


def _floored(name: str) -> Callable[..., Any]:
    return lambda u: Type("i")(u if isinstance(u, int) else OPERATIONS[name](expression(u)))


MATH: dict[str, Any] = {
    "fsum": Higher(total), "prod": lambda u, start=1: np.multiply.reduce(array(items(u)), initial=start),
    **{name: _counted(name) for name in ("factorial", "comb", "perm", "gcd", "lcm", "isqrt")},
    **{name: _floored(name) for name in ("floor", "ceil", "trunc")},
    **{name: of_numbers(name, OPERATIONS[name]) for name in ("pow", "radians", "degrees", "copysign", "exp2", "fmod")},
    "hypot": lambda *u: norm(list(u)), "dist": lambda a, b: norm(array(items(a)) - array(items(b))),
    "isclose": isclose, "inf": S.Infinity, "nan": NOTHING,
    "sumprod": lambda a, b: np.dot(array(a), array(b)),
}  # fmt: skip
