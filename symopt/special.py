"""Functions over arrays and plain numbers that neither `math` nor numpy have; `np` is numpy, or what acts like it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any


class Beyond(ArithmeticError):
    """A number on the way is too large to go on with, or there are too many terms to be asked for many digits."""


class NoDigits:
    """What stands for f in many digits where it has too many terms for that: it costs more than anybody pays."""

    cost = 10**18
    hessian_of = None

    @property
    def value_of(self) -> NoDigits:
        return self

    def refuse(self, *_: Any) -> Any:
        raise Beyond

    value = grad = hess = exceeds = refuse


BERNOULLI = (1/6, -1/30, 1/42, -1/30, 5/66, -691/2730, 7/6, -3617/510, 43867/798, -174611/330, 854513/138,
             -236364091/2730)  # fmt: skip  # B₂, B₄ … B₂₄


def psi_right(order: int, x: Any, log: Callable[[Any], Any]) -> Any:
    """The polygamma function of an order at x > 0, a number or an array: up by ones, then Stirling's series.

    M. Abramowitz, I. Stegun, Handbook of Mathematical Functions, 1964, 6.3.18 and 6.4.11 with 6.4.6.
    """
    steps = 20 + order
    near = sum((1 / (x + k)) ** (order + 1) for k in range(steps))
    r = 1 / (x + steps)
    factor = (-1.0) ** (order + 1) * math.factorial(order)
    if order == 0:
        return log(x + steps) - r / 2 - sum(b / (2 * k) * r ** (2 * k) for k, b in enumerate(BERNOULLI, 1)) - near
    series = sum(
        b * (math.comb(2 * k + order - 1, order - 1) / order) * r ** (2 * k) for k, b in enumerate(BERNOULLI, 1)
    )
    return factor * (r**order * (1 / order + r / 2 + series) + near)


def cotangent_slope(order: int, c: Any) -> Any:
    """dᵐ/dxᵐ π·cot(πx) at an x with cot(πx) = c: a polynomial p in c, and each derivative is −π(1 + c²)·p′(c)."""
    p = [0.0, math.pi]
    for _ in range(order):
        slope = [k * a for k, a in enumerate(p)][1:]
        p = [-math.pi * (a + b) for a, b in zip([*slope, 0.0, 0.0], [0.0, 0.0, *slope], strict=True)]
    total = c * 0.0
    for a in reversed(p):
        total = total * c + a
    return total


def psi(order: int, x: float) -> float:
    """The polygamma function of an order, the (order + 1)-th derivative of log Γ; raises ValueError at its poles.

    Left of 0 by reflection, ψₘ(x) = (−1)ᵐ ψₘ(1 − x) − dᵐ/dxᵐ π·cot(πx).  Abramowitz, Stegun, 6.4.7.
    """
    if x > 0:
        return float(psi_right(order, x, math.log))
    if x == math.floor(x):
        raise ValueError
    turn = math.pi * (x - round(x))  # the cotangent has the period 1
    return (-1) ** order * psi(order, 1 - x) - float(cotangent_slope(order, math.cos(turn) / math.sin(turn)))


def psi_everywhere(np: Any, order: int, u: Any) -> Any:
    """`psi` over an array; nan at the poles."""
    u = np.asarray(u, dtype=float)
    left = u <= 0
    right = psi_right(order, np.where(left, 1 - u, u), np.log)
    if left.any():
        turn = np.pi * (u - np.rint(u))
        cotangent = np.where(turn == 0, np.nan, np.cos(turn) / np.where(turn == 0, 1.0, np.sin(turn)))
        right = np.where(left, (-1) ** order * right - cotangent_slope(order, cotangent), right)
    return right[()]


def log_gamma_positive(x: float) -> float:
    """log Γ(x) where Γ(x) > 0; raises ValueError elsewhere."""
    if x <= 0 and math.floor(x) % 2:
        raise ValueError
    return math.lgamma(x)


def log_gamma_right(x: float) -> float:
    """log Γ(x) for x > 0; raises ValueError elsewhere."""
    if x <= 0:
        raise ValueError
    return math.lgamma(x)


def sech(x: float) -> float:
    """1/cosh(x), where cosh(x) is too large too."""
    small = math.exp(-abs(x))
    return 2 * small / (1 + small**2)


def csch(x: float) -> float:
    """1/sinh(x), where sinh(x) is too large too; raises ZeroDivisionError at 0."""
    return 1 / math.sinh(x) if abs(x) < 1 else math.copysign(2 * math.exp(-abs(x)) / -math.expm1(-2 * abs(x)), x)


def log_sum(u: float, v: float) -> float:
    """log(exp(u) + exp(v))."""
    high, low = max(u, v), min(u, v)
    return high + math.log1p(math.exp(low - high))


def log_sum_everywhere(np: Any, a: Any, b: Any) -> Any:
    """log(exp(a) + exp(b)) = max(a, b) + log1p(exp(−|a − b|)), several times faster than numpy's own over arrays."""
    if isinstance(a, float) and not a:
        return np.maximum(b, 0.0) + np.log1p(np.exp(-np.abs(b)))
    apart = np.abs(a - b)
    return np.maximum(a, b) + np.log1p(np.exp(-np.where(apart == apart, apart, 0.0)))  # two infinities are not apart


