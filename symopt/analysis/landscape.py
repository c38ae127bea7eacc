"""The pieces of a loss on a window with the signs of f′ and f″ on each: what every statement is derived from."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Any

from flint import arb
from sympy import Expr, Rational, S, Symbol

from symopt.analysis.exact import closed_form, vanishes
from symopt.analysis.extended import Beside
from symopt.analysis.interval import FINE, Jets
from symopt.analysis.isolate import Edge, Region, Signs, isolate
from symopt.analysis.kinks import LOST, UNDEFINED, Piece, pieces, value_at
from symopt.analysis.rewrite import prepared
from symopt.balls.series import above, below, working
from symopt.balls.tape import number
from symopt.expression import deep

INFLATION = 2.0**-26 * 0.7317
CLOSE = 2.0**-42
MOST_NAMED = 12


@dataclass
class SmoothPiece:
    """A piece with its enclosures and the signs of its slope and curvature; both empty where f is not smooth."""

    piece: Piece
    jets: Jets | None
    slope: Signs
    curve: Signs

    @property
    def first(self) -> Edge:
        return self.piece.first

    @property
    def last(self) -> Edge:
        return self.piece.last


class Landscape:
    """A loss of one variable on [low, high], looked at a hair beyond both ends so that the ends lie inside.

    An end is the decimal that its float is written as: the window that begins at −1.9 begins at −19/10.
    Raises Refused for a function that has no interval version.
    """

    def __init__(self, expr: Expr, x: Symbol, low: float, high: float, budget: float) -> None:
        self.began = time.monotonic()
        self.budget = budget
        self.low, self.high = low, high
        self.ends = tuple(Rational(repr(end)) for end in (low, high))
        with working(FINE, 1):
            self.balls = tuple(number(end) for end in self.ends)
        self.x = x
        self.expr = prepared(expr, x, low, high)
        margin = max((high - low) * INFLATION, 64 * math.ulp(max(abs(low), abs(high))))
        first, last = Edge(arb(low - margin)), Edge(arb(high + margin))
        found = pieces(self.expr, x, first, last, self.until(0.2))
        self.parts = [self._smooth(piece) for piece in found if piece.last.high >= low and piece.first.low <= high]
        self._derive(1, 0.45)
        self._derive(2, 0.65)

    @property
    def late(self) -> bool:
        """Whether nothing but what is needed for an answer should still be done."""
        return time.monotonic() > self.until(0.95)

    def until(self, share: float) -> float:
        """The moment at which a share of the budget is used up."""
        return self.began + share * self.budget

    def _smooth(self, piece: Piece) -> SmoothPiece:
        jets = None if piece.trouble else Jets(piece.expr, self.x)
        return SmoothPiece(piece, jets, Signs(), Signs())

    def _derive(self, k: int, share: float) -> None:
        for place, part in enumerate(self.parts):
            if part.jets is None:
                continue
            left = len(self.parts) - place
            now = time.monotonic()
            until = now + max(0.0, self.until(share) - now) / left * min(left, 4)
            signs = isolate(part.jets, k, part.first, part.last, part.piece.known, min(until, self.until(share)))
            if k == 1:
                part.slope = signs
            else:
                part.curve = self._named(part.jets, signs)

    def _named(self, jets: Jets, signs: Signs) -> Signs:
        """Signs with their ends at exact numbers where a zero has a short closed form: 10 instead of 9.999…."""
        if len(signs.zeros) > MOST_NAMED:
            return signs
        regions = signs.regions
        for zero in signs.zeros:
            exact = closed_form(jets, 2, zero.ball, zero.multiplicity, short=True)
            if exact is not None and exact.is_Rational:
                with working(FINE, 1):
                    low, high = below(number(exact)), above(number(exact))
                regions = [
                    Region(high if r.low == zero.high else r.low, low if r.high == zero.low else r.high, r.sign)
                    for r in regions
                ]
        return Signs(signs.zeros, regions, signs.flat)

    # what lies in the window

    def place(self, ball: Any, exact: Expr | None = None) -> int | None:
        """−1 left of the window, 1 right of it, 0 inside or on its ends; None if a ball lies across an end."""
        low, high = self.balls
        if ball < low or ball > high:
            return -1 if ball < low else 1
        if (ball > low and ball < high) or (exact is not None and exact in self.ends):
            return 0
        return None

    def clipped(self, region: Region, part: SmoothPiece | None = None) -> tuple[float, float] | None:
        """A region as far as it lies in the window, and strictly inside of a piece."""
        low, high = max(region.low, self.low), min(region.high, self.high)
        if part is not None:
            low, high = max(low, part.first.high), min(high, part.last.low)
        return (low, high) if low < high else None

    @property
    def undecided(self) -> list[tuple[float, float]]:
        """Boxes in the window on which the sign of f′ is not known."""
        found = []
        for part in self.parts:
            if part.piece.trouble == LOST:
                found.append((max(self.low, part.piece.low), min(self.high, part.piece.high)))
            found += [box for region in part.slope.undecided if (box := self.clipped(region, part))]
        return _connected(found)

    @property
    def undefined(self) -> list[tuple[float, float]]:
        """Intervals in the window on which f has no value."""
        parts = [p.piece for p in self.parts if p.piece.trouble == UNDEFINED]
        found = _connected([(max(self.low, p.low), min(self.high, p.high)) for p in parts])
        return [(low, high) for low, high in found if high - low > 8 * math.ulp(max(abs(low), abs(high)))]

    @property
    def holes(self) -> list[float]:
        """Single points in the window at which f has no value, or none that is known."""
        ends = {id(e): e for part in self.parts if part.jets for e in (part.first, part.last)}
        inside = [e for e in ends.values() if self.place(e.ball, e.exact) in (0, None)]
        at = [float(e.ball.mid()) for e in inside if not self.value(e).is_finite()]
        return sorted({place + 0.0 for place in at if self.low <= place <= self.high})

    # beside an edge

    def slope_sign(self, part: SmoothPiece, edge: Edge, side: int) -> int | None:
        """The sign of f′ on a piece next to one of its edges (side 1: right of it); 0 if f is flat, None if unknown."""
        if part.jets is None:
            return None
        return beside(part.slope, edge, side)

    def limit(self, part: SmoothPiece, edge: Edge) -> Any:
        """f at the end of a piece, as the limit from inside; nan if that is not known."""
        if part.jets is None:
            return arb("nan")
        if edge.exact is not None:
            with deep(), working(FINE, 1):
                value = part.piece.expr.subs(self.x, edge.exact)
                if value.is_finite and value.is_number and value.is_extended_real:
                    return number(value)
        value = part.jets.at(edge.ball, 0, FINE)
        if value.is_finite() or not edge.singular:
            return value
        width = self.high - self.low
        low, high = self.bound(part, edge, width * CLOSE, 0)
        return arb(low).union(arb(high)) if math.isfinite(low) and math.isfinite(high) else arb("nan")

    def bound(self, part: SmoothPiece, edge: Edge, reach: float, k: int) -> tuple[float, float]:
        """An interval of f⁽ᵏ⁾ on a piece within reach of a singular edge; its ends may be infinite."""
        assert part.jets is not None
        right = edge is part.first
        box = (edge.low, edge.high + reach) if right else (edge.low - reach, edge.high)
        with deep():
            return Beside(self.x, *box, part.piece.known).range(part.jets.derivative(k))

    def steep(self, part: SmoothPiece, edge: Edge, k: int = 1) -> Any:
        """f⁽ᵏ⁾ at the end of a piece as the limit from inside; exact zero as 0, nan if it is infinite or not known."""
        if part.jets is None:
            return arb("nan")
        if edge.exact is not None:
            derivative = part.jets.derivative(k)
            t = Symbol("_t", positive=True)
            side = 1 if edge is part.first else -1
            if vanishes(derivative, self.x, edge.exact):
                return arb(0)
            # −(−x)^(3/2)/x has no value at 0, but √t has
            with deep():
                if vanishes(derivative.subs(self.x, edge.exact + side * t), t, S.Zero):
                    return arb(0)
        if edge.singular:
            value = part.jets.at(edge.ball, k, FINE)
            return value if value.is_finite() else arb("nan")
        return part.jets.at(edge.ball, k, FINE)

    def value(self, edge: Edge) -> Any:
        """f at an edge itself; nan where f has no value there or it is not known."""
        if edge.exact is not None:
            with deep(), working(FINE, 1):
                try:
                    value = self.expr.subs(self.x, edge.exact)
                except (ValueError, TypeError):  # a part has a pole there, and sympy does not compare it
                    return arb("nan")
                if value.is_number and value.is_finite and value.is_extended_real:
                    return number(value)
                if value.is_number or value is S.NaN:
                    return arb("nan")
        return value_at(edge.at if edge.at is not None else self.expr, self.x, edge.ball)


def beside(signs: Signs, edge: Edge, side: int) -> int | None:
    """The sign of the region that begins (side 1) or ends (−1) at an edge, zeros at the edge itself left out."""
    if signs.flat:
        return 0
    regions = [r for r in signs.regions if (r.high > edge.high if side > 0 else r.low < edge.low)]
    if not regions:
        return None
    nearest = min(regions, key=lambda r: r.low) if side > 0 else max(regions, key=lambda r: r.high)
    return nearest.sign or None


def _connected(boxes: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Boxes that touch, as one."""
    out: list[tuple[float, float]] = []
    for low, high in sorted(boxes):
        if out and low <= out[-1][1]:
            out[-1] = out[-1][0], max(out[-1][1], high)
        else:
            out.append((low, high))
    return out


__all__ = ["Landscape", "SmoothPiece", "above", "below", "beside"]
