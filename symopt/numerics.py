"""The names that compiled programs may use: numpy's functions, and those that numpy does not have."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from symopt.expression.functions import cotangent_slope, psi_right

TINY = 1e-290  # below it a sum of squares has lost digits


def sigmoid(u: Any) -> Any:
    """1/(1 + exp(−u)) without overflow on either side."""
    small = np.exp(-np.absolute(u))
    return np.where(np.greater_equal(u, 0), 1.0, small) / (1.0 + small)


def sinc(order: int, u: Any) -> Any:
    """The derivative of sin(u)/u of an order: its Taylor series near 0, a recurrence elsewhere.

    u·s₀ = sin u differentiated k times gives s_k = (sin⁽ᵏ⁾(u) − k·s_{k−1})/u.
    """
    u = np.asarray(u, dtype=float)
    far = np.where(np.absolute(u) < 2, 2.0, u)
    value = np.sin(far) / far
    for k in range(1, order + 1):
        value = (np.sin(far + k * np.pi / 2) - k * value) / far
    near = np.where(np.absolute(u) < 2, u, 0.0)
    series = np.zeros_like(near)
    for n in range(18, -1, -1):  # the term of u^(2n) of sin(u)/u, differentiated
        degree = 2 * n - order
        if degree >= 0:
            factor = (-1.0) ** n / math.factorial(2 * n + 1) * math.perm(2 * n, order)
            series = series + factor * near**degree
    return np.where(np.absolute(u) < 2, series, np.where(np.isfinite(u), value, np.nan))[()]


def _elementwise(function: Callable[..., float]) -> Callable[..., Any]:
    """A function of plain floats over arrays; nan where it has no real value."""

    def safe(*arguments: float) -> float:
        try:
            value = function(*arguments)
        except OverflowError:
            return math.inf
        except (ValueError, ZeroDivisionError):
            return math.nan
        return float(value.real) if isinstance(value, complex) else float(value)

    apply = np.frompyfunc(safe, 1, 1)
    return lambda u: np.asarray(apply(u), dtype=float)[()]


def _loggamma(u: float) -> float:
    return math.lgamma(u) if u > 0 else math.nan


def _log_gamma(u: float) -> float:
    """log Γ(u), which there is below 0 too, wherever Γ(u) > 0."""
    return math.lgamma(u) if u > 0 or math.floor(u) % 2 == 0 else math.nan


def polygamma(order: int, u: Any) -> Any:
    """The derivative of order + 1 of log Γ(u); nan at the poles, left of 0 by reflection."""
    u = np.asarray(u, dtype=float)
    left = u <= 0
    right = psi_right(order, np.where(left, 1 - u, u), np.log)
    if left.any():
        turn = np.pi * (u - np.rint(u))
        cotangent = np.where(turn == 0, np.nan, np.cos(turn) / np.where(turn == 0, 1.0, np.sin(turn)))
        right = np.where(left, (-1) ** order * right - cotangent_slope(order, cotangent), right)
    return right[()]


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


NAMESPACE: dict[str, Any] = {
    "__builtins__": {},
    **{name: getattr(np, name) for name in (
        "sin cos tan arcsin arccos arctan arctan2 sinh cosh tanh arcsinh arccosh arctanh exp expm1 log log1p sqrt "
        "cbrt absolute sign heaviside logaddexp power square where logical_not inf nan").split()},
    "sigmoid": sigmoid, "sinc": sinc, "polygamma": polygamma, "norm": norm, "dot": dot,
    "erf": _elementwise(math.erf), "erfc": _elementwise(math.erfc),
    "gamma": _elementwise(math.gamma), "loggamma": _elementwise(_loggamma),
    "log_gamma": _elementwise(_log_gamma),
}  # fmt: skip
