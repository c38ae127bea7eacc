"""The names that compiled programs may use: numpy's functions, and those that numpy does not have."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from functools import cache, partial
from typing import Any

import numpy as np

from symopt.functions import FUNCTIONS

TINY = 1e-290  # below it a sum of squares has lost digits
OPERATIONS = {name: getattr(np, name) for name in "sqrt square power where logical_not inf nan".split()}


@cache
def _named(name: str) -> dict[str, Any]:
    """What a program needs that calls a function, by name."""
    if name in ("norm", "dot"):
        return {name: norm if name == "norm" else dot}
    known = FUNCTIONS[name]
    if known.array is not None:
        return {name: partial(known.array, np)}
    if found := re.findall(r"np\.(\w+)", known.text("numpy") or ""):
        return {word: getattr(np, word) for word in found}
    return {name: _elementwise(known.value)}


def namespace(functions: Iterable[str] = ()) -> dict[str, Any]:
    """A scope for a program that calls these functions."""
    scope = {"__builtins__": {}, **OPERATIONS}
    for name in functions:
        scope |= _named(name)
    return scope


def _elementwise(function: Callable[..., float]) -> Callable[..., Any]:
    """A function of plain floats over arrays; nan where it has no real value."""

    def safe(*arguments: float) -> float:
        if any(u != u for u in arguments):
            return math.nan
        try:
            return float(function(*arguments))
        except OverflowError:
            return math.inf
        except (ValueError, ZeroDivisionError):
            return math.nan

    def apply(*arguments: Any) -> Any:
        return np.asarray(np.frompyfunc(safe, len(arguments), 1)(*arguments), dtype=float)[()]

    return apply


def round_up(value: float) -> float:
    """The next of 1, 2, 5 times a power of ten, at or above a positive value."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 5, 10) if value <= step * power * (1 + 1e-12))


def norm(u: Any) -> Any:
    """‖u‖ over the last axis, which stays with length 1: one number per lane, whatever its scale."""
    if not np.ndim(u):
        return np.absolute(u)
    with np.errstate(all="ignore"):
        squares = np.sum(np.square(u), axis=-1, keepdims=True)
        if ((squares > TINY) & (squares < np.inf)).all():
            return np.sqrt(squares)
        largest = np.max(np.absolute(u), axis=-1, keepdims=True)
        scale = np.where((largest > 0) & (largest < np.inf), largest, 1.0)
        return scale * np.sqrt(np.sum(np.square(u / scale), axis=-1, keepdims=True))


def dot(u: Any, v: Any) -> Any:
    """u·v over the last axis, which stays with length 1."""
    product = np.multiply(u, v)
    return np.sum(product, axis=-1, keepdims=True) if product.ndim else product
