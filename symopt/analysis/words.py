"""Numbers in sentences: of an enclosure the digits that are known, of a bound the side on which it stays true."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import MAX_EMAX, MIN_EMIN, ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal
from typing import Any

import sympy

SIDES = {-1: ROUND_FLOOR, 0: ROUND_HALF_EVEN, 1: ROUND_CEILING}
MOST = 17
FINE = 40  # digits of an end of a ball
MOST_BITS, TINIEST = 10**9, 10**8  # beyond them a number is only told to be huge, or tiny
KINDS = ("minimum", "saddle", "maximum", "inflection", "degenerate", "undecided")  # in the order in which they are told
PLURAL = {
    "minimum": "minima", "saddle": "saddles", "maximum": "maxima", "inflection": "inflections", "fold": "folds",
    "pitchfork": "pitchforks", "transcritical": "crossings", "hysteresis": "hysteresis points",
    "isolated": "isolated points", "multiple": "multiple points", "persistence": "persistences",
    "nonsmooth fold": "nonsmooth folds", "kink": "points on kinks", "flat": "flat values", "exit": "exits",
}  # fmt: skip
SINGLE = {
    "transcritical": "crossing", "flat": "flat value", "hysteresis": "hysteresis point", "isolated": "isolated point",
    "kink": "point on a kink", "multiple": "multiple point",
}  # fmt: skip
WIDE = Context(prec=FINE + 4, Emax=MAX_EMAX, Emin=MIN_EMIN)


def named(kind: str, many: int) -> str:
    """The word for one or more of a kind of critical point or bifurcation."""
    return PLURAL.get(kind, kind) if many > 1 else SINGLE.get(kind, kind)


def counted(counts: Mapping[str, int]) -> str:
    """`24 folds, 1 pitchfork`."""
    return ", ".join(f"{many} {named(kind, many)}" for kind, many in counts.items() if many)


def listed(texts: Sequence[str], most: int = 4) -> str:
    """`a, b, c, d and 2 more`."""
    shown = ", ".join(texts[:most])
    return f"{shown} and {len(texts) - most} more" if len(texts) > most else shown


def digits(value: float | Decimal, count: int = 6, side: int = 0) -> str:
    """So many digits, rounded to nearest, or down (side −1) or up (side 1); a real minus sign, ∞ by its sign."""
    if math.isnan(value):
        return "unknown"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    exact = value if isinstance(value, Decimal) else Decimal(value)
    return written(_context(count, side).plus(exact), count)


def _context(count: int, side: int) -> Context:
    return Context(prec=count, rounding=SIDES[side], Emax=MAX_EMAX, Emin=MIN_EMIN)


def written(value: Decimal, count: int) -> str:
    """A decimal as %g writes it: 0.001, 1e−05, 100000, 1e+06."""
    if not value:
        return "0"
    sign, figures, exponent = value.as_tuple()
    assert isinstance(exponent, int)
    text = "".join(map(str, figures))
    power = len(text) + exponent - 1
    text = text.rstrip("0")
    if -5 < power < count:
        text = text.ljust(power + 1, "0")
        whole, rest = (text[: power + 1], text[power + 1 :]) if power >= 0 else ("0", "0" * (-power - 1) + text)
        made = whole + ("." + rest if rest else "")
    else:
        made = text[0] + ("." + text[1:] if text[1:] else "") + f"e{'−' if power < 0 else '+'}{abs(power):02d}"
    return "−" * sign + made


def finer(low: float, high: float) -> int:
    """Digits of a place in a window: six, and as many more as the window's ends have in common."""
    size, width = max(abs(low), abs(high)), high - low
    return min(MOST, 6 + max(0, math.floor(math.log10(size / width)))) if 0 < width < math.inf and size else 6


def interval(low: float, high: float, inward: bool = False) -> str:
    """[low, high] with as many digits as tell its ends apart, widened by rounding, or narrowed if `inward`."""
    return "[{}, {}]".format(*apart(low, high, inward))


def boxed(box: Sequence[tuple[float, float]], inward: bool = False) -> str:
    """`[0, 1] × [2, 3]`."""
    return " × ".join(interval(*side, inward) for side in box)


def apart(low: float | Decimal, high: float | Decimal, inward: bool = False) -> tuple[str, str]:
    """Two ends with as many digits as tell them apart, widened by rounding, or narrowed if `inward`."""
    side = 1 if inward else -1
    for count in range(6, MOST + 1):
        ends = [_context(count, s).plus(Decimal(v)) for v, s in ((low, side), (high, -side))]
        if ends[0] < ends[1]:
            return written(ends[0], count), written(ends[1], count)
    return digits(low, MOST, side), digits(high, MOST, -side)


def known(low: Decimal, high: Decimal, count: int) -> str:
    """The digits, `count` or one more at most, that all from low to high round to; if none, "0 ± e" or both ends."""
    if low == high == 0:
        return "0"
    for fewer in (count, count + 1, *range(count - 1, 0, -1)):  # one more tells what lies halfway between two numbers
        ends = [_context(fewer, 0).plus(end) for end in (low, high)]
        if ends[0] == ends[1] and ends[0]:
            return written(ends[0], max(count, fewer))
    if low <= 0 <= high:
        return f"0 ± {digits(max(-low, high), 2, 1)}"
    return f"{digits(low, 6, -1)} … {digits(high, 6, 1)}"


def span(ball: Any) -> tuple[Decimal, Decimal]:
    """Decimals at or below, and at or above, every number of a finite ball, however large or small they are."""
    return _end(ball.lower(), -1), _end(ball.upper(), 1)


def _end(point: Any, side: int) -> Decimal:
    if point.is_zero():
        return Decimal(0)
    if not point.is_finite():
        return Decimal("Infinity") if point > 0 else Decimal("-Infinity")
    size = int(point.man_exp()[1]) + int(point.man_exp()[0]).bit_length()
    if abs(size) > MOST_BITS:
        sign = 1 if point > 0 else -1
        if sign == side:  # away from zero
            return Decimal("Infinity") * side if size > 0 else Decimal((int(side < 0), (1,), -TINIEST))
        return Decimal((int(sign < 0), (1,), TINIEST)) if size > 0 else Decimal(0)
    found = WIDE.create_decimal(point.str(FINE, radius=False))
    unit = Decimal((int(side < 0), (1,), found.adjusted() - FINE + 2))
    exact = point.man_exp()
    if abs(int(exact[1])) < 200 and int(exact[0]).bit_length() < 100:
        value = Context(prec=400).multiply(Decimal(int(exact[0])), Context(prec=400).power(Decimal(2), int(exact[1])))
        if value == found:
            return found
    return WIDE.add(found, unit)


def exactly(value: Any) -> str:
    """An exact end of a window as people write it: a short decimal where it is one, else its formula."""
    found = short(value)
    if found is not None:
        return written(found, MOST)
    return str(value.subs(sympy.E, sympy.Symbol("e"))).replace("-", "−")


def short(value: Any) -> Decimal | None:
    """An exact number as a decimal, if it is a short one."""
    if not value.is_Rational:
        return None
    rest = value.q
    for factor in (2, 5):
        while rest % factor == 0:
            rest //= factor
    if rest != 1:
        return None
    exact = Context(prec=800).divide(Decimal(int(value.p)), Decimal(int(value.q))).normalize()
    return exact if len(exact.as_tuple().digits) <= MOST else None


def digits_of(ball: Any, count: int) -> str:
    """The digits of a number that its ball tells."""
    return known(*span(ball), count) if ball.is_finite() else "unknown"
