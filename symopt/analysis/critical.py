"""Every critical point of a landscape, classified: zeros of f′ inside the pieces, kinks and ends between them."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from sympy import Piecewise

from symopt.analysis.exact import closed_form, vanishes
from symopt.analysis.interval import FINE
from symopt.analysis.isolate import Edge, Zero
from symopt.analysis.kinks import LOST
from symopt.analysis.landscape import Landscape, SmoothPiece
from symopt.analysis.records import CriticalPoint
from symopt.balls.series import above, below, working
from symopt.balls.tape import number
from symopt.functions import FORMS

MOST_EXACT = 24
STEPS = tuple(form for form, known in FORMS.items() if "step" in known.traits)


def critical_points(land: Landscape) -> list[CriticalPoint]:
    """All critical points and kink extrema in the closed window, from left to right."""
    found: list[CriticalPoint] = []
    for part in land.parts:
        if part.jets is None:
            continue
        if part.slope.flat:
            found += _flat(land, part)
            continue
        for zero in part.slope.zeros:
            touched = [edge for edge in (part.first, part.last) if zero.ball.overlaps(edge.ball)]
            if not touched:
                found += _stationary(land, part, zero, len(found))
            elif not (zero.narrow or any(part.jets.at(edge.ball, 1, FINE).is_zero() for edge in touched)):
                found += [replace(p, proved=False) for p in _stationary(land, part, zero, len(found))]
    for left, right in zip(land.parts, land.parts[1:], strict=False):
        found += _between(land, left, right)
    return sorted(found, key=lambda p: p.x)


def _flat(land: Landscape, part: SmoothPiece) -> list[CriticalPoint]:
    """A piece on which f is constant."""
    low, high = max(land.low, part.first.high), min(land.high, part.last.low)
    if not low <= high:
        return []
    value = part.jets.at(low + (high - low) / 2, 0, FINE)  # type: ignore[union-attr]
    sides = [_neighbour(land, part, -1), _neighbour(land, part, 1)]
    below_it, above_it = (s is None or s == -1 for s in sides[:1]), (s is None or s == 1 for s in sides[1:])
    turn = "minimum" if all(below_it) and all(above_it) else ""
    if all(s is None or s == w for s, w in zip(sides, (1, -1), strict=True)) and any(s is not None for s in sides):
        turn = "maximum"
    middle = low + (high - low) / 2
    if low < 0 < high:
        middle = 0.0
    return [
        CriticalPoint(
            (middle,), ((low, high),), float(value.mid()), "degenerate", False, False, None, True, turn, 0, True,
            value=(below(value), above(value)),
        )
    ]  # fmt: skip


def _neighbour(land: Landscape, part: SmoothPiece, side: int) -> int | None:
    """The sign of f′ on the piece next door, None if there is none in the window or it is flat."""
    place = land.parts.index(part) + side
    if not 0 <= place < len(land.parts):
        return None
    other = land.parts[place]
    edge = other.first if side > 0 else other.last
    if other.jets is None or land.place(edge.ball, edge.exact) not in (0,) or edge.exact in land.ends:
        return None
    return land.slope_sign(other, edge, side) or 0


def _stationary(land: Landscape, part: SmoothPiece, zero: Zero, already: int) -> list[CriticalPoint]:
    """A zero of f′ inside a piece."""
    jets = part.jets
    assert jets is not None
    place = land.place(zero.ball, zero.exact)
    if place:
        return []
    exact, edge, proved, ball = zero.exact, False, True, zero.ball
    for end, rational in zip(land.balls, land.ends, strict=True):
        if ball.overlaps(end):
            if vanishes(jets.derivative(1), land.x, rational):
                exact, edge, ball = rational, True, end
            elif place is None:
                outside = _outside(land, jets, zero, rational)
                if outside:
                    return []
                edge, proved = outside is None, outside is not None
    if exact is None and already < MOST_EXACT and not land.late:
        exact = closed_form(jets, 1, zero.ball, zero.multiplicity)
    if exact is not None:
        with working(FINE, 1):
            ball = number(exact)
    kind, turn = _kind(part, zero)
    value = jets.at(ball, 0, FINE)
    return [_point(ball, value, kind, turn, False, edge, exact, proved and kind != "", zero.multiplicity)]


def _outside(land: Landscape, jets: Any, zero: Zero, end: Any) -> bool | None:
    """Whether a zero that touches the window's end lies beyond it, by more digits; None if it cannot be told."""
    with working(4 * FINE, 1):
        at = number(end)
    value, slope = jets.at(at, 1, 4 * FINE), jets.at(zero.ball, 2, FINE)
    if zero.multiplicity != 1 or value.contains(0) or slope.contains(0):
        return None
    falls_behind = (value > 0) == (slope > 0)  # the zero lies left of the end
    return bool(falls_behind) if end == land.ends[0] else not falls_behind


