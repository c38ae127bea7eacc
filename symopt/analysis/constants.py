"""Bounds of f″ on the window, the global minimum, and for which start the bounds may be used.

sup and inf by branch and bound: a box on which f‴ has a sign is settled by its ends, the others are bounded by
Taylor's formula of second order; the box with the largest bound is divided next.

Source: R. B. Kearfott, Rigorous Global Search, 1996, chapter 5; Y. Nesterov, Introductory Lectures on Convex
Optimization, 2004, section 1.2.3 (0 < lr < 2/L) and theorem 2.1.15 (2/(L + mu)).
"""

from __future__ import annotations

import heapq
import math
import time
from dataclasses import dataclass
from typing import Any

from flint import arb
from sympy import Rational

from symopt.analysis.exact import vanishes
from symopt.analysis.extended import Beside
from symopt.analysis.interval import FINE, PRECISION, Jets
from symopt.analysis.isolate import Edge
from symopt.analysis.kinks import LOST
from symopt.analysis.landscape import CLOSE, Landscape, SmoothPiece
from symopt.analysis.records import CriticalPoint, Interval
from symopt.balls.series import above, below, working
from symopt.expression import deep

NARROW = 1e-12
REACH = 2.0**-20
MOST_BOXES = 3000


@dataclass(frozen=True)
class Constants:
    """L = sup|f″| and mu = inf f″ with what follows from them; None where there is no such number."""

    L: Interval
    mu: Interval
    safe_lr: float | None
    best_lr: float | None
    direction_alpha: float | None
    descent_alpha: float | None


def constants(land: Landscape, joined: bool) -> Constants:
    """The constants of a landscape; `joined` says that f′ is continuous wherever f is defined."""
    highest, lowest = (-math.inf, -math.inf), (math.inf, math.inf)
    for number, part in enumerate(land.parts):
        until = land.until(0.7 + 0.25 * (number + 1) / len(land.parts))
        top, bottom = _extremes(land, part, until)
        highest = max(highest[0], top[0]), max(highest[1], top[1])
        lowest = min(lowest[0], bottom[0]), min(lowest[1], bottom[1])
    if highest[1] == -math.inf:
        return Constants((math.nan, math.nan), (math.nan, math.nan), None, None, None, None)
    low = max(highest[0], -lowest[1], 0.0)
    high = max(highest[1], -lowest[0], 0.0)
    L, mu = (low + 0.0, high + 0.0), (lowest[0] + 0.0, lowest[1] + 0.0)
    with working(PRECISION, 1):
        safe = best = descent = None
        if joined and 0 < high < math.inf:
            safe = below(arb(2) / arb(high))
            descent = max(0.0, above(arb(high) / 2 - arb(mu[0])))
            if mu[0] > 0:
                best = float((arb(2) / (arb(low) + arb(high) + arb(mu[0]) + arb(mu[1])) * 2).mid())
        elif joined and high == 0:
            descent = 0.0
        direction = max(0.0, -mu[0]) if mu[0] > -math.inf else None
    return Constants(L, mu, safe, best, direction, descent)


def _extremes(land: Landscape, part: SmoothPiece, until: float) -> tuple[Interval, Interval]:
    """Enclosures of the sup and the inf of f″ on a piece within the window."""
    if part.piece.trouble == LOST:
        return (-math.inf, math.inf), (-math.inf, math.inf)
    if part.jets is None:
        return (-math.inf, -math.inf), (math.inf, math.inf)
    low, high = max(land.low, part.first.high), min(land.high, part.last.low)
    if low > high:
        return (-math.inf, -math.inf), (math.inf, math.inf)
    unbounded_above, unbounded_below = -math.inf, math.inf
    reach = (land.high - land.low) * REACH
    for edge in (part.first, part.last):
        if not edge.singular or not (land.low <= edge.high and edge.low <= land.high):
            continue
        least, most = land.bound(part, edge, reach, 2)
        unbounded_above, unbounded_below = max(unbounded_above, most), min(unbounded_below, least)
        low, high = (edge.high + reach, high) if edge is part.first else (low, edge.low - reach)
    if low > high:
        return (-math.inf, unbounded_above), (unbounded_below, math.inf)
    top = supremum(part.jets, 2, low, high, 1, until, unbounded_above)
    bottom = supremum(part.jets, 2, low, high, -1, until, -unbounded_below)
    signs = {region.sign for region in part.curve.regions} if part.curve.regions else {0}
    most, least = max(top[1], unbounded_above), min(-bottom[1], unbounded_below)
    # what the signs say is sharper than what the bounds say
    most = min(most, 0.0) if signs == {-1} or part.curve.flat else most
    least = max(least, 0.0) if signs == {1} or part.curve.flat else least
    return (min(top[0], most), most), (least, max(-bottom[0], least))


