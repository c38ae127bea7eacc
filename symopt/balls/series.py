"""Truncated power series whose coefficients are balls: what the rows of `functions` compute their enclosures with.

Source: F. Johansson, Arb: efficient arbitrary-precision midpoint-radius interval arithmetic, IEEE Trans. Comput. 66(8),
2017; W. Tucker, Validated Numerics, 2011, chapter 4 (Taylor arithmetic).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import flint
from flint import arb, arb_series, fmpq

from symopt.functions import NONZERO, POSITIVE, WITHIN

MOST_POLES = 400
CREST, SHORTEST, SHORT = 0.999, 2.0**-60, 2.0**-7
ROUGH, WIDE = 5, 2.0**-10
"""Bits known of a ball below which a power of it is taken by its ends; radius from which on a function of it is."""

DIP = -0.2172336283
"""A little below the least value of sin(u)/u."""

Ball = Any
Series = Any


@contextmanager
def working(precision: int, order: int) -> Iterator[None]:
    """Flint's global precision in bits and length of series, for a while."""
    before = flint.ctx.prec, flint.ctx.cap
    flint.ctx.prec, flint.ctx.cap = precision, order
    try:
        yield
    finally:
        flint.ctx.prec, flint.ctx.cap = before


def below(ball: Ball) -> float:
    """The largest float at or below every number of a ball; −inf if it has no lower end."""
    end = ball.lower()
    if end.is_nan():
        return -math.inf
    value = float(end)
    if math.isinf(value):
        return value if value < 0 else 1.7976931348623157e308
    return value + 0.0 if arb(value) <= end else math.nextafter(value, -math.inf)


def above(ball: Ball) -> float:
    """The least float at or above every number of a ball; inf if it has no upper end."""
    return 0.0 - below(-ball)


def signum(ball: Ball) -> int:
    """The sign that a ball is shown to have, else 0."""
    return 1 if ball > 0 else -1 if ball < 0 else 0


def hull(low: Any, high: Any) -> Ball:
    """The ball that holds an interval."""
    return arb(low) if low == high else arb(low).union(arb(high))


def log_sum(u: Series, v: Series) -> Series:
    """log(exp(u) + exp(v)), its slope u′ + (v − u)′/(1 + exp(u − v)) free of cancellation."""
    a, b, apart = u[0], v[0], v - u
    wide = max(a.rad(), b.rad()) > WIDE and a.is_finite() and b.is_finite()
    value = _log_sum(a.lower(), b.lower()).union(_log_sum(a.upper(), b.upper())) if wide else _log_sum(a, b)
    return u + replaced(integrated(arb(0), apart.derivative() * sigmoid(apart)), value - a)


def _log_sum(a: Ball, b: Ball) -> Ball:
    value = (a.exp() + b.exp()).log()
    return value if value.is_finite() else a + (1 + (b - a).exp()).log()


def sigmoid(u: Series) -> Series:
    """σ(u) = 1/(1 + exp(−u)); over a wide ball by its ends, as exp(−u) may reach below −1, with σ′ = u′·σ·(1 − σ)."""
    ball = u[0]
    if not (ball.rad() > WIDE and ball.is_finite()):
        return 1 / (1 + (-u).exp())
    value = (1 / (1 + (-ball.lower()).exp())).union(1 / (1 + (-ball.upper()).exp()))
    made = arb_series([value])
    for _ in range(1, flint.ctx.cap):
        made = integrated(value, u.derivative() * made * (1 - made))
    return made


def log_cosh(u: Series) -> Series:
    centre = u[0]
    wide = centre.rad() > WIDE and centre.is_finite()
    value = _log_cosh(centre.abs_lower()).union(_log_cosh(centre.abs_upper())) if wide else _log_cosh(centre)
    return integrated(value, u.derivative() * tanh(u))


def _log_cosh(ball: Ball) -> Ball:
    if ball.abs_upper() < 1:
        return (2 * ball_power((ball / 2).sinh(), 2)).log1p()
    return log_sum(arb_series([ball]), arb_series([-ball]))[0] - arb(2).log()


def monotone(ball: Ball, name: str) -> Ball:
    """A function that only rises, or only falls, over a ball: over a wide one by its ends."""
    if not (ball.rad() > WIDE and ball.is_finite()):
        return getattr(ball, name)()
    return getattr(ball.lower(), name)().union(getattr(ball.upper(), name)())


