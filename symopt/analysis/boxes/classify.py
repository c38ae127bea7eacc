"""What a critical point is: the signs of the eigenvalues of H, at a kink those of the Lagrangian along the switches.

Where all ∂φ/∂|s| > 0 and all t lie inside (−1, 1), f ≥ φ(·, t) around a kink, with f − φ(·, t) ≥ c·Σ|s|: it is a strict
minimum if H of φ(·, t) is positive definite on the tangent space {v: ∇s·v = 0}, and a saddle if it has a negative
eigenvalue there, for on {s = 0} f is φ. Turned over, the same holds of maxima. Where t = ±1, f ≥ φ(·, ±1) with one
side's φ, and H has to be positive definite across s = 0 too. Where switches of both kinds are active
and none lies inside another, f rises along one normal and falls along another.

Source: Griewank and Walther 2016 (see `switches`), theorems 3.1 and 4.1.
"""

from __future__ import annotations

from collections.abc import Sequence

from symopt.analysis.boxes.edges import beside, edges_through
from symopt.analysis.boxes.enclose import Ball, System, closed_form, signed
from symopt.analysis.boxes.inertia import (
    MAXIMUM,
    MINIMUM,
    SADDLE,
    UNDECIDED,
    Inertia,
    congruent,
    inertia,
    tangents,
)
from symopt.analysis.boxes.krawczyk import FINE
from symopt.analysis.boxes.search import Zero
from symopt.analysis.records import CriticalPoint, Interval
from symopt.analysis.window import Side
from symopt.balls.series import above, below, working
from symopt.balls.tape import UNDEFINED, number


def classified(system: System, zero: Zero, window: Sequence[Side]) -> CriticalPoint | None:
    """A zero as a point with its kind; None outside of the window, and where f may jump."""
    n = system.n
    with working(FINE, 1):
        parts, left = system.values(zero.balls)
        value, sides = system.value(zero.balls[:n]), left[n:]
        if value is UNDEFINED:  # a hole, in which f goes on as its parts do
            value = parts
        if any(not (switch.kink or signed(side)) for switch, side in zip(system.switches, sides, strict=True)):
            return None
        jacobian = system.jacobian(zero.balls)
        active = [j for j, state in enumerate(zero.states) if state == "0"]
        hessian = [row[:n] for row in jacobian[:n]]
        edges = edges_through(system, zero, sides)
        values: tuple[Interval, ...] = ()
        if edges:
            kind, index = (UNDECIDED, None) if active else beside(system, zero, sides, edges)
        elif active:
            within = [j for j in active if zero.balls[n + j].abs_upper() < 1]
            normals = [jacobian[n + j][:n] for j in within]
            basis = tangents(normals) if normals else None
            if basis is None:
                curved = None if normals else inertia(hessian)
            else:
                curved = inertia(congruent(hessian, basis)) if basis[0] else Inertia(0, 0, 0)
            lifts = system.lifted(zero.balls, active)
            nested = any(set(active) & system.switches[j].inner for j in active)
            kind, index = at_kink(curved, lifts, nested)
            if len(within) < len(active) and kind == SADDLE:
                kind, index = UNDECIDED, None  # f is φ on s = 0, and on one side, alone
        else:
            told = inertia(hessian)
            kind, index = smooth(told)
            values = told.values
        xs = zero.balls[:n]
        places = [side.place(ball) for ball, side in zip(xs, window, strict=True)]
        if any(places):
            return None
        edge = None in places
        return CriticalPoint(
            x=tuple(nearest(ball) for ball in xs), enclosure=tuple((below(b), above(b)) for b in xs),
            f=nearest(value), value=(below(value), above(value)), kind=kind, index=index, eigenvalues=values,
            active=len(active), kink=bool(active), edge=edge, proved=not edge or _touching(system, xs, window),
            region=zero.region.ends[:n],
        )  # fmt: skip


def _touching(system: System, xs: Sequence[Ball], window: Sequence[Side]) -> bool:
    """Whether algebra shows that ∇f = 0 at a place on the border, in closed forms of the coordinates."""
    if system.m:
        return False
    ends = [[end for end in (side.low, side.high) if ball.overlaps(number(end))]
            for ball, side in zip(xs, window, strict=True)]  # fmt: skip
    return closed_form(system, xs, ends) is not None


def nearest(ball: Ball) -> float:
    """The float nearest the middle; 0 for a ball that reaches over it."""
    return 0.0 if ball.contains(0) else float(ball.mid())


def smooth(told: Inertia) -> tuple[str, int | None]:
    if not told.sure:
        return UNDECIDED, None
    if told.negative == 0:
        return MINIMUM, 0
    return (MAXIMUM if told.positive == 0 else SADDLE), told.negative


def at_kink(curved: Inertia | None, lifts: list[int], nested: bool) -> tuple[str, int | None]:
    """The kind of a kink and the number of directions in which f falls, from what bends along and across."""
    if curved is None or not curved.sure or 0 in lifts:
        return UNDECIDED, None
    falls = lifts.count(-1)
    index = falls + curved.negative
    if falls == 0:
        return (MINIMUM if curved.negative == 0 else SADDLE), index
    if falls == len(lifts):
        return (MAXIMUM if curved.positive == 0 else SADDLE), index
    return (UNDECIDED, None) if nested else (SADDLE, index)
