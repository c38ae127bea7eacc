"""The eigenvalues of H over a box, by branch and bound, and what they tell: L, μ, and whether f is convex there.

Source: E. Hansen, G. W. Walster, Global Optimization Using Interval Analysis, 2004, chapter 12 (convexity); D. Hertz,
The extreme eigenvalues and stability of real symmetric interval matrices, IEEE Trans. Automat. Control 37(4), 1992.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence
from functools import reduce
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

from symopt.analysis.boxes.enclose import PRECISION, UNDEFINED, Box, System, known, sided, undecided
from symopt.analysis.boxes.inertia import congruent, turned
from symopt.analysis.boxes.waves import BESIDE, boxed, crowded
from symopt.analysis.records import Interval
from symopt.analysis.steps import Constants
from symopt.balls.crowd import UNIT, Ends, minus, plus, power, scaled, times
from symopt.balls.series import below, working

Matrix = list[list[Ends]]
Numbers = NDArray[np.float64]
CURVATURE, ENDLESS, LIFTED = 2_000, 300, 300
"""Boxes looked at for the eigenvalues, as long as there is no bound, and for kinks that open downwards."""
TOGETHER, FEW = 128, 16
"""Boxes that are divided together, and those without a bound."""
NARROWEST, TIP = 1e-9, 1e-5
"""Widths, in those of the window, below which a box is not divided, and one without a bound of H has none."""
NARROW = 1e-3
"""A share of the widest side below which a side is not split, however much changes along it."""
ROUGH = 2e-3
"""The relative width at which a bound is good enough."""
MOST_OPEN = 3
"""Switches of unknown sign of which both sides are looked at, one by one."""
SLACK = 2.0**-48
"""More than what the few operations on doubles lose that a bound is made of."""


def constants(system: System, whole: Box, inner: Sequence[Interval]) -> tuple[Constants, bool | None]:
    """The constants of f on a box, and whether it is convex there, None if neither is shown.

    whole, inner: floats around the sides of the window, and within them.
    """
    with working(PRECISION, 1):
        highest, down = (Extreme(system, whole, side).enclosed(inner) for side in (1, -1))
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
        found = sided(system, box)
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
            found = sided(system, box)
            return found is None or found.states[j] != "?"

        return any(undecided(told, whole, system.n, LIFTED))

    return [j for j, switch in enumerate(system.switches) if not switch.kink and may_jump(j)]


class Extreme:
    """An enclosure of the sup of side·λ over a box where f is smooth: the boxes with the largest bounds are divided."""

    def __init__(self, system: System, whole: Box, side: int) -> None:
        self.system, self.whole, self.side, self.n = system, whole, side, system.n
        self.sizes = np.array([(high - low) or 1.0 for low, high in whole.ends[: system.n]])
        self.best, self.stuck = -math.inf, -math.inf
        self.heap: list[tuple[float, int, str, Ends, int]] = []
        self.number = 0

    def enclosed(self, inner: Sequence[Interval]) -> Interval:
        """inner: floats within the sides of the window."""
        for place in [tuple(low + (high - low) / 2 for low, high in inner), *product(*inner)]:
            self.best = max(self.best, self.at(place))
        self.keep(*crowded([self.whole]))
        while self.heap:
            top = -self.heap[0][0]
            if self.number >= (ENDLESS if top == math.inf else CURVATURE):
                break
            if top <= max(self.stuck, self.best + ROUGH * max(abs(self.best), 1e-300)):
                break
            self.divide()
        return self.best, max([self.best, self.stuck, *(-entry[0] for entry in self.heap[:1])])

    def divide(self) -> None:
        """Divides the boxes with the largest bounds."""
        picked: dict[str, list[tuple[Ends, int, float]]] = {}
        endless = self.heap[0][0] == -math.inf
        if "?" in self.heap[0][2]:
            box = self.heap[0][3][: self.n]
            self.best = max(self.best, self.at((box[:, 0] + (box[:, 1] - box[:, 0]) / 2).tolist()))
        for _ in range(min(FEW if endless else TOGETHER, len(self.heap))):
            bound, _, kinds, box, along = heapq.heappop(self.heap)
            if -bound <= self.best:
                break
            low, high = box[along]
            middle = low + (high - low) / 2
            least = (TIP if bound == -math.inf else NARROWEST) * self.sizes[along]
            if not low < middle < high or high - low < least:
                self.stuck = max(self.stuck, -bound)
                continue
            picked.setdefault(kinds, []).append((box, along, middle))
        for kinds, entries in picked.items():
            halves = np.repeat([box for box, _, _ in entries], 2, axis=0)
            for k, (_, along, middle) in enumerate(entries):
                halves[2 * k, along, 1] = halves[2 * k + 1, along, 0] = middle
            self.keep(kinds, halves.transpose(1, 2, 0))

    def at(self, place: Sequence[float]) -> float:
        """A lower bound of the largest side·λ at a point, by a Rayleigh quotient; −inf where f is not smooth there.

        H alone may have a value where f has none, as 1/x left of 0 for x·log(x).
        """
        system, whole = self.system, self.whole
        box = sided(system, Box((*((c, c) for c in place), *whole.ends[self.n :]), whole.states))
        if box is None or "?" in box.states or not known(system.value(box.balls)):
            return -math.inf
        hessian = system.hessian(box.balls)
        made = turned(hessian) if all(known(entry) for row in hessian for entry in row) else None
        if made is None:
            return -math.inf
        basis, square = made
        return max(below(row[i] * self.side / square) for i, row in enumerate(congruent(hessian, basis)))

    def keep(self, kinds: str, boxes: Ends) -> None:
        """Puts boxes in the heap with their bounds, once it is told what switches in them, if there is anything."""
        system, n = self.system, self.n
        phi, *sides = system.crowd_values(boxes)
        low, high = system.crowd_value(boxes, phi)
        lost = ~(np.isfinite(low) & np.isfinite(high))
        words = np.array([[*kinds]] * boxes.shape[2]).reshape(boxes.shape[2], len(kinds))
        for j, kind in enumerate(kinds):
            if kind == "?":
                side, sure = sides[n + j], np.isfinite(sides[n + j]).all(axis=0)
                boxes[n + j][:, sure & (side[0] > 0)] = 1.0
                boxes[n + j][:, sure & (side[1] < 0)] = -1.0
                words[boxes[n + j, 0] == boxes[n + j, 1], j] = BESIDE
        before, self.number = self.number, self.number + boxes.shape[2]
        named = np.array(["".join(word) for word in words])
        for kind in dict.fromkeys(named.tolist()):
            group = np.flatnonzero(named == kind)
            bounds, along = self.over(kind, boxes[:, :, group])
            for k, bound, steepest in zip(group.tolist(), bounds.tolist(), along.tolist(), strict=True):
                if bound <= self.best or (lost[k] and self.nowhere(kind, boxes[:, :, [k]])):
                    continue
                # of boxes with the same bound, as where there is none, the last one first
                heapq.heappush(self.heap, (-bound, -before - k, kind, boxes[:, :, k], steepest))

    def nowhere(self, kinds: str, box: Ends) -> bool:
        """Whether f is shown to have no value in a box."""
        return self.system.value(boxed(kinds, box)[0].balls) is UNDEFINED

    def over(self, kinds: str, boxes: Ends) -> tuple[Numbers, NDArray[np.int64]]:
        """Upper bounds of side·λ over boxes, on both sides of their switches, and along what to divide them."""
        open_ = [len(boxes) - len(kinds) + j for j, kind in enumerate(kinds) if kind == "?"]
        if not 0 < len(open_) <= MOST_OPEN:
            return self.smooth(boxes, sure=not open_)
        found: list[Numbers] = []
        for signs in product((1.0, -1.0), repeat=len(open_)):
            part = boxes.copy()
            part[open_] = np.array(signs)[:, None, None]
            found.append(self.smooth(part, sure=False)[0])
        return reduce(np.maximum, found), self.widest(boxes)

    def widest(self, boxes: Ends) -> NDArray[np.int64]:
        return ((boxes[: self.n, 1] - boxes[: self.n, 0]) / self.sizes[:, None]).argmax(axis=0)

    def smooth(self, boxes: Ends, sure: bool) -> tuple[Numbers, NDArray[np.int64]]:
        """As `over`, where nothing switches: 0 where minors say that H has a sign. sure: whether f is smooth there.

        H is taken in centred form too, H(c) + Σ ∂H/∂xₖ(X)·(xₖ − cₖ), and turned term by term, so that what cancels is
        gone. It is divided where |v|ᵀ·|∂H/∂xₖ|·|v|·wₖ is largest, v an eigenvector of the matrix of upper ends.
        """
        n, widest = self.n, self.widest(boxes)
        plain = self.hessian(self.system.crowd_jacobian(boxes))
        if not np.isfinite(plain).all(axis=(0, 1, 2)).any():
            return np.full(boxes.shape[2], math.inf), widest
        centre = boxes[:n, 0] + (boxes[:n, 1] - boxes[:n, 0]) / 2
        middle = boxes.copy()
        middle[:n] = centre[:, None]
        at, slices = self.hessian(self.system.crowd_jacobian(middle)), self.slices(boxes)
        steps = [minus(x, np.stack([c, c])) for x, c in zip(boxes[:n], centre, strict=True)]
        with np.errstate(all="ignore"):
            hessian = both(plain, centred(at, slices, steps))
            basis, least, most = rotation(at)
            there = turn(at, basis)
            turned_ = both(centred(there, [turn(each, basis) for each in slices], steps), turn(plain, basis))
            top = highest(turned_)
            bounds = np.fmin(signed_highest(plain), signed_highest(hessian))
            bounds = np.fmin(bounds, np.maximum(top / least, top / most) * (1 + np.sign(top) * SLACK))
            if sure:
                values = reduce(np.maximum, (row[i][0] for i, row in enumerate(there)))
                lower = np.minimum(values / least, values / most)
                lower -= SLACK * abs(lower)
                if (lower > self.best).any():
                    value = self.system.crowd_value(middle, self.system.crowd_values(middle)[0])
                    lower[~np.isfinite(value).all(axis=0)] = math.nan
                    self.best = max(self.best, float(np.nanmax(lower, initial=-math.inf)))
            bounds = np.where(np.isnan(bounds), math.inf, bounds)
            tops = np.array([[entry[1] for entry in row] for row in hessian]).transpose(2, 0, 1)
            rises = np.array([[[np.abs(e).max(axis=0) for e in row] for row in each] for each in slices])
            fit = np.isfinite(tops).all(axis=(1, 2)) & np.isfinite(rises).all(axis=(0, 1, 2))
            v = np.abs(np.linalg.eigh(np.where(fit[:, None, None], tops, 0.0))[1][:, :, -1]).T
            moves = np.einsum("iN,kijN,jN->kN", v, rises, v) * (boxes[:n, 1] - boxes[:n, 0])
            chosen, every = np.where(fit, moves, 0.0).argmax(axis=0), np.arange(boxes.shape[2])
            shares = (boxes[:n, 1] - boxes[:n, 0]) / self.sizes[:, None]
        sharp = fit & (moves[chosen, every] > 0) & (moves[chosen, every] < math.inf)
        return bounds, np.where(sharp & (shares[chosen, every] > NARROW * shares[widest, every]), chosen, widest)

    def hessian(self, flat: Sequence[Ends]) -> Matrix:
        """side·H from the entries of the Jacobian."""
        size = self.n + self.system.m
        return [[flat[i * size + j] if self.side > 0 else -flat[i * size + j][::-1] for j in range(self.n)]
                for i in range(self.n)]  # fmt: skip

    def slices(self, boxes: Ends) -> list[Matrix]:
        return [[[e if self.side > 0 else -e[::-1] for e in row] for row in each]
                for each in self.system.crowd_third(boxes)]  # fmt: skip


def centred(at: Matrix, slices: Sequence[Matrix], steps: Sequence[Ends]) -> Matrix:
    """A + Σ Aₖ·dₖ."""
    for part, step in zip(slices, steps, strict=True):
        at = [[plus(a, times(b, step)) for a, b in zip(*rows, strict=True)] for rows in zip(at, part, strict=True)]
    return at


def both(first: Matrix, second: Matrix) -> Matrix:
    """Two enclosures of the same as one; of what one does not know, the other."""
    return [
        [np.stack([np.fmax(a[0], b[0]), np.fmin(a[1], b[1])]) for a, b in zip(*rows, strict=True)]
        for rows in zip(first, second, strict=True)
    ]


def rotation(at: Matrix) -> tuple[Numbers, Numbers, Numbers]:
    """V near the eigenvectors of the middles, (N, n, n), and between what the eigenvalues of VᵀV lie."""
    middle = np.array([[entry.mean(axis=0) for entry in row] for row in at]).transpose(2, 0, 1)
    middle = np.where(np.isfinite(middle).all(axis=(1, 2))[:, None, None], middle, np.eye(len(at)))
    basis = np.linalg.eigh((middle + middle.transpose(0, 2, 1)) / 2)[1]
    one = [[np.full((2, len(basis)), float(i == j)) for j in range(len(at))] for i in range(len(at))]
    square = turn(one, basis)
    off = reduce(np.maximum, (sum(np.abs(e - (i == j)).max(axis=0) for j, e in enumerate(row))
                              for i, row in enumerate(square)))  # fmt: skip
    off = off * (1 + SLACK) + SLACK
    return basis, 1 - off, 1 + off


def turn(matrix: Matrix, basis: Numbers) -> Matrix:
    """VᵀAV, symmetric."""
    n = range(len(matrix))
    right = [[reduce(plus, (scaled(basis[:, j, k], matrix[i][j]) for j in n)) for k in n] for i in n]
    found: Matrix = [[right[0][0]] * len(matrix) for _ in n]
    for k in n:
        for m in n[k:]:
            found[k][m] = found[m][k] = reduce(plus, (scaled(basis[:, i, k], right[i][m]) for i in n))
    return found


def highest(matrix: Matrix) -> Numbers:
    """Upper bounds of the largest eigenvalue; of two rows the least there is, else by Gershgorin's discs.

    Of (a b; b d) it is (a + d)/2 + √((a − d)²/4 + b²), which grows with a, d and |b| (Hertz 1992).
    """
    tops = [row[i][1] for i, row in enumerate(matrix)]
    if len(matrix) == 2:
        (a, d), b = tops, np.abs(matrix[0][1]).max(axis=0)
        found = (a + d) / 2 + np.hypot((a - d) / 2, b)
        found = found + 4 * UNIT * (abs(a) + abs(d) + b)
        return np.where(b == 0, np.maximum(a, d), np.where(a == d, upper_sum(a, b), found))
    discs = [sum((np.abs(e).max(axis=0) for j, e in enumerate(row) if j != i), top)
             for i, (row, top) in enumerate(zip(matrix, tops, strict=True))]  # fmt: skip
    size = reduce(np.maximum, (np.abs(e).max(axis=0) for row in matrix for e in row))
    found = reduce(np.maximum, discs)
    return found + SLACK * len(matrix) * size


def upper_sum(a: Numbers, b: Numbers) -> Numbers:
    """a + b rounded upwards, and as it is where it is exact."""
    total = a + b
    rest = total - a
    lost = (a - (total - rest)) + (b - rest)
    return np.where(lost == 0, total, np.nextafter(total, math.inf))


def signed_highest(matrix: Matrix) -> Numbers:
    """As `highest`, and 0 where all principal minors of −A are shown to be ≥ 0."""
    found = highest(matrix)
    negative = [[-e[::-1] for e in row] for row in matrix]
    never = reduce(np.logical_and, (
        minor(negative, rows)[0] >= 0 for count in range(1, len(matrix) + 1)
        for rows in combinations(range(len(matrix)), count)
    ))  # fmt: skip
    return np.where(never, np.fmin(found, 0.0), found)


def minor(matrix: Matrix, rows: Sequence[int]) -> Ends:
    """The determinant of a part of a symmetric matrix, by its first row; of two rows a·d − b²."""
    if len(rows) == 1:
        return matrix[rows[0]][rows[0]]
    if len(rows) == 2:
        i, j = rows
        return minus(times(matrix[i][i], matrix[j][j]), power(matrix[i][j], 2))
    i, j, k = rows
    a, b, c, d, e, f = (matrix[p][q] for p, q in ((i, i), (j, j), (k, k), (i, j), (i, k), (j, k)))
    parts = [times(a, times(b, c)), times(np.array([[2.0], [2.0]]), times(d, times(e, f)))]
    rest = reduce(plus, (times(a, power(f, 2)), times(b, power(e, 2)), times(c, power(d, 2))))
    return minus(plus(*parts), rest)
