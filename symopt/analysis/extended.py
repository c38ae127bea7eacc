"""Extended interval arithmetic: pairs of floats rounded outwards, either of which may be infinite.

Beside the end of a domain or a pole a ball says nothing: 1/x on (0, ε] is [1/ε, ∞).

Source: R. E. Moore, R. B. Kearfott, M. J. Cloud, Introduction to Interval Analysis, 2009, section 2.3 (extended
arithmetic).
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

from flint import arb, arb_series
from sympy import Expr, Symbol

from symopt.analysis.interval import PRECISION, Tape
from symopt.balls import series
from symopt.balls.series import above, below, hull, working
from symopt.balls.tape import Refused, number
from symopt.functions import Function

Pair = tuple[float, float]
EVERYTHING: Pair = (-math.inf, math.inf)
WHOLE = 2.0**53


def plus(a: Pair, b: Pair) -> Pair:
    low = _down(a[0] + b[0]) if a[0] and b[0] else a[0] or b[0]
    return low, (_up(a[1] + b[1]) if a[1] and b[1] else a[1] or b[1])


def times(a: Pair, b: Pair) -> Pair:
    if a == (1.0, 1.0):
        return b
    corners = [_corner(p, q) for p in a for q in b]
    return min(low for low, _ in corners), max(high for _, high in corners)


def _corner(p: float, q: float) -> Pair:
    """The product of two ends, exact for whole numbers; what underflows keeps its sign and is not zero."""
    if not (p and q):
        return 0.0, 0.0
    product = p * q
    if abs(product) < WHOLE and p.is_integer() and q.is_integer():
        return product, product  # a pole of gamma stays at the end
    if not product:
        return (0.0, 5e-324) if (p > 0) == (q > 0) else (-5e-324, 0.0)
    return _down(product), _up(product)


def inverse(a: Pair) -> Pair:
    """1/u for u in an interval whose inside does not hold zero; u = 0 itself is left out."""
    low, high = a
    if low < 0 < high or (low == 0 and high == 0):
        return EVERYTHING
    if low >= 0:
        return (0.0 if math.isinf(high) else _down(1 / high)), (math.inf if low == 0 else _up(1 / low))
    least, most = inverse((-high, -low))
    return -most, -least


def whole_power(a: Pair, n: int) -> Pair:
    low, high = a
    if n % 2 == 0:
        low, high = (0.0 if low <= 0 <= high else min(abs(low), abs(high))), max(abs(low), abs(high))
    ends = []
    for value, up in ((low, False), (high, True)):
        if math.isinf(value) or value == 0:
            ends.append(value**n)
        else:
            with working(PRECISION, 1):
                ball = arb(value) ** n
            ends.append(above(ball) if up else below(ball))
    return ends[0], ends[1]


def monotone(known: Function, u: Pair) -> Pair:
    """A function that never falls, by its ends, and by its limits at the ends of its domain."""
    assert known.rises is not None
    assert known.ball is not None
    domain, limits = known.rises
    low, high = max(u[0], domain[0]), min(u[1], domain[1])
    if low > high:
        return EVERYTHING
    with working(PRECISION, 1):
        first = limits[0] if low == domain[0] else below(known.ball(series, arb_series([low]))[0])
        last = limits[1] if high == domain[1] else above(known.ball(series, arb_series([high]))[0])
    return (max(first, limits[0]) if first == first else limits[0]), (
        min(last, limits[1]) if last == last else limits[1]
    )


def by_ball(expr: Expr, u: Pair) -> Pair:
    """Any other function of one argument, over a finite interval."""
    tape = _tape(expr.func)
    if tape is None:
        return EVERYTHING
    with working(PRECISION, 1):
        found = tape.over(arb_series([hull(*u)]))
    return EVERYTHING if found is None or not found[0].is_finite() else (below(found[0]), above(found[0]))


@lru_cache(maxsize=1024)
def constant(expr: Expr) -> Pair:
    """A number, between its ends; between the infinities where its function has no ball."""
    try:
        with working(PRECISION, 1):
            ball = number(expr)
    except Refused:
        return EVERYTHING
    return below(ball), above(ball)


@lru_cache(maxsize=256)
def _tape(func: Any) -> Tape | None:
    t = Symbol("_t", real=True)
    try:
        return Tape(func(t), t)
    except Refused:
        return None


def _down(value: float) -> float:
    return -math.inf if value != value else math.nextafter(value, -math.inf)


def _up(value: float) -> float:
    return math.inf if value != value else math.nextafter(value, math.inf)
