"""Every critical point of a landscape, classified: zeros of f′ inside the pieces, kinks and ends between them."""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal
from typing import Any

import sympy
from flint import arb
from flint import fmpq as quotient

from symopt.analysis.exact import closed_form, vanishes
from symopt.analysis.interval import FINE, Jets
from symopt.analysis.line.kinks import LOST, UNDEFINED
from symopt.analysis.line.landscape import Landscape, SmoothPiece
from symopt.analysis.line.signs import Edge, Zero, with_zeros
from symopt.analysis.records import CriticalPoint
from symopt.analysis.words import MOST, apart, digits_of, short
from symopt.balls.series import above, below, working
from symopt.balls.tape import Refused, number

MOST_EXACT = 24
PLACES = 10  # digits of a point
TURNS = {(-1, 1): "minimum", (1, -1): "maximum"}
"""What lies between two signs of f′."""


def critical_points(land: Landscape) -> list[CriticalPoint]:
    """All critical points and kink extrema in the closed window, from left to right."""
    found: list[CriticalPoint] = []
    for part in land.parts:
        if part.jets is None:
            continue
        if part.slope.flat:
            found += _flat(land, part) if land.within(part) else []
            continue
        for zero in part.slope.zeros:
            touched = [edge for edge in (part.first, part.last) if zero.ball.overlaps(edge.ball)]
            if not touched:
                found += _stationary(land, part, zero, len(found))
            elif not (zero.narrow or any(part.jets.at(edge.ball, 1, FINE).is_zero() for edge in touched)):
                found += [replace(p, proved=False) for p in _stationary(land, part, zero, len(found))]
    for left, right in zip(land.parts, land.parts[1:], strict=False):
        found += _between(land, left, right)
    return told_apart(sorted(found, key=lambda p: p.x))


def told_apart(points: list[CriticalPoint]) -> list[CriticalPoint]:
    """The points with so many digits each that no two are written alike."""
    texts = [p.place for p in points]
    same = {t for t in texts if texts.count(t) > 1}
    return [replace(p, place=digits_of(p.balls[0], MOST)) if p.place in same and p.balls else p for p in points]


def _flat(land: Landscape, part: SmoothPiece) -> list[CriticalPoint]:
    """A piece on which f is constant."""
    ends = land.ends_of(part)
    low, high = above(ends[0]), below(ends[1])
    if not low < high:
        if not ends[0] < ends[1]:
            return []
        low, high = below(ends[0]), above(ends[1])  # narrower than floats tell
    with working(FINE, 1):
        inside = (ends[0] + ends[1]) / 2
    value = part.jets.at(inside.mid(), 0, FINE)  # type: ignore[union-attr]
    constant = part.piece.expr if not part.piece.expr.has(land.x) else None
    if constant is not None:
        with working(FINE, 1):
            value = number(constant)
    sides = [_neighbour(land, part, -1), _neighbour(land, part, 1)]
    turns = [word for signs, word in TURNS.items() if all(s in (None, w) for s, w in zip(sides, signs, strict=True))]
    turn = turns[0] if turns else ""
    middle = 0.0 if low < 0 < high else low + (high - low) / 2
    shown = apart(_decimal(land, part.first, 0, low), _decimal(land, part.last, 1, high), inward=True)
    closed = [land.beyond(edge) or bool(land.meets(part, edge)) for edge in (part.first, part.last)]
    return [
        CriticalPoint(
            (middle,), ((low, high),), float(value.mid()), "degenerate", False, False, None, True, turn, 0, True,
            value=(below(value), above(value)), balls=(inside, value), worth=digits_of(value, 6),
            place=f"{'(['[closed[0]]}{shown[0]}, {shown[1]}{')]'[closed[1]]}",
        )
    ]  # fmt: skip


def _decimal(land: Landscape, edge: Edge, k: int, inner: float) -> Decimal:
    """The exact end of a flat part if it is a decimal, else a float inside."""
    exact = edge.exact if land.place(edge.ball, edge.exact) == 0 else land.ends[k]
    found = None if exact is None else short(exact)
    return Decimal(inner) if found is None else found


