"""A tape over many boxes at once: intervals of doubles, their ends rounded outwards, in arrays of numpy.

An interval in each of N boxes is an array (2, N): the lower ends and the upper ones; sums and products take arrays
(…, 2, N) of them too, as matrices. nan is an end of what is not
known, or not shown to be defined everywhere in a box; ±∞ is what doubles do not reach. Sums, products, quotients and
square roots are IEEE 754's and move outwards by a unit of the last place. Of the elementary functions numpy claims four
such units; they are trusted to 64.

Source: R. E. Moore, R. B. Kearfott, M. J. Cloud, Introduction to Interval Analysis, 2009, chapters 2 and 5; NumPy
Enhancement Proposal 38 (the units of the last place).
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable, Sequence
from functools import partial, reduce
from typing import Any

import numpy as np
import sympy
from flint import arb_series
from numpy.typing import NDArray
from sympy import Expr, S
from sympy.core.relational import GreaterThan, LessThan, StrictGreaterThan, StrictLessThan

from symopt.balls.series import DIP, above, below, hull, working
from symopt.balls.tape import UNDEFINED, Choice, Tape, cost, exponentials, number
from symopt.balls.work import spend
from symopt.functions import row
from symopt.special import sine_over

Ends = NDArray[np.float64]
Rule = Callable[..., Ends]
OUT: Ends = np.array([[-1.0], [1.0]])
UNIT, LEAST = 2.0**-52, 5e-324
"""A unit of the last place, and the least double."""
UNITS = UNIT * OUT
TRUSTED, LOST = 64 * UNIT, 1e-300
"""To how much the functions of numpy are trusted, and what powers may lose by underflow."""
FARTHEST, LARGEST = 1e8, 1e3
"""Up to where the extremes of a wave are counted, and more than the logarithm of any double."""
HIGHEST = 1_000
"""Powers that are multiplied out."""
CALL, EACH, ALONE = 8.0, 0.015, 3
"""What a step counts, and for each box, in operations on balls; more for each that goes by balls."""
PRECISION, BITS = 53, 113
"""Of balls, and of constants."""
INFINITE = -math.inf, math.inf
PLAIN = re.compile(r"np\.(\w+)\(\{0\}\)")
"""The text of a function of numpy's own."""


def outward(ends: Ends, share: float = UNIT, least: Any = LEAST) -> Ends:
    """Ends that hold what was rounded to these."""
    found = np.abs(ends)
    found *= share
    found += least
    found *= OUT
    found += ends
    return found


def hulled(numbers: Ends) -> Ends:
    """From the least to the largest along the last axis but one."""
    ends = np.empty((*numbers.shape[:-2], 2, numbers.shape[-1]))
    np.minimum.reduce(numbers, axis=-2, out=ends[..., 0, :])
    np.maximum.reduce(numbers, axis=-2, out=ends[..., 1, :])
    return ends


def both(first: Ends, second: Ends) -> Ends:
    """Two enclosures of the same as one; of what one does not know, the other."""
    return np.stack(
        [np.fmax(first[..., 0, :], second[..., 0, :]), np.fmin(first[..., 1, :], second[..., 1, :])], axis=-2
    )


def plus(a: Ends, b: Ends) -> Ends:
    """a + b; a sum that underflows is exact."""
    ends = a + b
    found = np.abs(ends)
    found *= UNITS
    found += ends
    return found


def minus(a: Ends, b: Ends) -> Ends:
    return plus(a, -b[..., ::-1, :])


def times(a: Ends, b: Ends) -> Ends:
    """a·b; 0 times a number is 0."""
    corners = a[..., :, None, :] * b[..., None, :, :]
    ends = hulled(corners.reshape(*corners.shape[:-3], 4, corners.shape[-1]))
    if ends.all():
        return outward(ends)
    lost = ((corners == 0) & (a[..., :, None, :] != 0) & (b[..., None, :, :] != 0)).any(axis=(-3, -2))
    return outward(ends, UNIT, LEAST * ((ends != 0) | lost[..., None, :]))


