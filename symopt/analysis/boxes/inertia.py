"""How many eigenvalues of a symmetric matrix of balls are negative and positive, and where they lie.

Source: Sylvester's law of inertia; A. M. Ostrowski, Proc. Natl. Acad. Sci. 45(5), 1959, for the eigenvalues.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from flint import arb, arb_mat

from symopt.analysis.boxes.enclose import Ball, known_all, signed
from symopt.analysis.records import Interval
from symopt.balls.series import above, below

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
    across = arb_mat(basis)
    found: list[list[Ball]] = (across.transpose() * (arb_mat(matrix) * across)).tolist()
    return found


def turned(matrix: list[list[Ball]]) -> tuple[list[list[Ball]], Ball] | None:
    """V near the eigenvectors of a matrix's middle, and a ball around 1 with all eigenvalues of VᵀV."""
    if len(matrix) == 2:  # Jacobi's rotation: VᵀV = (c² + s²)·I
        (a, b), (_, d) = ([float(entry.mid()) for entry in row] for row in matrix)
        angle = math.atan2(2 * b, a - d) / 2
        c, s = arb(math.cos(angle)), arb(math.sin(angle))
        return [[c, -s], [s, c]], c * c + s * s
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
    if not known_all(matrix):
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
