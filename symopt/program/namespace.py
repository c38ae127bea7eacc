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


SLOW = 16  # powers of one base from which on their signs and ranges are looked at first
BEYOND = 1_100  # |log₂| of what is no float, neither normal nor subnormal


def raised(base: Any, exponent: Any) -> Any:
    """base^exponent; of many powers of a base at numpy's full speed.

    numpy takes a tenth of the time where no base is negative and no power is 0 or infinite: u^k = ±|u|^k, and what
    leaves floating point is not computed.
    """
    many = np.ndim(exponent) and np.shape(exponent)[-1] >= SLOW and np.shape(base)[-1:] in ((), (1,))
    if not many:
        return np.power(base, exponent)
    exponent = np.asarray(exponent, dtype=float)
    with np.errstate(all="ignore"):
        length = np.log2(np.absolute(base)) * exponent
        result = np.where(length > 0, np.inf, 0.0)
        np.power(np.absolute(base), exponent, out=result, where=np.absolute(length) < BEYOND)
        if np.any(below := np.signbit(base)):
            odd = exponent % 2
            result = np.where(below & (odd != 0), np.where(odd == 1, -result, np.nan), result)
        rest = ~np.isfinite(length)
        if np.any(rest):
            np.power(base, exponent, out=result, where=rest)
    return result


OPERATIONS["raised"] = raised


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
    """‖u‖ over the last axis, which stays with length 1: one number per lane, whatever its scale and its neighbours."""
    if not np.ndim(u):
        return np.absolute(u)
    with np.errstate(all="ignore"):
        squares = np.sum(np.square(u), axis=-1, keepdims=True)
        safe = (squares > TINY) & (squares < np.inf)
        if safe.all():
            return np.sqrt(squares)
        largest = np.max(np.absolute(u), axis=-1, keepdims=True)
        scale = np.where((largest > 0) & (largest < np.inf), largest, 1.0)
        scaled = scale * np.sqrt(np.sum(np.square(u / scale), axis=-1, keepdims=True))
        return np.where(safe, np.sqrt(squares), scaled)


def dot(u: Any, v: Any) -> Any:
    """u·v over the last axis, which stays with length 1."""
    product = np.multiply(u, v)
    return np.sum(product, axis=-1, keepdims=True) if product.ndim else product