def scaled(c: Ends, a: Ends) -> Ends:
    """c·a for numbers (…, 1, N)."""
    products = c * a
    ends = hulled(products)
    if ends.all():
        return outward(ends)
    lost = ((products == 0) & (c != 0) & (a != 0)).any(axis=-2)
    return outward(ends, UNIT, LEAST * ((ends != 0) | lost[..., None, :]))


def inverse(a: Ends) -> Ends:
    """1/a; not known where a holds 0."""
    return np.where((a[0] > 0) | (a[1] < 0), outward(1 / a[::-1]), np.nan)


def over(a: Ends, b: Ends) -> Ends:
    return times(a, inverse(b))


def sizes(a: Ends) -> Ends:
    """|a|, from its least to its largest."""
    other, found = -a, np.empty_like(a)
    np.maximum(a[..., 0, :], other[..., 1, :], out=found[..., 0, :])
    np.maximum(found[..., 0, :], 0.0, out=found[..., 0, :])
    np.maximum(other[..., 0, :], a[..., 1, :], out=found[..., 1, :])
    return found


def power(a: Ends, n: int) -> Ends:
    """aⁿ; each factor is one rounding of half a unit."""
    if n < 0:
        return inverse(power(a, -n))
    even = n % 2 == 0
    square = sizes(a) if even else a
    total: Ends | None = None
    share = n * UNIT
    while n:
        if n & 1:
            total = square if total is None else total * square
        n >>= 1
        square = square * square if n else square
    if total is None:
        return np.ones_like(a)
    found = outward(total, share, LOST)
    if even:
        np.maximum(found[..., 0, :], 0.0, out=found[..., 0, :])
    return found


def root(a: Ends, p: int, q: int, clipped: bool) -> Ends:
    """a^(p/q) of a ≥ 0. clipped: a is known to be ≥ 0, although its ends may reach a little below."""
    if p < 0:
        return inverse(root(a, -p, q, clipped))
    a = np.maximum(a, 0.0) if clipped else np.where(a[0] >= 0, a, np.nan)
    if q == 2:
        return power(np.maximum(outward(np.sqrt(a)), 0.0), p)
    share = TRUSTED + (1 + p / q) * LARGEST * UNIT  # p/q is rounded too
    return np.maximum(outward(np.power(a, p / q), share, LOST), 0.0)


def monotone(
    function: Callable[[Ends], Ends], limits: tuple[float, float], a: Ends, domain: tuple[float, float] = INFINITE
) -> Ends:
    """A function that rises; without a value where it is infinite at an end of its domain, as log at 0."""
    values = function(a)
    if domain != INFINITE:
        values = np.where(np.isinf(values) & np.isfinite(a), np.nan, values)
    return np.clip(outward(values, TRUSTED, LOST), *limits)


def wave(a: Ends, turn: float, function: Callable[[Ends], Ends]) -> Ends:
    """cos(a − 2π·turn) by the values at both ends, and by the extremes between."""
    found = outward(hulled(function(a)), TRUSTED, LOST)
    turns = a / (2 * math.pi)
    found[0, crossed(a, turns, turn + 0.5)] = -1.0
    found[1, crossed(a, turns, turn)] = 1.0
    found[:, np.isnan(a).any(axis=0)] = np.nan
    return np.clip(found, -1.0, 1.0, out=found)


def crossed(a: Ends, turns: Ends, turn: float) -> NDArray[np.bool_]:
    """Whether a number k + turn may lie between the turns of an interval, which are rounded."""
    turns = turns - turn + OUT * 1e-14 * (1 + np.abs(turns))
    return (np.floor(turns[1]) >= np.ceil(turns[0])) | ~(np.abs(a) < FARTHEST).all(axis=0)