def raised(u: Series, n: int) -> Series:
    if n < 0:
        return 1 / raised(u, -n)
    # a ball has no sharp end at zero, nor do products of wide ones: [−1, 1]² would reach to −1, [1, 9]² to −31
    if flint.ctx.cap == 1:
        return arb_series([ball_power(u[0], n)])
    power = _multiplied(u, n)
    return replaced(power, ball_power(u[0], n)) if n and n % 2 == 0 and u[0].contains(0) else power


def _multiplied(u: Series, n: int) -> Series:
    """uⁿ by repeated squares: the library's own power of a short series about zero is nan."""
    total, square = None, u
    while n:
        if n & 1:
            total = square if total is None else total * square
        n >>= 1
        square = square * square if n else square
    return total if total is not None else arb_series([1])


def replaced(u: Series, value: Ball) -> Series:
    """The series with another constant term."""
    return arb_series([value, *(u[k] for k in range(1, u.length()))])


def integrated(value: Ball, slope: Series) -> Series:
    """The function with a value at the centre and a derivative."""
    return replaced(slope.integral(), value) if flint.ctx.cap > 1 else arb_series([value])


def inverted(value: Ball, slope: Series, root: Series) -> Series:
    """The function with a value at the centre and the derivative slope/root, not known where the root may be 0.

    There 0/0 would pass for 0: acos(x² − 1) has a kink at 0.
    """
    return integrated(value, slope / root) if root[0] > 0 else blunt(value)


def sin(u: Series) -> Series:
    """sin(u), in small balls sharp near its extremes: one of radius r around them is not mapped to one as wide."""
    made = u.sin()
    return _crest(u, 0) if _rounded(made[0], u[0]) else made


def cos(u: Series) -> Series:
    """cos(u), as sin(u)."""
    made = u.cos()
    return _crest(u, 1) if _rounded(made[0], u[0]) else made


def ball_sin(ball: Ball) -> Ball:
    made = ball.sin()
    return _crest(arb_series([ball]), 0)[0] if _rounded(made, ball) else made


def ball_cos(ball: Ball) -> Ball:
    made = ball.cos()
    return _crest(arb_series([ball]), 1)[0] if _rounded(made, ball) else made


PLAIN: dict[str, Callable[[Ball], Ball]] = {"sin": ball_sin, "cos": ball_cos, "exp": arb.exp}
"""What some rows say of a ball, without a series around it."""


def _rounded(value: Ball, ball: Ball) -> bool:
    """Whether a sine or cosine may lie near an extreme, over a short ball."""
    return bool(ball.rad() < SHORT and value.abs_upper() > CREST and ball.rad() > SHORTEST)


def _crest(u: Series, turns: int) -> Series:
    """sin(u + π/2·turns) by the ranges of sine and cosine at the centre."""
    value, slope = (_wave(u[0] + arb.pi() / 2 * k) for k in (turns, turns + 1))
    rest = replaced(u, arb(0))
    return rest.cos() * value + rest.sin() * slope


def _wave(ball: Ball) -> Ball:
    """The range of sin over a short ball, by its ends and the one extreme that may lie between them."""
    low, high = ball.lower(), ball.upper()
    first, last = low.cos(), high.cos()
    if first.contains(0) or last.contains(0):
        return ball.sin()
    ends = low.sin().union(high.sin())
    return ends if (first > 0) == (last > 0) else ends.union(arb(1 if first > 0 else -1))


def tanh(u: Series) -> Series:
    if u[0].mid() < 0:
        return -tanh(-u)
    made = 2 / (1 + (-2 * u).exp()) - 1
    return replaced(made, monotone(u[0], "tanh")) if u.length() else made


def sinh(u: Series) -> Series:
    return replaced((u.exp() - (-u).exp()) / 2, u[0].sinh()) if u.length() else u


def cosh(u: Series) -> Series:
    made = (u.exp() + (-u).exp()) / 2
    return replaced(made, u[0].cosh()) if u.length() else made


def sech(u: Series) -> Series:
    """1/cosh(u); far out cosh of a ball is so wide that nothing is known of 1/it."""
    if u[0] > 0:
        return sech(-u)
    tail = u.exp()
    return 2 * tail / (1 + raised(tail, 2)) if u[0] < -1 else 1 / cosh(u)


