"""Bounds over a box by branch and bound: the eigenvalues of H, convexity, and the least value of f, faces included.

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
from typing import TypeVar

import numpy as np
from flint import arb, arb_mat

from symopt.analysis.boxes.enclose import (
    PRECISION,
    UNDEFINED,
    Ball,
    Box,
    System,
    halves,
    hull,
    known,
    signed,
    undecided,
)
from symopt.analysis.boxes.inertia import congruent, highest, turned
from symopt.analysis.boxes.typed import Typed
from symopt.analysis.records import CriticalPoint, Interval
from symopt.analysis.steps import Constants
from symopt.analysis.window import Side
from symopt.balls.series import above, ball_power, below, working

Matrix = list[list[Ball]]
Part = TypeVar("Part")
CURVATURE, LEAST, LIFTED = 500, 10_000, 300
"""Boxes looked at for the eigenvalues, for the least value, and for kinks that open downwards."""
LARGE = 1e150
"""Up to which products of numbers are no larger than doubles go."""
NARROWEST = 1e-9
"""Widths, in those of the window, below which a box without a bound of H has none."""
CENTRED = 0.07
"""A share of the window from which on centred forms are narrower than what they cost."""
ROUGH, SHARP = 2e-3, 1e-14
"""Relative widths at which the bounds of eigenvalues, and of the least value, are good enough."""
ENDLESS, NARROWED, PLACE = 1_000, 400, 1e-6
"""Boxes without a bound after which none is looked for; boxes looked at to tell where the least value is taken, and how
narrow they are to become, in sides of the window.
"""
POLISHED, POLISHES, PROMISING = (30, 300, 3_000), 80, 2
"""Boxes looked at after which the best places are polished, rounds of it, and boxes from which it is tried too."""
TRIED, RARE = 400, 20
"""Boxes in which bounds by ends are tried, and the share of those that they settle from which on they go on."""
SIMPLE, TWELVE = (1, 2, 12), 1e-12
"""Denominators of places that are tried, and how near the bounds are where no better place is looked for."""
BITS = 113
"""For the least value, whose digits are to be enclosed even where terms of f cancel."""
MOST_OPEN = 3
"""Switches of unknown sign of which both sides are looked at, one by one."""


@dataclass(frozen=True)
class Least:
    """An enclosure of the least value on the closed box, and boxes outside of which f is larger."""

    value: Interval
    boxes: tuple[Box, ...]
    cut_short: bool
    partial: bool
    """Whether f is not shown to be defined on the whole box."""


def constants(system: System, whole: Box, inner: Sequence[Interval]) -> tuple[Constants, bool | None]:
    """The constants of f on a box, and whether it is convex there, None if neither is shown.

    whole, inner: floats around the sides of the window, and within them.
    """
    with working(PRECISION, 1):
        highest, down = _extreme(system, whole, inner, 1), _extreme(system, whole, inner, -1)
        lowest = -down[1], -down[0]
        smooth, upwards = lifted(system, whole)
        everywhere = known(system.value(whole.balls)) or _defined(system, whole)
    convex: bool | None = None
    if lowest[1] < 0:
        convex = False
    elif (lowest[0] >= 0 or system.bowl()) and upwards and everywhere:
        convex, lowest = True, (max(lowest[0], 0.0), lowest[1])
    return Constants.of(highest, lowest, smooth and everywhere), convex


def lifted(system: System, whole: Box) -> tuple[bool, bool]:
    """Whether no switch is active in the box, and whether all that are open upwards."""
    smooth = True

    def told(box: Box) -> bool:
        nonlocal smooth
        found = _signed(system, box)
        open_ = [j for j, switch in enumerate(system.switches) if found and found.states[j] == "?" and not switch.mild]
        if found is None or not open_:
            return True
        smooth = False
        lifts = system.lifts(found.balls)
        return all(system.switches[j].kink and known(lifts[j]) and lifts[j] >= 0 for j in open_)

    upwards = not any(undecided(told, whole, system.n, LIFTED))
    return smooth, upwards


def _defined(system: System, whole: Box) -> bool:
    """Whether f is shown to have a value on the whole box."""
    return not any(undecided(lambda box: known(system.value(box.balls)), whole, system.n, LIFTED))


def jumps(system: System, whole: Box) -> list[int]:
    """The switches over which f may jump, unless they are shown to have a sign on the whole box."""

    def may_jump(j: int) -> bool:
        def told(box: Box) -> bool:
            found = _signed(system, box)
            return found is None or found.states[j] != "?"

        return any(undecided(told, whole, system.n, LIFTED))

    return [j for j, switch in enumerate(system.switches) if not switch.kink and may_jump(j)]


def _signed(system: System, box: Box) -> Box | None:
    """The box with what is known of its switches; None where f has no value."""
    value, sides = system.values(box.balls)
    if value is UNDEFINED:
        return None
    for j, state in enumerate(box.states):
        sign = signed(sides[system.n + j])
        if state == "?" and sign:
            box = box.with_state(system.n, j, "+" if sign > 0 else "-")
    return box


def supremum(
    start: Part, over: Callable[[Part, float], float], at: Callable[[Part], float],
    parts: Callable[[Part], Sequence[Part]], enough: Callable[[float], float], most: int,
) -> Interval:  # fmt: skip
    """An enclosure of the sup of a quantity: the part with the largest bound is divided next, so many times at most.

    over: an upper bound on a part, −∞ where there is nothing; it need not be sharp below what is taken, which it
    is told. at: what is taken somewhere in a part. enough: how far the bound may be above what is taken.
    """
    best, stuck, number = -math.inf, -math.inf, 0
    heap = [(-over(start, best), number, start)]
    while heap and -number < 2 * most:
        top, part = -heap[0][0], heap[0][2]
        if top > max(stuck, best):
            best = max(best, at(part))
        if top <= stuck or top == -math.inf or (top < math.inf and top <= best + enough(best)):
            break
        heapq.heappop(heap)
        halved = parts(part)
        stuck = stuck if halved else max(stuck, top)
        for half in halved:
            number -= 1  # of parts with the same bound, as where there is none, the last one first
            heapq.heappush(heap, (-over(half, best), number, half))
    return best, max([best, stuck, *(-entry[0] for entry in heap[:1])])


def _extreme(system: System, whole: Box, inner: Sequence[Interval], side: int) -> Interval:
    """An enclosure of the sup of side·λ over the box where f is smooth."""
    n = system.n

    def over(box: Box, enough: float) -> float:
        known_ = _signed(system, box)
        pairs = zip(box.ends[:n], whole.ends, strict=False)
        wide = any(high - low > CENTRED * (b - a) for (low, high), (a, b) in pairs)
        return -math.inf if known_ is None else _over(system, known_, side, math.inf if wide else enough)

    def at(box: Box) -> float:
        places = [tuple(low + (high - low) / 2 for low, high in box.ends[:n])]
        places += product(*inner) if box is whole else ()
        return max(_at(system, place, whole, side) for place in places)

    def parts(box: Box) -> list[Box]:
        return halves(box, n, whole, NARROWEST, _steepest(system, box, side))

    return supremum(whole, over, at, parts, lambda best: ROUGH * max(abs(best), 1e-300), CURVATURE)


def _steepest(system: System, box: Box, side: int) -> list[float] | None:
    """For each coordinate |vᵀ·∂H/∂xₖ·v|·wₖ, how much the bound of side·λ may move over a box; None if not known.

    v is an eigenvector of the largest eigenvalue of the matrix of upper ends.
    """
    known_ = _signed(system, box)
    if known_ is None or "?" in known_.states:
        return None
    xs = known_.balls
    hessian, slices = system.hessian(xs), system.third(xs)
    if not all(map(_known, [hessian, *slices])):
        return None
    tops = np.array([[above(entry * side) for entry in row] for row in hessian])
    sizes = np.array([[[above(abs(entry)) for entry in row] for row in part] for part in slices])
    if max(tops.max(), sizes.max()) > LARGE or tops.min() < -LARGE:
        return None
    v = abs(np.linalg.eigh(tops)[1][:, -1])
    return [float(v @ size @ v) * (high - low) for size, (low, high) in zip(sizes, box.ends, strict=False)]


def _over(system: System, box: Box, side: int, enough: float) -> float:
    """An upper bound of side·λ over a box, on both sides of its switches."""
    open_ = [j for j, state in enumerate(box.states) if state == "?"]
    if 0 < len(open_) <= MOST_OPEN:
        worst = -math.inf
        for words in product("+-", repeat=len(open_)):
            part: Box | None = box
            for j, word in zip(open_, words, strict=True):
                part = part and part.with_state(system.n, j, word)
            assert part is not None
            worst = max(worst, _smooth_over(system, part, side, enough))
        return worst
    return _smooth_over(system, box, side, enough)


def _smooth_over(system: System, box: Box, side: int, enough: float) -> float:
    """As `_over`; 0 where minors say that H has a sign.

    H is taken in centred form too, H(c) + Σ ∂H/∂xₖ(X)·(xₖ − cₖ), and turned term by term, so that what cancels is gone.
    """
    xs, n = box.balls, system.n
    hessian = system.hessian(xs)
    if not _known(hessian):
        return math.inf
    found = _highest(hessian, side)
    if found <= enough:
        return found
    centre = [x.mid() for x in xs[:n]]
    at, slices = system.hessian([*centre, *xs[n:]]), system.third(xs)
    if not (_known(at) and all(map(_known, slices))):
        return found
    steps = [x - c for x, c in zip(xs, centre, strict=False)]
    hessian = _both(hessian, _sum(at, slices, steps))
    found = _highest(hessian, side)
    made = turned(at)
    if found <= enough or made is None:
        return found
    basis, square = made
    rotated = _sum(congruent(at, basis), [congruent(each, basis) for each in slices], steps)
    return min(found, above(arb(highest(_times(_both(rotated, congruent(hessian, basis)), side))) / square))


def _highest(hessian: Matrix, side: int) -> float:
    found = highest(_times(hessian, side))
    return min(found, 0.0) if found > 0 and semidefinite(_times(hessian, -side)) else found


def _sum(at: Matrix, slices: list[Matrix], steps: list[Ball]) -> Matrix:
    """A + Σ Aₖ·dₖ."""
    for part, step in zip(slices, steps, strict=True):
        at = [[a + b * step for a, b in zip(*rows, strict=True)] for rows in zip(at, part, strict=True)]
    return at


def _both(first: Matrix, second: Matrix) -> Matrix:
    """Two enclosures of the same as one."""
    return [[a.intersection(b) for a, b in zip(*rows, strict=True)] for rows in zip(first, second, strict=True)]


def _times(matrix: Matrix, side: int) -> Matrix:
    return [[entry * side for entry in row] for row in matrix]


def _known(matrix: Matrix) -> bool:
    return all(known(entry) for row in matrix for entry in row)


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


def _at(system: System, place: Sequence[float], whole: Box, side: int) -> float:
    """A lower bound of the largest side·λ at a point, by a Rayleigh quotient; −inf where f is not smooth there."""
    box = _signed(system, Box((*((c, c) for c in place), *whole.ends[system.n :]), whole.states))
    if box is None or "?" in box.states:
        return -math.inf
    hessian = system.hessian(box.balls)
    if not _known(hessian):
        return -math.inf
    made = turned(hessian)
    if made is None:
        return -math.inf
    basis, square = made
    return max(below(row[i] * side / square) for i, row in enumerate(congruent(hessian, basis)))


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
        self.place = tuple(low + (high - low) / 2 for low, high in self.window)
        self.partial = False
        self.tried = self.won = 0
        self.heap: list[tuple[float, int, Box]] = []
        self.number = 0
        self.exact = [point for point in points if point.kind == "minimum" and not point.active and not point.edge]
        for point in points:
            if not point.edge:
                self.best = min(self.best, point.value[1])
        for corner in product(*[(0, 0.5, 1)] * self.n):
            self.sample([low + c * (high - low) if c < 1 else high
                         for c, (low, high) in zip(corner, self.window, strict=True)])  # fmt: skip

    def sample(self, place: Sequence[float]) -> Ball | None:
        """f at a place; the least value known is that on the side itself where a float stands for one."""
        value = taken = self.system.value([arb(c) for c in place])
        if any(c in side for c, side in zip(place, self.sides, strict=True)):
            taken = self.system.value([side.get(c, arb(c)) for c, side in zip(place, self.sides, strict=True)])
        if known(taken) and above(taken) < self.best:
            self.best, self.place = above(taken), tuple(place)
        if not known(value):
            return None
        self.seen = max(self.seen, below(value))
        return value

    def polished(self) -> None:
        """Goes down from the best place, and from the boxes that may hold a better one."""
        boxes = [box for _, _, box in heapq.nsmallest(PROMISING, self.heap, key=lambda entry: entry[:2])]
        for start in (self.place, *(tuple(low + (high - low) / 2 for low, high in b.ends[: self.n]) for b in boxes)):
            place = self.down(start)
            for most in SIMPLE:
                near = [float(Fraction(c).limit_denominator(most)) for c in place]
                for chosen in product(*zip(place, near, strict=True)):
                    if all(low <= c <= high for c, (low, high) in zip(chosen, self.window, strict=True)):
                        self.sample(chosen)

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
        return math.inf if value is None else above(value)

    @property
    def slack(self) -> float:
        return SHARP * max(abs(self.best), 1e-5 * max(self.seen - self.best, 0.0))

    def run(self) -> Least:
        self.keep([self.whole], -math.inf)
        looked = endless = 0
        while self.heap:
            lower, _, box = self.heap[0]
            if lower >= self.best - self.slack or looked >= self.most or endless >= ENDLESS:
                break
            heapq.heappop(self.heap)
            looked += 1
            if looked in POLISHED:
                self.polished()
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
        return Least((low, self.best), boxes, low < self.best - self.slack, self.partial)

    def sharpened(self) -> None:
        """Narrows the boxes that may hold the least value, to tell where it is taken."""
        if not self.heap or self.heap[0][0] < self.best - self.slack:
            return
        for _ in range(NARROWED):
            wide = [entry for entry in self.heap if entry[0] <= self.best and self.share(entry[2]) > PLACE]
            if not wide:
                break
            entry = max(wide, key=lambda e: self.share(e[2]))
            self.heap.remove(entry)
            self.keep(self.divided(entry[2]), entry[0])
        heapq.heapify(self.heap)

    def share(self, box: Box) -> float:
        """The widest side, in sides of the window."""
        return max((b - a) / (d - c) for (a, b), (c, d) in zip(box.ends[: self.n], self.window, strict=True))

    def divided(self, box: Box) -> list[Box]:
        """The parts of a box across the side over which f changes most; itself, if it is a point."""
        return halves(box, self.n, self.whole) or [box]

    def keep(self, parts: list[Box], floor: float) -> None:
        """Puts parts in the heap with their lower bounds, where they may hold the least value."""
        while parts:
            box = _signed(self.system, parts.pop())
            if box is None:
                self.partial = True
                continue
            found = self.bounded(box)
            if isinstance(found, CriticalPoint):
                # f is convex on the box: larger everywhere else
                box = Box((*found.enclosure, *box.ends[self.n :]), box.states)
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
            self.sample([low + (high - low) / 2 for low, high in box.ends[: self.n]])
            value = self.system.formula(box.balls[: self.n])
            return max(below(value) if known(value) else -math.inf, self.system.floor(box.ends[: self.n]))
        bound = below(value)
        if bound < self.best - self.slack and (self.tried < TRIED or self.won * RARE > self.tried):
            floor = self.system.floor(box.ends[: self.n])
            self.tried += 1
            self.won += floor >= self.best - self.slack
            bound = max(bound, floor)
        free = [k for k in range(self.n) if box.ends[k][0] < box.ends[k][1]]
        if (
            bound > self.best
            or not free
            or any(
                state == "?" and not switch.kink for state, switch in zip(box.states, self.system.switches, strict=True)
            )
        ):
            return bound
        sides = self.system.values(box.balls)[1]
        for k in free:
            sign = signed(sides[k])
            if sign:
                end = box.ends[k][0 if sign > 0 else 1]
                touches = end == self.window[k][0 if sign > 0 else 1]
                return [box.with_ends(k, end, end)] if touches else []
        middle = [low + (high - low) / 2 for low, high in box.ends[: self.n]]
        steps = [hull(*box.ends[k]) - arb(middle[k]) for k in free]
        centre = self.sample(middle)
        if centre is not None and all(known(sides[k]) for k in free):
            slopes = sum((sides[k] * step for k, step in zip(free, steps, strict=True)), arb(0))
            bound = max(bound, below(centre + slopes))
        if bound > self.best:
            return bound
        if "?" in box.states:
            return max(bound, self.bent(box, free, middle))
        return self.curved(box, free, middle, bound)

    def bent(self, box: Box, free: list[int], middle: list[float]) -> float:
        """A lower bound of f around a kink that opens upwards, by the tangent of an augmented Lagrangian.

        f ≥ ψ = φ(x, t) + Σ ρ·s² for fixed t ∈ [−1, 1] and ρ·|s| ≤ (1 − |t|)·∂φ/∂|s|. −∞ where ψ is not shown convex.
        """
        system, n = self.system, self.n
        open_ = [j for j, state in enumerate(box.states) if state == "?"]
        lifts = system.lifts(box.balls)
        if any(system.switches[j].chosen or not known(lifts[j]) or not lifts[j] >= 0 for j in open_):
            return -math.inf
        sides = system.values(box.balls)[1]
        ts = self.multipliers(box, free, open_, middle)
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
        if not _known(hessian) or not semidefinite(hessian):
            return -math.inf
        curve = np.array([[float(entry.mid()) for entry in row] for row in hessian])
        place = list(middle)
        for _ in range(4):
            _, slopes = self.augmented(fixed, place, open_, weights)
            g = np.array([float(slopes[k].mid()) for k in free])
            try:
                move = np.linalg.solve(curve, -g)
            except np.linalg.LinAlgError:
                break
            for k, d in zip(free, move, strict=True):
                place[k] = float(np.clip(place[k] + d, *box.ends[k]))
        value, slopes = self.augmented(fixed, place, open_, weights)
        self.sample(place)
        bound = value + sum((slopes[k] * (hull(*box.ends[k]) - arb(place[k])) for k in free), arb(0))
        return below(bound) if known(bound) else -math.inf

    def augmented(self, box: Box, place: list[float], open_: list[int], weights: list[Ball]) -> tuple[Ball, list[Ball]]:
        """ψ and ∇ψ at a place, with the t of a box."""
        n = self.n
        at = Box((*((c, c) for c in place), *box.ends[n:]), box.states).balls
        value, sides = self.system.values(at)
        whole = self.system.jacobian(at)
        slopes = list(sides[:n])
        for j, weight in zip(open_, weights, strict=True):
            value = value + weight * ball_power(sides[n + j], 2)
            for k in range(n):
                slopes[k] = slopes[k] + 2 * weight * sides[n + j] * whole[n + j][k]
        return value, slopes

    def multipliers(self, box: Box, free: list[int], open_: list[int], middle: list[float]) -> list[float]:
        """t ∈ [−1, 1] that make ∇φ least in the middle of a box, nearly."""
        n = self.n
        at = Box((*((c, c) for c in middle), *box.ends[n:]), box.states)
        for j in open_:
            at = at.with_ends(n + j, 0.0, 0.0)
        sides, whole = self.system.values(at.balls)[1], self.system.jacobian(at.balls)
        wanted = [sides[k] for k in free] + [whole[k][n + j] for k in free for j in open_]
        if not all(map(known, wanted)):
            return [0.0] * len(open_)
        g = np.array([float(sides[k].mid()) for k in free])
        b = np.array([[float(whole[k][n + j].mid()) for j in open_] for k in free])
        return [float(t) for t in np.clip(np.linalg.lstsq(b, -g, rcond=None)[0], -1.0, 1.0)]

    def curved(self, box: Box, free: list[int], middle: list[float], bound: float) -> float | list[Box] | CriticalPoint:
        """As `bounded`, by H: where f is concave along a side its ends have the least value, where convex a tangent."""
        whole = self.system.jacobian(box.balls)
        hessian = [[whole[i][j] for j in free] for i in free]
        if not _known(hessian):
            return bound
        for i, k in enumerate(free):
            if hessian[i][i] < 0:
                return [box.with_ends(k, end, end) for end, side in zip(box.ends[k], self.window[k], strict=True)
                        if end == side]  # fmt: skip
        if not semidefinite(hessian):
            return bound
        inside = len(free) == self.n and [
            p for p in self.exact
            if all(low <= a and b <= high for (a, b), (low, high) in zip(p.enclosure, box.ends[: self.n], strict=True))
        ]  # fmt: skip
        if inside:
            return inside[0]
        place = self.lowest(box, free, middle)
        centre = self.sample(place)
        states = Box((*((c, c) for c in place), *box.ends[self.n :]), box.states)
        slopes = self.system.values(states.balls)[1]
        if centre is None or not all(known(slopes[k]) for k in free):
            return bound
        rest = sum((slopes[k] * (hull(*box.ends[k]) - arb(place[k])) for k in free), arb(0))
        return max(bound, below(centre + rest))

    def lowest(self, box: Box, free: list[int], place: list[float]) -> list[float]:
        """Near the least place in a box on which f is convex: Newton's steps, kept inside."""
        place = list(place)
        for _ in range(12):
            at = Box((*((c, c) for c in place), *box.ends[self.n :]), box.states).balls
            slopes, jacobian = self.system.values(at)[1], self.system.jacobian(at)
            wanted = [slopes[k] for k in free] + [jacobian[i][j] for i in free for j in free]
            if not all(map(known, wanted)):
                break
            g = np.array([float(slopes[k].mid()) for k in free])
            h = np.array([[float(jacobian[i][j].mid()) for j in free] for i in free])
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
