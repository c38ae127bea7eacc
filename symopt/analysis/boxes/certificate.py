"""A certificate of all critical points and of the least value: enough for a checker that shares no code with this one.

Each |s| of the loss is t·s, so that φ(x, t) is smooth: a critical point is one of φ on a face of the window × [−1, 1]ᵏ,
with t = ±1 the sign of s beside a kink, and t free on it, as ∂φ/∂t = s·∂φ/∂|s|. Faces, edges and corners are divided
into cells by halves. In a cell t does not go with s; or a slope misses 0, or a combination w·∇φ of them in mean value
form; or the cell lies in a region R with ‖I − Y·H(R)‖ < 1, which holds at most one zero of ∇φ, that in the tiny box T
of a point, where Krawczyk's test shows that it is there; it is a ghost if its t does not go with its s. The least value
on the closed window is that of one of the other points.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
from flint import arb, fmpq

from symopt.analysis.boxes.bent import Bent
from symopt.analysis.boxes.classify import at_kink, smooth
from symopt.analysis.boxes.enclose import PRECISION, UNDEFINED, Ball, known, signed
from symopt.analysis.boxes.inertia import Inertia, inertia
from symopt.analysis.boxes.krawczyk import FINE, krawczyk
from symopt.analysis.words import interval
from symopt.balls.series import above, below, working
from symopt.balls.tape import Tape
from symopt.errors import SymoptError
from symopt.problem import Problem

SCHEMA = "symopt.certificate/3"
GHOST, BORDER = "ghost", "border"
MOST = 20_000
LEAST = Fraction(1, 2**40)
"""Cells of a face, and the share of its sides that a cell is, after which there is no certificate."""
WIDER, NEAR = Fraction(1, 8), 0.4
"""By what share of its sides a cell is widened to a region, and how small ‖I − Y·H‖ has to be there."""
ROOM = 16
"""By what factor a value has more room than is needed here, as a checker's balls are wider."""
RADII = (2.0**-48, 2.0**-40, 2.0**-30, 2.0**-20)
"""Shares of a region's sides tried for the box of a point."""

Side = tuple[Fraction, Fraction]
Cell = tuple[Side, ...]


@dataclass
class Face:
    """The window (nothing fixed), or a face, edge or corner of it, with what proves its critical points."""

    cell: Cell
    n: int
    """How many of the coordinates are x."""
    cells: list[dict[str, Any]] = field(default_factory=list)
    points: list[dict[str, Any]] = field(default_factory=list)
    known: list[tuple[Cell, int]] = field(default_factory=list)
    """Regions with the number of their point."""

    @property
    def free(self) -> list[int]:
        return [k for k, (low, high) in enumerate(self.cell) if low < high]


def certificate(problem: Problem) -> dict[str, Any]:
    """The certificate of a loss of one to three variables, smooth but for abs, Max and Min, as a JSON object.

    Raises SymoptError if there is none: letters, data, other switches, an irrational window, a critical point that is
    degenerate or lies on the window's border, or too many cells.
    """
    loss = problem.loss
    if loss.n > 3:
        raise SymoptError(
            f"certificates are for one to three variables, this loss has {loss.n}", "leave --certificate out"
        )
    if loss.constants or loss.letters or loss.data is not None:
        raise SymoptError(
            "a certificate speaks of a loss as it is typed, without letters and data", "write the numbers into the loss"
        )
    if loss.unwritten:
        raise SymoptError("a certificate has no room for a sum of so many terms", "give fewer rows or terms")
    window = []
    for low, high in problem.exact:
        if not (low.is_Rational and high.is_Rational):
            raise SymoptError("a certificate wants rational ends of the window", "for example -w -3,22/7")
        window.append((Fraction(int(low.p), int(low.q)), Fraction(int(high.p), int(high.q))))
    bent = Bent.of(loss)
    sides = [*window, *[(Fraction(-1), Fraction(1))] * bent.kinks]
    with working(PRECISION, 1):
        cells = product(*([side, (side[0],) * 2, (side[1],) * 2] for side in sides))
        faces = [_Search(bent, Face(cell, loss.n)).run() for cell in cells]
    points = {
        (i, j): point for i, face in enumerate(faces) for j, point in enumerate(face.points) if point["kind"] != GHOST
    }
    low, high = (min(ends) for ends in zip(*(point["value"] for point in points.values()), strict=True))
    return {
        "schema": SCHEMA,
        "loss": bent.text,
        "variables": list(loss.names),
        "window": _written(window),
        "faces": [{"box": _written(face.cell), "cells": face.cells, "points": face.points} for face in faces],
        "counts": dict(Counter(point["kind"] for (i, _), point in points.items() if i < 3**bent.kinks)),
        "least": {"value": [low, high], "at": [list(place) for place in points if points[place]["value"][0] <= high]},
    }


