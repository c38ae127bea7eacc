"""The pieces of a loss on a window with the signs of f′ and f″ on each: what every statement is derived from."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import sympy
from flint import arb, arb_series
from sympy import Expr, S, Symbol

from symopt.analysis.beside import Beside, by_series
from symopt.analysis.boxes.ranges import Ranges
from symopt.analysis.exact import at_place, closed_form, vanishes
from symopt.analysis.interval import FINE, Jets, operations
from symopt.analysis.line.isolate import isolate
from symopt.analysis.line.kinks import LOST, STEPS, UNDEFINED, Piece, Where, met, pieces
from symopt.analysis.line.limits import from_edge, quotients, tends
from symopt.analysis.line.signs import Edge, Region, Signs, joined
from symopt.analysis.line.singular import MOST_REWRITTEN
from symopt.analysis.rewrite import prepared, reflected
from symopt.analysis.window import Side
from symopt.balls import tape
from symopt.balls.series import above, below, hull, working
from symopt.balls.tape import Refused, number
from symopt.balls.work import spent
from symopt.expression import deep
from symopt.expression.guards import asks, parts
from symopt.forms import Asked
from symopt.functions import NO_POLE, WITHIN
from symopt.loss import Loss

INFLATION = 2.0**-26 * 0.7317
CLOSE = 2.0**-42
MOST_NAMED = 12
LAST = 1.4  # of the budget: until then what is found is still bounded beside the ends of pieces
Span = tuple[float, float]


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
    """A loss of one variable between two exact ends, looked at a hair beyond both so that the ends lie inside.

    ends, balls: the sides of the window, exactly and enclosed. low, high: floats that hold it. inner: floats that it
    holds. doubts: intervals on which something is not shown. Raises Refused for a function that has no interval
    version.
    """

    def __init__(self, loss: Loss, ends: tuple[Expr, Expr], budget: float) -> None:
        self.began = spent()
        self.budget = budget
        self.ends, side = ends, Side(*ends)
        self.balls, self.inner, (self.low, self.high) = side.balls, side.inner, side.ends
        self.place, self.is_end = side.place, side.is_end
        self.width = self.high - self.low
        expr, x = loss.expr, loss.variables[0]
        self.x = x
        asked = sympy.Add(*(term for term in sympy.Add.make_args(loss.typed) if term.has(Asked)))
        self.formula, poles = reflected(prepared(expr))
        self.expr = Where(prepared(asked) + poles, self.formula)
        self.continuous = not expr.has(sympy.Piecewise, *STEPS)
        self.doubts: list[Span] = []
        self.values: dict[int, tuple[Any, Edge]] = {}
        margin = max(self.width * INFLATION, 64 * math.ulp(max(abs(self.low), abs(self.high))))
        first, last = Edge(arb(self.low - margin)), Edge(arb(self.high + margin))
        found = pieces(self.expr, x, first, last, self.until(0.2), self.continuous)
        self.parts = [self._smooth(p) for p in _joined(found) if p.last.high >= self.low and p.first.low <= self.high]
        self._derive(1, 0.45)
        self._derive(2, 0.65)

    @property
    def late(self) -> bool:
        """Whether nothing but what is needed for an answer should still be done."""
        return spent() > self.until(0.95)

    @property
    def ended(self) -> bool:
        """Whether the budget has no room for rewriting an expression."""
        return spent() > self.until(LAST)

    def until(self, share: float) -> float:
        """The work at which a share of the budget is used up."""
        return self.began + share * self.budget

    def _smooth(self, piece: Piece) -> SmoothPiece:
        jets = None if piece.trouble else Jets(piece.expr, self.x)
        return SmoothPiece(piece, jets, Signs(), Signs())

    def _derive(self, k: int, share: float) -> None:
        """The signs of a derivative on all pieces, from the middle outwards; what one leaves over the next may use."""
        middle = self.low + self.width / 2
        smooth = [part for part in self.parts if part.jets is not None]
        smooth.sort(key=lambda p: max(p.first.low - middle, middle - p.last.high, 0.0))
        for place, part in enumerate(smooth):
            assert part.jets is not None
            now = spent()
            until = now + max(0.0, self.until(share) - now) / (len(smooth) - place)
            signs = isolate(part.jets, k, part.first, part.last, part.piece.known, until)
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
            exact = closed_form(jets, 2, zero.ball, short=True)
            if exact is not None and exact.is_Rational:
                with working(FINE, 1):
                    low, high = below(number(exact)), above(number(exact))
                regions = [
                    Region(high if r.low == zero.high else r.low, low if r.high == zero.low else r.high, r.sign)
                    for r in regions
                ]
        return Signs(signs.zeros, regions, signs.flat)

    # what lies in the window

    def within(self, part: SmoothPiece) -> bool:
        """Whether more than an end of a piece lies in the window, or may."""
        left = part.last.ball < self.balls[0] or self.is_end(part.last.exact, 0)
        right = part.first.ball > self.balls[1] or self.is_end(part.first.exact, 1)
        return not (left or right)

    @cached_property
    def inside(self) -> list[SmoothPiece]:
        """The pieces of which more than an end lies in the window."""
        return [part for part in self.parts if self.within(part)]

    def ends_of(self, part: SmoothPiece) -> tuple[Any, Any]:
        """The ends of a piece as far as it lies in the window, as balls."""
        found = []
        for edge, end, side in ((part.first.ball, self.balls[0], 1), (part.last.ball, self.balls[1], -1)):
            inside = edge > end if side > 0 else edge < end
            beyond = edge < end if side > 0 else edge > end
            found.append(edge if inside else end if beyond or edge.overlaps(end) else edge.union(end))
        return found[0], found[1]

    def clipped(self, region: Region, part: SmoothPiece | None = None) -> Span | None:
        """A region as far as it lies in the window, and strictly inside of a piece."""
        low, high = max(region.low, self.inner[0]), min(region.high, self.inner[1])
        if part is not None:
            low, high = max(low, part.first.high), min(high, part.last.low)
        return (low, high) if low < high else None

    def covering(self, region: Region, part: SmoothPiece) -> Span | None:
        """A region as far as it may lie in the window and in a piece."""
        low, high = max(region.low, self.low, part.first.low), min(region.high, self.high, part.last.high)
        return (low, high) if low < high else None

    @property
    def undecided(self) -> list[Span]:
        """Boxes in the window on which the sign of f′ is not known."""
        found = list(self.doubts)
        for part in self.inside:
            if part.piece.trouble == LOST:
                found.append((max(self.low, part.piece.low), min(self.high, part.piece.high)))
            found += [box for region in part.slope.undecided if (box := self.covering(region, part))]
        return [(r.low, r.high) for r in joined([Region(low, high, 0) for low, high in sorted(found)])]

    def doubt(self, edge: Edge) -> None:
        """Something is not shown of a single point."""
        self.doubts.append((max(self.low, edge.low), min(self.high, edge.high)))

    @property
    def undefined(self) -> list[tuple[float, float, bool, bool]]:
        """Intervals in the window on which f has no value, (low, high, whether at low too, whether at high too)."""
        found: list[tuple[float, float, bool, bool]] = []
        for part in self.inside:
            if part.piece.trouble != UNDEFINED:
                continue
            first = max(self.inner[0], part.first.high), self.at_edge(part.first, self.inner[0])
            last = min(self.inner[1], part.last.low), self.at_edge(part.last, self.inner[1])
            if not first[0] < last[0]:
                continue
            if found and found[-1][3] and first[1] and found[-1][1] >= part.first.low:
                found[-1] = found[-1][0], last[0], found[-1][2], last[1]
            else:
                found.append((first[0], last[0], first[1], last[1]))
        return found

    def at_edge(self, edge: Edge, end: float) -> bool:
        """Whether f has no value at an edge, or at the end of the window where that comes first."""
        inside = self.place(edge.ball, edge.exact) == 0
        return self.nothing(edge) if inside else True

    @property
    def alone(self) -> list[Edge]:
        """Points at which f has a value, and none beside."""
        joints = zip(self.parts, self.parts[1:], strict=False)
        found = [b.first for a, b in joints if a.piece.trouble == b.piece.trouble == UNDEFINED]
        return [e for e in found if self.place(e.ball, e.exact) == 0 and self.value(e).is_finite()]

    @cached_property
    def corners(self) -> list[Edge]:
        """The ends of the window as places at which f may be asked for."""
        return [Edge(ball, exact) for ball, exact in zip(self.balls, self.ends, strict=True)]

    @cached_property
    def joints(self) -> list[Edge]:
        """The edges of smooth pieces that lie in the window, or may, each once."""
        found = {id(e): e for part in self.parts if part.jets for e in (part.first, part.last)}
        unique: dict[Any, Edge] = {}
        for edge in found.values():
            if not self.beyond(edge):
                unique.setdefault((edge.low, edge.high), edge)
        return list(unique.values())

    def beyond(self, edge: Edge) -> bool:
        """Whether an edge lies outside of the window."""
        return bool(self.place(edge.ball, edge.exact))

    @property
    def holes(self) -> list[float]:
        """Single points in the window at which f has no value."""
        at = [float(e.ball.mid()) + 0.0 for e in self.joints if self.nothing(e)]
        return sorted({min(max(place, self.low), self.high) for place in at})

    @property
    def unknown(self) -> list[Edge]:
        """Single points at which it is not shown whether f has a value."""
        return [e for e in self.joints if not self.value(e).is_finite() and not self.nothing(e)]

    def floor(self, part: SmoothPiece) -> tuple[Any, Any]:
        """A lower bound of f on a piece that could not be divided, and f somewhere in it, nan if it is not known."""
        low, high = max(self.low, part.first.low), min(self.high, part.last.high)
        with working(FINE, 1):
            middle = self.balls[0].max(self.balls[1].min((arb(low) + arb(high)) / 2))
        value = self._evaluated(self.expr, middle)
        return arb(Ranges(self.formula, [self.x]).over([(low, high)])[0]), arb("nan") if value is None else value

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
        if edge.exact is not None and not self.ended:
            with deep(), working(FINE, 1):
                value = at_place(part.piece.expr, {self.x: edge.exact})
                if value is not None and value.is_finite and value.is_number and value.is_extended_real:
                    return number(value)
        value = part.jets.at(edge.ball, 0, FINE)
        if value.is_finite() or not edge.singular:
            return value
        put = self._evaluated(edge.put(part.piece.expr), edge.ball)
        if put is not None and put.is_finite():
            return put
        short = operations(part.piece.expr) <= MOST_REWRITTEN
        if edge.exact is not None and short and not self.ended:
            with deep():
                moved, signs, t = self._from(part, edge, part.piece.expr)
                found = tends(moved, t, Beside(t, 0.0, self.width * CLOSE, signs))
            if found is not None and found.is_finite():
                return found
        low, high = self.bound(part, edge, self.width * CLOSE, 0)
        return hull(low, high) if math.isfinite(low) and math.isfinite(high) else arb("nan")

    def bound(self, part: SmoothPiece, edge: Edge, reach: float, k: int) -> Span:
        """An interval of f⁽ᵏ⁾ on a piece within reach of a singular edge; its ends may be infinite."""
        assert part.jets is not None
        if self.ended:
            return -math.inf, math.inf
        right = edge is part.first
        box = (edge.low, edge.high + reach) if right else (edge.low - reach, edge.high)
        derivative = part.jets.derivative(k)
        with deep():
            low, high = Beside(self.x, *box, part.piece.known).range(derivative)
            if edge.exact is not None and operations(derivative) <= MOST_REWRITTEN:
                moved, signs, t = self._from(part, edge, derivative)
                by_ends = Beside(t, 0.0, 2 * reach, signs)
                for form in quotients(moved, t, by_ends):
                    least, most = by_ends.range(form)
                    low, high = max(low, least), min(high, most)
                if not (math.isfinite(low) and math.isfinite(high)):
                    least, most = by_series(moved, t, 2 * reach)
                    low, high = max(low, least), min(high, most)
        return low, high

    def _from(self, part: SmoothPiece, edge: Edge, expr: Expr) -> tuple[Expr, dict[Expr, int], Symbol]:
        return from_edge(expr, self.x, edge.exact, 1 if edge is part.first else -1, part.piece.known)

    def steep(self, part: SmoothPiece, edge: Edge, k: int = 1) -> Any:
        """f⁽ᵏ⁾ at the end of a piece as the limit from inside; exact zero as 0, nan if it is infinite or not known."""
        if part.jets is None:
            return arb("nan")
        derivative = part.jets.derivative(k)
        if edge.exact is not None and not self.ended:
            t = Symbol("_t", positive=True)
            side = 1 if edge is part.first else -1
            if vanishes(derivative, {self.x: edge.exact}):
                return arb(0)
            # −(−x)^(3/2)/x has no value at 0, but √t has
            with deep():
                if vanishes(derivative.subs(self.x, edge.exact + side * t), {t: S.Zero}):
                    return arb(0)
        elif edge.put(derivative) == 0:
            return arb(0)
        value = part.jets.at(edge.ball, k, FINE)
        return value if value.is_finite() else arb("nan")

    def slopes(self, part: SmoothPiece, edge: Edge, k: int = 1) -> Span:
        """An interval that holds all limits of f⁽ᵏ⁾ at the end of a piece; its ends may be infinite."""
        value = self.steep(part, edge, k)
        if value.is_finite():
            return below(value), above(value)
        if part.jets is None:
            return -math.inf, math.inf
        return self.bound(part, edge, self.width * CLOSE, k)

    def meets(self, part: SmoothPiece, edge: Edge) -> bool | None:
        """Whether f at an edge is the limit from a piece; None if neither is shown."""
        if self.continuous and self.value(edge).is_finite():
            return True
        limit, at = self.limit(part, edge), self.value(edge)
        if not (limit.is_finite() and at.is_finite()):
            return None
        if not limit.overlaps(at):
            return False
        if limit.is_exact() and at.is_exact():
            return True
        chosen = edge.at if edge.at is not None else part.piece.expr
        if edge.exact is not None and not self.ended and vanishes(part.piece.expr - self.expr, {self.x: edge.exact}):
            return True
        if edge.put(part.piece.expr - chosen) == 0:
            return True
        return None

    def value(self, edge: Edge) -> Any:
        """f at an edge itself; nan where f has no value there or it is not known."""
        found = self._value(edge)
        return arb("nan") if found is None else found

    def nothing(self, edge: Edge) -> bool:
        """Whether f is shown to have no value at an edge."""
        return self._value(edge) is None

    def _value(self, edge: Edge) -> Any:
        """f at an edge; None where it is shown to have no value, nan where nothing is shown."""
        if id(edge) not in self.values and self.ended:
            return arb("nan")
        if id(edge) not in self.values:
            self.values[id(edge)] = self._found(edge), edge
        return self.values[id(edge)][0]

    def _found(self, edge: Edge) -> Any:
        if edge.empty or any(self._lacking(*asked, edge) for asked in self.strict):
            return None
        if edge.exact is not None and self._zero_to_zero(edge.exact):
            return self._evaluated(self.expr, edge.ball)
        if edge.exact is not None:
            with deep(), working(FINE, 1), suppress(Refused):
                value = at_place(self.expr, {self.x: edge.exact})
                if value is not None:
                    value = value.xreplace(
                        {node: told for node in value.atoms(Asked) if (told := met(node)) is not None}
                    )
                    if value.is_number and value.is_finite and value.is_extended_real:
                        return number(value)
                    if (value.is_number and value.is_finite is False) or value is S.NaN or value.is_real is False:
                        return None
        form = edge.put(edge.at if edge.at is not None else self.expr)
        return self._evaluated(form, edge.ball)

    @cached_property
    def strict(self) -> list[tuple[Expr, str]]:
        """What must not come to 0 where f is to have a value, in no branch: 1/log(0) is 0 for sympy."""
        nodes = (part for part, path in parts(self.expr) if not (path or (part.is_Pow and part.exp.has(self.x))))
        return [asked for node in nodes if (asked := asks(node)) is not None and asked[1] != WITHIN]

    def _lacking(self, gap: Expr, relation: str, edge: Edge) -> bool:
        """Whether what must not come to 0, nor to a pole of Γ, is shown to do so at an edge."""
        here = {} if edge.exact is None else {self.x: edge.exact}
        if relation == NO_POLE:
            value = at_place(gap, here)
            return value is not None and bool(value.is_Integer and value <= 0)
        return edge.put(gap) == 0 or bool(here and vanishes(gap, here))

    def _zero_to_zero(self, place: Expr) -> bool:
        """Whether a power with an exponent that moves is 0⁰ at a place: it has no value there, but sympy's is 1."""
        powers = [node for node in self.expr.atoms(sympy.Pow) if node.exp.has(self.x)]
        return any(node.exp.subs(self.x, place) == node.base.subs(self.x, place) == 0 for node in powers)

    def _evaluated(self, form: Expr, ball: Any) -> Any:
        if form.has(S.ComplexInfinity, S.NaN, S.Infinity, S.NegativeInfinity):
            return arb("nan") if form.has(sympy.Piecewise) else None
        try:
            with working(FINE, 1):
                (found,) = tape.Tape([form.replace(Where, sympy.Add)], [self.x]).run([arb_series([ball])])
        except Refused:
            return arb("nan")
        return None if found is tape.UNDEFINED else found[0]


