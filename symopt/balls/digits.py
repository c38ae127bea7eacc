"""A program of operations over numbers of as many digits as one likes: neither cancellation nor underflow lasts.

The same nodes that numpy runs, over balls, whose radius tells how many of the digits are right; what is not defined is
nan, as there. Constants are as typed, so that a zero stays multiple whatever f is multiplied by, and f and its
derivatives are of one function. Where a ball leaves open which branch holds, that of its middle does.

What goes in and comes out are mpmath's numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cached_property, partial, reduce
from operator import add, mul
from typing import Any

import mpmath
from flint import arb, arb_series, fmpq
from mpmath import mp

from symopt.balls import series
from symopt.balls.series import ball_power, hull, working
from symopt.functions import FUNCTIONS
from symopt.program.graph import Graph
from symopt.program.nodes import Operation

Ball = Any
Rule = Callable[..., Any]
DEAR = 300
LADDER = (80, 160, 320)
SURE = 67
"""Bits: twenty digits."""
DIGITS = 60
GUARD = 10
"""Bits kept beyond the digits that are asked for."""
ZERO = arb(0)
NAN = arb("nan")


class Precise:
    """The nodes of a program that some outputs need, run at a point at any precision.

    cost: how many operations one run takes, dear functions counted as many.
    """

    def __init__(self, program: Graph, outputs: Sequence[int]) -> None:
        self.program = program
        self.outputs = list(outputs)
        needed = [(place, program.nodes[place]) for place in sorted(program.reachable(outputs))]
        self.cost = sum(_cost(node) for _, node in needed)
        self.constants = {
            place: _constant(node.datum, program.exact.get(place)) for place, node in needed if node.kind == "constant"
        }
        self.inputs = [(place, node.datum) for place, node in needed if node.kind == "input"]
        self.steps = [(place, *_rule(node)) for place, node in needed if node.kind not in ("constant", "input")]

    def at(self, x: Sequence[Any], digits: int) -> list[Any]:
        """The outputs at x, each an mpf of that many digits; nan where it is not defined."""
        return [_middle(found) for found in self._run(x, digits)]

    def sure(self, x: Sequence[Any]) -> list[Any]:
        """The outputs at x to twenty digits: computed with more and more until their balls are as narrow.

        What is still as wide as its value at the last precision is 0.
        """
        found: list[Ball] = []
        for digits in LADDER:
            found = self._run(x, digits)
            if all(ball.rel_accuracy_bits() >= SURE or ball.is_zero() for ball in found):
                return [_middle(ball) for ball in found]
        return [mp.zero if ball.is_finite() and ball.contains(0) else _middle(ball) for ball in found]

    def exceeds(self, x: Sequence[Any]) -> bool:
        """Whether there is no value at x since an argument, of a function that is defined everywhere, is too large."""
        with working(math.ceil(DIGITS * math.log2(10)), 1):
            values = self._values(x)
            for place, _, parts in self.steps:
                if isinstance(values[place], arb) and not values[place].is_finite():
                    node = self.program.nodes[place]
                    entire = node.kind == "call" and FUNCTIONS[node.datum.partition(":")[0]].domain is None
                    return entire and all(values[part].is_finite() for part in parts)
        return False

    def _run(self, x: Sequence[Any], digits: int) -> list[Ball]:
        with working(math.ceil(digits * math.log2(10)) + GUARD, 1):
            values = self._values(x)
            return [values[output] for output in self.outputs]

    def _values(self, x: Sequence[Any]) -> dict[int, Any]:
        values: dict[int, Any] = {place: arb(constant) for place, constant in self.constants.items()}
        for place, k in self.inputs:
            values[place] = arb(x[k])
        for place, rule, parts in self.steps:
            try:
                values[place] = rule(*[values[part] for part in parts])
            except (ValueError, ZeroDivisionError, OverflowError):
                values[place] = NAN
        return values


class InDigits:
    """f, ∇f and ∇²f of a program with n inputs, in many digits; `cost` counts the operations of f and ∇f.

    grad gives a list of n numbers, hess the entries of the lower half by their places.
    """

    def __init__(
        self,
        program: Graph,
        value: int,
        gradient: dict[int, int],
        hessian: Callable[[], dict[tuple[int, int], int]] | None,
        n: int,
    ) -> None:
        self.n = n
        self.program = program
        self.slopes = gradient
        self.bends = hessian
        self.value_of = Precise(program, [value])
        self.gradient_of = Precise(program, list(gradient.values()))
        self.cost = self.value_of.cost + self.gradient_of.cost

    @cached_property
    def hessian_of(self) -> tuple[list[tuple[int, int]], Precise] | None:
        """The places of the entries in the lower half, and what computes them; None where there are too many."""
        if self.bends is None:
            return None
        nodes = self.bends()
        return list(nodes), Precise(self.program, list(nodes.values()))

    def value(self, x: Sequence[Any], digits: int) -> Any:
        """f(x), computed with so many digits."""
        return self.value_of.at(x, digits)[0]

    def exceeds(self, x: Sequence[Any]) -> bool:
        """Whether f has no value at x because an argument is too large for any number of digits."""
        return self.value_of.exceeds(x)

    def grad(self, x: Sequence[Any], digits: int = 0) -> list[Any]:
        """∇f(x): computed with so many digits, or to twenty unless told."""
        found = self.gradient_of.at(x, digits) if digits else self.gradient_of.sure(x)
        whole = [mp.zero] * self.n
        for i, slope in zip(self.slopes, found, strict=True):
            whole[i] = slope
        return whole

    def hess(self, x: Sequence[Any], digits: int = 0) -> dict[tuple[int, int], Any] | None:
        """The lower half of ∇²f(x) by places, zeros left out, as `grad`; None where it has too many entries."""
        if self.hessian_of is None:
            return None
        places, program = self.hessian_of
        return dict(zip(places, program.at(x, digits) if digits else program.sure(x), strict=True))


def _constant(value: float, meant: Fraction | None) -> Any:
    return float(value) if meant is None else fmpq(int(meant.numerator), int(meant.denominator))


def _middle(ball: Ball) -> Any:
    """The middle of a ball as an mpf; nan of what is not finite."""
    return mp.make_mpf(ball.mid()._mpf_) if ball.is_finite() else mp.nan


def number(value: Any) -> Any:
    """An mpf of a float, exactly."""
    return mpmath.mpf(float(value))


def _cost(node: Operation) -> int:
    """What a node costs, in additions: a function that numpy has not either, such as Γ, is a long series."""
    if node.kind != "call":
        return 1
    row = FUNCTIONS.get(node.datum.partition(":")[0])
    return DEAR if row is not None and "np." not in (row.text("numpy") or "") else 1


def _rule(node: Operation) -> tuple[Rule, tuple[int, ...]]:
    """What a node does to the values of its parts, and these parts."""
    kind, datum = node.kind, node.datum
    if kind == "call":
        name, _, order = datum.partition(":")
        rule = FUNCTIONS[name].ball
        assert rule is not None
        return partial(_called, partial(rule, series, *([int(order)] if order else []))), node.parts
    if kind == "choose":
        return partial(_chosen, datum), node.parts
    if kind in ("power", "compare", "truth"):
        return partial(OPERATIONS[kind], datum), node.parts
    return OPERATIONS[kind], node.parts


def _called(rule: Rule, *parts: Ball) -> Ball:
    if not all(part.is_finite() for part in parts):
        return NAN
    return rule(*[arb_series([part]) for part in parts])[0]


def _chosen(conditions: int, *parts: Any) -> Any:
    for condition, value in zip(parts[:conditions], parts[conditions:], strict=False):
        if condition:
            return value
    return parts[-1]


def _power(exponent: float, base: Ball) -> Ball:
    if exponent == int(exponent):
        power = ball_power(base, abs(int(exponent)))
        return power if exponent >= 0 else 1 / power
    return _raised(base, arb(exponent))


def _raised(base: Ball, exponent: Ball) -> Ball:
    """baseᵉ of a base > 0, or 0 < e; of a base < 0 where e is whole."""
    if base > 0:
        return (exponent * base.log()).exp()
    if base.is_zero():
        return ZERO if exponent > 0 else arb(1) if exponent.is_zero() else NAN
    if base < 0:
        return base**exponent if exponent.is_integer() else NAN
    if not exponent > 0 or base.mid() < 0:
        return NAN
    return hull(0, (exponent * base.upper().log()).exp().upper())


COMPARE: dict[str, Rule] = {
    "<": lambda gap: gap < 0, "<=": lambda gap: gap <= 0, ">": lambda gap: gap > 0, ">=": lambda gap: gap >= 0,
    "==": lambda gap: gap == 0, "!=": lambda gap: gap != 0,
}  # fmt: skip

OPERATIONS: dict[str, Rule] = {
    "add": lambda *parts: reduce(add, parts),
    "negative": lambda u: -u,
    "multiply": lambda *parts: reduce(mul, parts),
    "divide": lambda a, b: a / b,
    "power": _power,
    "raise": _raised,
    "truth": bool,
    "compare": lambda sign, a, b: COMPARE[sign]((a - b).mid()),
    "both": lambda *parts: all(parts),
    "either": lambda *parts: any(parts),
    "opposite": lambda u: not u,
}
