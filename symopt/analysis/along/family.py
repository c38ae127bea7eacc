"""A loss f(x, a) of a variable and a letter: what f′ = 0 falls into, and equations on it for the search in boxes.

f′ = u(a)·∏ vᵢ(x, a)^kᵢ·(what has no zero). Where u = 0, f does not depend on x; elsewhere the critical points are the
zeros of v = ∏ vᵢ, and a zero of vᵢ alone is a minimum or a maximum by the signs of ∂vᵢ/∂x and of the other factors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sympy
from sympy import Expr, Symbol

from symopt.analysis.boxes.enclose import Ball, Box, known, numerator
from symopt.analysis.boxes.equations import Equations
from symopt.analysis.boxes.krawczyk import FINE
from symopt.analysis.boxes.search import search
from symopt.analysis.exact import vanishes
from symopt.analysis.window import Side
from symopt.balls.series import working
from symopt.balls.tape import Tape
from symopt.expression.slopes import slopes
from symopt.forms import factored

FACTORED = 250
"""Operations in f′ up to which it is taken apart."""


@dataclass(frozen=True)
class Solved:
    """Zeros as balls, each with whether it lies inside its interval (None: on an end to all digits); boxes left."""

    zeros: tuple[tuple[tuple[Ball, ...], bool | None], ...]
    left: tuple[tuple[tuple[float, float], ...], ...]
    boxes: int


def solved(system: Equations, sides: Sequence[Side], most: int) -> Solved:
    """All zeros of equations in a closed box: each is regular and proved by Krawczyk's test."""
    found = search(system, Box(tuple(side.ends for side in sides)), most)
    zeros = []
    for zero in found.zeros:
        told = [side.place(ball) for side, ball in zip(sides, zero.balls, strict=True)]
        if not any(told):
            zeros.append((zero.balls, None if None in told else True))
    return Solved(tuple(zeros), tuple(box.ends for box in found.left), found.boxes)


@dataclass(frozen=True)
class Factor:
    """vᵢ, its power in f′, the product of all other factors; its numerator, and ∂vᵢ/∂x times the others."""

    v: Expr
    power: int
    others: Expr
    top: Expr
    turn: Expr


class Family:
    """A smooth f(x, a), with f′ taken apart. Raises Refused for functions without an interval version."""

    def __init__(self, f: Expr, x: Symbol, a: Symbol):
        self.f, self.x, self.a = f, x, a
        self.slope: Expr = slopes(f, (x,))[0]
        self.flat, factors, fixed = _parted(self.slope, x)
        self.v: Expr = sympy.Mul(*(base for base, _ in factors))
        self.factors = []
        for base, power in factors:
            others = sympy.Mul(fixed, *self.flat, *(b**k for b, k in factors if b is not base))
            self.factors.append(Factor(base, power, others, numerator(base), slopes(base, (x,))[0] * others))
        self._kinds = [Tape([each.v, each.turn], (x, a)) for each in self.factors]
        v_x, v_a = slopes(self.v, (x, a))
        self._rate = Tape([v_x, v_a], (x, a))

    def equations(self, *lefts: Expr, unknown: Sequence[Symbol]) -> Equations:
        return Equations(self.f, lefts, (self.x, self.a), unknown)

    def kind(self, x: Ball, a: Ball) -> str:
        """`minimum`, `maximum`, `inflection`, or empty where it is not shown, of a zero of v."""
        with working(FINE, 1):
            found = ""
            for each, tape in zip(self.factors, self._kinds, strict=True):
                here, turn = tape.at([x, a])
                if not (known(here) and known(turn)):
                    return ""
                if not here.contains(0):
                    continue
                if found or turn.contains(0):
                    return ""
                found = "inflection" if each.power % 2 == 0 else "minimum" if turn > 0 else "maximum"
            return found

    def rate(self, x: Ball, a: Ball) -> Ball:
        """dx*/da of a zero of v."""
        with working(FINE, 1):
            v_x, v_a = self._rate.at([x, a])
            return -v_a / v_x

    def even(self, c: Expr) -> bool:
        """Whether f(2c − x) = f(x), by algebra."""
        return vanishes(self.f.subs(self.x, 2 * c - self.x, simultaneous=True) - self.f)


def _parted(slope: Expr, x: Symbol) -> tuple[list[Expr], list[tuple[Expr, int]], Expr]:
    """The factors of f′ without x, those that may vanish with their powers, and the product of what has no zero."""
    product = slope
    if slope.count_ops() <= FACTORED:
        try:
            product = factored(slope)
        except (sympy.PolynomialError, NotImplementedError):
            product = slope
        if len(sympy.Mul.make_args(product)) == 1 and not product.is_Pow:
            product = slope
    flat: list[Expr] = []
    moving: list[tuple[Expr, int]] = []
    fixed: list[Expr] = []
    for part in sympy.Mul.make_args(product):
        base, power = part.as_base_exp()
        if part.is_number or part.is_positive or part.is_negative:
            fixed.append(part)
        elif not part.has(x):
            flat.append(part)
        elif power.is_Integer and power > 0:
            moving.append((base, int(power)))
        else:
            moving.append((part, 1))
    return flat, moving, sympy.Mul(*fixed)