def _neighbour(land: Landscape, part: SmoothPiece, side: int) -> int | None:
    """The sign of f′ next door where f goes on, None if there is no next door in the window; else 0."""
    own = part.last if side > 0 else part.first
    if not land.beyond(own) and not land.meets(part, own):
        return 0
    place = land.parts.index(part) + side
    if not 0 <= place < len(land.parts) or not land.within(land.parts[place]):
        return None
    other = land.parts[place]
    edge = other.first if side > 0 else other.last
    if other.jets is None:
        return None if other.piece.trouble == UNDEFINED and not land.value(edge).is_finite() else 0
    if not land.meets(other, edge):
        return 0
    return land.slope_sign(other, edge, side) or 0


def _stationary(land: Landscape, part: SmoothPiece, zero: Zero, already: int) -> list[CriticalPoint]:
    """A zero of f′ inside a piece."""
    jets = part.jets
    assert jets is not None
    place = land.place(zero.ball, zero.exact)
    if place:
        return []
    exact, edge, proved, ball = zero.exact, False, True, zero.ball
    for k, (end, typed) in enumerate(zip(land.balls, land.ends, strict=True)):
        if ball.overlaps(end):
            if vanishes(jets.derivative(1), {land.x: typed}):
                exact, edge, ball = typed, True, end
            elif place is None:
                outside = _outside(land, jets, zero, k)
                if outside:
                    return []
                edge, proved = outside is None, outside is not None
    if exact is None and already < MOST_EXACT and not land.late:
        exact = closed_form(jets, 1, zero.ball)
    if exact is not None:
        with working(FINE, 1):
            ball = number(exact)
    kind, turn = _kind(part, zero)
    value = jets.at(ball, 0, FINE)
    if not value.is_exact():
        value = _exact_value(land, part, zero, exact, value)
    return [_point(ball, value, kind, turn, False, edge, exact, proved and kind != "", zero.multiplicity)]


def _exact_value(land: Landscape, part: SmoothPiece, zero: Zero, exact: Any, value: Any) -> Any:
    """f at a zero of f′ where it is 0 by algebra: at the closed form, or with 0 for a part that is 0 there."""
    jets = part.jets
    assert jets is not None
    if not value.contains(0) and value.is_finite():
        return value
    if exact is not None:
        return arb(0) if vanishes(jets.expr, {land.x: exact}) else value
    for u in {node.base for node in jets.expr.atoms(sympy.Pow) if node.base.has(land.x) and node.base != land.x}:
        try:
            own = Jets(u, land.x)
        except Refused:
            continue
        ends = [own.at(end, 0, FINE) for end in (zero.ball.lower(), zero.ball.upper())]
        # u changes its sign in the ball, and where it is 0 f′ is 0: but f′ is 0 there only once
        crosses = (ends[0] < 0 and ends[1] > 0) or (ends[0] > 0 and ends[1] < 0) or u in zero.zeros
        if crosses and with_zeros(jets.derivative(1), [u]) == 0:
            found = with_zeros(jets.expr, [u])
            if found.is_Rational:
                return arb(quotient(int(found.p), int(found.q)))
    return value


def _outside(land: Landscape, jets: Any, zero: Zero, k: int) -> bool | None:
    """Whether a zero that touches the window's end lies beyond it, by more digits; None if it cannot be told."""
    with working(4 * FINE, 1):
        at = number(land.ends[k])
    value, slope = jets.at(at, 1, 4 * FINE), jets.at(zero.ball, 2, FINE)
    if zero.multiplicity != 1 or value.contains(0) or slope.contains(0):
        return None
    falls_behind = (value > 0) == (slope > 0)  # the zero lies left of the end
    return bool(falls_behind) if k == 0 else not falls_behind


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
    return "degenerate", TURNS.get((before, behind), "")


