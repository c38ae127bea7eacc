"""Bounds of f″ on the window, the global minimum, and for which start the bounds may be used.

sup and inf by branch and bound: a box on which f‴ has a sign is settled by its ends, the others are bounded by
Taylor's formula of second order; the box with the largest bound is divided next.

Source: R. B. Kearfott, Rigorous Global Search, 1996, chapter 5.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flint import arb
from sympy import Rational

from symopt.analysis import words
from symopt.analysis.beside import Beside
from symopt.analysis.exact import vanishes
from symopt.analysis.interval import FINE, PRECISION, Jets
from symopt.analysis.line.kinks import LOST
from symopt.analysis.line.landscape import CLOSE, Landscape, SmoothPiece
from symopt.analysis.line.signs import Edge
from symopt.analysis.records import CriticalPoint, Interval
from symopt.analysis.steps import Constants
from symopt.balls.series import above, below, working
from symopt.balls.work import spent
from symopt.expression import deep

NARROW = 1e-12
REACH = 2.0**-20
MOST_BOXES = 3000
ROUNDING = 1e-15
NO_ENDS: Mapping[float, Any] = {}


def constants(land: Landscape, joined: bool) -> Constants:
    """The constants of a landscape; `joined` says that f′ is continuous wherever f is defined."""
    highest, lowest = (-math.inf, -math.inf), (math.inf, math.inf)
    for number, part in enumerate(land.inside):
        until = land.until(0.7 + 0.25 * (number + 1) / len(land.inside))
        top, bottom = _extremes(land, part, until)
        highest = max(highest[0], top[0]), max(highest[1], top[1])
        lowest = min(lowest[0], bottom[0]), min(lowest[1], bottom[1])
    return Constants.of(highest, lowest, joined)


def _extremes(land: Landscape, part: SmoothPiece, until: float) -> tuple[Interval, Interval]:
    """Enclosures of the sup and the inf of f″ on a piece within the window."""
    if part.piece.trouble == LOST:
        return (-math.inf, math.inf), (-math.inf, math.inf)
    if part.jets is None:
        return (-math.inf, -math.inf), (math.inf, math.inf)
    ends = land.ends_of(part)
    low, high = below(ends[0]), above(ends[1])
    balls = {low: ends[0], high: ends[1]}
    unbounded_above, unbounded_below = -math.inf, math.inf
    reach = land.width * REACH
    for edge in (part.first, part.last):
        if not edge.singular or not (land.low <= edge.high and edge.low <= land.high):
            continue
        least, most = land.bound(part, edge, reach, 2)
        unbounded_above, unbounded_below = max(unbounded_above, most), min(unbounded_below, least)
        low, high = (edge.high + reach, high) if edge is part.first else (low, edge.low - reach)
    if low > high:
        return (-math.inf, unbounded_above), (unbounded_below, math.inf)
    top = steepest(part.jets, 1, (low, high), until, unbounded_above, balls)
    bottom = steepest(part.jets, -1, (low, high), until, -unbounded_below, balls)
    covered = [r for r in part.curve.regions if r.high > low and r.low < high]
    signs = {region.sign for region in covered} if covered else {0}
    most, least = max(top[1], unbounded_above), min(-bottom[1], unbounded_below)
    # what the signs say is sharper than what the bounds say
    most = min(most, 0.0) if signs == {-1} or part.curve.flat else most
    least = max(least, 0.0) if signs == {1} or part.curve.flat else least
    return (min(top[0], most), most), (least, max(-bottom[0], least))


def steepest(
    jets: Jets, side: int, span: Interval, until: float, beyond: float = -math.inf, ends: Mapping[float, Any] = NO_ENDS
) -> Interval:
    """An enclosure of sup side·f″ on an interval; only roughly if something beyond is infinite anyway.

    The part with the largest bound is divided next. ends: balls for ends that are the floats beside the real ones.
    """
    seen: dict[float, Any] = {}

    def at(x: float) -> Any:
        if x not in seen:
            seen[x] = jets.at(ends.get(x, x), 2, PRECISION) * side
        return seen[x]

    def over(part: Interval) -> float:
        if part[0] == part[1] or jets.sign(3, *part):
            values = [at(x) for x in part]
            if all(value.is_finite() for value in values):
                return max(map(above, values))
        found = jets.enclose(2, *part)
        return math.inf if found is None else above(found * side)

    places = (*span, *(span[0] + (span[1] - span[0]) * share for share in (0.25, 0.5, 0.75)))
    sizes = sorted(abs(below(value)) for value in map(at, places) if value.is_finite())
    size = sizes[len(sizes) // 2] if sizes else 0.0  # beside poles the ends say nothing of the others
    most = 20 if beyond == math.inf else MOST_BOXES
    best, stuck, number = -math.inf, -math.inf, 0
    heap = [(-over(span), number, span)]
    while heap and -number < 2 * most:
        top, (low, high) = -heap[0][0], heap[0][2]
        middle = low + (high - low) / 2
        if top > max(stuck, best):
            best = max([best, *(below(value) for value in map(at, (low, high, middle)) if value.is_finite())])
        enough = best + NARROW * max(abs(best), 1e-3 * size, 1e-300)
        if top <= stuck or top == -math.inf or (top < math.inf and top <= enough):
            break
        heapq.heappop(heap)
        if spent() > until or not low < middle < high:
            stuck = max(stuck, top)
            continue
        for half in ((low, middle), (middle, high)):
            number -= 1  # of parts with the same bound, as where there is none, the last one first
            heapq.heappush(heap, (-over(half), number, half))
    return best, max([best, stuck, *(-entry[0] for entry in heap[:1])])


# the least value


@dataclass(frozen=True)
class Least:
    """An enclosure of inf f, the places where it may be taken, and its digits in words."""

    value: Interval
    at: tuple[float, ...]
    words: str


def global_minimum(land: Landscape, points: list[CriticalPoint]) -> Least:
    """inf f on the window: the least of what is taken, unless f may come lower at an edge or in an undecided box."""
    taken: list[tuple[float, Any]] = [
        (p.x[0], p.balls[1]) for p in points if (p.lowest or p.flat or p.edge) and p.proved and not p.continued
    ]
    limits: list[Any] = []
    floors: list[Any] = [p.balls[1] for p in points if not p.proved and not p.continued]
    for edge in [*land.joints, *land.alone]:
        at = land.value(edge)
        if at.is_finite():
            taken.append((float(edge.ball.mid()) + 0.0, at))
        elif not land.nothing(edge):
            floors.append(arb("-inf"))
    for part in land.inside:
        if part.piece.trouble == LOST:
            floor, value = land.floor(part)
            floors.append(floor)
            limits += [value.upper()] if value.is_finite() else []
        if part.jets is None:
            continue
        for k, end in enumerate(land.balls):
            if part.first.ball < end < part.last.ball and not any(land.is_end(p.form, k) for p in points):
                value = land.value(land.corners[k])
                taken.append((float(end.mid()), value if value.is_finite() else part.jets.at(end, 0, FINE)))
        for edge in (part.first, part.last):
            floor, reached = (NEVER, False) if land.beyond(edge) else _below_edge(land, part, edge)
            floors.append(floor)
            if reached:
                limits.append(floor.upper())
        for low, high in (box for region in part.slope.undecided if (box := land.covering(region, part))):
            found = part.jets.enclose(0, low, high)
            if found is None or not found.is_finite():
                floors.append(arb(Beside(land.x, low, high, part.piece.known).range(part.piece.expr)[0]))
            else:
                floors.append(found)
            with working(FINE, 1):
                place = land.balls[0].max(land.balls[1].min(arb(low + (high - low) / 2)))
            if part.first.ball < place < part.last.ball:
                taken.append((float(place.mid()), part.jets.at(place, 0)))
    taken = [(x, v) for x, v in taken if v.is_finite()]
    floors = [v for v in floors if v is not NEVER]
    if not taken and not floors:
        return Least((math.nan, math.nan), (), NOWHERE)
    with working(FINE, 1):
        known = [v for _, v in taken]
        upper = _smallest([v.upper() for v in known])
        lower = _smallest([v.lower() for v in known + floors])
        flat = [p for p in points if p.flat]
        places = sorted({x for x, v in taken if v.lower() <= upper and not any(_part_of(p, x, v) for p in flat)})
        if floors and not _smallest([v.lower() for v in floors]) >= _smallest([v.lower() for v in known]):
            places, upper = [], _smallest([upper, *limits, _lowest_sample(land)])
    value = below(lower) if lower.is_finite() else -math.inf, above(upper) if upper.is_finite() else math.inf
    return Least(value, tuple(places), _worth(lower, upper))


NEVER: Any = object()
NOWHERE = "none: f has no value on the window"


def _smallest(numbers: list[Any]) -> Any:
    """The least of some exact balls; inf of none."""
    found = arb("inf")
    for number in numbers:
        if not number >= found:
            found = number
    return found


def _worth(lower: Any, upper: Any) -> str:
    """The digits that are enclosed, or both ends."""
    if not lower.is_finite():
        return f"between −∞ and {words.known(*words.span(upper), 6)}" if upper.is_finite() else "not known"
    if not upper.is_finite():
        return f"above {words.digits(words.span(lower)[0], 6, -1)}"
    low, high = words.span(lower)[0], words.span(upper)[1]
    text = words.known(low, high, 6)
    if "…" in text or "±" in text:
        return f"between {words.digits(low, 6, -1)} and {words.digits(high, 6, 1)}"
    return text


def _lowest_sample(land: Landscape) -> Any:
    """f just beside the edges of the pieces: an upper bound of inf f where that is taken nowhere."""
    lowest = arb("inf")
    for part in land.inside:
        for edge, side in ((part.first, 1), (part.last, -1)):
            with working(FINE, 1):
                x = edge.ball + side * land.width * CLOSE
            if part.jets is not None and land.place(x) == 0 and part.first.ball < x < part.last.ball:
                value = part.jets.at(x, 0, FINE)
                lowest = _smallest([lowest, value.upper()]) if value.is_finite() else lowest
    return lowest


def _below_edge(land: Landscape, part: SmoothPiece, edge: Edge) -> tuple[Any, bool]:
    """A ball whose lower end bounds f near an edge where f may fall towards it, and whether it is the limit there.

    NEVER where f rises towards the edge.
    """
    right = edge is part.first
    slope = land.slope_sign(part, edge, 1 if right else -1)
    if slope is not None and slope != 0 and slope == (-1 if right else 1):
        return NEVER, False
    if land.meets(part, edge):
        return land.value(edge), True
    limit = land.limit(part, edge)
    if limit.is_finite() and (limit.is_exact() or not edge.singular):
        return limit, True
    return arb(land.bound(part, edge, land.width * CLOSE, 0)[0]), False


def _part_of(point: CriticalPoint, x: float, value: Any) -> bool:
    """Whether a place belongs to an interval on which f is constant."""
    low, high = point.enclosure[0]
    within = low <= x <= high or any(math.isclose(x, end, rel_tol=ROUNDING) for end in (low, high))
    return bool(x != point.x[0] and within and value.overlaps(point.balls[1]))


# where the bounds may be used


def contained(land: Landscape, start: float) -> bool:
    """Whether it is shown that the component of {f ≤ f(start)} around the start lies inside the window."""
    with working(FINE, 1):
        at = arb(start)
    here = next((p for p in land.parts if p.first.ball <= at <= p.last.ball), None)
    if here is None or here.jets is None or land.place(at):
        return False
    level = here.jets.at(at, 0, FINE)
    return level.is_finite() and all(_bounded(land, here, start, level, k) for k in (0, 1))


def _bounded(land: Landscape, here: SmoothPiece, start: float, level: Any, k: int) -> bool:
    """Whether f rises above a level before the window ends on one side of the start."""
    side, end, typed = 2 * k - 1, land.balls[k], land.ends[k]
    begins = Rational(repr(start))
    if begins == typed:
        slope = here.jets.at(end, 1, FINE)  # type: ignore[union-attr]
        return bool(slope * side > 0)
    near, far = (start, land.inner[1]) if side > 0 else (land.inner[0], start)
    between = [p for p in land.inside if p.first.low <= far and p.last.high >= near]
    for part in between if side > 0 else reversed(between):
        if part.jets is None:
            return False
        low, high = max(part.first.high, near), min(part.last.low, far)
        places = [low + (high - low) * i / 64 for i in range(65)] if low < high else []
        places += [float(z.ball.mid()) for z in part.slope.zeros if low < float(z.ball.mid()) < high]
        if any(part.jets.at(place, 0, PRECISION) > level for place in places):
            return True
        ahead = part.last if side > 0 else part.first
        if (ahead.ball < end if side > 0 else ahead.ball > end) and not land.value(ahead).is_finite():
            return False
    last = next((p for p in land.inside if p.first.ball <= end <= p.last.ball), None)
    if last is None or last.jets is None or not last.jets.at(end, 1, FINE) * side > 0:
        return False
    with deep():
        ends = [land.expr.subs(land.x, place) for place in (begins, typed)]
        return bool((ends[1] - ends[0]).expand() == 0)


# how the pieces meet


def kinks(land: Landscape) -> tuple[list[float], bool, bool]:
    """Where f or f′ jumps in the window, or may; whether the slope jumps only upwards; whether f is continuous."""
    places: list[float] = []
    upwards, continuous = True, True
    for left, right in zip(land.parts, land.parts[1:], strict=False):
        edge = right.first
        if land.place(edge.ball, edge.exact) not in (0, None) or left.jets is None or right.jets is None:
            continue
        meets = [land.meets(part, own) for part, own in ((left, left.last), (right, right.first))]
        inside = [m for m, part in zip(meets, (left, right), strict=True) if land.within(part)]
        continuous = continuous and all(inside)
        if not (land.within(left) and land.within(right)):
            if not all(inside):
                places.append(float(edge.ball.mid()) + 0.0)
            continue
        if all(meets) and _equal(land, left, right, edge):
            continue
        places.append(float(edge.ball.mid()) + 0.0)
        upwards = upwards and land.slopes(left, left.last)[1] < land.slopes(right, right.first)[0]
    return places, upwards, continuous


def _equal(land: Landscape, left: SmoothPiece, right: SmoothPiece, edge: Edge) -> bool:
    """Whether f′ is shown to be the same on both sides of an edge."""
    a, b = land.steep(left, left.last), land.steep(right, right.first)
    if not (a.is_finite() and b.is_finite() and a.overlaps(b)):
        return False
    if (a.is_zero() and b.is_zero()) or left.piece.expr == right.piece.expr:
        return True
    assert left.jets is not None
    assert right.jets is not None
    apart = left.jets.derivative(1) - right.jets.derivative(1)
    return edge.put(apart) == 0 if edge.exact is None else vanishes(apart, {land.x: edge.exact})
