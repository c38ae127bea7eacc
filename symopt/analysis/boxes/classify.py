"""What a critical point is: the signs of the eigenvalues of H, at a kink those of the Lagrangian along the switches.

Where all ∂φ/∂|s| > 0 and all t lie inside (−1, 1), f ≥ φ(·, t) around a kink, with f − φ(·, t) ≥ c·Σ|s|: it is a strict
minimum if H of φ(·, t) is positive definite on the tangent space {v: ∇s·v = 0}, and a saddle if it has a negative
eigenvalue there, for on {s = 0} f is φ. Turned over, the same holds of maxima. Where switches of both kinds are active
and none lies inside another, f rises along one normal and falls along another.

Source: Sylvester's law of inertia; A. M. Ostrowski, Proc. Natl. Acad. Sci. 45(5), 1959, for the eigenvalues; Griewank
and Walther 2016 (see `switches`), theorems 3.1 and 4.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from flint import arb, arb_mat

from symopt.analysis.boxes.enclose import Ball, System, known, signed
from symopt.analysis.boxes.search import FINE, Zero
from symopt.analysis.exact import guesses, vanishes
from symopt.analysis.records import CriticalPoint, Interval
from symopt.analysis.window import Side
from symopt.balls.series import above, below, working
from symopt.balls.tape import number
from symopt.expression.slopes import slopes

MINIMUM, MAXIMUM, SADDLE, DEGENERATE, UNDECIDED = "minimum", "maximum", "saddle", "degenerate", "undecided"


@dataclass(frozen=True)
class Inertia:
    """How many eigenvalues are shown to be negative and positive, of so many; enclosures of them where f is smooth."""

    negative: int
    positive: int
    size: int
    values: tuple[Interval, ...] = ()

    @property
    def sure(self) -> bool:
        return self.negative + self.positive == self.size


def classified(system: System, zero: Zero, window: Sequence[Side]) -> CriticalPoint | None:
    """A zero as a point with its kind; None outside of the window, and where f may jump."""
    n = system.n
    with working(FINE, 1):
        sides = system.values(zero.balls)[1][n:]
        if any(not (switch.kink or signed(side)) for switch, side in zip(system.switches, sides, strict=True)):
            return None
        jacobian = system.jacobian(zero.balls)
        active = [j for j, state in enumerate(zero.states) if state == "0"]
        hessian = [row[:n] for row in jacobian[:n]]
        if active:
            normals = [jacobian[n + j][:n] for j in active]
            basis = tangents(normals)
            curved = None if basis is None else inertia(congruent(hessian, basis)) if basis[0] else Inertia(0, 0, 0)
            lifts = [signed(system.lifts(zero.balls)[j]) for j in active]
            nested = any(set(active) & system.switches[j].inner for j in active)
            kind, index = at_kink(curved, lifts, nested)
            values: tuple[Interval, ...] = ()
        else:
            told = inertia(hessian)
            kind, index = smooth(told)
            values = told.values
        value = system.values(zero.balls)[0]
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
    place = {}
    for variable, ball, side in zip(system.variables, xs, window, strict=True):
        meant = [end for end in (side.low, side.high) if ball.overlaps(number(end))] or list(guesses(ball))
        if not meant:
            return False
        place[variable] = meant[0]
    return all(vanishes(slope, place) for slope in slopes(system.switched.phi, system.variables))


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


def tangents(normals: list[list[Ball]]) -> list[list[Ball]] | None:
    """A basis of {v: ∇s·v = 0}, a column each: [−P⁻¹Q; I] with a regular part P of the rows; None if none is shown."""
    count, n = len(normals), len(normals[0])
    middle = np.array([[float(entry.mid()) for entry in row] for row in normals])
    columns = list(max(combinations(range(n), count), key=lambda c: abs(np.linalg.det(middle[:, list(c)]))))
    others = [k for k in range(n) if k not in columns]
    part = arb_mat([[row[k] for k in columns] for row in normals])
    if part.det().contains(0):
        return None
    basis = [[arb(0)] * len(others) for _ in range(n)]
    if others:
        try:
            solved = part.solve(arb_mat([[-row[k] for k in others] for row in normals]))
        except ZeroDivisionError:
            return None
        for i, k in enumerate(columns):
            basis[k] = [solved[i, j] for j in range(len(others))]
        for j, k in enumerate(others):
            basis[k][j] = arb(1)
    return basis


def congruent(matrix: list[list[Ball]], basis: list[list[Ball]]) -> list[list[Ball]]:
    """BᵀAB."""
    size, many = len(matrix), range(len(basis[0]))
    half = [[sum((matrix[i][k] * basis[k][j] for k in range(size)), arb(0)) for j in many] for i in range(size)]
    return [[sum((basis[k][i] * half[k][j] for k in range(size)), arb(0)) for j in many] for i in many]


def turned(matrix: list[list[Ball]]) -> tuple[list[list[Ball]], Ball] | None:
    """V near the eigenvectors of a matrix's middle, and a ball around 1 with all eigenvalues of VᵀV."""
    middle = np.array([[float(entry.mid()) for entry in row] for row in matrix])
    try:
        _, vectors = np.linalg.eigh(middle / 2 + middle.T / 2)
    except np.linalg.LinAlgError:
        return None
    basis = [[arb(float(v)) for v in row] for row in vectors]
    one = [[arb(int(i == j)) for j in range(len(basis))] for i in range(len(basis))]
    square = congruent(one, basis)
    off = max(
        above(sum((abs(entry - int(i == j)) for j, entry in enumerate(row)), arb(0)).abs_upper())
        for i, row in enumerate(square)
    )
    return basis, arb(1, off)


def inertia(matrix: list[list[Ball]]) -> Inertia:
    """The signs of the eigenvalues of a symmetric matrix of balls, by L·D·Lᵀ of VᵀAV, and Gershgorin's discs."""
    size = len(matrix)
    if not all(known(entry) for row in matrix for entry in row):
        return Inertia(0, 0, size)
    made = turned(matrix)
    if made is None:
        return Inertia(0, 0, size)
    basis, square = made
    rotated = congruent(matrix, basis)
    rest = [row[:] for row in rotated]
    pivots = []
    for k in range(size):
        pivot = rest[k][k]
        if not signed(pivot):
            break
        pivots.append(pivot)
        for i in range(k + 1, size):
            for j in range(k + 1, size):
                rest[i][j] = rest[i][j] - rest[i][k] * rest[k][j] / pivot
    negative, positive = sum(p < 0 for p in pivots), sum(p > 0 for p in pivots)
    return Inertia(negative, positive, size, discs(rotated, square))


def discs(rotated: list[list[Ball]], square: Ball) -> tuple[Interval, ...]:
    """Enclosures of the eigenvalues, ascending; discs that overlap hold theirs together."""
    found = []
    for i, row in enumerate(rotated):
        radius = sum((abs(entry) for j, entry in enumerate(row) if j != i), arb(0))
        disc = arb(row[i], radius.upper()) / square
        found.append((below(disc), above(disc)))
    found.sort()
    for i in range(1, len(found)):
        if found[i][0] <= found[i - 1][1]:
            joint = min(found[i - 1][0], found[i][0]), max(found[i - 1][1], found[i][1])
            for j in range(i + 1):
                if found[j][1] >= joint[0]:
                    found[j] = joint
    return tuple(found)
