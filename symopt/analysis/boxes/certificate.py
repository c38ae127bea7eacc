"""A certificate of all critical points and of the least value: enough for a checker that shares no code with this one.

The window and each of its faces, edges and corners are divided into cells by halves. In a cell a slope misses 0, or a
combination w·∇f of them in mean value form; or the cell lies in a region R with ‖I − Y·H(R)‖ < 1, which holds at most
one zero of ∇f, that in the tiny box T of a point, where Krawczyk's test shows that it is there. The least value on the
closed window is that of one of these points.
"""

from __future__ import annotations

import ast
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
from flint import arb, fmpq
from sympy import Expr

from symopt.analysis.boxes.classify import inertia, smooth
from symopt.analysis.boxes.enclose import PRECISION, UNDEFINED, Ball, System, known, signed
from symopt.analysis.boxes.search import FINE, krawczyk
from symopt.analysis.words import interval
from symopt.balls.series import above, below, working
from symopt.balls.tape import Refused
from symopt.errors import SymoptError
from symopt.expression import deep
from symopt.forms import Asked
from symopt.functions import row
from symopt.loss import Loss
from symopt.problem import Problem

SCHEMA = "symopt.certificate/1"
MOST = 20_000
"""Cells of a face, after which there is no certificate."""
FUNCTIONS = frozenset("sin cos exp log sqrt tanh tan cosh sinh atan asinh erf".split())
CONSTANTS = ("pi", "e", "E")
GRAMMAR = (ast.Expression, ast.BinOp, ast.UnaryOp, ast.Constant, ast.Name, ast.operator, ast.USub, ast.expr_context)
"""What a checker reads."""
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
    cells: list[dict[str, Any]] = field(default_factory=list)
    points: list[dict[str, Any]] = field(default_factory=list)
    known: list[tuple[Cell, int]] = field(default_factory=list)
    """Regions with the number of their point."""

    @property
    def free(self) -> list[int]:
        return [k for k, (low, high) in enumerate(self.cell) if low < high]


def certificate(problem: Problem) -> dict[str, Any]:
    """The certificate of a smooth loss of one to three variables, as a JSON object.

    Raises SymoptError if there is none: letters, data, kinks, an irrational window, a critical point that is degenerate
    or lies on the window's border, or too many cells.
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
    try:
        with deep():
            system = System(loss.expr, loss.variables)
    except Refused as refused:
        raise SymoptError(f"{refused} has no interval version, so that there is no certificate") from None
    if system.m:
        raise SymoptError(f"certificates are for smooth losses, this one switches at {system.typed(0)} = 0")
    text = plain(loss)
    with working(PRECISION, 1):
        faces = [
            _Search(system, Face(tuple(side if at is None else (side[at],) * 2 for side, at in zip(window, ats,
                    strict=True)))).run()
            for ats in product((None, 0, 1), repeat=loss.n)
        ]  # fmt: skip
    points = [(i, j) for i, face in enumerate(faces) for j in range(len(face.points))]
    values = [faces[i].points[j]["value"] for i, j in points]
    low, high = min(value[0] for value in values), min(value[1] for value in values)
    return {
        "schema": SCHEMA,
        "loss": text,
        "variables": list(loss.names),
        "window": _written(window),
        "faces": [{"box": _written(face.cell), "cells": face.cells, "points": face.points} for face in faces],
        "counts": dict(Counter(point["kind"] for point in faces[0].points)),
        "least": {"value": [low, high],
                  "at": [list(p) for p, value in zip(points, values, strict=True) if value[0] <= high]},
    }  # fmt: skip


def plain(loss: Loss) -> str:
    """The loss as it was typed if a checker can read that, else by simpler functions and with all its signs.

    Raises SymoptError for functions that have no place in a certificate.
    """
    if not _unknown(loss.text, loss.names):
        return loss.text
    with deep():
        text = str(loss.expr.replace(_simplified, lambda part: row(part).definition(*part.args)))  # type: ignore
        if found := _unknown(text, loss.names):
            raise SymoptError(f"{found} is beyond what certificates know: {', '.join(sorted(FUNCTIONS))}")
        if loss.typed.has(Asked):
            raise SymoptError("as it is typed f may have no value on a part of the window", "type it without fractions")
    return text


def _simplified(part: Expr) -> bool:
    known_ = row(part)
    return known_ is not None and known_.definition is not None and type(part).__name__ not in FUNCTIONS


def _unknown(text: str, names: Sequence[str]) -> str:
    """What of a text is not in the language of certificates, which is a part of Python's; nothing if all is."""
    try:
        tree = ast.parse(text.replace("^", "**"), mode="eval")
    except (SyntaxError, ValueError, RecursionError):
        return "its notation"
    letters = {*names, *FUNCTIONS, *CONSTANTS, "sum"}
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="sum"), args=[_, ast.Name(id=index), ast.Constant(), ast.Constant()]):
                letters.add(index)
            case ast.Call(func=ast.Name(id=name), args=[_]) if name in FUNCTIONS:
                pass
            case ast.Call(func=ast.Name(id=name)):
                return name
            case ast.Name(id=name) if name not in letters:
                return name
            case _ if not isinstance(node, GRAMMAR):
                return "its notation"
    return ""