def supremum(
    jets: Jets, k: int, low: float, high: float, side: int, until: float, beyond: float = -math.inf
) -> Interval:
    """An enclosure of sup side·f⁽ᵏ⁾ on [low, high]; only roughly if something beyond is infinite anyway."""
    best = -math.inf

    size = 0.0

    def at(x: float) -> Any:
        nonlocal best, size
        value = jets.at(x, k, PRECISION) * side
        if value.is_finite():
            best = max(best, below(value))
            size = max(size, abs(best))
        return value

    def bound(a: float, b: float) -> float:
        if a < b and jets.sign(k + 1, a, b):
            ends = at(a), at(b)
            if all(v.is_finite() for v in ends):
                return max(above(v) for v in ends)
        at(a + (b - a) / 2)
        found = jets.enclose(k, a, b)
        if found is None:
            return math.inf
        return above(found) if side > 0 else -below(found)

    if low == high:
        value = at(low)
        return best, above(value) if value.is_finite() else math.inf
    heap = [(-bound(low, high), low, high)]
    at(low), at(high)
    for _ in range(20 if beyond == math.inf else MOST_BOXES):
        upper, a, b = -heap[0][0], heap[0][1], heap[0][2]
        middle = a + (b - a) / 2
        done = math.isfinite(upper) and upper - best <= NARROW * max(abs(best), 1e-3 * size, 1e-300)
        if done or time.monotonic() > until or not a < middle < b:
            break
        heapq.heapreplace(heap, (-bound(a, middle), a, middle))
        heapq.heappush(heap, (-bound(middle, b), middle, b))
    return best, max(best, -heap[0][0])


# the least value


def global_minimum(land: Landscape, points: list[CriticalPoint]) -> tuple[Interval, tuple[float, ...]]:
    """An enclosure of inf f on the window, and the places where it may be taken."""
    taken: list[tuple[float, Interval]] = [
        (p.x[0], p.value) for p in points if (p.lowest or p.flat or not p.proved) and not p.continued
    ]
    floor = math.inf
    for part in land.parts:
        if part.piece.trouble == LOST:
            floor = -math.inf
        if part.jets is None:
            continue
        for end in (land.low, land.high):
            if part.first.high < end < part.last.low:
                taken.append((end, _value(part.jets.at(end, 0, FINE))))
        for edge in (part.first, part.last):
            if land.place(edge.ball, edge.exact) in (0, None):
                at = land.value(edge)
                if at.is_finite():
                    taken.append((float(edge.ball.mid()) + 0.0, _value(at)))
                floor = min(floor, _below_edge(land, part, edge))
        boxes = [box for region in part.slope.undecided if (box := land.clipped(region, part))]
        for low, high in boxes:
            found = part.jets.enclose(0, low, high)
            if found is None or not found.is_finite():
                floor = min(floor, Beside(land.x, low, high, part.piece.known).range(part.piece.expr)[0])
            else:
                floor = min(floor, below(found))
            taken.append((low + (high - low) / 2, _value(part.jets.at(low + (high - low) / 2, 0))))
    taken = [(x, v) for x, v in taken if all(map(math.isfinite, v))]
    if not taken and floor == math.inf:
        return (math.nan, math.nan), ()
    upper = min((v[1] for _, v in taken), default=math.inf)
    lower = min([v[0] for _, v in taken] + [floor])
    places = sorted({x for x, v in taken if v[0] <= upper})
    flat = [p for p in points if p.flat]
    places = [x for x in places if not any(p.enclosure[0][0] <= x <= p.enclosure[0][1] and x != p.x[0] for p in flat)]
    if floor < min((v[0] for _, v in taken), default=math.inf):
        places, upper = [], min(upper, _lowest_sample(land))
    return (lower, upper), tuple(places)


def _lowest_sample(land: Landscape) -> float:
    """f just beside the edges of the pieces: an upper bound of inf f where that is taken nowhere."""
    lowest = math.inf
    for part in land.parts:
        for edge, side in ((part.first, 1), (part.last, -1)):
            x = (edge.high if side > 0 else edge.low) + side * (land.high - land.low) * CLOSE
            if part.jets is not None and land.low <= x <= land.high and part.first.high < x < part.last.low:
                value = part.jets.at(x, 0, FINE)
                lowest = min(lowest, above(value) if value.is_finite() else math.inf)
    return lowest


