"""What the names of math stand for: functions of numbers alone."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from sympy import S

from symopt.checking.source.arrays import OPERATIONS, Exact, array, elementwise
from symopt.checking.source.packages.linalg import norm
from symopt.checking.source.packages.numpy import isclose
from symopt.checking.source.packages.objects import Type, items
from symopt.checking.source.packages.python import total
from symopt.checking.source.reading import Unreadable
from symopt.checking.source.values import expression, is_scalar, whole


def of_numbers(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of math: of numbers alone."""

    def apply(*arguments: Any) -> Any:
        parts = [part.reshape(-1)[0] if isinstance(part, Exact) and part.size == 1 else part for part in arguments]
        if not all(is_scalar(part) for part in parts):
            raise Unreadable(f"math.{name} of an array")
        return elementwise(function)(*parts)

    return apply


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
    "fsum": total, "prod": lambda u, start=1: np.multiply.reduce(array(items(u)), initial=start),
    **{name: _counted(name) for name in ("factorial", "comb", "perm", "gcd", "lcm", "isqrt")},
    **{name: _floored(name) for name in ("floor", "ceil", "trunc")},
    **{name: of_numbers(name, OPERATIONS[name]) for name in ("pow", "radians", "degrees", "copysign", "exp2", "fmod")},
    "hypot": lambda *u: norm(list(u)), "dist": lambda a, b: norm(array(items(a)) - array(items(b))),
    "isclose": isclose, "inf": S.Infinity, "nan": S.NaN,
    "sumprod": lambda a, b: np.dot(array(a), array(b)),
}  # fmt: skip
