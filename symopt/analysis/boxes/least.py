"""The least value of f on a closed box, faces included, by branch and bound.

Source: E. Hansen, G. W. Walster, Global Optimization Using Interval Analysis, 2004, chapter 12 (monotonicity,
convexity).
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product

import numpy as np
from flint import arb, arb_mat
from numpy.typing import NDArray

from symopt.analysis.boxes.bounding import Bounding
from symopt.analysis.boxes.enclose import (
    A_BOX,
    UNDEFINED,
    Ball,
    Box,
    halves,
    hull,
    known,
    known_all,
    middles,
    sided,
    signed,
    within,
)
from symopt.analysis.boxes.krawczyk import chosen, dot, submatrix
from symopt.analysis.boxes.typed import Typed
from symopt.analysis.boxes.waves import CUT, boxed, crowded
from symopt.analysis.records import CriticalPoint, Interval
from symopt.analysis.window import Side
from symopt.balls.series import above, ball_power, below, working
from symopt.balls.work import over, spend

Matrix = list[list[Ball]]
LEAST = 10_000
"""Boxes looked at."""
SHARP = 1e-14
"""The relative width at which the bounds of the least value are good enough."""
ENDLESS, NARROWED, PLACE, BESIDE = 1_000, 400, 1e-6, 1e-2
"""Boxes without a bound after which none is looked for; boxes looked at to tell where the least value is taken, how
narrow they are to become, in sides of the window, and by how much more those without a known point.
"""
POLISHED, POLISHES, PROMISING = (30, 300, 3_000), 80, 2
"""Boxes looked at after which the best places are polished, rounds of it, and boxes from which it is tried too."""
TRIED, RARE = 400, 20
"""Boxes in which bounds by ends are tried, and the share of those that they settle from which on they go on."""
CROWD, TOGETHER = 16, 1_024
"""Boxes from which on they are looked at together, and how many at once: those with the least bounds."""
SIMPLE, TWELVE = (1, 2, 12), 1e-12
"""Denominators of places that are tried, and how near the bounds are where no better place is looked for."""
STEPS = 12
"""Of Newton's method towards the least place of a convex function."""
BITS = 113
"""For the least value, whose digits are to be enclosed even where terms of f cancel."""


@dataclass(frozen=True)
class Least:
    """An enclosure of the least value on the closed box, and boxes outside of which f is larger."""

    value: Interval
    boxes: tuple[Box, ...]
    cut_short: bool
    partial: bool
    """Whether f is not shown to be defined on the whole box."""
    place: tuple[float, ...] = ()
    """The least of the places at which f was looked at, if that is no critical point."""


def semidefinite(matrix: list[list[Ball]]) -> bool:
    """Whether a symmetric matrix of balls has no negative eigenvalue: all principal minors are ≥ 0."""
    size = len(matrix)
    for count in range(1, size + 1):
        for rows in combinations(range(size), count):
            minor = arb_mat([[matrix[i][j] for j in rows] for i in rows])
            if count == 2:
                (i, j) = rows
                apart = matrix[i][j]
                value = matrix[i][i] * matrix[j][j] - ball_power(apart, 2)
            else:
                value = minor.det()
            if not value >= 0:
                return False
    return True


def least(
    system: Typed, whole: Box, exact: Sequence[Side], points: Sequence[CriticalPoint], most: int = LEAST
) -> Least:
    """The least value of f on the closed window, faces, edges and corners included.

    whole, exact: floats around the sides of the window, which stand for these, and the sides.
    """
    with working(BITS, 1):
        return _Descent(system, whole, exact, points, most).run()


