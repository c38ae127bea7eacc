"""Enclosures over boxes: f, ∇φ, its switches and all their derivatives, on two lists of operations.

A box has an end pair for each of x₁ … xₙ and t₁ … tₘ, and a state for each switch: `+` and `-` beside s = 0, `0` on it,
`?` where its sign is not sure, `~` where nothing depends on it. A coordinate whose ends are equal is fixed: so faces,
edges and corners are boxes too.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import flint
import numpy as np
import sympy
from flint import arb
from sympy import Expr, Symbol

from symopt.analysis.boxes.switches import Switched
from symopt.analysis.exact import guesses, placed
from symopt.analysis.rewrite import prepared
from symopt.balls.crowd import Crowd
from symopt.balls.series import above, below, hull, signum, working
from symopt.balls.tape import UNDEFINED, Tape
from symopt.balls.work import over, spend
from symopt.expression.slopes import slopes

Ball = Any
Ends = tuple[tuple[float, float], ...]
PRECISION, EACH = 53, 0.1
A_BOX = 25.0
"""What goes on around the enclosures of a box, in operations on balls."""
TS = {"+": (1.0, 1.0), "-": (-1.0, -1.0), "0": (-1.0, 1.0), "?": (-1.0, 1.0), "~": (-1.0, 1.0)}


@dataclass(frozen=True)
class Box:
    """Ends of x and t, and the states of the switches."""

    ends: Ends
    states: str = ""

    @cached_property
    def balls(self) -> list[Ball]:
        return [hull(low, high) for low, high in self.ends]

    def around(self, sides: Sequence[tuple[float, float]]) -> Box:
        """The same with other sides for x."""
        return Box((*sides, *self.ends[len(sides) :]), self.states)

    def at(self, place: Sequence[float]) -> Box:
        """The same with a place for x."""
        return self.around([(c, c) for c in place])

    def with_ends(self, k: int, low: float, high: float) -> Box:
        return Box((*self.ends[:k], (low, high), *self.ends[k + 1 :]), self.states)

    @cached_property
    def settled(self) -> Box:
        """The same with 0 for each t on which no equation depends, whose range would widen them nevertheless."""
        n = len(self.ends) - len(self.states)
        ts = [(0.0, 0.0) if state == "~" else pair for state, pair in zip(self.states, self.ends[n:], strict=True)]
        return Box((*self.ends[:n], *ts), self.states)

    def with_state(self, n: int, j: int, state: str) -> Box:
        ends = (*self.ends[: n + j], TS[state], *self.ends[n + j + 1 :])
        return Box(ends, self.states[:j] + state + self.states[j + 1 :])


class Expressions:
    """Some expressions over a box of balls, and over many boxes at once. Raises Refused."""

    def __init__(self, exprs: Sequence[Expr], variables: Sequence[Symbol]) -> None:
        self.tape = Tape(exprs, variables)

    def over(self, xs: Any) -> list[Any]:
        """A ball each, over a sequence of balls; or arrays (2, N), over boxes (d, 2, N)."""
        return self.many.at(xs) if isinstance(xs, np.ndarray) else self.tape.at(xs)

    @cached_property
    def many(self) -> Crowd:
        return Crowd(self.tape)


class System:
    """The equations ∇ₓφ(x, t) = 0, s(x, t) = 0 of a loss, their Jacobian, and f itself. Raises Refused.

    All are told over a box of balls for x and t, or over many boxes, an array (n + m, 2, N), at once.
    smooth: nothing switches in it, so that it need not be taken apart.
    """

    def __init__(self, expr: Expr, variables: Sequence[Symbol], smooth: bool = False) -> None:
        self.expr, self.variables = expr, tuple(variables)
        self.switched = Switched(expr) if smooth else Switched.of(expr)
        self.switches = self.switched.switches
        self.n, self.m = len(self.variables), len(self.switches)
        ts = [switch.t for switch in self.switches]
        self.every = every = [*self.variables, *ts]
        self.gradient = gradient = slopes(self.switched.phi, self.variables)
        values = [switch.s for switch in self.switches]
        self._told = self.switched.phi
        self._plain = Expressions([expr], self.variables)
        self._values = Expressions([self.switched.phi, *gradient, *values], every)
        hessian = [slopes(g, self.variables[: i + 1]) for i, g in enumerate(gradient)]
        self._hessian = sympy.Matrix(self.n, self.n, lambda i, j: hessian[max(i, j)][min(i, j)])
        rows = [
            [hessian[max(i, j)][min(i, j)] for j in range(self.n)] + list(slopes(g, ts)) for i, g in enumerate(gradient)
        ] + [list(slopes(s, every)) for s in values]
        self._size = self.n + self.m
        self._jacobian = Expressions([entry for row in rows for entry in row], every)
        self._lifts = Expressions(self.switched.lifts, every)
        bends = [slopes(slope, self.variables) for s in values for slope in slopes(s, self.variables)]
        self._bends = Expressions([entry for row in bends for entry in row], every)
        self._tops = Expressions([numerator(g) for g in gradient], every)

    @cached_property
    def _third(self) -> Expressions:
        """∂H_ij/∂x_k for j ≤ i."""
        lower = [self._hessian[i, j] for i in range(self.n) for j in range(i + 1)]
        return Expressions([slope for entry in lower for slope in slopes(entry, self.variables)], self.every)

    @cached_property
    def _sides(self) -> Expressions:
        return Expressions([self._told, *(switch.s for switch in self.switches)], self.every)

    @cached_property
    def each(self) -> float:
        """Work for each of the boxes that are looked at together, in that for one alone."""
        return 1.0 if self._values.many.slow or self._jacobian.many.slow else EACH

    def value(self, xs: Any) -> Any:
        """f; UNDEFINED, or not finite where nothing is known."""
        return self._plain.over(xs[: self.n])[0]

    def values(self, xs: Any) -> tuple[Any, list[Any]]:
        """φ, and the left sides of all equations: ∇ₓφ, then the switches."""
        first, *rest = self._run(self._values, xs)
        return first, rest

    def sides(self, xs: Any) -> tuple[Any, list[Any]]:
        """f where its switches have the signs that t tells, and the switches alone."""
        first, *rest = self._run(self._sides, xs)
        return first, rest

    def jacobian(self, xs: Any) -> list[list[Any]]:
        """The derivatives of the equations, a row each, by x and t."""
        flat = self._run(self._jacobian, xs)
        return [flat[k * self._size : (k + 1) * self._size] for k in range(self._size)]

    def hessian(self, xs: Any) -> list[list[Any]]:
        """H by x."""
        return [row[: self.n] for row in self.jacobian(xs)[: self.n]]

    def third(self, xs: Any) -> list[list[list[Any]]]:
        """∂H/∂xₖ for each k."""
        n, found = self.n, self._run(self._third, xs)
        return [
            [[found[(max(i, j) * (max(i, j) + 1) // 2 + min(i, j)) * n + k] for j in range(n)] for i in range(n)]
            for k in range(n)
        ]

    def lifts(self, xs: Sequence[Ball]) -> list[Ball]:
        """∂φ/∂|s| of each switch; of one between two branches, where s = 0."""
        found = self._run(self._lifts, xs)
        n = self.n
        for j, switch in enumerate(self.switches):
            if switch.chosen:
                # of t = 0, between both branches; the slope by t is the same for all others
                jacobian = self.jacobian([*xs[: n + j], arb(0), *xs[n + j + 1 :]])
                normal = jacobian[n + j][:n]
                across = sum((jacobian[i][n + j] * normal[i] for i in range(n)), arb(0))
                found[j] = across / sum((c * c for c in normal), arb(0))
        return found

    def lifted(self, xs: Sequence[Ball], which: Sequence[int]) -> list[int]:
        """The signs of ∂φ/∂|s| of some switches; 0 where it is not known."""
        lifts = self.lifts(xs)
        return [signed(lifts[j]) for j in which]

    def bends(self, xs: Sequence[Ball]) -> list[list[list[Ball]]]:
        """The Hessian of each switch by x."""
        flat, n = self._run(self._bends, xs), self.n
        return [[flat[(j * n + i) * n : (j * n + i + 1) * n] for i in range(n)] for j in range(self.m)]

    def tops(self, xs: Sequence[Ball]) -> list[Ball]:
        """The numerators of ∇ₓφ: not zero where it is not, and finite at many a pole."""
        return self._run(self._tops, xs)

    def _run(self, exprs: Expressions, xs: Any) -> list[Any]:
        return exprs.over(xs)

    def unknowns(self, box: Box) -> list[int]:
        """The coordinates that are not fixed: free x, and t of the active switches."""
        return [k for k in range(self.n) if box.ends[k][0] < box.ends[k][1]] + [
            self.n + j for j, state in enumerate(box.states) if state == "0"
        ]

    def bends_at(self, at: dict[Symbol, Expr]) -> sympy.Matrix | None:
        """H at an exact place; None where it has no value there, or one on each side of a switch."""
        for switch in self.switches:  # those within others first
            if (side := sympy.sign(switch.s.subs(at))).is_Integer and side != 0:
                at = at | {switch.t: side}
        found = self._hessian.subs(at)
        return None if found.free_symbols or found.has(sympy.nan, sympy.zoo) else found

    def typed(self, j: int) -> str:
        """The left side of a switch, in the letters of the loss."""
        named = {switch.t: Symbol(f"sign({switch.s})") for switch in self.switches}
        return str(self.switches[j].s.xreplace(named))

    def whole(self, window: Sequence[tuple[float, float]]) -> Box:
        """The window as a box, nothing known of its switches."""
        return Box((*window, *[TS["?"]] * self.m), "?" * self.m)


def undecided(told: Callable[[Box], bool], whole: Box, n: int, most: int, least: float = 1e-14) -> Iterator[Box]:
    """The boxes, of those that come from halving, in which a question is not settled: after so many, or so small."""
    queue, looked = deque([whole]), 0
    while queue:
        box = queue.popleft()
        looked += 1
        spend(A_BOX)
        if told(box):
            continue
        parts = [] if looked > most or over() else halves(box, n, whole, least)
        if parts:
            queue.extend(parts)
        else:
            yield box


def halves(box: Box, n: int, whole: Box, least: float = 1e-14, cut: float = 0.5) -> list[Box]:
    """Two halves, or other shares, across the widest side; none of a box too small for that."""
    shares = [
        (high - low) / ((whole.ends[k][1] - whole.ends[k][0]) or 1.0) for k, (low, high) in enumerate(box.ends[:n])
    ]
    k = shares.index(max(shares))
    low, high = box.ends[k]
    middle = low + cut * (high - low)
    if not low < middle < high or shares[k] < least:
        return []
    return [box.with_ends(k, low, middle), box.with_ends(k, middle, high)]


def sided(system: System, box: Box) -> Box | None:
    """The box with what is known of its switches; None where f has no value."""
    value, sides = system.values(box.balls)
    if value is UNDEFINED:
        return None
    for j, state in enumerate(box.states):
        sign = signed(sides[system.n + j])
        if state == "?" and sign:
            box = box.with_state(system.n, j, "+" if sign > 0 else "-")
    return box


def numerator(expr: Expr) -> Expr:
    """The numerator of an expression as one fraction; the expression itself where it has no denominator."""
    plain = prepared(expr)
    if all(part.exp.is_nonnegative for part in plain.atoms(sympy.Pow) if part.exp.is_number):
        return expr
    return sympy.fraction(sympy.together(plain))[0]


def known(ball: Ball) -> bool:
    return ball is not UNDEFINED and ball.is_finite()


def ends(ball: Ball) -> tuple[float, float]:
    return below(ball), above(ball)


def within(box: Iterable[tuple[Any, Any]], region: Iterable[tuple[Any, Any]]) -> bool:
    """Whether all of a box, its sides as pairs of ends, lies in another one."""
    return all(low <= a and b <= high for (a, b), (low, high) in zip(box, region, strict=True))


def middles(sides: Iterable[tuple[float, float]]) -> list[float]:
    return [low + (high - low) / 2 for low, high in sides]


def known_all(matrix: Iterable[Sequence[Ball]]) -> bool:
    return all(known(entry) for row in matrix for entry in row)


def signed(ball: Ball) -> int:
    """The sign that a ball is shown to have, else 0."""
    return signum(ball) if known(ball) else 0


def closed_form(system: System, balls: Sequence[Ball], known_: Sequence[list[Expr]] = ()) -> dict[Symbol, Expr] | None:
    """Closed forms of x, and of t, at which algebra shows that ∇φ = 0; None if none is found.

    known_: what the first coordinates may be.
    """
    near = {}
    letters = [*system.variables, *(switch.t for switch in system.switches)]
    for k, (letter, ball) in enumerate(zip(letters, balls, strict=True)):
        near[letter] = ((known_[k] if k < len(known_) else []) or list(guesses(ball)))[:1]
        if not near[letter]:
            return None
    return placed(system.gradient, near)


__all__ = ["PRECISION", "UNDEFINED", "Ball", "Box", "Ends", "System", "arb", "closed_form", "ends", "flint", "halves",
           "hull", "known", "signed", "undecided", "within", "working"]  # fmt: skip