def csch(u: Series) -> Series:
    """1/sinh(u), as sech."""
    if u[0] > 0:
        return -csch(-u)
    tail = u.exp()
    return 2 * tail / (raised(tail, 2) - 1) if u[0] < -1 else 1 / sinh(u)


def bell(u: Series) -> Series:
    """2/√π·exp(−u²)·u′, the derivative of erf(u)."""
    return (-raised(u, 2)).exp() * u.derivative() * (2 / arb.pi().sqrt())


def _composed(coefficients: list[Ball], u: Series) -> Series:
    """Σ cₖ·(u − u₀)ᵏ by Horner's rule."""
    rest = replaced(u, arb(0))
    total = arb_series([coefficients[-1]])
    for c in reversed(coefficients[:-1]):
        total = total * rest + c
    return total


def sinc(*parts: Any) -> Series:
    """sin(u)/u, or of (n, u) its n-th derivative; within [−2, 2] its Taylor series, and a bound of what is left out."""
    *order, u = parts
    if order:
        n, length = int(order[0]), flint.ctx.cap
        with working(flint.ctx.prec, length + n):
            found = sinc(arb_series([u[0], 1]))
            coefficients = [found[k + n] * math.perm(k + n, n) for k in range(length)]
        return _composed(coefficients, u)
    centre, length = u[0], flint.ctx.cap
    if not centre.abs_upper() < 2 and not (centre.is_finite() and centre.contains(0)):
        return u.sin() / u
    if not centre.abs_upper() < 2:
        # sinc(u) = ∫₀¹ cos(tu) dt, so that |sinc⁽ᵏ⁾| ≤ ∫₀¹ tᵏ dt = 1/(k + 1)
        slopes = [arb(0, arb(1) / ((k + 1) * math.factorial(k))) for k in range(1, length)]
        return _composed([hull(DIP, 1.0), *slopes], u)
    terms = 8 + flint.ctx.prec // 8
    powers = [ball_power(centre, k) for k in range(2 * terms)]
    found = []
    for k in range(length):
        factors, rest = sinc_terms(flint.ctx.prec, k, terms)
        found.append(sum((c * powers[2 * n - k] for n, c in factors), arb(0)) + arb(0, rest))
    return _composed(found, u)


