"""A certificate of the least value and of critical points: enough for a checker that shares no code with this one.

The window, its faces, edges and corners are divided into cells by halves. On a cell f is at least the least value; or a
combination w·∇f misses 0, as it stands or in mean value form; or the cell lies in a region R with ‖I − Y·H(R)‖ < 1,
which holds at most one zero of ∇f, that in the tiny box T of a point, where Krawczyk's test shows that it is there.

Where all critical points are asked for, each |s| of the loss is t·s, so that φ(x, t) is smooth: a critical point is one
of φ on a face of the window × [−1, 1]ᵏ, with t = ±1 the sign of s beside a kink, and t free on it (∂φ/∂t = s·∂φ/∂|s|);
in cells where t does not go with s there is none. Where the least value alone is asked for, as on the border, |s| has
all slopes between those of its sides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
from flint import arb, fmpq

from symopt.analysis.boxes.bent import Bent, Clarke
from symopt.analysis.boxes.classify import at_kink, smooth
from symopt.analysis.boxes.enclose import UNDEFINED, Ball, Box, known, known_all, signed, within
from symopt.analysis.boxes.inertia import UNDECIDED, Inertia, inertia
from symopt.analysis.boxes.krawczyk import FINE, chosen, dot, inverse_of, krawczyk, product_of, regular, submatrix
from symopt.analysis.boxes.least import least
from symopt.analysis.boxes.study import clusters, proving, searched
from symopt.analysis.records import Interval
from symopt.analysis.words import interval
from symopt.balls.series import above, below, working
from symopt.balls.tape import Tape
from symopt.balls.work import allowed
from symopt.errors import SymoptError
from symopt.problem import Problem

SCHEMA = "symopt.certificate/4"
MOST, MOST_NEAR = 20_000, 6_000
"""Cells and cuts after which there is no certificate, and after which it is not told closely where f is least."""
SMALL, CLOSELY, LEAST = Fraction(1, 2**26), Fraction(1, 2**10), Fraction(1, 2**48)
"""Shares of a face's sides: of cells from which on it is enough that f is not lower, of those that may have the least
value if that can be told so closely, and of the smallest.
"""
BORDER, LOWEST, ALL = 0, 1, 2
"""What is asked for: the least value; and the points that may have it; all critical points."""
MANY = 1_000
"""Critical points, above which not all are asked for."""
WIDER, NEAR = Fraction(1, 8), 0.4
"""By what share of its sides a cell is widened to a region, and how small ‖I − Y·H‖ has to be there."""
ROOM = 16
"""By what factor a value has more room than is needed here, as a checker's balls are wider."""
TRIFLE = 2.0**-100
"""How much more it has, in its size above 1."""
RADII = (2.0**-48, 2.0**-40, 2.0**-30, 2.0**-20)
"""Shares of a region's sides tried for the box of a point."""
DEEP = 1 / 4
"""How deep in it, in its half sides, its zero has to lie."""
BITS, CLOSE, LOOSE = 128, 2.0**-40, 1e-6
"""Bits of balls; how far below the least value f is shown to be nowhere, in its size above 1, and what is the most."""
COARSE = 2.0**-26
"""What the radius of a ball of 30 bits may hide of a bound that the ends tell."""
BUDGET = 4.0

Side = tuple[Fraction, Fraction]
Cell = tuple[Side, ...]
Place = tuple[Fraction, ...]


@dataclass
class Face:
    """The window (nothing fixed), or a face, edge or corner of it, with what proves its critical points."""

    cell: Cell
    cells: list[dict[str, Any]] = field(default_factory=list)
    """Reasons and cuts, a cut before what it makes of a cell."""
    points: list[dict[str, Any]] = field(default_factory=list)

    @property
    def free(self) -> list[int]:
        return [k for k, (low, high) in enumerate(self.cell) if low < high]


@dataclass
class Lowest:
    """f ≤ high at a place and ≥ low everywhere, > high outside of some boxes; these are to be so narrow."""

    f: Clarke
    place: Place
    high: float
    low: float
    narrow: Fraction
    near: list[Cell] = field(default_factory=list)

    @property
    def size(self) -> float:
        return max(1.0, abs(self.high))

    def holds(self, bound: float, cell: Cell, share: Fraction, close: float = CLOSE) -> bool:
        """Whether a lower bound of f on a cell is good enough; cells where the least value may be taken are kept."""
        if bound < self.high - close * self.size:
            return False
        if bound <= self.high + CLOSE * self.size and share > self.narrow:
            return False
        self.low = min(self.low, bound - CLOSE * self.size)
        if bound <= self.high + CLOSE * self.size:
            self.near.append(cell)
        return True

    @property
    def at(self) -> list[list[list[str]]]:
        """Boxes outside of which f is larger: the hulls of what touches."""
        floats = [_outward(cell) for cell in self.near]
        span = tuple((min(low for low, _ in side), max(high for _, high in side)) for side in zip(*floats, strict=True))
        return [_written([(Fraction(a), Fraction(b)) for a, b in hull]) for hull in clusters(floats, Box(span))]


