"""The eigenvalues of H over a box, by branch and bound, and what they tell: L, μ, and whether f is convex there.

Source: E. Hansen, G. W. Walster, Global Optimization Using Interval Analysis, 2004, chapter 12 (convexity); D. Hertz,
The extreme eigenvalues and stability of real symmetric interval matrices, IEEE Trans. Automat. Control 37(4), 1992.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import reduce
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

from symopt.analysis.boxes import composed
from symopt.analysis.boxes.enclose import PRECISION, UNDEFINED, Box, System, known, known_all, middles, sided, undecided
from symopt.analysis.boxes.inertia import congruent, turned
from symopt.analysis.boxes.ridges import Ridges
from symopt.analysis.boxes.typed import Typed
from symopt.analysis.boxes.waves import BESIDE, boxed, centred, crowded
from symopt.analysis.records import Interval
from symopt.analysis.steps import Constants
from symopt.balls.crowd import UNIT, Ends, both, minus, plus, power, scaled, times
from symopt.balls.series import below, working
from symopt.balls.work import over

Numbers = NDArray[np.float64]
Matrix = Numbers
"""(n, n, …, 2, N): intervals, of each of N boxes, in a row and a column of what may be several matrices."""
CURVATURE, ENDLESS, LIFTED = 2_000, 300, 300
"""Boxes looked at for each end of the eigenvalues, as long as there is no bound, and for kinks that open downwards."""
TOGETHER, FEW = 128, 16
"""Boxes that are divided together for one end, and those without a bound."""
NARROWEST, TIP = 1e-9, 1e-5
"""Widths, in those of the window, below which a box is not divided, and one without a bound of H has none."""
NARROW = 1e-3
"""A share of the widest side below which a side is not split, however much changes along it."""
ROUGH = 2e-3
"""The relative width at which a bound is good enough."""
SEGMENTS = 4_000
"""On which it is tried to see that f is not convex."""
MOST_OPEN = 3
"""Switches of unknown sign of which both sides are looked at, one by one."""
SLACK = 2.0**-48
"""More than what the few operations on doubles lose that a bound is made of."""


def constants(system: Typed, whole: Box, inner: Sequence[Interval]) -> tuple[Constants, bool | None]:
    """The constants of f on a box, and whether it is convex there, None if neither is shown.

    whole, inner: floats around the sides of the window, and within them.
    """
    with working(PRECISION, 1):
        highest, down = Extremes(system, whole).enclosed(inner)
        lowest = -down[1], -down[0]
        smooth, upwards = lifted(system, whole)
        everywhere = known(system.value(whole.balls)) or _defined(system, whole)
    convex: bool | None = None
    if lowest[1] < 0:
        convex = False
    elif (lowest[0] >= 0 and upwards and everywhere) or (
        (everywhere or not system.asks) and composed.convex(system.plain, system.variables, whole.ends[: system.n])
    ):
        convex, lowest = True, (max(lowest[0], 0.0), lowest[1])
    elif not over() and bulges(system, inner):
        convex = False
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


def bulges(system: System, inner: Sequence[Interval]) -> bool:
    """Whether f is shown to be larger in the middle of a segment than the mean of its ends, of some long and short."""
    draw, (low, high) = np.random.default_rng(0), np.array(inner).T[..., None]
    middle = low + (high - low) * draw.random((len(low), SEGMENTS))
    step = (high - low) * draw.uniform(-1, 1, middle.shape) * 2.0 ** -draw.integers(1, 9, SEGMENTS)
    inside = ((low < middle - abs(step)) & (middle + abs(step) < high)).all(axis=0)
    middle, step = (np.stack([part[:, inside]] * 2, axis=1) for part in (middle, step))
    first, there, last = (system.value(place) for place in (minus(middle, step), middle, plus(middle, step)))
    return bool((2 * there[0] > plus(first, last)[1]).any())


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


class Extremes:
    """Enclosures of the sup of λ and of −λ over a box where f is smooth: the boxes with the largest bounds are divided.

    Of two numbers or rows the first is for λ, the second for −λ. Both are told from the same boxes: these cover all
    places with more than the best that is known.
    """

    def __init__(self, system: System, whole: Box) -> None:
        self.system, self.whole, self.n = system, whole, system.n
        self.ridges = Ridges.of(system)
        self.sizes = np.array([(high - low) or 1.0 for low, high in whole.ends[: system.n]])
        self.best, self.stuck = np.full((2, 2), -math.inf)
        self.boxes, self.words = np.empty((len(whole.ends), 2, 0)), np.empty(0, dtype=object)
        self.bounds, self.along = np.empty((2, 0)), np.empty((2, 0), dtype=int)

    @np.errstate(all="ignore")
    def enclosed(self, inner: Sequence[Interval]) -> tuple[Interval, Interval]:
        """inner: floats within the sides of the window."""
        for place in [middles(inner), *product(*inner)]:
            self.sample(place)
        self.keep(*crowded([self.whole]), np.full((2, 1), math.inf))
        looked = np.ones(2)
        while True:
            top = self.bounds.max(axis=1, initial=-math.inf)
            rough = ROUGH * np.maximum(np.where(self.best > -math.inf, np.abs(self.best), 0.0), 1e-300)
            enough = np.maximum(self.stuck, self.best + rough)
            asked = (looked < np.where(top == math.inf, ENDLESS, CURVATURE)) & (top > enough)
            if not asked.any() or over():
                break
            looked += self.divide([*np.flatnonzero(asked)])
        up, down = zip(self.best.tolist(), reduce(np.maximum, (self.best, self.stuck, top)).tolist(), strict=True)
        return up, down

    def divide(self, sides: Sequence[int]) -> Numbers:
        """Divides the boxes with the largest bounds of some ends; how many are made for each.

        A box that both ask for is divided for the one that asks for it first.
        """
        along, first, made = np.full(len(self.words), -1), np.full(len(self.words), len(self.words)), np.zeros(2)
        for side in sides:
            bounds = self.bounds[side]
            order = np.argsort(bounds, kind="stable")[::-1]  # of the same bound, as where there is none, the last first
            top = bounds[order[0]]
            if "?" in self.words[order[0]]:
                self.sample(middles(self.boxes[: self.n, :, order[0]].tolist()))
            order = order[: FEW if top == math.inf else TOGETHER]
            order = order[bounds[order] > self.best[side]]
            chosen = self.along[side, order]
            (low, high), sizes = self.boxes[chosen, :, order].T, self.sizes[chosen]
            middle = low + (high - low) / 2
            fine = (low < middle) & (middle < high)
            fine &= high - low >= np.where(bounds[order] == math.inf, TIP, NARROWEST) * sizes
            self.stuck[side] = bounds[order[~fine]].max(initial=self.stuck[side])
            ranks = np.arange(len(order))
            bounds[order[~fine]] = -math.inf
            fine &= ranks < first[order]
            along[order[fine]], first[order[fine]] = chosen[fine], ranks[fine]
            made[side] = 2 * len(order)
        picked = np.flatnonzero(along >= 0)
        every, along = np.arange(len(picked)), along[picked]
        first, last = self.boxes[:, :, picked], self.boxes[:, :, picked]
        low, high = first[along, :, every].T
        first[along, 1, every] = last[along, 0, every] = low + (high - low) / 2
        halves, words, bounds = np.stack([first, last], axis=-1), self.words[picked], self.bounds[:, picked]
        rest = np.ones(len(self.words), dtype=bool)
        rest[picked] = False
        self.only(rest)
        for kinds in dict.fromkeys(words.tolist()):
            group = words == kinds
            self.keep(kinds, halves[:, :, group].reshape(len(halves), 2, -1), np.repeat(bounds[:, group], 2, axis=1))
        return made

    def only(self, rest: NDArray[np.bool_]) -> None:
        self.boxes, self.words = self.boxes[:, :, rest], self.words[rest]
        self.bounds, self.along = self.bounds[:, rest], self.along[:, rest]

    def sample(self, place: Sequence[float]) -> None:
        """Lower bounds of the largest λ and −λ at a point, by Rayleigh quotients; none where f is not smooth there.

        H alone may have a value where f has none, as 1/x left of 0 for x·log(x).
        """
        system = self.system
        box = sided(system, self.whole.at(place))
        if box is None or "?" in box.states or not known(system.value(box.balls)):
            return
        hessian = system.hessian(box.balls)
        made = turned(hessian) if known_all(hessian) else None
        if made is None:
            return
        basis, square = made
        quotients = [row[i] / square for i, row in enumerate(congruent(hessian, basis))]
        self.best = np.maximum(self.best, [max(map(below, quotients)), max(below(-quotient) for quotient in quotients)])

    def keep(self, kinds: str, boxes: Ends, most: Numbers) -> None:
        """Keeps boxes with their bounds, once it is told what switches in them, if there is anything.

        most: bounds that are known.
        """
        system, n = self.system, self.n
        value, sides = system.sides(boxes)
        lost = ~np.isfinite(value).all(axis=0)
        words = np.array([[*kinds]] * boxes.shape[2]).reshape(boxes.shape[2], len(kinds))
        for j, kind in enumerate(kinds):
            if kind == "?":
                side, sure = sides[j], np.isfinite(sides[j]).all(axis=0)
                boxes[n + j][:, sure & (side[0] > 0)] = 1.0
                boxes[n + j][:, sure & (side[1] < 0)] = -1.0
                words[boxes[n + j, 0] == boxes[n + j, 1], j] = BESIDE
        named = np.array(["".join(word) for word in words] if kinds else [""] * len(words), dtype=object)
        bounds, along = most.copy(), np.zeros(most.shape, dtype=int)
        for kind in dict.fromkeys(named.tolist()):
            group = np.flatnonzero(named == kind)
            found, along[:, group] = self.over(kind, boxes[:, :, group])
            bounds[:, group] = np.minimum(bounds[:, group], found)
        self.boxes = np.concatenate([self.boxes, boxes], axis=2)
        self.words = np.concatenate([self.words, named])
        self.bounds = np.concatenate([self.bounds, bounds], axis=1)
        self.along = np.concatenate([self.along, along], axis=1)
        kept = np.logical_or(*(self.bounds > self.best[:, None]))
        for k in np.flatnonzero(lost & kept[-len(named) :]).tolist():
            (box,) = boxed(named[k], boxes[:, :, [k]])
            kept[k - len(named)] = system.value(box.balls) is not UNDEFINED
        self.only(kept)

    def over(self, kinds: str, boxes: Ends) -> tuple[Numbers, NDArray[np.int64]]:
        """Upper bounds of λ and −λ over boxes, on both sides of their switches, and along what to divide them."""
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
        return np.tile(((boxes[: self.n, 1] - boxes[: self.n, 0]) / self.sizes[:, None]).argmax(axis=0), (2, 1))

    def smooth(self, boxes: Ends, sure: bool) -> tuple[Numbers, NDArray[np.int64]]:
        """As `over`, where nothing switches: 0 where minors say that H has a sign. sure: whether f is smooth there.

        H is taken in centred form too, H(c) + Σ ∂H/∂xₖ(X)·(xₖ − cₖ), and turned term by term, so that what cancels is
        gone. It is divided where |v|ᵀ·|∂H/∂xₖ|·|v|·wₖ is largest, v an eigenvector of the matrix of upper ends.
        """
        n, count, widest = self.n, boxes.shape[2], self.widest(boxes)
        widths, middle = boxes[:n, 1] - boxes[:n, 0], centred(boxes, n)
        hessians = np.array(self.system.hessian(np.concatenate([boxes, middle], axis=2)))
        plain, at = hessians[..., :count], hessians[..., count:]
        if not np.isfinite(plain).all(axis=(0, 1, 2)).any():
            return np.full((2, count), math.inf), widest
        slices = np.moveaxis(np.array(self.system.third(boxes)), 0, 2)
        terms = np.concatenate([np.stack([plain, at], axis=2), slices], axis=2)
        basis, least, most = rotation(at)
        terms = np.stack([terms, turn(terms, basis)], axis=2)
        total = terms[:, :, :, 1]
        for k in range(n):
            total = plus(total, times(terms[:, :, :, 2 + k], minus(boxes[k], middle[k])))
        closer = both(terms[:, :, :, 0], total)
        every = np.concatenate([plain[:, :, None], closer], axis=2)
        straight, hessian, there = signed_highest(signs(every))
        there = np.maximum(there / least, there / most) * (1 + np.sign(there) * SLACK)
        bounds = np.fmin(np.fmin(straight, hessian), np.where(least > 0, there, math.inf))
        if self.ridges is not None:
            sums, flat = self.ridges.ends(boxes)
            bounds = np.fmin(bounds, np.where(flat, 0.0, math.inf)[::-1])
            bounds = np.fmin(bounds, highest(sums)[::-1])
        bounds = np.where(np.isnan(bounds), math.inf, bounds)
        if sure:
            self.raised(middle, np.array([terms[i, i, 1, 1] for i in range(n)]), least, most)
        tops, rises = signs(closer[:, :, 0])[..., 1, :], np.abs(slices).max(axis=-2)
        fit = np.isfinite(tops).all(axis=(0, 1)) & np.isfinite(rises).all(axis=(0, 1, 2))
        v = np.abs(eigenvectors(np.where(fit, tops, 0.0))[:, -1])
        moves = np.where(fit[:, None], np.einsum("isN,ijkN,jsN->skN", v, rises, v) * widths, 0.0)
        along = moves.argmax(axis=1)
        steep = np.take_along_axis(moves, along[:, None], axis=1)[:, 0]
        shares, every = widths / self.sizes[:, None], np.arange(count)
        sharp = (steep > 0) & (steep < math.inf) & (shares[along, every] > NARROW * shares[widest, every])
        return bounds, np.where(sharp, along, widest)

    def raised(self, middle: Ends, quotients: Ends, least: Numbers, most: Numbers) -> None:
        """Raises what is known of the largest λ and −λ by Rayleigh quotients vᵀHv, (n, 2, N), of so long v."""
        values = np.stack([quotients[:, 0].max(axis=0), (-quotients[:, 1]).max(axis=0)])
        lower = np.minimum(values / least, values / most)
        lower -= SLACK * np.abs(lower)
        better = (lower > self.best[:, None]).any(axis=0) & (least > 0)
        if better.any():
            value, _ = self.system.sides(middle[:, :, better])
            lower = lower[:, better][:, np.isfinite(value).all(axis=0)]
            self.best = np.fmax(self.best, np.fmax.reduce(lower, axis=1, initial=-math.inf))


def signs(matrix: Matrix) -> Matrix:
    """A and −A, along an axis before the ends."""
    return np.stack([matrix, -matrix[..., ::-1, :]], axis=-3)


def eigenvectors(matrix: Numbers) -> Numbers:
    """Near the eigenvectors, a column each, of symmetric matrices (n, n, …), the last for the largest eigenvalue."""
    if len(matrix) == 2:  # Jacobi's rotation
        angle = np.arctan2(2 * matrix[0, 1], matrix[0, 0] - matrix[1, 1]) / 2
        c, s = np.cos(angle), np.sin(angle)
        return np.array([[-s, c], [c, s]])
    return np.moveaxis(np.linalg.eigh(np.moveaxis(matrix, (0, 1), (-2, -1)))[1], (-2, -1), (0, 1))


def rotation(at: Matrix) -> tuple[Numbers, Numbers, Numbers]:
    """V near the eigenvectors of the middles, (n, n, N), and between what the eigenvalues of VᵀV lie."""
    one, middle = np.eye(len(at))[:, :, None], at.mean(axis=2)
    basis = eigenvectors(np.where(np.isfinite(middle).all(axis=(0, 1)), middle, one))
    square = turn(np.broadcast_to(one[..., None], at.shape), basis)
    off = np.abs(square - one[..., None]).max(axis=2).sum(axis=1).max(axis=0)
    off = off * (1 + SLACK) + SLACK
    return basis, 1 - off, 1 + off


def turn(matrix: Matrix, basis: Numbers) -> Matrix:
    """VᵀAV."""
    shape = len(basis), *[1] * (matrix.ndim - 3), basis.shape[-1]
    columns = [row.reshape(shape) for row in basis]
    right = reduce(plus, (scaled(v, a[:, None]) for v, a in zip(columns, matrix.swapaxes(0, 1), strict=True)))
    return reduce(plus, (scaled(v[:, None], a) for v, a in zip(columns, right, strict=True)))


def highest(matrix: Matrix) -> Numbers:
    """Upper bounds of the largest eigenvalue; of two rows the least there is, else by Gershgorin's discs.

    Of (a b; b d) it is (a + d)/2 + √((a − d)²/4 + b²), which grows with a, d and |b| (Hertz 1992).
    """
    tops, size = [row[i][..., 1, :] for i, row in enumerate(matrix)], np.abs(matrix).max(axis=-2)
    if len(matrix) == 2:
        (a, d), b = tops, size[0, 1]
        found = (a + d) / 2 + np.hypot((a - d) / 2, b)
        found = found + 4 * UNIT * (abs(a) + abs(d) + b)
        return np.where(b == 0, np.maximum(a, d), np.where(a == d, upper_sum(a, b), found))
    discs = [sum((e for j, e in enumerate(row) if j != i), top)
             for i, (row, top) in enumerate(zip(size, tops, strict=True))]  # fmt: skip
    return reduce(np.maximum, discs) + SLACK * len(matrix) * size.max(axis=(0, 1))


def upper_sum(a: Numbers, b: Numbers) -> Numbers:
    """a + b rounded upwards, and as it is where it is exact."""
    total = a + b
    rest = total - a
    lost = (a - (total - rest)) + (b - rest)
    return np.where(lost == 0, total, np.nextafter(total, math.inf))


def signed_highest(matrix: Matrix) -> Numbers:
    """As `highest`, and 0 where all principal minors of −A are shown to be ≥ 0."""
    found = highest(matrix)
    return np.where(semidefinite(-matrix[..., ::-1, :]), np.fmin(found, 0.0), found)


def semidefinite(matrix: Matrix) -> NDArray[np.bool_]:
    """Whether no eigenvalue is negative: all principal minors are shown to be ≥ 0."""
    return reduce(np.logical_and, (
        minor(matrix, rows)[..., 0, :] >= 0 for count in range(1, len(matrix) + 1)
        for rows in combinations(range(len(matrix)), count)
    ))  # fmt: skip


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