@lru_cache(maxsize=64)
def sinc_terms(precision: int, k: int, terms: int) -> tuple[list[tuple[int, Ball]], Ball]:
    """(n, cₙ) of the k-th coefficient Σ cₙ·u²ⁿ⁻ᵏ of sinc's series around u, so many, and a bound of the rest to 2."""
    found = [
        (n, arb(fmpq((-1) ** n * math.comb(2 * n, k), math.factorial(2 * n + 1)))) for n in range((k + 1) // 2, terms)
    ]
    rest = arb(fmpq(2 * math.comb(2 * terms, k), math.factorial(2 * terms + 1))) * arb(2) ** (2 * terms - k)
    return found, rest


def ball_power(ball: Ball, n: int) -> Ball:
    """xⁿ over a ball, by its ends where it is wide: products of wide balls do not know theirs."""
    if n < 2:
        return ball if n == 1 else 1 / ball_power(ball, -n) if n else arb(1)
    if ball.rel_accuracy_bits() >= ROUGH or ball.is_nan():
        return ball**n
    if n % 2 == 0 and ball.contains(0):
        return hull(0, ball.abs_upper() ** n)
    return hull(ball.lower() ** n, ball.upper() ** n)


def polygamma(order: int, u: Series) -> Series:
    """ψₙ(u) from the series of log Γ, moved by n + 1 places; left of 1 by ψₙ(u + 1) − (−1)ⁿ·n!/uⁿ⁺¹."""
    length, places = flint.ctx.cap, order + 1
    low = u[0].lower()
    if -MOST_POLES < low < 1:
        moved, factor = u, (-1) ** (order + 1) * math.factorial(order)
        poles = arb_series([0])
        while not moved[0] >= 1:
            if moved[0].contains(0):
                return unknown()
            poles += factor / raised(moved, places)
            moved = moved + 1
        return polygamma(order, moved) + poles
    with working(flint.ctx.prec, length + places):
        found = arb_series([u[0], 1]).lgamma()
        coefficients = [found[k + places] * math.perm(k + places, places) for k in range(length)]
    return _composed(coefficients, u)


def log_gamma(u: Series) -> Series:
    """log Γ(u) wherever Γ(u) > 0."""
    return u.lgamma() if u[0] > 0 else u.gamma().log()


def reciprocal_gamma(u: Series) -> Series:
    """1/Γ(u), which is 0 at the poles of Γ and smooth there."""
    return 1 / u.gamma() if u[0] > 0 else u.rgamma()


def third_root(u: Series) -> Series:
    """The real cube root, on either side of zero."""
    if u[0] < 0:
        return -third_root(-u)
    if u[0] > 0:
        return u ** arb(fmpq(1, 3))
    return blunt(hull(-_third(-u[0].lower()), _third(u[0].upper())))


def _third(end: Ball) -> Ball:
    """The cube root of a number ≥ 0."""
    return arb(0) if end.is_zero() else end ** arb(fmpq(1, 3))


def root(p: int, q: int) -> Callable[[Series], Series]:
    """u^(p/q) of u ≥ 0."""

    def rule(u: Series) -> Series:
        if p > 0 and u[0].is_zero():
            return blunt(arb(0))
        if q == 2:
            return raised(u.sqrt(), p)
        return u ** arb(fmpq(p, q))

    return rule


def from_zero(rule: Callable[[Series], Series]) -> Callable[[Series], Series]:
    """A root of what is known to be ≥ 0, although its ball may reach a little below."""

    def clipped(u: Series) -> Series:
        if not u[0].contains(0) or u[0].is_zero() or not u[0].is_finite():
            return rule(u)
        return blunt(hull(0, rule(arb_series([u[0].upper()]))[0].upper()))

    return clipped


def power(u: Series, v: Series) -> Series:
    """exp(v·log(u)), and 0 where u = 0 < v."""
    if u[0].is_zero() and v[0] > 0:
        return blunt(arb(0))
    return (v * u.log()).exp() if v.length() else unknown() if not u[0] > 0 else arb_series([1])


# choices: where the sign of a switch is not sure, a hull of values without derivatives


def blunt(value: Ball) -> Series:
    """A value whose derivatives are not known."""
    return arb_series([value, *[arb("nan")] * (flint.ctx.cap - 1)])


def unknown() -> Series:
    """What nothing is known of."""
    return blunt(arb("nan"))


def absolute(u: Series) -> Series:
    if u[0] > 0:
        return u
    return -u if u[0] < 0 or u[0].is_nan() else blunt(hull(0, u[0].abs_upper()))


def sign(u: Series) -> Series:
    if u[0] > 0:
        return arb_series([1])
    if u[0] < 0:
        return arb_series([-1])
    return blunt(arb(0) if u[0].is_zero() else u[0] if u[0].is_nan() else hull(-1, 1))


def step(u: Series) -> Series:
    """Heaviside's function, 1/2 at zero."""
    return (1 + sign(u)) / 2


def asked(u: Series, relation: str) -> Series:
    """0 where u is shown to be > 0, ≥ 0, ≠ 0, or none of 0, −1, −2, …"""
    value = u[0]
    held = {POSITIVE: value > 0, WITHIN: value >= 0, NONZERO: value != 0}
    return arb_series([0]) if held.get(relation, value > 0 or not value.contains_integer()) else unknown()


def largest(*parts: Series) -> Series:
    best = parts[0]
    for u in parts[1:]:
        apart = best[0] - u[0]
        if apart < 0:
            best = u
        elif not apart > 0:
            best = blunt(best[0].max(u[0]))
    return best


def least(*parts: Series) -> Series:
    return -largest(*(-u for u in parts))


def angle(y: Series, x: Series) -> Series:
    """atan2(y, x)."""
    value = arb.atan2(y[0], x[0])
    slope = (x * y.derivative() - y * x.derivative()) / (raised(x, 2) + raised(y, 2))
    if flint.ctx.cap > 1 and not (x[0] > 0 or y[0] != 0):
        return blunt(value)
    return integrated(value, slope)


def zeta(u: Series) -> Series:
    """Riemann's zeta function, of a number."""
    return arb_series([u[0].zeta()])