class _Descent:
    """The box with the least lower bound is divided next, until that bound is the least value known."""

    def __init__(
        self, system: Typed, whole: Box, exact: Sequence[Side], points: Sequence[CriticalPoint], most: int
    ) -> None:
        self.system, self.whole, self.most, self.n = system, whole, most, system.n
        self.window = whole.ends[: system.n]
        self.sides = [
            {end: ball for end, ball in zip(side.ends, side.balls, strict=True) if ball != end or not ball.is_exact()}
            for side in exact
        ]
        self.best, self.seen = math.inf, -math.inf
        self.place = tuple(middles(self.window))
        self.partial = False
        self.tried = self.won = 0
        self.heap: list[tuple[float, int, Box]] = []
        self.number = 0
        self.exact = [point for point in points if point.kind == "minimum" and not point.active and not point.edge]
        self.places = [point.x for point in points]
        for point in points:
            if not point.edge:
                self.best = min(self.best, point.value[1])
        for corner in product(*[(0, 0.5, 1)] * self.n):
            self.sample([low + c * (high - low) if c < 1 else high
                         for c, (low, high) in zip(corner, self.window, strict=True)])  # fmt: skip

    def sample(self, place: Sequence[float]) -> Ball:
        """f at a place; the least value known is that on the side itself where a float stands for one."""
        value = taken = self.system.value([arb(c) for c in place])
        if any(c in side for c, side in zip(place, self.sides, strict=True)):
            taken = self.system.value([side.get(c, arb(c)) for c, side in zip(place, self.sides, strict=True)])
        if known(taken) and above(taken) < self.best:
            self.best, self.place = above(taken), tuple(place)
        if known(value):
            self.seen = max(self.seen, below(value))
        return value

    def polished(self) -> None:
        """Goes down from the best place, and from the boxes that may hold a better one."""
        boxes = [box for _, _, box in heapq.nsmallest(PROMISING, self.heap, key=lambda entry: entry[:2])]
        for start in (self.place, *(tuple(middles(box.ends[: self.n])) for box in boxes)):
            place = self.down(start)
            for most in SIMPLE:
                near = [float(Fraction(c).limit_denominator(most)) for c in place]
                for mixed in product(*zip(place, near, strict=True)):
                    if all(low <= c <= high for c, (low, high) in zip(mixed, self.window, strict=True)):
                        self.sample(mixed)

    def down(self, start: tuple[float, ...]) -> tuple[float, ...]:
        """A lower place: along the axes, and along the last move, by shorter and shorter steps."""
        steps = [(high - low) / 64 for low, high in self.window]
        place, value = start, self.height(start)
        for _ in range(POLISHES):
            before = place
            for k in range(self.n):
                for side in (1, -1):
                    tried = (*place[:k], place[k] + side * steps[k], *place[k + 1 :])
                    if (there := self.height(tried)) < value:
                        place, value = tried, there
            on = tuple(2 * c - b for c, b in zip(place, before, strict=True))
            if place == before:
                steps = [step / 4 for step in steps]
            elif (there := self.height(on)) < value:
                place, value = on, there
        return place

    def height(self, place: tuple[float, ...]) -> float:
        """An upper bound of f at a place; ∞ outside of the window, or where none is shown."""
        if not all(low <= c <= high for c, (low, high) in zip(place, self.window, strict=True)):
            return math.inf
        value = self.sample(place)
        return above(value) if known(value) else math.inf

    @property
    def slack(self) -> float:
        return SHARP * max(abs(self.best), 1e-5 * max(self.seen - self.best, 0.0))

    def run(self) -> Least:
        self.keep([self.whole], -math.inf)
        looked = endless = 0
        crowd, polished = CROWD, list(POLISHED)
        while self.heap:
            if len(self.heap) >= crowd and looked < self.most and not over():
                looked += self.together(self.most - looked)
                crowd = 4 * max(CROWD, len(self.heap))
                continue
            lower, _, box = self.heap[0]
            if lower >= self.best - self.slack or looked >= self.most or endless >= ENDLESS or over():
                break
            heapq.heappop(self.heap)
            looked += 1
            spend(A_BOX)
            if polished and looked >= polished[0]:
                self.polished()
                polished = [count for count in polished if count > looked]
            endless += lower == -math.inf
            self.keep(self.divided(box), lower)
        if self.heap and not self.heap[0][0] >= self.best - TWELVE * max(1.0, abs(self.best)):
            self.polished()
        self.sharpened()
        low = min([self.best, *(entry[0] for entry in self.heap[:1])])
        boxes = tuple(box for lower, _, box in sorted(self.heap, key=lambda e: e[:2]) if lower <= self.best)
        if math.isinf(self.best):
            low = -math.inf if self.heap else math.nan
            return Least((low, math.inf if self.heap else math.nan), boxes, bool(self.heap), True)
        return Least((low, self.best), boxes, low < self.best - self.slack, self.partial, self.place)

    def together(self, most: int) -> int:
        """Looks at all boxes of the heap at once, and at their parts, until few are left; the work it was, in boxes."""
        self.polished()
        bounding = Bounding(self.system, self.whole, self.sampled, self.bends)
        _, boxes = crowded([box for _, _, box in self.heap])
        bounds, work = np.array([bound for bound, _, _ in self.heap]), 0.0
        while boxes.shape[2] >= CROWD and work < most and bounds.min() < self.best - self.slack and not over():
            order = np.argsort(bounds, kind="stable")
            first, rest = order[:TOGETHER], order[TOGETHER:]
            work += self.system.each * len(first)
            made, floors = bounding.step(boxes[:, :, first], bounds[first])
            boxes, bounds = np.concatenate([made, boxes[:, :, rest]], axis=2), np.concatenate([floors, bounds[rest]])
        self.heap = []
        for crowd, floors in (*bounding.single, (boxes, bounds)):
            for box, floor in zip(boxed("?" * self.system.m, crowd), floors.tolist(), strict=True):
                if work < most and crowd is not boxes and not over():
                    work += 1
                    self.keep([box], floor)
                elif floor <= self.best:
                    self.number += 1
                    heapq.heappush(self.heap, (floor, self.number, box))
        return math.ceil(work)

    def bends(self, box: Box) -> bool:
        """Whether a tangent around a kink tells anything of a box."""
        return self.bent(box) > -math.inf

    def sampled(self, places: NDArray[np.float64], values: NDArray[np.float64]) -> float:
        """The least value that is known after places (n, N) with enclosures of f there."""
        if np.isfinite(values[1]).any():
            k = int(np.nanargmin(values[1]))
            if values[1, k] < self.best:
                self.sample(places[:, k].tolist())
            self.seen = max(self.seen, float(np.nanmax(values[0])))
        return self.best

    def sharpened(self) -> None:
        """Narrows the boxes that may hold the least value, to tell where it is taken."""
        if not self.heap or self.heap[0][0] < self.best - self.slack:
            return
        open_, done, self.heap = self.heap, [], []
        wide: list[tuple[float, int, float, Box]] = []
        for _ in range(0 if over() else NARROWED):
            for floor, number, box in open_:
                share = self.share(box)
                if floor <= self.best and share > self.narrow(box):
                    heapq.heappush(wide, (-share, number, floor, box))
                else:
                    done.append((floor, number, box))
            open_ = []
            if not wide:
                break
            _, _, floor, box = heapq.heappop(wide)
            self.keep(self.divided(box), floor)
            open_, self.heap = self.heap, []
        self.heap = [*done, *open_, *((floor, number, box) for _, number, floor, box in wide)]
        heapq.heapify(self.heap)

    def narrow(self, box: Box) -> float:
        """How narrow a box has to be: of two that hold the least value to all digits one may lie beside its place."""
        near = any(all(low <= c <= high for c, (low, high) in zip(x, box.ends, strict=False)) for x in self.places)
        return PLACE if near else BESIDE * PLACE

    def share(self, box: Box) -> float:
        """The widest side, in sides of the window."""
        return max((b - a) / (d - c) for (a, b), (c, d) in zip(box.ends[: self.n], self.window, strict=True))

    def divided(self, box: Box) -> list[Box]:
        """The parts of a box across the widest side, where no point likes to lie; itself, if it is a point."""
        return halves(box, self.n, self.whole, cut=CUT) or [box]

    def keep(self, parts: list[Box], floor: float) -> None:
        """Puts parts in the heap with their lower bounds, where they may hold the least value."""
        while parts:
            box = sided(self.system, parts.pop())
            if box is None:
                self.partial = True
                continue
            found = self.bounded(box)
            if isinstance(found, CriticalPoint):
                # f is convex on the box: larger everywhere else
                box = box.around(found.enclosure)
                found = found.value[0]
            if isinstance(found, list):
                parts += found
            elif max(found, floor) <= self.best:
                self.number += 1
                heapq.heappush(self.heap, (max(found, floor), self.number, box))

    def bounded(self, box: Box) -> float | list[Box] | CriticalPoint:
        """A lower bound of f on a box, or the boxes on its faces to which the question is reduced."""
        value = self.system.value(box.balls[: self.n])
        if value is UNDEFINED:
            self.partial = True
            return []
        if not known(value):
            self.partial = True
            self.sample(middles(box.ends[: self.n]))
            value = self.system.formula(box.balls[: self.n])
            return max(below(value) if known(value) else -math.inf, self.system.floor(box.ends[: self.n]))
        bound = below(value)
        if bound < self.best - self.slack and (self.tried < TRIED or self.won * RARE > self.tried):
            floor = self.system.floor(box.ends[: self.n])
            self.tried += 1
            self.won += floor >= self.best - self.slack
            bound = max(bound, floor)
        free = self.system.unknowns(box)
        open_ = [switch for state, switch in zip(box.states, self.system.switches, strict=True) if state == "?"]
        if bound > self.best or not free or not all(switch.kink for switch in open_):
            return bound
        sides = self.system.values(box.balls)[1]
        for k in free:
            sign = signed(sides[k])
            if sign:
                end = box.ends[k][0 if sign > 0 else 1]
                touches = end == self.window[k][0 if sign > 0 else 1]
                return [box.with_ends(k, end, end)] if touches else []
        middle = middles(box.ends[: self.n])
        bound = max(bound, self.tangent(box, middle, self.sample(middle), sides))
        if bound > self.best:
            return bound
        return max(bound, self.bent(box)) if open_ else self.curved(box, bound)

    def tangent(self, box: Box, place: Sequence[float], value: Ball, slopes: Sequence[Ball]) -> float:
        """The lower bound f(c) + Σ sₖ·(xₖ − cₖ) on a box, with slopes on all of it or, of a convex f, at c; else −∞."""
        free = self.system.unknowns(box)
        if not all(map(known, (value, *chosen(slopes, free)))):
            return -math.inf
        return below(value + dot(chosen(slopes, free), [hull(*box.ends[k]) - arb(place[k]) for k in free]))

    def bent(self, box: Box) -> float:
        """A lower bound of f around a kink that opens upwards, by the tangent of an augmented Lagrangian.

        f ≥ ψ = φ(x, t) + Σ ρ·s² for fixed t ∈ [−1, 1] and ρ·|s| ≤ (1 − |t|)·∂φ/∂|s|. −∞ where ψ is not shown convex.
        """
        system, n, free = self.system, self.n, self.system.unknowns(box)
        open_ = [j for j, state in enumerate(box.states) if state == "?"]
        lifts = system.lifts(box.balls)
        if any(system.switches[j].chosen or not known(lifts[j]) or not lifts[j] >= 0 for j in open_):
            return -math.inf
        sides = system.values(box.balls)[1]
        ts = self.multipliers(box, free, open_)
        fixed = box
        for j, t in zip(open_, ts, strict=True):
            fixed = fixed.with_ends(n + j, t, t)
        whole = system.jacobian(fixed.balls)
        bends = system.bends(fixed.balls)
        hessian = [[whole[i][k] for k in free] for i in free]
        weights: list[Ball] = []
        size = max(above(entry.abs_upper()) if known(entry) else math.inf for row in hessian for entry in row)
        for j, t in zip(open_, ts, strict=True):
            normal = [whole[n + j][k] for k in free]
            steep = math.hypot(*(below(c.abs_lower()) for c in normal if known(c)))
            most = below((1 - abs(arb(t))) * lifts[j].lower() / (sides[n + j].abs_upper() + arb(2) ** -500))
            plain = not system.switches[j].inner and not any(j in other.inner for other in system.switches)
            weight = arb(max(0.0, min(most, 8 * size / steep / steep if steep else 0.0)) if plain else 0.0)
            weights.append(weight)
            for a, i in enumerate(free):
                for b, k in enumerate(free):
                    both = ball_power(normal[a], 2) if a == b else normal[a] * normal[b]
                    hessian[a][b] = hessian[a][b] + 2 * weight * (both + sides[n + j] * bends[j][i][k])
        if not known_all(hessian) or not semidefinite(hessian):
            return -math.inf

        def augmented(place: Sequence[float]) -> tuple[Ball, list[Ball]]:
            """ψ and ∇ψ."""
            at = fixed.at(place).balls
            value, sides = system.values(at)
            whole = system.jacobian(at)
            slopes = list(sides[:n])
            for j, weight in zip(open_, weights, strict=True):
                value = value + weight * ball_power(sides[n + j], 2)
                for k in range(n):
                    slopes[k] = slopes[k] + 2 * weight * sides[n + j] * whole[n + j][k]
            return value, slopes

        place = self.lowest(box, lambda place: (augmented(place)[1], hessian))
        self.sample(place)
        return self.tangent(box, place, *augmented(place))

    def multipliers(self, box: Box, free: list[int], open_: list[int]) -> list[float]:
        """t ∈ [−1, 1] that make ∇φ least in the middle of a box, nearly."""
        n = self.n
        at = box.at(middles(box.ends[:n]))
        for j in open_:
            at = at.with_ends(n + j, 0.0, 0.0)
        sides, whole = self.system.values(at.balls)[1], self.system.jacobian(at.balls)
        if not known_all([[sides[k], *(whole[k][n + j] for j in open_)] for k in free]):
            return [0.0] * len(open_)
        g = np.array([float(sides[k].mid()) for k in free])
        b = np.array([[float(whole[k][n + j].mid()) for j in open_] for k in free])
        return [float(t) for t in np.clip(np.linalg.lstsq(b, -g, rcond=None)[0], -1.0, 1.0)]

    def curved(self, box: Box, bound: float) -> float | list[Box] | CriticalPoint:
        """As `bounded`, by H: where f is concave along a side its ends have the least value, where convex a tangent."""
        system, free = self.system, self.system.unknowns(box)
        hessian = submatrix(system.jacobian(box.balls), free)
        if not known_all(hessian):
            return bound
        for i, k in enumerate(free):
            if hessian[i][i] < 0:
                return [box.with_ends(k, end, end) for end, side in zip(box.ends[k], self.window[k], strict=True)
                        if end == side]  # fmt: skip
        if not semidefinite(hessian):
            return bound
        for point in self.exact if len(free) == self.n else ():
            if within(point.enclosure, box.ends[: self.n]):
                return point

        def slopes(place: Sequence[float]) -> list[Ball]:
            return system.values(box.at(place).balls)[1]

        place = self.lowest(box, lambda place: (slopes(place), submatrix(system.jacobian(box.at(place).balls), free)))
        return max(bound, self.tangent(box, place, self.sample(place), slopes(place)))

    def lowest(self, box: Box, bend: Callable[[Sequence[float]], tuple[list[Ball], Matrix]]) -> list[float]:
        """Near the least place of a convex function in a box: Newton's steps, kept inside.

        bend: all its slopes at a place, and its Hessian by the x that are free.
        """
        free, place = self.system.unknowns(box), middles(box.ends[: self.n])
        for _ in range(STEPS):
            slopes, hessian = bend(place)
            if not known_all([[slopes[k] for k in free], *hessian]):
                break
            g = np.array([float(slopes[k].mid()) for k in free])
            h = np.array([[float(entry.mid()) for entry in row] for row in hessian])
            held = [
                (place[k] <= box.ends[k][0] and g[i] > 0) or (place[k] >= box.ends[k][1] and g[i] < 0)
                for i, k in enumerate(free)
            ]
            moving = [i for i in range(len(free)) if not held[i]]
            if not moving:
                break
            try:
                move = np.linalg.solve(h[np.ix_(moving, moving)], -g[moving])
            except np.linalg.LinAlgError:
                break
            before = list(place)
            for i, d in zip(moving, move, strict=True):
                k = free[i]
                place[k] = float(np.clip(place[k] + d, *box.ends[k]))
            if place == before:
                break
        return place