def _joined(parts: list[Piece]) -> list[Piece]:
    """Pieces whose common edges know the same."""
    made = list(parts)
    for place in range(len(made) - 1):
        left, right = made[place].last, made[place + 1].first
        if left is right or not left.ball.overlaps(right.ball):
            continue
        made[place] = replace(made[place], last=_knowing(left, right))
        made[place + 1] = replace(made[place + 1], first=_knowing(right, left))
    return made


def _knowing(edge: Edge, other: Edge) -> Edge:
    """An edge with what another copy of it knows."""
    return replace(
        edge, zeros=edge.zeros | other.zeros, exact=edge.exact if edge.exact is not None else other.exact,
        at=edge.at if edge.at is not None else other.at, empty=edge.empty or other.empty,
    )  # fmt: skip


def beside(signs: Signs, edge: Edge, side: int) -> int | None:
    """The sign of the region that begins (side 1) or ends (−1) at an edge, zeros at the edge itself left out."""
    if signs.flat:
        return 0
    regions = [r for r in signs.regions if (r.high > edge.high if side > 0 else r.low < edge.low)]
    if not regions:
        return None
    nearest = min(regions, key=lambda r: r.low) if side > 0 else max(regions, key=lambda r: r.high)
    return nearest.sign or None


__all__ = ["Landscape", "SmoothPiece", "beside"]
