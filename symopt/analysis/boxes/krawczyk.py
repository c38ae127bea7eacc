"""Krawczyk's test: in a box there is exactly one zero, or at most one, of as many equations as unknowns.

K(X) = c − Y·F(c) + (I − Y·J(X))·(X − c) with Y ≈ J(c)⁻¹ holds every zero in X; K(X) ⊂ int X shows that there is one.

Source: R. Krawczyk, Computing 4, 1969; A. Neumaier, Interval Methods for Systems of Equations, 1990, section 5.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np
from flint import arb

from symopt.analysis.boxes.enclose import Ball, Box, System, hull, known, known_all
from symopt.balls.series import above, working

FINE, CLOSE = 192, 100
"""Bits in which points are refined, and bits to which they are known then."""
ROUNDS = 12
"""Of Newton's method, at most, until they are."""
NOUGHT, NEAR, FAR = 2.0**-20, 2.0**-20, 1.5
"""What is so much smaller than another coordinate may be 0; moves down to which J is taken anew; how far a zero may lie
from the middle of a box, in its sides.
"""


def verified(system: System, place: Sequence[float], box: Box, unknowns: list[int]) -> list[Ball] | None:
    """Balls around a place near a box that hold exactly one zero, by Krawczyk's test, narrowed; None if not shown."""
    with working(FINE, 1):
        balls: list[Ball] = [arb(c) if k in unknowns else hull(*box.ends[k]) for k, c in enumerate(place)]
        inverse, size = None, 1.0
        for _ in range(ROUNDS):
            at = [ball.mid() if k in unknowns else ball for k, ball in enumerate(balls)]
            if size > NEAR:
                inverse = inverse_of(submatrix(system.jacobian(at), unknowns))
            sides = chosen(system.values(at)[1], unknowns)
            if inverse is None or not all(map(known, sides)):
                return None
            moves = [dot(row, sides) for row in inverse]
            size = max(above(move.abs_upper()) for move in moves)
            for k, move in zip(unknowns, moves, strict=True):
                balls[k] = (at[k] - move).mid()
                low, high = box.ends[k]
                if not abs(balls[k] - (low + high) / 2) <= FAR * (high - low):
                    return None
            if size < 2.0**-CLOSE:
                break
        sizes = [min(1.0, box.ends[k][1] - box.ends[k][0]) for k in unknowns]
        own = [
            max(2.0**-CLOSE * max(1e-30 * size, above(balls[k].abs_upper())), above(move.abs_upper()))
            for k, move, size in zip(unknowns, moves, sizes, strict=True)
        ]
        # a coordinate at 0 has no size of its own: then that of the largest
        alike = [[max(own)] * len(own)] if min(own) < NOUGHT * max(own) else []
        for scales, widening in product((own, *alike), (3.0, 1e4, 1e9, 1e16)):
            trial = list(balls)
            for k, scale in zip(unknowns, scales, strict=True):
                trial[k] = arb(balls[k], scale * widening)
            image = krawczyk(system, trial, unknowns, inverse)
            if image is None:
                break
            if all(trial[k].contains_interior(image[k]) for k in unknowns):
                again = krawczyk(system, image, unknowns, inverse)
                return again if again is not None else image
    return None


def krawczyk(system: System, balls: list[Ball], unknowns: list[int], inverse: Any) -> list[Ball] | None:
    """K(X) = c − Y·F(c) + (I − Y·J(X))·(X − c), within X where they overlap; None where F or J is not known."""
    at = [ball.mid() if k in unknowns else ball for k, ball in enumerate(balls)]
    jacobian = submatrix(system.jacobian(balls), unknowns)
    sides = chosen(system.values(at)[1], unknowns)
    if not known_all([sides, *jacobian]):
        return None
    product = product_of(inverse, jacobian)
    made = list(balls)
    for i, k in enumerate(unknowns):
        moved = at[k] - dot(inverse[i], sides)
        for j, other in enumerate(unknowns):
            moved += ((1 if i == j else 0) - product[i][j]) * (balls[other] - at[other])
        made[k] = moved
    return made


def submatrix(jacobian: list[list[Ball]], unknowns: list[int]) -> list[list[Ball]]:
    return [[jacobian[i][j] for j in unknowns] for i in unknowns]


def chosen(sides: Sequence[Ball], unknowns: list[int]) -> list[Ball]:
    return [sides[k] for k in unknowns]


def inverse_of(jacobian: list[list[Ball]]) -> list[list[Ball]] | None:
    """The inverse of a matrix of midpoints, as exact numbers."""
    if not known_all(jacobian):
        return None
    middle = np.array([[float(entry.mid()) for entry in row] for row in jacobian])
    try:
        with np.errstate(all="ignore"):
            found = np.linalg.inv(middle)
    except np.linalg.LinAlgError:
        return None
    return [[arb(float(e)) for e in row] for row in found] if np.isfinite(found).all() else None


def dot(one: Sequence[Ball], other: Sequence[Ball]) -> Ball:
    return sum((p * q for p, q in zip(one, other, strict=True)), arb(0))


def product_of(inverse: list[list[Ball]], jacobian: list[list[Ball]]) -> list[list[Ball]]:
    columns = [*zip(*jacobian, strict=True)]
    return [[dot(row, column) for column in columns] for row in inverse]


def regular(product: list[list[Ball]], norm: float = 1 - 1e-12) -> bool:
    """Whether ‖I − A‖ < norm ≤ 1 for every matrix A of balls, so that each of them is regular."""
    return all(
        sum(above(((1 if i == j else 0) - entry).abs_upper()) for j, entry in enumerate(row)) < norm
        for i, row in enumerate(product)
    )
