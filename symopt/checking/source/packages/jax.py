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


def _by(call: Any, function: Any, single: bool, argnums: Any) -> Callable[..., Any]:
    if argnums != 0:
        raise Unreadable("a derivative by another argument than the first")

    def slope(x: Any, *others: Any) -> Any:
        x = array(x)
        letters = [Dummy(f"u{k}", real=True) for k in range(x.size)]
        value = call(function, [wrap(np.array(letters, dtype=object).reshape(x.shape), "f"), *others], {})
        if single and np.shape(value) != ():
            raise TypeError("a gradient of what is no number")
        found = _sloped(value, letters, dict(zip(letters, x.plain.flat, strict=True)))
        return array(found).reshape((*np.shape(value), *x.shape))[()]

    return slope


def _jvp(call: Any, function: Any, primals: Any, tangents: Any) -> Any:
    t = Dummy("t", real=True)
    along = [array(x) + t * array(v) for x, v in zip(primals, tangents, strict=True)]
    value = call(function, along, {})
    return call(function, list(primals), {}), array(_sloped(value, [t], {t: S.Zero}))[..., 0]


JAX: dict[str, Any] = {
    "grad": Higher(lambda call, f, argnums=0: _by(call, f, True, argnums)), "jvp": Higher(_jvp),
    "hessian": Higher(lambda call, f: _by(call, _by(call, f, True, 0), False, 0)),
    **dict.fromkeys(("jacobian", "jacfwd", "jacrev"), Higher(lambda call, f, argnums=0: _by(call, f, False, argnums))),
}  # fmt: skip
