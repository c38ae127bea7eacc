"""Values at exact points: enclosures that are narrowed, bit by bit, until they answer a question.

A point is a sequence of fractions. Precision grows from 64 to 1024 bits.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from contextlib import suppress
from fractions import Fraction
from functools import lru_cache
from typing import Any

import mpmath
from flint import arb, arb_series, fmpq
from sympy import Expr, Symbol

from symopt.balls.series import above, hull, signum, working
from symopt.balls.tape import UNDEFINED, Refused, Tape, number
from symopt.balls.working import working_digits
from symopt.forms import subexpressions

Ball = Any
Point = Sequence[Fraction]
Enclose = Callable[[Point, int], Any]
"""(point, bits) → a ball, not finite if nothing is known, or UNDEFINED."""
PRECISIONS = (64, 128, 256, 512, 1024)


def ball(c: Fraction, reach: float = 0.0) -> Ball:
    """A fraction as a ball, and all that is no farther from it than `reach`."""
    middle = arb(fmpq(c.numerator, c.denominator))
    return middle + arb(0, reach) if reach else middle


def value(tape: Tape, point: Point, bits: int, reach: float = 0.0) -> Any:
    """The value of a tape of one expression, at a point or on all of the box around it."""
    with working(bits, 1):
        return tape.at([ball(c, reach) for c in point])[0]


def along(tape: Tape, inputs: Sequence[Ball], direction: Sequence[int], order: int, bits: int) -> Any:
    """Dᵏf/k! in a direction, k = order, or UNDEFINED."""
    with working(bits, order + 1):
        lines = [arb_series([c, v]) if v else arb_series([c]) for c, v in zip(inputs, direction, strict=True)]
        found = tape.run(lines)[0]
        return found if found is UNDEFINED else found[order]


def enclosure(expr: Expr, variables: Sequence[Symbol]) -> Enclose:
    """The values of an expression. Raises Refused."""
    tape = Tape([expr], variables)
    return lambda point, bits: value(tape, point, bits)


class Parts:
    """All that an expression is computed from."""

    def __init__(self, expr: Expr, variables: Sequence[Symbol]) -> None:
        self.tape: Tape | None = None
        with suppress(Refused):
            self.tape = Tape([part for part in dict.fromkeys(subexpressions(expr)) if part.args], variables)

    def largest(self, sides: Sequence[tuple[float, float]]) -> float:
        """A bound of the size of every part wherever the variables lie between these sides; inf if none is shown."""
        if self.tape is None or not all(math.isfinite(end) for pair in sides for end in pair):
            return math.inf
        with working(53, 1):
            found = self.tape.at([hull(*pair) for pair in sides])
        return max((math.inf if value is UNDEFINED else above(abs(value)) for value in found), default=0.0)


class Derivative:
    """A derivative of f by the variables of an index (one or two), from f alone.

    f along a line is a series with c₂(v) = vᵀ∇²f v/2, and ∂ᵢⱼf = c₂(eᵢ + eⱼ) − c₂(eᵢ) − c₂(eⱼ). Finite only where f is
    smooth: on no kink, and where no choice is open.
    """

    def __init__(self, tape: Tape, index: tuple[int, ...]) -> None:
        self.tape = tape
        self.index = index

    def __call__(self, point: Point, bits: int) -> Any:
        with working(bits, 1):
            inputs = [ball(c) for c in point]
        return self.over(inputs, bits)

    def over(self, inputs: Sequence[Ball], bits: int) -> Any:
        """The derivative over a box."""
        if len(self.index) == 1 or self.index[0] == self.index[1]:
            found = self._along(inputs, self.index[:1], bits)
            return found if found is UNDEFINED or len(self.index) == 1 else 2 * found
        parts = [self._along(inputs, by, bits) for by in (self.index, self.index[:1], self.index[1:])]
        if any(part is UNDEFINED for part in parts):
            return UNDEFINED
        with working(bits, 1):
            return parts[0] - parts[1] - parts[2]

    def _along(self, inputs: Sequence[Ball], by: Sequence[int], bits: int) -> Any:
        direction = [int(k in by) for k in range(len(inputs))]
        return along(self.tape, inputs, direction, len(self.index), bits)


def sign_everywhere(expr: Expr) -> int:
    """The sign of an expression over all real numbers, 0 if that is not seen at once."""
    symbols: Sequence[Symbol] = sorted(expr.free_symbols, key=str)
    try:
        with working(PRECISIONS[0], 1):
            (found,) = Tape([expr], symbols).at([arb(0, arb("inf"))] * len(symbols))
    except Refused:
        return 0
    if found is UNDEFINED or found.is_nan():
        return 0
    return signum(found)


def apart(first: Enclose, second: Enclose, point: Point) -> tuple[Ball, Ball] | int | None:
    """Two enclosures that have no number in common: then the two functions differ at the point.

    None if one of them is not shown to be defined there; the number of digits to which they agree if they overlap to
    the last.
    """
    digits: int | None = None
    for bits in PRECISIONS:
        a: Any = first(point, bits)
        b: Any = second(point, bits) if a is not UNDEFINED else a
        if a is UNDEFINED or b is UNDEFINED:
            return None
        if not (a.is_finite() and b.is_finite()):
            continue
        with working(bits, 1):
            if not a.overlaps(b):
                return a, b
            digits = _digits(a, b)
    return digits


def _digits(a: Ball, b: Ball) -> int:
    """How many digits two overlapping balls have in common."""
    gap, size = (a - b).abs_upper(), max(a.abs_lower(), b.abs_lower())
    if gap.is_zero():
        return 300
    ratio = gap / size if size > 0 else gap
    found = -ratio.log() / arb(10).log()
    return max(0, min(300, math.floor(float(found.mid()))))


def narrow(enclose: Enclose, point: Point, digits: int = 17) -> Any:
    """A ball with so many digits; the last one if they are not reached, which may not be finite; or UNDEFINED."""
    found: Any = None
    for bits in PRECISIONS:
        found = enclose(point, bits)
        if found is UNDEFINED or (found.is_finite() and found.rel_accuracy_bits() >= 3.33 * digits):
            break
    return found


def rounded(found: Any, digits: int) -> Any:
    """A ball as mpmath's number of so many digits, 0 if it is no wider than that around it; None if it is no number."""
    if found is UNDEFINED or not found.is_finite():
        return None
    if found.rel_accuracy_bits() < 3.33 * digits:
        return mpmath.mpf(0) if found.abs_upper() < arb(10) ** -(2 * digits) else None
    man, exp = found.mid().man_exp()
    with working_digits(digits + 5):
        return mpmath.mpf((int(man), int(exp)))


@lru_cache(maxsize=1024)
def evaluated(expr: Expr, digits: int) -> Any:
    """A number of sympy's among mpmath's, None if it is none. Raises Refused."""
    with working(64 + 4 * digits, 1):
        return rounded(number(expr), digits)
