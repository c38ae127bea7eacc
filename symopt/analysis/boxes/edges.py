"""What a zero of one side's gradient is, if an edge s = 0 between two sides may go through it.

The eigenvalues of one side say too little. Where all ∂φ/∂|s| > 0, f ≥ φ(·, ±1); where ∇f is continuous, each side has
its H. With s = 0 shown by algebra and ∇s ≠ 0, of any direction v or −v lies on a given side: f falls along one of them
if either H has a negative eigenvalue, and rises along one if either has a positive one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

import sympy
from flint import arb
from sympy import S

from symopt.analysis.boxes.enclose import Ball, System, closed_form, signed
from symopt.analysis.boxes.inertia import MAXIMUM, MINIMUM, SADDLE, UNDECIDED, inertia
from symopt.analysis.boxes.search import Zero
from symopt.analysis.exact import vanishes

MOST_EDGES = 4
"""Edges through a point up to which each side of them all is looked at."""


def edges_through(system: System, zero: Zero, sides: Sequence[Ball]) -> list[int]:
    """The switches s that may be 0 at a zero of one side's gradient, and on which f depends around it."""
    unsure = [j for j, side in enumerate(sides) if zero.states[j] in "+-" and not signed(side)]
    if not unsure:
        return []
    sure = {switch.t: S.One if state == "+" else S.NegativeOne
            for j, (switch, state) in enumerate(zip(system.switches, zero.states, strict=True))
            if state in "+-" and j not in unsure}  # fmt: skip
    there = sympy.expand(system.switched.phi.subs(sure))
    return [j for j in unsure if there.has(system.switches[j].t) or not _same_sides(system, zero, sides, [j])]


def beside(system: System, zero: Zero, sides: Sequence[Ball], edges: Sequence[int]) -> tuple[str, int | None]:
    """The kind of a zero of one side's gradient through which edges s = 0 may go."""
    n, switches = system.n, [system.switches[j] for j in edges]
    if len(edges) > MOST_EDGES or not _same_sides(system, zero, sides, edges):
        return UNDECIDED, None
    own = inertia(system.hessian(zero.balls))
    lifts = system.lifted(zero.balls, edges)
    if own.sure and own.negative == 0 and min(lifts) > 0:
        return MINIMUM, 0
    if own.sure and own.positive == 0 and max(lifts) < 0:
        return MAXIMUM, n
    if not all(switch.mild for switch in switches):
        return UNDECIDED, None
    every = [inertia(system.hessian(balls)) for balls in _sides(system, zero, edges)]
    if all(told.sure and told.negative == 0 for told in every):
        return MINIMUM, 0
    if all(told.sure and told.positive == 0 for told in every):
        return MAXIMUM, n
    if len(edges) > 1 or not any(map(signed, system.jacobian(zero.balls)[n + edges[0]][:n])):
        return UNDECIDED, None
    if any(told.negative for told in every) and any(told.positive for told in every):
        place = closed_form(system, zero.balls)
        if place is not None and vanishes(switches[0].s, place):
            return SADDLE, max(told.negative for told in every)
    return UNDECIDED, None


def _same_sides(system: System, zero: Zero, sides: Sequence[Ball], edges: Sequence[int]) -> bool:
    """Whether all other switches have the same sign on every side of these."""
    return all(
        signed(side) == signed(here) for balls in _sides(system, zero, edges)
        for j, (side, here) in enumerate(zip(system.values(balls)[1][system.n :], sides, strict=True)) if j not in edges
    )  # fmt: skip


def _sides(system: System, zero: Zero, edges: Sequence[int]) -> Iterator[list[Ball]]:
    """The balls of a zero on each side of some edges."""
    for signs in product((1, -1), repeat=len(edges)):
        balls = list(zero.balls)
        for j, sign in zip(edges, signs, strict=True):
            balls[system.n + j] = arb(sign)
        yield balls