def sine(a: Ends) -> Ends:
    return wave(a, 0.25, np.sin)


def cosine(a: Ends) -> Ends:
    return wave(a, 0.0, np.cos)


def tangent(a: Ends) -> Ends:
    """tan between its poles."""
    return np.where(crossed(a, a / math.pi, 0.5), np.nan, outward(np.tan(a), TRUSTED, LOST))


def falling(function: Callable[[Ends], Ends], a: Ends) -> Ends:
    return outward(function(a[::-1]), TRUSTED, LOST)


def cardinal(*parts: Any) -> Ends:
    """The n-th derivative s of sin(u)/u, by s(m) + s′(m)·(u − m) + s″·(u − m)²/2 and |s⁽ᵏ⁾| ≤ 1/(n + k + 1)."""
    *order, a = parts
    n = order[0] if order else 0
    middle = a[0] + (a[1] - a[0]) / 2
    step = minus(a, np.stack([middle, middle]))
    size = np.abs(step).max(axis=0)
    lost = math.factorial(n) * TRUSTED
    value, slope = (outward(np.stack([s, s]), 0.0, lost) for s in (sine_over(np, k, middle) for k in (n, n + 1)))
    rest = outward(OUT * (size * size / (2 * n + 6)), 4 * UNIT)
    found = plus(plus(value, times(slope, step)), rest)
    return np.clip(found, (-1 - UNIT) / (n + 1) if n else DIP, (1 + UNIT) / (n + 1) if n else 1.0)


def raised(a: Ends, b: Ends) -> Ends:
    """a**b for a > 0."""
    return exponential(times(b, monotone(np.log, INFINITE, np.where(a[0] > 0, a, np.nan))))


def log_sum(first: Ends, last: Ends, a: Ends, b: Ends) -> Ends:
    """log(exp(a + first) + exp(b + last)), which rises with both."""
    return outward(np.logaddexp(plus(a, first), plus(b, last)), TRUSTED, TRUSTED)


def exponential(a: Ends) -> Ends:
    return monotone(np.exp, (0.0, math.inf), a)


class Crowd:
    """The tops of a tape over many boxes; what numpy lacks is taken of balls: then it is slow."""

    def __init__(self, tape: Tape) -> None:
        self.width, self.tops = len(tape.variables), tape.tops
        self.constants: list[tuple[int, Ends]] = []
        self.steps: list[tuple[int, Rule, tuple[int, ...]]] = []
        numbers, self.slow = dict(tape.numbers), 0
        for expr, place in tape.places.items():
            if place in numbers:
                self.constants.append((place, constant(numbers[place])))
            elif tape.parts[place]:
                choice = tape.choices.get(place)
                rule = comparing(choice) if choice else operation(expr)
                alone: Rule = partial(one_by_one, choice.made if choice else tape.rules[place])  # type: ignore[arg-type]
                self.steps.append((place, rule or alone, tape.parts[place]))
                self.slow += ALONE + cost(expr) if rule is None else 0
        self.length = len(tape.rules)

    def at(self, boxes: Ends) -> list[Ends]:
        """The values over boxes (d, 2, N): an array (2, N) each."""
        count = boxes.shape[2]
        spend(len(self.steps) * (CALL + count * EACH) + self.slow * count)
        values: list[Any] = [None] * self.length
        values[: self.width] = boxes
        for place, value in self.constants:
            values[place] = value
        with np.errstate(all="ignore"):
            for place, rule, parts in self.steps:
                values[place] = rule(*[values[k] for k in parts])
        shape = boxes.shape[1:]
        return [v if v.shape == shape else np.broadcast_to(v, shape) for v in map(values.__getitem__, self.tops)]


def constant(value: Expr) -> Ends:
    with working(BITS, 1):
        ball = number(value)
        return np.array([[below(ball)], [above(ball)]])


