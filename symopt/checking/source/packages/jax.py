"""What the names of jax that derive stand for: derivatives of the expressions that the functions give."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from sympy import Dummy, S

from symopt.checking.source.arrays import array, wrap
from symopt.checking.source.doubles import lost, plain
from symopt.checking.source.packages.objects import Higher
from symopt.checking.source.reading import Unreadable
from symopt.checking.source.values import number
from symopt.loss import Loss


def _sloped(value: Any, letters: Sequence[Any], back: dict[Any, Any]) -> Any:
    """The derivatives of each entry of a value by letters, in a last axis, where the letters are what back tells."""
    back = {letter: plain(entry) for letter, entry in back.items()}
    entries = [Loss("", plain(number(entry)), tuple(letters)).gradient for entry in array(value).plain.flat]
    flat = np.array([[lost(slope.xreplace(back)) for slope in row] for row in entries], dtype=object)
    return wrap(flat.reshape(*np.shape(value), len(letters)), "f")


def _by(call: Any, function: Any, single: bool, argnums: Any = 0, also: bool = False) -> Callable[..., Any]:
    """The derivative by some arguments; also: behind the value."""
    numbers = argnums if isinstance(argnums, (tuple, list)) else [argnums]
    if not all(isinstance(k, int) for k in numbers):
        raise Unreadable("a derivative by what is no known argument")

    def slope(*arguments: Any) -> Any:
        given = [array(arguments[k]) for k in numbers]
        letters = [Dummy(f"u{k}", real=True) for k in range(sum(x.size for x in given))]
        rest, inner = list(letters), list(arguments)
        for k, x in zip(numbers, given, strict=True):
            own, rest = rest[: x.size], rest[x.size :]
            inner[k] = wrap(np.array(own, dtype=object).reshape(x.shape), "f")
        value = call(function, inner, {})
        if single and np.shape(value) != ():
            raise TypeError("a gradient of what is no number")
        places = [entry for x in given for entry in x.plain.flat]
        found = array(_sloped(value, letters, dict(zip(letters, places, strict=True))))
        parts, start = [], 0
        for x in given:
            part = found[..., start : start + x.size]
            parts.append(part.reshape((*np.shape(value), *x.shape))[()])
            start += x.size
        slopes = tuple(parts) if isinstance(argnums, (tuple, list)) else parts[0]
        return (call(function, list(arguments), {}), slopes) if also else slopes

    return slope


def _jvp(call: Any, function: Any, primals: Any, tangents: Any) -> Any:
    t = Dummy("t", real=True)
    along = [array(x) + t * array(v) for x, v in zip(primals, tangents, strict=True)]
    value = call(function, along, {})
    return call(function, list(primals), {}), array(_sloped(value, [t], {t: S.Zero}))[..., 0]


JAX: dict[str, Any] = {
    "grad": Higher(lambda call, fun, argnums=0: _by(call, fun, True, argnums), True), "jvp": Higher(_jvp, True),
    "hessian": Higher(lambda call, fun: _by(call, _by(call, fun, True), False), True),
    "value_and_grad": Higher(lambda call, fun, argnums=0: _by(call, fun, True, argnums, True), True),
    **dict.fromkeys(("jacobian", "jacfwd", "jacrev"),
                    Higher(lambda call, fun, argnums=0: _by(call, fun, False, argnums), True)),
}  # fmt: skip