def _written(cell: Sequence[Side]) -> list[list[str]]:
    return [[str(low), str(high)] for low, high in cell]


def _ball(low: Fraction, high: Fraction) -> Ball:
    ends = [arb(fmpq(end.numerator, end.denominator)) for end in (low, high)]
    return ends[0] if low == high else ends[0].union(ends[1])


def _balls(cell: Sequence[Side]) -> list[Ball]:
    return [_ball(*side) for side in cell]


class _Search:
    """All critical points of f on a face, by halves."""

    def __init__(self, system: System, face: Face) -> None:
        self.system, self.face, self.free = system, face, face.free

    def run(self) -> Face:
        face, queue = self.face, deque([self.face.cell])
        if not self.free:
            self.point(face.cell)
            return face
        while queue:
            cell = queue.popleft()
            why = self.reason(cell)
            if why is not None:
                face.cells.append({"box": _written(cell), **why})
                continue
            k = max(self.free, key=lambda k: (cell[k][1] - cell[k][0]) / (face.cell[k][1] - face.cell[k][0]))
            low, high = cell[k]
            middle = (low + high) / 2
            queue += [(*cell[:k], half, *cell[k + 1 :]) for half in ((low, middle), (middle, high))]
            if len(face.cells) + len(queue) > MOST:
                place = " × ".join(interval(float(a), float(b)) for a, b in cell)
                raise SymoptError(
                    f"no certificate within {MOST:,} cells: {place} is left",
                    "critical points there may be degenerate, on the window's border, or many: try another window",
                )
        return face

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
        if self.system.value(balls) is UNDEFINED:
            raise SymoptError("f has no value on a part of the window, so that there is no certificate")
        slopes = self.slopes(balls)
        if slopes is None:
            return None
        for k, slope in zip(self.free, slopes, strict=True):
            if signed(slope):
                return {"slope": k}
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
        """A box of doubles inside the region and the face in which Krawczyk's test shows a zero."""
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
                    tiny[k] = Fraction(float(c - share)), Fraction(float(c + share))
                if not all(
                    max(region[k][0], self.face.cell[k][0]) < tiny[k][0]
                    and tiny[k][1] < min(region[k][1], self.face.cell[k][1])
                    for k in self.free
                ):
                    return None
                trial = _balls(tiny)
                image = krawczyk(self.system, trial, self.free, inverse)
                if image is not None and all(trial[k].contains_interior(image[k]) for k in self.free):
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
            made: dict[str, Any] = {"box": _written(tiny), "value": [float(end) for end in ends]}
            if len(self.free) == self.system.n:
                hessian = self.hessian(balls)
                assert hessian is not None
                made["kind"] = smooth(inertia(hessian))[0]
            self.face.points.append(made)


__all__ = ["certificate"]