def one_by_one(rule: Callable[..., Any], *values: Ends) -> Ends:
    """What a rule of balls says, box by box."""
    inputs = np.broadcast_arrays(*values)
    found = np.full(inputs[0].shape, np.nan)
    with working(PRECISION, 1):
        for k in np.flatnonzero(np.isfinite(inputs).all(axis=(0, 1))).tolist():
            try:
                made = rule(*[arb_series([hull(*value[:, k].tolist())]) for value in inputs])
            except (ValueError, ZeroDivisionError):
                continue
            if made is not UNDEFINED and made[0].is_finite():
                found[:, k] = below(made[0]), above(made[0])
    return found


def operation(expr: Expr) -> Rule | None:
    """The rule of an expression's outermost operation, of the parts that `tape.operation` tells; None without one."""
    if expr.is_Add:
        return lambda *parts: reduce(plus, parts)
    if expr.is_Mul:
        return lambda *parts: reduce(times, parts)
    if expr.is_Pow:
        base, exponent = expr.args
        if exponent.is_Integer and abs(exponent) <= HIGHEST:
            return partial(power, n=int(exponent))
        if base is S.Exp1:
            return exponential
        if exponent.is_Rational and not exponent.is_Integer:
            return partial(
                root, p=int(exponent.p), q=int(exponent.q), clipped=exponent > 0 and bool(base.is_nonnegative)
            )
        return None if exponent.is_number else raised
    if isinstance(expr, sympy.log):
        inner = row(expr.args[0])
        if inner is not None and inner.log_ball is not None:
            return None
        if (terms := exponentials(expr.args[0])) is not None:
            return partial(log_sum, *(constant(size) for size, _ in terms))
    known = row(expr)
    if known is not None and known.crowd is not None:
        orders = [int(n) for n in expr.args[:-1]] if known.ordered else []
        return partial(known.crowd, sys.modules[__name__], *orders)
    named = PLAIN.fullmatch(known.text("numpy") or "") if known is not None and known.rises is not None else None
    if known is None or known.rises is None or named is None:
        return None
    domain, limits = known.rises
    return partial(monotone, getattr(np, named[1]), limits, domain=domain)


COMPARISONS = StrictGreaterThan, GreaterThan, StrictLessThan, LessThan


def comparing(choice: Choice) -> Rule | None:
    """The rule of a choice by comparisons; None for other conditions."""
    plain = all(isinstance(test, bool) or test[0] in COMPARISONS for _, test in choice.branches)
    return partial(chosen, choice) if plain else None


def chosen(choice: Choice, *values: Ends) -> Ends:
    """The branch that holds, or the hull of those that may."""
    asked = [values[k] for _, condition in choice.branches if not isinstance(condition, bool) for k in condition[1:]]
    width = np.broadcast_shapes(*(value.shape for value in values))
    least, most = np.full(width[1:], math.inf), np.full(width[1:], -math.inf)
    open_ = np.ones(width[1:], dtype=bool)
    for place, condition in choice.branches:
        may, must = truth(condition, values)
        for ends, side, pick in ((least, 0, np.minimum), (most, 1, np.maximum)):
            ends[:] = np.where(open_ & may, pick(ends, values[place][side]), ends)
        open_ = open_ & ~must
    lost = reduce(np.logical_or, (np.isnan(value).any(axis=0) for value in asked), open_)
    return np.where(lost, np.nan, np.stack([least, most]))


def truth(condition: Any, values: Sequence[Ends]) -> tuple[Any, Any]:
    """Where a condition may hold, and where it must."""
    if isinstance(condition, bool):
        return np.bool_(condition), np.bool_(condition)
    kind, first, last = condition
    a, b = values[first], values[last]
    if kind in (StrictLessThan, LessThan):
        a, b = b, a
    if kind in (GreaterThan, LessThan):
        return ~(a[1] < b[0]), a[0] >= b[1]
    return ~(a[1] <= b[0]), a[0] > b[1]
