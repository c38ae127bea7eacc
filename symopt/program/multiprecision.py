"""A program of operations over numbers of as many digits as one likes: neither cancellation nor underflow lasts.

The same nodes that numpy runs, over mpmath's numbers; what is not defined is nan, as there. Constants are as typed, so
that a zero stays multiple whatever f is multiplied by; where f has kinks they are the floats that numpy's program
holds, so that a point on a kink of the program is on it here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import mpmath
from mpmath import mp

from symopt.functions import FUNCTIONS, MOST_BITS
from symopt.program.graph import Graph, Operation
from symopt.special import Beyond

DEAR = 300
HALF_A_UNIT = mpmath.mpf(2) ** -53
LADDER = (40, 80, 160, 320)
ALIKE = mpmath.mpf(10) ** -20


class Precise:
    """The nodes of a program that some outputs need, run at a point at any precision.

    exact: whether constants are as typed, or rounded to floats. cost: how many operations one run takes, dear functions
    counted as many.
    """

    def __init__(self, program: Graph, outputs: Sequence[int], exact: bool = False) -> None:
        self.outputs = list(outputs)
        needed = [(place, program.nodes[place]) for place in sorted(program.reachable(outputs))]
        self.cost = sum(_cost(node) for _, node in needed)
        self.constants = {place: number(node.datum) for place, node in needed if node.kind == "constant"}
        if exact:
            with mp.workdps(LADDER[-1] + 20):
                for place in self.constants.keys() & program.exact.keys():
                    meant = program.exact[place]
                    self.constants[place] = mp.mpf(meant.numerator) / meant.denominator
        self.exact = exact
        self.nodes = [(place, node) for place, node in needed if node.kind != "constant"]

    def at(self, x: Sequence[Any], digits: int, jitter: int = 0) -> list[Any]:
        """The outputs at x, each an mpf of that many digits; nan where it is not defined. Raises Beyond.

        jitter: 1 or −1 moves every constant that a float can only hold rounded by half a unit of its last place, to see
        what that rounding does.
        """
        with mp.workdps(digits):
            values = dict(self.constants)
            if jitter and not self.exact:
                for place, exact in self.constants.items():
                    if _rounded(float(exact)):
                        values[place] = exact * (1 + jitter * HALF_A_UNIT * (-1) ** place)
            for place, node in self.nodes:
                values[place] = _value(node, values, x)
            return [values[output] for output in self.outputs]

    def sure(self, x: Sequence[Any]) -> list[Any]:
        """The outputs at x to twenty digits: computed with more and more until two precisions agree.

        What still does not agree at the last one, but shrinks with the precision, is 0.
        """
        before = self.at(x, LADDER[0])
        for digits in LADDER[1:]:
            here = self.at(x, digits)
            if all(_same(a, b) for a, b in zip(before, here, strict=True)):
                return here
            last, before = before, here
        return [b if _same(a, b) else mp.zero for a, b in zip(last, before, strict=True)]


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
        exact: bool = False,
    ) -> None:
        self.n = n
        self.exact = exact
        self.program = program
        self.slopes = gradient
        self.bends = hessian
        self.value_of = Precise(program, [value], exact)
        self.gradient_of = Precise(program, list(gradient.values()), exact)
        self.cost = self.value_of.cost + self.gradient_of.cost

    @cached_property
    def hessian_of(self) -> tuple[list[tuple[int, int]], Precise] | None:
        """The places of the entries in the lower half, and what computes them; None where there are too many."""
        if self.bends is None:
            return None
        nodes = self.bends()
        return list(nodes), Precise(self.program, list(nodes.values()), self.exact)

    def value(self, x: Sequence[Any], digits: int) -> Any:
        """f(x), computed with so many digits."""
        return self.value_of.at(x, digits)[0]

    def grad(self, x: Sequence[Any], digits: int = 0, jitter: int = 0) -> list[Any]:
        """∇f(x): computed with so many digits (and the constants moved by a jitter), or to twenty unless told."""
        found = self.gradient_of.at(x, digits, jitter) if digits else self.gradient_of.sure(x)
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


def _rounded(constant: float) -> bool:
    """Whether a constant is not a short binary number, so that more was meant than the float holds."""
    return math.isfinite(constant) and constant * 2**24 != math.floor(constant * 2**24)


def _same(a: Any, b: Any) -> bool:
    if mp.isnan(b) or mp.isnan(a) or mp.isinf(b) or mp.isinf(a):
        return bool(mp.isnan(a) == mp.isnan(b) and mp.isinf(a) == mp.isinf(b))
    return bool(abs(a - b) <= ALIKE * abs(b))


def number(value: Any) -> Any:
    """An mpf of a float, exactly."""
    return mpmath.mpf(float(value))


def _cost(node: Operation) -> int:
    """What a node costs, in additions: a function that numpy has not either, such as Γ, is a long series."""
    if node.kind != "call":
        return 1
    row = FUNCTIONS.get(node.datum.partition(":")[0])
    return DEAR if row is not None and "np." not in (row.text("numpy") or "") else 1


def _value(node: Operation, values: dict[int, Any], x: Sequence[Any]) -> Any:
    kind, datum = node.kind, node.datum
    if kind == "input":
        return x[datum]
    if kind == "truth":
        return bool(datum)
    if kind == "choose":
        chosen = len(node.parts) - datum - 1
        for place, condition in enumerate(node.parts[:datum]):
            if values[condition]:
                chosen = place
                break
        return values[node.parts[datum + chosen]]
    parts = [values[part] for part in node.parts]
    try:
        if kind == "call":
            name, _, order = datum.partition(":")
            if any(mp.isnan(u) for u in parts):
                return mp.nan
            value = FUNCTIONS[name].precise(*([int(order)] if order else []), *parts)
            if not mp.isfinite(value) and all(map(mp.isfinite, parts)):
                return mp.nan
        else:
            value = OPERATIONS[kind](datum, *parts)
    except (ZeroDivisionError, ValueError, OverflowError):
        return mp.nan
    return mp.nan if isinstance(value, mpmath.mpc) else value


def _product(_datum: Any, *parts: Any) -> Any:
    value = parts[0]
    for part in parts[1:]:
        value = value * part
    return value


def _power(exponent: float, base: Any) -> Any:
    if exponent == int(exponent):
        return base ** int(exponent)
    return mp.nan if base < 0 else mp.power(base, number(exponent)) if base else mp.zero


def _raise(_datum: Any, base: Any, exponent: Any) -> Any:
    if base > 0:
        if abs(exponent * mp.log(base)) > mp.ldexp(1, MOST_BITS):
            raise Beyond
        return mp.power(base, exponent)
    if base == 0:
        return mp.zero if exponent > 0 else mp.one if exponent == 0 else mp.nan
    return base ** int(exponent) if exponent == mp.floor(exponent) and abs(exponent) < 2**53 else mp.nan


COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b, "!=": lambda a, b: a != b,
}  # fmt: skip

OPERATIONS: dict[str, Callable[..., Any]] = {
    "add": lambda _, *parts: mp.fsum(parts),
    "negative": lambda _, u: -u,
    "multiply": _product,
    "divide": lambda _, a, b: a / b,
    "power": _power,
    "raise": _raise,
    "compare": lambda sign, a, b: COMPARE[sign](a, b),
    "both": lambda _, *parts: all(parts),
    "either": lambda _, *parts: any(parts),
    "opposite": lambda _, u: not u,
}