def _written(cell: Sequence[Side]) -> list[list[str]]:
    return [[str(low), str(high)] for low, high in cell]


def _ball(low: Fraction, high: Fraction) -> Ball:
    ends = [arb(fmpq(end.numerator, end.denominator)) for end in (low, high)]
    return ends[0] if low == high else ends[0].union(ends[1])


def _balls(cell: Sequence[Side]) -> list[Ball]:
    return [_ball(*side) for side in cell]


class _Search:
    """All critical points of φ on a face, by halves."""

    def __init__(self, bent: Bent, face: Face) -> None:
        self.bent, self.system, self.face, self.free = bent, bent.system, face, face.free

    def run(self) -> Face:
        face, queue = self.face, [self.face.cell]
        if not self.free:
            k = self.apart(_balls(face.cell))
            if k is None:
                self.point(face.cell)
            else:
                face.cells.append({"box": _written(face.cell), "side": k})
            return face
        while queue:
            cell = queue.pop()  # depth first: on a curve of critical points the least cell is met at once
            why = self.reason(cell)
            if why is not None:
                face.cells.append({"box": _written(cell), **why})
                continue
            shares = {k: (cell[k][1] - cell[k][0]) / (face.cell[k][1] - face.cell[k][0]) for k in self.free}
            k = max(shares, key=lambda k: shares[k])
            low, high = cell[k]
            middle = (low + high) / 2
            queue += [(*cell[:k], half, *cell[k + 1 :]) for half in ((low, middle), (middle, high))]
            if len(face.cells) + len(queue) > MOST or shares[k] < LEAST:
                place = " × ".join(interval(float(a), float(b)) for a, b in cell[: face.n])
                raise SymoptError(
                    f"no certificate: {place} is left after {len(face.cells) + len(queue):,} cells",
                    "critical points there may be degenerate, on a curve or on the border, or many: try another window",
                )
        return face

    def apart(self, balls: list[Ball]) -> int | None:
        """A coordinate t that does not go with its s: another sign, or s is not 0."""
        for k, s in enumerate(self.tape(self.bent.sides, balls), self.face.n):
            if signed(s) if k in self.free else signed(s * balls[k]) < 0:
                return k
        return None

    def together(self, balls: list[Ball]) -> bool:
        """Whether all t are shown to go with their s at a zero of ∇φ."""
        sides, lifts = (self.tape(tape, balls) for tape in (self.bent.sides, self.bent.lifts))
        return all(
            signed(lift) if k in self.free else signed(s * balls[k]) > 0
            for k, (s, lift) in enumerate(zip(sides, lifts, strict=True), self.face.n)
        )

    def tape(self, tape: Tape, balls: list[Ball]) -> list[Ball]:
        return tape.at(balls) if self.bent.kinks else []

    def slopes(self, balls: list[Ball]) -> list[Ball] | None:
        value, sides = self.system.values(balls)
        found = [sides[k] for k in self.free]
        return found if known(value) and all(map(known, found)) else None

    def hessian(self, balls: list[Ball]) -> list[list[Ball]] | None:
        whole = self.system.jacobian(balls)
        found = [[whole[i][j] for j in self.free] for i in self.free]
        return found if all(known(entry) for row in found for entry in row) else None

    def reason(self, cell: Cell) -> dict[str, Any] | None:
        """Why a cell has no critical point, or the one that it may have."""
        balls = _balls(cell)
        k = self.apart(balls)
        if k is not None:
            return {"side": k}
        if self.system.value(balls) is UNDEFINED:
            raise SymoptError("f has no value on a part of the window, so that there is no certificate")
        slopes = self.slopes(balls)
        if slopes is None:
            return None
        for k, slope in zip(self.free, slopes, strict=True):
            if signed(slope):
                return {"mean": [float(j == k) for j in self.free]}
        hessian = self.hessian(balls)
        if hessian is None:
            return None
        middle = [((low + high) / 2,) * 2 for low, high in cell]
        at, size = self.slopes(_balls(middle)), range(len(self.free))
        if at is None:
            return None
        curve = np.array([[float(entry.mid()) for entry in row] for row in hessian])
        try:
            inverse = np.linalg.inv(curve)
        except np.linalg.LinAlgError:
            return None
        steps = [balls[k] - _ball(*middle[k]) for k in self.free]
        for w in inverse:
            weights = [arb(float(c)) for c in w]
            value = sum((weights[i] * at[i] for i in size), arb(0))
            for j in size:
                value += sum((weights[i] * hessian[i][j] for i in size), arb(0)) * steps[j]
            if signed(value):
                return {"mean": [float(c) for c in w]}
        return self.unique(cell, inverse)

    def unique(self, cell: Cell, inverse: np.ndarray) -> dict[str, Any] | None:
        """A region around a cell with one critical point, that of a tiny box within the face."""
        region = tuple(
            (low - WIDER * (high - low), high + WIDER * (high - low)) if k in self.free else (low, high)
            for k, (low, high) in enumerate(cell)
        )
        hessian = self.hessian(_balls(region))
        size = range(len(self.free))
        if hessian is None:
            return None
        rows = [[arb(float(c)) for c in row] for row in inverse]
        gaps = [
            sum(
                above((int(i == j) - sum((rows[i][k] * hessian[k][j] for k in size), arb(0))).abs_upper()) for j in size
            )
            for i in size
        ]
        if not max(gaps) < NEAR:
            return None
        tiny = self.settled(region, rows)
        if tiny is None:
            return None
        number = self.numbered(tiny, region)
        return {"region": _written(region), "inverse": inverse.tolist(), "point": number}

    def settled(self, region: Cell, inverse: list[list[Ball]]) -> Cell | None:
        """A box inside the region and the face in which Krawczyk's test shows a zero."""
        size = range(len(self.free))
        with working(FINE, 1):
            balls = _balls([((low + high) / 2,) * 2 for low, high in region])
            for _ in range(60):
                slopes = self.slopes(balls)
                if slopes is None:
                    return None
                for i, k in enumerate(self.free):
                    balls[k] = (balls[k] - sum((inverse[i][j] * slopes[j] for j in size), arb(0))).mid()
            at = [Fraction(float(balls[k].mid())) for k in self.free]
            for radius in RADII:
                tiny = list(region)
                for c, k in zip(at, self.free, strict=True):
                    share = Fraction(radius) * (region[k][1] - region[k][0])
                    tiny[k] = c - share, c + share
                if not all(
                    max(region[k][0], self.face.cell[k][0]) < tiny[k][0]
                    and tiny[k][1] < min(region[k][1], self.face.cell[k][1])
                    for k in self.free
                ):
                    return None
                trial = _balls(tiny)
                image = krawczyk(self.system, trial, self.free, inverse)
                # exactly, as a ball of two ends is a trifle wider
                if image is not None and all(
                    _ball(*tiny[k][:1] * 2) < image[k] and image[k] < _ball(*tiny[k][1:] * 2) for k in self.free
                ):
                    return tuple(tiny)
        return None

    def numbered(self, tiny: Cell, region: Cell) -> int:
        """The number of the point in a box: that of a known one in the same region, for there is only one."""
        for i, point in enumerate(self.face.points):
            old = [(Fraction(low), Fraction(high)) for low, high in point["box"]]
            if all(a <= c and d <= b for (a, b), (c, d) in zip(region, old, strict=True)):
                return i
        self.point(tiny)
        return len(self.face.points) - 1

    def point(self, tiny: Cell) -> None:
        with working(FINE, 1):
            balls = _balls(tiny)
            value = self.system.value(balls)
            if not known(value):
                raise SymoptError("f is not shown to have a value everywhere, so that there is no certificate")
            middle = _balls([((low + high) / 2,) * 2 for low, high in tiny])
            slopes = self.slopes(balls) or []
            value = self.system.value(middle) + sum(
                (slope * (balls[k] - middle[k]) for slope, k in zip(slopes, self.free, strict=True)), arb(0)
            )
            value = arb(value, ROOM * value.rad())
            ends = np.nextafter(below(value), -np.inf), np.nextafter(above(value), np.inf)
            if self.apart(balls) is not None:
                kind = GHOST
            elif not self.together(balls):
                raise SymoptError(
                    "a critical point lies beside a kink or is degenerate, so that there is no certificate"
                )
            else:
                kind = self.kind(balls) if all(k in self.free for k in range(self.face.n)) else BORDER
            value = [float(end) for end in ends]
            self.face.points.append({"box": _written(tiny), "value": value, "kind": kind})

    def kind(self, balls: list[Ball]) -> str:
        """By the inertia of ∇²φ, which has (k, k) of k kinks: the rest is that along them."""
        hessian = self.hessian(balls)
        assert hessian is not None
        told, lifts = inertia(hessian), self.tape(self.bent.lifts, balls)
        across = [signed(lifts[k - self.face.n]) for k in self.free if k >= self.face.n]
        if not across:
            return smooth(told)[0]
        k = len(across)
        return at_kink(Inertia(told.negative - k, told.positive - k, told.size - 2 * k), across, False)[0]


__all__ = ["certificate"]