def _outward(cell: Cell) -> tuple[Interval, ...]:
    return tuple((_down(low), -_down(-high)) for low, high in cell)


def _down(end: Fraction) -> float:
    """The largest float at or below a fraction."""
    return float(end) if Fraction(float(end)) <= end else float(np.nextafter(float(end), -np.inf))


def certificate(problem: Problem, budget: float = BUDGET) -> dict[str, Any]:
    """The certificate of a loss of one to three variables as a JSON object.

    Of all critical points, but in cells where only the least value is shown; of the least value alone where they are
    too many, not isolated, or at kinks that have no room. Raises SymoptError if there is none.
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
    with proving(loss):
        f = Clarke(loss)
        plain = Bent.plain(loss, f)
        system, sides, whole, found, points, _ = searched(problem, budget)
        with allowed(budget):
            bottom = least(system, whole, sides, points)
        with working(BITS, 1):
            start = _start(f, window, bottom.value[0], [bottom.place, *(p.x for p in points)])
            if not (found.thick or found.cut_short or found.sets or len(points) > MANY):
                try:
                    return _certificate(problem, Bent.of(loss), plain, window, Lowest(*start, CLOSELY))
                except SymoptError:
                    pass
            try:
                return _certificate(problem, plain, plain, window, Lowest(*start, CLOSELY))
            except SymoptError:
                return _certificate(problem, plain, plain, window, Lowest(*start, Fraction(1)))


def proves(made: dict[str, Any]) -> str:
    """What a certificate proves, as a sentence."""
    if made["complete"]:
        return "the certificate proves the least value, and all critical points"
    if made["counts"]:
        return "the certificate proves the least value, and some critical points"
    return "the certificate proves the least value, and no critical points"


def _sides(window: list[Side]) -> list[list[Side]]:
    return [[side, (side[0],) * 2, (side[1],) * 2] for side in window]


def _start(
    f: Clarke, window: list[Side], low: float, places: list[Sequence[float]]
) -> tuple[Clarke, Place, float, float]:
    """f, the place at which f is least, f there, rounded up, and a value below which f is to be shown to be nowhere."""
    tried: list[tuple[float, Place]] = []
    for place in places:
        at = tuple(min(max(Fraction(c), a), b) for c, (a, b) in zip(place, window, strict=True))
        value = f.value([_ball(c, c) for c in at])
        if known(value):
            tried.append((above(arb(value, ROOM * value.rad() + TRIFLE * max(1.0, above(abs(value))))), at))
    if not tried or not np.isfinite(low):
        raise SymoptError("f has no least value that is shown, so that there is no certificate")
    high, at = min(tried)
    return f, at, high, low


def _certificate(problem: Problem, bent: Bent, plain: Bent, window: list[Side], lowest: Lowest) -> dict[str, Any]:
    """Of all critical points by a loss that is bent, of those that may be the least by the plain one."""
    loss, ts = problem.loss, [(Fraction(-1), Fraction(1))] * bent.kinks
    inside = [(*window, *t) for t in product(*_sides(ts))]
    most = MOST if bent is not plain or lowest.narrow == 1 else MOST_NEAR
    faces: list[Face] = []
    for cell in [*inside, *list(product(*_sides(window)))[1:]]:
        inner, left = len(faces) < len(inside), most - sum(len(face.cells) for face in faces)
        asked = BORDER if not inner else LOWEST if bent is plain else ALL
        faces.append(_Search(bent if inner else plain, Face(cell), lowest, asked, left).run())
    points = [point for face in faces for point in face.points]
    for point in points:
        lowest.holds(point["value"][0], _read(point["box"])[: loss.n], LEAST, np.inf)
    return {
        "schema": SCHEMA,
        "loss": bent.text,
        "variables": list(loss.names),
        "window": _written(window),
        "faces": [{"box": _written(face.cell), "cells": face.cells, "points": face.points} for face in faces],
        "counts": dict(Counter(point["kind"] for point in points)),
        "complete": all(cell for face in faces[: len(inside)] for cell in face.cells),
        "least": {"value": [lowest.low, lowest.high], "place": [str(c) for c in lowest.place], "at": lowest.at},
    }


def _read(box: list[list[str]]) -> Cell:
    return tuple((Fraction(low), Fraction(high)) for low, high in box)


def _written(cell: Sequence[Side]) -> list[list[str]]:
    return [[str(low), str(high)] for low, high in cell]


def _ball(low: Fraction, high: Fraction) -> Ball:
    ends = [arb(fmpq(end.numerator, end.denominator)) for end in (low, high)]
    return ends[0] if low == high else ends[0].union(ends[1])


def _balls(cell: Sequence[Side]) -> list[Ball]:
    return [_ball(*side) for side in cell]


def _centre(cell: Cell) -> Cell:
    return tuple(((low + high) / 2,) * 2 for low, high in cell)


def _steps(cell: Cell, which: Iterable[int]) -> list[Ball]:
    """xₖ − cₖ, c the middle of a cell."""
    middle = _centre(cell)
    return [_ball(*cell[k]) - _ball(*middle[k]) for k in which]


def _floats(row: Sequence[Ball]) -> list[float]:
    return [*map(float, row)]


def _below(value: Ball) -> float:
    """A lower bound that holds by coarse radii too."""
    return below(value) - COARSE * above(value.rad())


class _Search:
    """Reasons for the cells of a face, by halves.

    asked: as above; on the border no points are named.
    """

    def __init__(self, bent: Bent, face: Face, lowest: Lowest, asked: int, most: int) -> None:
        self.bent, self.face, self.lowest, self.asked, self.most = bent, face, lowest, asked, most
        self.system, self.free, self.n = bent.system, face.free, lowest.f.n

    def run(self) -> Face:
        face, queue = self.face, [self.face.cell]
        while queue:
            cell = queue.pop()  # depth first: on a curve of critical points the least cell is met at once
            shares = {k: (cell[k][1] - cell[k][0]) / (face.cell[k][1] - face.cell[k][0]) for k in self.free}
            share = max(shares.values(), default=LEAST)
            why = self.reason(cell, share)
            if why is not None:
                face.cells.append(why)
                continue
            k = max(shares, key=lambda k: shares[k], default=0)
            low, high = cell[k]
            middle = (low + high) / 2
            face.cells.append({"cut": k})
            queue += [(*cell[:k], half, *cell[k + 1 :]) for half in ((middle, high), (low, middle))]
            if len(face.cells) + len(queue) > self.most or share <= LEAST:
                place = " × ".join(interval(float(a), float(b)) for a, b in cell[: self.n])
                raise SymoptError(
                    f"no certificate: {place} is left after {len(face.cells) + len(queue):,} cells",
                    "f may have no value there, be too steep, or have its least value on a curve: try another window",
                )
        return face

    def reason(self, cell: Cell, share: Fraction) -> dict[str, Any] | None:
        """Why a cell has no least value, or no critical point, or the one that it may have."""
        if self.asked < ALL and self.high(cell, share):
            return {}
        why = self.without(cell) if self.free else None
        if why is None and share <= LEAST:
            return {} if self.high(cell, share, LOOSE) else None
        if why is None and self.asked == ALL and share <= SMALL and self.high(cell, share):
            return {}
        return why

    def high(self, cell: Cell, share: Fraction, close: float = CLOSE) -> bool:
        """Whether f is not lower than the least value on a cell: as it stands, or in mean value form."""
        cell, system = cell[: self.n], self.lowest.f
        value = here = system.value(_balls(cell))
        if value is UNDEFINED:
            raise SymoptError("f has no value on a part of the window, so that there is no certificate")
        bound = _below(value) if known(value) else -np.inf
        if not bound > self.lowest.high + CLOSE * self.lowest.size:
            slopes = system.values(_balls(cell))[1]
            value = system.value(_balls(_centre(cell)))
            if known(value) and all(map(known, slopes)):
                bound = max(bound, _below(value + dot(slopes, _steps(cell, range(self.n)))))
        if bound < self.lowest.high - CLOSE * self.lowest.size:
            floor = system.floor(_outward(cell))
            rough = not known(here) or (
                bound > floor - COARSE * above(abs(here)) and (floor == 0 or self.lowest.narrow == 1)
            )
            if rough and floor >= self.lowest.high - CLOSE * self.lowest.size:
                bound, close = floor - (COARSE * max(1.0, abs(floor)) if floor else 0.0), LOOSE
        return self.lowest.holds(bound, cell, share, close)

    def apart(self, balls: list[Ball]) -> int | None:
        """A coordinate t that does not go with its s: another sign, or s is not 0."""
        for k, s in enumerate(self.tape(self.bent.sides, balls), self.n):
            if signed(s) if k in self.free else signed(s * balls[k]) < 0:
                return k
        return None

    def together(self, balls: list[Ball]) -> bool:
        """Whether all t are shown to go with their s at a zero of ∇φ."""
        sides, lifts = (self.tape(tape, balls) for tape in (self.bent.sides, self.bent.lifts))
        return all(
            signed(lift) if k in self.free else signed(s * balls[k]) > 0
            for k, (s, lift) in enumerate(zip(sides, lifts, strict=True), self.n)
        )

    def tape(self, tape: Tape, balls: list[Ball]) -> list[Ball]:
        return tape.at(balls) if self.bent.kinks else []

    def slopes(self, balls: list[Ball]) -> list[Ball] | None:
        value, sides = self.system.values(balls)
        found = chosen(sides, self.free)
        return found if known(value) and all(map(known, found)) else None

    def hessian(self, balls: list[Ball]) -> list[list[Ball]] | None:
        found = submatrix(self.system.jacobian(balls), self.free)
        return found if known_all(found) else None

    def without(self, cell: Cell) -> dict[str, Any] | None:
        """Why a cell has no critical point, or the one that it may have."""
        balls = _balls(cell)
        k = self.apart(balls)
        if k is not None:
            return {"side": k}
        slopes = self.slopes(balls)
        if slopes is None:
            return None
        for k, slope in zip(self.free, slopes, strict=True):
            if signed(slope):
                return {"mean": [float(j == k) for j in self.free]}
        hessian, at = self.hessian(balls), self.slopes(_balls(_centre(cell)))
        if at is None:
            return None
        ahead = [arb(float(slope.mid())) for slope in at]
        if signed(dot(ahead, slopes)):
            return {"mean": _floats(ahead)}
        inverse = None if hessian is None else inverse_of(hessian)
        if hessian is None or inverse is None:
            return None
        weights, steps = [*inverse, ahead], _steps(cell, self.free)
        for w, bent in zip(weights, product_of(weights, hessian), strict=True):
            if signed(dot(w, at) + dot(bent, steps)):
                return {"mean": _floats(w)}
        return self.unique(cell, inverse) if self.asked > BORDER else None

    def unique(self, cell: Cell, inverse: list[list[Ball]]) -> dict[str, Any] | None:
        """A region around a cell with one critical point, that of a tiny box within the face."""
        region = tuple(
            (low - WIDER * (high - low), high + WIDER * (high - low)) if k in self.free else (low, high)
            for k, (low, high) in enumerate(cell)
        )
        hessian = self.hessian(_balls(region))
        if hessian is None or not regular(product_of(inverse, hessian), NEAR):
            return None
        tiny = self.settled(region, inverse)
        number = None if tiny is None else self.numbered(tiny, region)
        if number is None:
            return None
        return {"region": _written(region), "inverse": [*map(_floats, inverse)], "point": number}

    def settled(self, region: Cell, inverse: list[list[Ball]]) -> Cell | None:
        """A box inside the region and the face in which Krawczyk's test shows a zero."""
        with working(FINE, 1):
            balls = _balls(_centre(region))
            for _ in range(60):
                slopes = self.slopes(balls)
                if slopes is None:
                    return None
                for k, row in zip(self.free, inverse, strict=True):
                    balls[k] = (balls[k] - dot(row, slopes)).mid()
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
                # well within, as other cells show it with other inverses
                if image is not None and all(
                    abs(image[k] - trial[k].mid()) < DEEP * (_ball(*tiny[k][1:] * 2) - trial[k].mid())
                    for k in self.free
                ):
                    return tuple(tiny)
        return None

    def numbered(self, tiny: Cell, region: Cell) -> int | None:
        """The number of the point in a box: that of a known one in the same region, for there is only one.

        None if its kind is not shown.
        """
        for i, point in enumerate(self.face.points):
            if within(_read(point["box"]), region):
                return i
        return len(self.face.points) - 1 if self.point(tiny) else None

    def point(self, tiny: Cell) -> bool:
        """Whether the value and the kind of a point are shown, and that its t go with their s."""
        with working(FINE, 1):
            balls = _balls(tiny)
            slopes = self.slopes(balls)
            if slopes is None or not self.together(balls) or (kind := self.kind(balls)) == UNDECIDED:
                return False
            value = self.system.value(_balls(_centre(tiny))) + dot(slopes, _steps(tiny, self.free))
            value = arb(value, ROOM * value.rad())
            ends = float(np.nextafter(below(value), -np.inf)), float(np.nextafter(above(value), np.inf))
            self.face.points.append({"box": _written(tiny), "value": list(ends), "kind": kind})
            return True

    def kind(self, balls: list[Ball]) -> str:
        """By the inertia of ∇²φ, which has (k, k) of k kinks: the rest is that along them."""
        hessian = self.hessian(balls)
        assert hessian is not None
        told, lifts = inertia(hessian), self.tape(self.bent.lifts, balls)
        across = [signed(lifts[k - self.n]) for k in self.free if k >= self.n]
        if not across:
            return smooth(told)[0]
        k = len(across)
        return at_kink(Inertia(told.negative - k, told.positive - k, told.size - 2 * k), across, False)[0]


__all__ = ["certificate", "proves"]