def _between(land: Landscape, left: SmoothPiece, right: SmoothPiece) -> list[CriticalPoint]:
    """The edge between two pieces, if it is a critical point."""
    edge = right.first
    place = land.place(edge.ball, edge.exact)
    if place or LOST in (left.piece.trouble, right.piece.trouble):
        return []
    if left.jets is None or right.jets is None:
        return _domain_end(land, left, right)
    if land.nothing(edge):
        return _continued(land, left, right, edge)
    at = land.value(edge)
    before, behind = land.slope_sign(left, left.last, -1), land.slope_sign(right, right.first, 1)
    if before is None or behind is None or not at.is_finite():
        land.doubt(edge)  # if f′ has no sign beside it, that is undecided anyway
        return []
    meets = land.meets(left, left.last), land.meets(right, right.first)
    if None in meets:
        land.doubt(edge)
        return []
    signs = []
    for part, own, whole, side, slope in (
        (left, left.last, meets[0], -1, before), (right, right.first, meets[1], 1, behind)
    ):  # fmt: skip
        limit = land.limit(part, own)
        signs.append(slope if whole else side * (1 if limit > at else -1))
    jumps = not all(meets)
    kind = TURNS.get((signs[0], signs[1]), "")
    spans = [land.slopes(left, left.last), land.slopes(right, right.first)]
    zeros = [span == (0.0, 0.0) for span in spans]
    apart_ = jumps or spans[0][1] < spans[1][0] or spans[1][1] < spans[0][0]
    turn, multiplicity = "", 0
    kink: bool | None = True if apart_ else None
    if all(zeros) and not jumps:
        bends = [land.slopes(part, own, 2) for part, own in ((left, left.last), (right, right.first))]
        if kind and all(bend == (0.0, 0.0) for bend in bends):
            kind, turn, kink = "degenerate", kind, False
        elif kind:
            kink = False if all(bend[0] > 0 or bend[1] < 0 for bend in bends) else None
            multiplicity = 1 if kink is False else 0
        elif before == behind != 0:
            kind, kink = "inflection", False
    elif not kind:
        flat = any(low <= 0 <= high for low, high in spans) and not any(low > 0 or high < 0 for low, high in spans)
        if not jumps and flat and before == behind != 0:
            land.doubt(edge)
        return []
    if not kind:
        return []
    end = any(bool(edge.ball.overlaps(e)) for e in land.balls)
    unclear = place is None and edge.exact is None
    made = _point(edge.ball, at, kind, turn, kink, end or unclear, edge.exact, not unclear, multiplicity)
    return [replace(made, slopes=(spans[0], spans[1]) if kink and not jumps else None)]


def _continued(land: Landscape, left: SmoothPiece, right: SmoothPiece, edge: Edge) -> list[CriticalPoint]:
    """A point where f has no value but goes on smoothly, as sin(x)/x at 0, and is stationary so continued."""
    before, behind = land.slope_sign(left, left.last, -1), land.slope_sign(right, right.first, 1)
    smooth = left.piece.expr == right.piece.expr and not (left.last.singular or right.first.singular)
    if not smooth or right.jets is None or not right.jets.at(edge.ball, 1, FINE).contains(0) or not (before and behind):
        return []
    kind = TURNS.get((before, behind), "")
    if not kind:
        return []
    value = right.jets.at(edge.ball, 0, FINE)
    return [replace(_point(edge.ball, value, kind, "", False, False, edge.exact, False, 1), continued=True)]


def _domain_end(land: Landscape, left: SmoothPiece, right: SmoothPiece) -> list[CriticalPoint]:
    """The end of the domain: critical if the derivative from inside is zero there."""
    if left.jets is None and right.jets is None:
        return []
    part, edge, side = (right, right.first, 1) if right.jets is not None else (left, left.last, -1)
    if land.nothing(edge):
        return []
    at, slope = land.value(edge), land.slope_sign(part, edge, side)
    low, high = land.slopes(part, edge)
    if low > 0 or high < 0 or slope == 0:
        return []
    if not at.is_finite() or slope is None or (low, high) != (0.0, 0.0):
        land.doubt(edge)
        return []
    kind = "minimum" if slope == side else "maximum"
    return [_point(edge.ball, at, kind, "", False, True, edge.exact, land.place(edge.ball, edge.exact) == 0, 1)]


def _point(
    ball: Any, value: Any, kind: str, turn: str, kink: bool | None, edge: bool, exact: Any, proved: bool,
    multiplicity: int,
) -> CriticalPoint:  # fmt: skip
    x = float(ball.mid())
    found = kind or turn or "degenerate"
    f = float(value.mid()) if value.is_finite() else math.nan
    return CriticalPoint(
        (x + 0.0,), ((below(ball), above(ball)),), f + 0.0, found, kink, edge, None if exact is None else str(exact),
        bool(proved), turn, multiplicity, False, (ball, value), (below(value), above(value)), exact,
        digits_of(ball, PLACES), digits_of(value, 6),
    )  # fmt: skip