def bose_einstein_value(x: float) -> float:
    """1/(exp(x) − 1), where exp(x) is too large too; raises ZeroDivisionError at 0."""
    return 1 / math.expm1(x) if x < 700 else math.exp(-x)


def log_of_cosh(x: float) -> float:
    """log(cosh(x)), where cosh(x) is too large and where it is 1 too."""
    size = abs(x)
    return math.log1p(2 * math.sinh(x / 2) ** 2) if size < 1 else size + math.log1p(math.exp(-2 * size)) - math.log(2)


def log_of_coshs(np: Any, u: Any) -> Any:
    """`log_of_cosh` over an array."""
    size = np.absolute(u)
    near = np.log1p(2 * np.square(np.sinh(np.minimum(size, 1.0) / 2)))
    return np.where(size < 1, near, size + np.log1p(np.exp(-2 * size)) - math.log(2))


def log_one_minus_exp(x: float) -> float:
    """log(1 − exp(−x)) for x > 0; raises ValueError elsewhere.

    M. Mächler, Accurately computing log(1 − exp(−|a|)), 2012.
    """
    return math.log1p(-math.exp(-x)) if x > math.log(2) else math.log(-math.expm1(-x))


def log_one_minus_exps(np: Any, u: Any) -> Any:
    """`log_one_minus_exp` over an array."""
    return np.where(np.greater(u, math.log(2)), np.log1p(-np.exp(-u)), np.log(-np.expm1(-u)))


def root_above_one(np: Any, u: Any) -> Any:
    """√(1 + u²) − 1 without cancellation or overflow."""
    return u * (u / (1 + np.hypot(1, u)))


def logistic(np: Any, u: Any) -> Any:
    """1/(1 + exp(−u)) without overflow on either side."""
    small = np.exp(-np.absolute(u))
    return np.where(np.greater_equal(u, 0), 1.0, small) / (1.0 + small)


def sine_over(np: Any, order: int, u: Any) -> Any:
    """The derivative of sin(u)/u of an order: its Taylor series near 0, a recurrence elsewhere.

    u·s₀ = sin u differentiated k times gives s_k = (sin⁽ᵏ⁾(u) − k·s_{k−1})/u.
    """
    u = np.asarray(u, dtype=float)
    far = np.where(np.absolute(u) < 2, 2.0, u)
    sine, cosine = np.sin(far), np.cos(far)
    value = sine / far
    for k in range(1, order + 1):
        value = ((cosine if k % 2 else sine) * (1 if k % 4 < 2 else -1) - k * value) / far
    near = np.where(np.absolute(u) < 2, u, 0.0)
    series = np.zeros_like(near)
    for n in range(18, -1, -1):  # the term of u^(2n) of sin(u)/u, differentiated
        degree = 2 * n - order
        if degree >= 0:
            factor = (-1.0) ** n / math.factorial(2 * n + 1) * math.perm(2 * n, order)
            series = series + factor * near**degree
    return np.where(np.absolute(u) < 2, series, np.where(np.isfinite(u), value, np.nan))[()]