def _kind(part: SmoothPiece, zero: Zero) -> tuple[str, str]:
    """Kind and turn of a zero of f′ by its multiplicity and the signs of f′ on both sides."""
    if zero.multiplicity == 1:
        curve = part.jets.at(zero.ball, 2, FINE)  # type: ignore[union-attr]
        return ("minimum" if curve > 0 else "maximum" if curve < 0 else ""), ""
    if zero.multiplicity % 2 == 0:
        return "inflection", ""
    near = [r for r in part.slope.regions if r.sign]
    before = next((r.sign for r in reversed(near) if r.low < zero.low), 0)
    behind = next((r.sign for r in near if r.high > zero.high), 0)
    return "degenerate", {(-1, 1): "minimum", (1, -1): "maximum"}.get((before, behind), "")


def _between(land: Landscape, left: SmoothPiece, right: SmoothPiece) -> list[CriticalPoint]:
    """The edge between two pieces, if it is a critical point."""
    edge = right.first
    place = land.place(edge.ball, edge.exact)
    if place:
        return []
    if left.jets is None or right.jets is None:
        return _domain_end(land, left, right)
    before, behind = land.slope_sign(left, left.last, -1), land.slope_sign(right, right.first, 1)
    if before is None or behind is None:
        return []
    at = land.value(edge)
    if not at.is_finite():
        return _continued(left, right, edge, before, behind)
    jumps = _jump(land, left, right, at)
    if jumps is not None:
        before, behind = jumps[0] or before, jumps[1] or behind
    kind = {(-1, 1): "minimum", (1, -1): "maximum"}.get((before, behind), "")
    steepness = [land.steep(left, left.last), land.steep(right, right.first)]
    smooth = jumps is None and all(s.is_zero() for s in steepness)
    if not kind:
        if not (smooth and before == behind != 0):
            return []
        kind = "inflection"
    exact = edge.exact
    if place is None and exact is None:
        return [_point(edge.ball, at, kind, "", not smooth, True, None, False, 0)]
    end = any(bool(edge.ball.overlaps(e)) for e in land.balls)
    return [_point(edge.ball, at, kind, "", not smooth, end, exact, True, 1 if smooth else 0)]


def _continued(left: SmoothPiece, right: SmoothPiece, edge: Edge, before: int, behind: int) -> list[CriticalPoint]:
    """A point where f has no value but goes on smoothly, as sin(x)/x at 0, and is stationary so continued."""
    smooth = left.piece.expr == right.piece.expr and not (left.last.singular or right.first.singular)
    if not smooth or right.jets is None or not right.jets.at(edge.ball, 1, FINE).contains(0) or not (before and behind):
        return []
    kind = {(-1, 1): "minimum", (1, -1): "maximum"}.get((before, behind), "")
    if not kind:
        return []
    value = right.jets.at(edge.ball, 0, FINE)
    return [replace(_point(edge.ball, value, kind, "", False, False, edge.exact, False, 1), continued=True)]


def _jump(land: Landscape, left: SmoothPiece, right: SmoothPiece, at: Any) -> tuple[int, int] | None:
    """None if f is continuous at an edge; else the sign that the jump makes of the slope on each side, or 0."""
    if not land.expr.has(Piecewise, *STEPS):
        return None
    limits = land.limit(left, left.last), land.limit(right, right.first)
    if all(limit.overlaps(at) for limit in limits):
        return None
    signs = [1 if limit > at else -1 if limit < at else 0 for limit in limits]
    return -signs[0], signs[1]


def _domain_end(land: Landscape, left: SmoothPiece, right: SmoothPiece) -> list[CriticalPoint]:
    """The end of the domain: critical if the derivative from inside is zero there."""
    part, edge, side = (right, right.first, 1) if right.jets is not None else (left, left.last, -1)
    lost = LOST in (left.piece.trouble, right.piece.trouble)
    if part.jets is None or edge.exact is None or lost:
        return []
    at = land.value(edge)
    slope = land.slope_sign(part, edge, side)
    if not at.is_finite() or not slope or not vanishes(part.jets.derivative(1), land.x, edge.exact):
        return []
    kind = "minimum" if slope == side else "maximum"
    return [_point(edge.ball, at, kind, "", False, True, edge.exact, True, 1)]


def _point(
    ball: Any, value: Any, kind: str, turn: str, kink: bool, edge: bool, exact: Any, proved: bool, multiplicity: int
) -> CriticalPoint:
    x = float(ball.mid())
    known = kind or turn or "degenerate"
    f = float(value.mid()) if value.is_finite() else math.nan
    return CriticalPoint(
        (x + 0.0,), ((below(ball), above(ball)),), f + 0.0, known, kink, edge, None if exact is None else str(exact),
        bool(proved), turn, multiplicity, False, ball, (below(value), above(value)), exact,
    )  # fmt: skip


__all__ = ["critical_points"]