def _below_edge(land: Landscape, part: SmoothPiece, edge: Edge) -> float:
    """A lower bound of f near an edge where f may fall towards it; inf where f rises towards it."""
    right = edge is part.first
    slope = land.slope_sign(part, edge, 1 if right else -1)
    if slope is not None and slope != 0 and slope == (-1 if right else 1):
        return math.inf
    limit = land.limit(part, edge)
    if limit.is_finite():
        return below(limit)
    return land.bound(part, edge, (land.high - land.low) * CLOSE, 0)[0]


def _value(ball: Any) -> Interval:
    return below(ball), above(ball)


# where the bounds may be used


def contained(land: Landscape, start: float) -> bool:
    """Whether it is shown that the component of {f ≤ f(start)} around the start lies inside the window."""
    here = _part_at(land, start)
    if here is None or here.jets is None:
        return False
    level = here.jets.at(start, 0, FINE)
    return level.is_finite() and all(_bounded(land, here, start, level, side) for side in (-1, 1))


def _bounded(land: Landscape, here: SmoothPiece, start: float, level: Any, side: int) -> bool:
    """Whether f rises above a level before the window ends on one side of the start."""
    end = land.low if side < 0 else land.high
    if start == end:
        slope = here.jets.at(start, 1, FINE)  # type: ignore[union-attr]
        return bool(slope * side > 0)
    between = [p for p in land.parts if p.first.low <= max(start, end) and p.last.high >= min(start, end)]
    for part in between if side > 0 else reversed(between):
        if part.jets is None:
            return False
        low, high = max(part.first.high, min(start, end)), min(part.last.low, max(start, end))
        places = [low + (high - low) * i / 64 for i in range(65)] if low < high else []
        places += [float(z.ball.mid()) for z in part.slope.zeros if low < float(z.ball.mid()) < high]
        if any(part.jets.at(place, 0, PRECISION) > level for place in places):
            return True
        ahead = part.last if side > 0 else part.first
        if (ahead.ball < end if side > 0 else ahead.ball > end) and not land.value(ahead).is_finite():
            return False
    last = _part_at(land, end)
    if last is None or last.jets is None or last.jets.at(end, 1, FINE) * side <= 0:
        return False
    with deep():
        ends = [land.expr.subs(land.x, Rational(repr(place))) for place in (start, end)]
        return bool((ends[1] - ends[0]).expand() == 0)


def _part_at(land: Landscape, x: float) -> SmoothPiece | None:
    return next((p for p in land.parts if p.first.low <= x <= p.last.high), None)


# how the pieces meet


def kinks(land: Landscape) -> tuple[list[float], bool, bool]:
    """Where f or f′ jumps in the window, whether every jump of the slope is upwards, whether f is continuous."""
    places: list[float] = []
    upwards, continuous = True, True
    for left, right in zip(land.parts, land.parts[1:], strict=False):
        edge = right.first
        if land.place(edge.ball, edge.exact) not in (0, None) or left.jets is None or right.jets is None:
            continue
        at = land.value(edge)
        slopes = land.steep(left, left.last), land.steep(right, right.first)
        limits = land.limit(left, left.last), land.limit(right, right.first)
        whole = at.is_finite() and all(limit.is_finite() and limit.overlaps(at) for limit in limits)
        if _equal(land, left, right, edge) and whole:
            continue
        places.append(float(edge.ball.mid()) + 0.0)
        continuous = continuous and whole
        upwards = upwards and bool(slopes[0] < slopes[1])
    return places, upwards, continuous


def _equal(land: Landscape, left: SmoothPiece, right: SmoothPiece, edge: Edge) -> bool:
    """Whether f′ is shown to be the same on both sides of an edge."""
    a, b = land.steep(left, left.last), land.steep(right, right.first)
    if not (a.is_finite() and b.is_finite() and a.overlaps(b)):
        return False
    if (a.is_zero() and b.is_zero()) or left.piece.expr == right.piece.expr:
        return True
    if edge.exact is None:
        return False
    assert left.jets is not None
    assert right.jets is not None
    return vanishes(left.jets.derivative(1) - right.jets.derivative(1), land.x, edge.exact)
