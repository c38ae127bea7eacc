"""When walks in lanes are flat: the rules of `judge.flat` and `judge.kind`, over many points at once.

A point beside a simple zero of the gradient is told by Newton's method in floats: there is nothing to be decided by
more digits. Whatever is not plain (multiple zeros, kinks, plateaus, a distance on the brink) is asked of the judge
itself, point by point.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from symopt.judge import place_of
from symopt.judge.flat import DOWNHILL, EARLY, EPS, FAR, FURTHER, HOPELESS, SAMPLES, levels
from symopt.judge.kind import NEAR
from symopt.judge.place import MOST, Place
from symopt.loss import Loss
from symopt.methods.linear import norm, solve, spread, steepness
from symopt.problem.domain import many
from symopt.sweep.formula import WIDE, Lanes
from symopt.sweep.labels import NUMBER
from symopt.sweep.steps import Columns
from symopt.sweep.valley import beside

Exact = Callable[[int], Loss]
"""The loss of a lane, its letters at their values."""
Level = Callable[[np.ndarray], np.ndarray]
"""Whether some of the lanes, by place, were flat for half of their way."""
ROUNDS = 6
CONVERGED, BRINK, ALIKE, REGULAR = 1e-12, 1e-4, 0.1, 1e-6
"""What a last Newton step may be, in half-widths; how near to a limit is too near; by how much the Hessian may differ
between a point and the zero beside it; the least eigenvalue of a regular one beside the largest."""
BESIDE, QUIET = 1e-7, 1e-11
"""How far from a zero slopes are looked at, in half-widths; the share of the slopes around that may be rounding."""
SIMPLE, RATHER = 1.1, 1e-10
"""The order up to which a zero is simple; the least eigenvalue, beside the largest, with which a step is known."""
FEW = 8  # samples that are looked at first
BLOCK = 256  # rows of samples at a time
SMALL = 9e3
"""A slope of the window that is not so many times the least one does not count."""


def measure(lanes: Lanes, window: np.ndarray, f: np.ndarray, slope: np.ndarray) -> tuple[np.ndarray, ...]:
    """(G, least, usual) of each start, (N,) each, as `judge.flat.slope_units` has them.

    usual is 0 where it is too small to count: where no slope of the window is 10⁴ times `least`.
    """
    n = len(window)
    if n == 1:
        share = np.linspace(0, 1, SAMPLES + 1)[:, None]
    else:
        turns = np.arange(1, many(n, SAMPLES) + 1)[:, None]
        share = turns * np.sqrt(np.arange(n) + 1.5) % 1
    points = window[:, 0] + share * np.ptp(window, axis=1)
    sides = [*map(tuple, window.tolist()), *((float(row.min()), float(row.max())) for row in lanes.letters)]
    finite = lanes.formula.finite(tuple(sides))
    letters, row = np.empty((0, 1)), np.zeros(len(f), dtype=int)
    scale, least, usual = slope.copy(), slope.copy(), np.zeros(len(f))
    left = np.arange(len(f))
    if len(lanes.letters):
        left = np.flatnonzero(~_plain(lanes, points, tuple(sides), slope))
        letters, row = np.unique(lanes.letters[:, left], axis=1, return_inverse=True)
        row = row.reshape(-1)
    order = np.argsort(row, kind="stable")
    rows = letters.shape[1]
    cuts = np.searchsorted(row[order], np.arange(0, rows + BLOCK, BLOCK))
    for k in range(0, rows, BLOCK):
        own = order[cuts[k // BLOCK] : cuts[k // BLOCK + 1]]
        here, own = left[own], row[own] - k
        block = letters[:, k : k + BLOCK]
        every = Lanes(lanes.formula, block[:, :, None])
        grid = np.ascontiguousarray(np.broadcast_to(points, (block.shape[1], *points.shape)))
        gradient = every.grad(grid)
        slopes = np.abs(gradient[..., 0]) if n == 1 else norm(gradient)
        known = np.isfinite(slopes)
        values = None if finite else every(grid)
        if values is not None:
            known &= np.isfinite(values)
        slopes = np.where(known, slopes, 0.0)
        top, start = slopes.max(axis=1), slope[here]
        smaller = np.where(np.isfinite(start), np.minimum(start, top[own]), top[own])
        steep = np.flatnonzero(top[own] > SMALL * smaller)
        if steep.size:
            values = np.where(known, every(grid) if values is None else values, np.inf)
            usual[here[steep]] = _usual(values, slopes, known.sum(axis=1) // 8, own[steep], f[here[steep]])
        least[here] = smaller
        scale[here] = np.where(start < FAR * usual[here], usual[here], smaller)
        nothing = top[own] == 0
        for made, otherwise in ((scale, start), (least, start), (usual, 0.0)):
            made[here] = np.where(nothing, otherwise, made[here])
    return scale, least, usual


def _plain(lanes: Lanes, points: np.ndarray, sides: tuple[tuple[float, float], ...], slope: np.ndarray) -> np.ndarray:
    """Where ‖∇f‖ at the start, (N,), is plainly G: some point of the window is as steep, and none 9,000 times."""
    flat = slope * SMALL >= lanes.formula.steepest(sides)
    plain = np.zeros(len(slope), dtype=bool)
    for point in points[:: len(points) // FEW]:
        left = np.flatnonzero(flat & ~plain)
        if not left.size:
            break
        some = lanes.some(left)
        plain[left] = norm(some.grad(np.tile(point, (len(left), 1)))) >= slope[left]
    return plain


def _usual(values: np.ndarray, slopes: np.ndarray, eighth: np.ndarray, own: np.ndarray, f: np.ndarray) -> np.ndarray:
    """The largest slope where f is not above its start, nor above what it is on an eighth of the window: (m,).

    values, slopes: (rows, samples). eighth: (rows,), how many values that is. own: (m,), the row of each start.
    """
    order = np.argsort(values, axis=1)
    values = np.take_along_axis(values, order, axis=1)
    tops = np.maximum.accumulate(np.take_along_axis(slopes, order, axis=1), axis=1)
    level = np.maximum(values[np.arange(len(values)), eighth][own], f)
    if len(values) == 1:
        count = np.searchsorted(values[0], level, side="right")
    else:
        count = (values[own] <= level[:, None]).sum(axis=1)
    return np.asarray(tops[own, count - 1])


def steepest(g: Columns, which: np.ndarray) -> np.ndarray:
    """‖∇f‖ in some lanes, by the columns of the gradient: (m,)."""
    return steepness(np.stack([column[which] for column in g], axis=1))


def widest(u: np.ndarray) -> np.ndarray:
    """max |uᵢ| of rows (m, n): (m,); over a short axis numpy's own reduction takes ten times as long."""
    most = np.abs(u[:, 0])
    for i in range(1, u.shape[1]):
        most = np.maximum(most, np.abs(u[:, i]))
    return most


def reach(window: np.ndarray, x: np.ndarray) -> np.ndarray:
    """`judge.flat.reach` of points (m, n): (m,)."""
    half = np.ptp(window, axis=1).max() / 2
    return np.maximum(half, widest(x - window.mean(axis=1)))


class Flat:
    """`judge.flat.Flat` of many walks: state in arrays, one entry a lane.

    limit: the slope from which on a lane is to be looked at.
    """

    def __init__(
        self, window: np.ndarray, gtol: float, needed: int, lanes: Lanes, f: np.ndarray, slope: np.ndarray
    ) -> None:
        self.window, self.gtol, self.needed = window, gtol, needed
        scale, least, usual = measure(lanes, window, f, slope) if gtol else (np.zeros(len(f)),) * 3
        self.tolerance, self.closest = gtol * scale, gtol * least
        self.early = np.maximum(EARLY * np.maximum(self.tolerance, 1e-4 * gtol * usual), self.tolerance)
        self.limit, self.run = self.early, np.zeros(len(f), dtype=int)
        self.asked = np.full(len(f), np.inf)
        self.any = False
        self.zero, self.gap = np.full((len(f), len(window)), np.nan), np.full(len(f), np.nan)
        self.kind, self.power = np.zeros(len(f), dtype=int), np.ones(len(f))

    def some(self, which: np.ndarray) -> None:
        """Keeps some lanes."""
        for name in ("tolerance", "closest", "early", "limit", "run", "asked", "zero", "gap", "kind", "power"):
            setattr(self, name, getattr(self, name)[which])

    def touched(self, low: np.ndarray) -> np.ndarray:
        """The lanes that are to be looked at, by number, of those below the limit in a block."""
        if self.any and not low.all():
            self.run[~low] = 0
        which = np.flatnonzero(low)
        self.any = bool(which.size)
        return which

    def asks(
        self, which: np.ndarray, gs: Sequence[Columns], upto: np.ndarray, fresh: np.ndarray | None
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Where in a block it is to be looked whether walks end: (lanes, rows, slopes there), lane by lane.

        which: (m,). gs: of each row the columns of the gradients. upto: (m,), the last row that counts. fresh: (b, m),
        where a step was taken; None for all.
        """
        early, limit, asked, run = (each[which] for each in (self.early, self.limit, self.asked, self.run))
        every = len(which) == len(gs[0][0])
        found: list[tuple[np.ndarray, int, np.ndarray]] = []
        for j, g in enumerate(gs):
            low = np.abs(g[0] if every else g[0].take(which)) <= limit
            if self.needed == 1 and not low.any():
                continue
            near = np.flatnonzero(low)
            if self.needed > 1:
                low = np.zeros(len(which), dtype=bool)
                low[near] = steepest(g, which[near]) <= early[near]
                run = np.where(low, run + 1, 0)
                near = np.flatnonzero(run >= self.needed)
            if fresh is not None:
                near = near[fresh[j, near]]
            if not near.size:
                continue
            slope = steepest(g, which[near])
            hit = (slope <= early[near]) & (j <= upto[near]) & ((slope == 0) | (slope <= FURTHER * asked[near]))
            near, slope = near[hit], slope[hit]
            asked[near] = slope
            if self.needed == 1:  # else the slopes between two askings count too
                limit[near] = np.minimum(early[near], FURTHER * slope)
            found.append((near, j, slope))
        self.asked[which], self.run[which] = asked, run
        if self.needed == 1:
            self.limit = self.limit.copy()
            self.limit[which] = limit
        if not found:
            return np.empty(0, dtype=int), np.empty(0, dtype=int), np.empty(0)
        lanes = np.concatenate([near for near, _, _ in found])
        rows, slopes = np.repeat([j for _, j, _ in found], [len(near) for near, _, _ in found]), np.concatenate(
            [slope for _, _, slope in found])  # fmt: skip
        order = np.argsort(lanes, kind="stable")
        return which[lanes[order]], rows[order], slopes[order]

    def ends(self, wanted: np.ndarray, x: np.ndarray, slope: np.ndarray, lanes: Lanes, exact: Exact) -> Found:
        """Whether the walks end at x (m, n) in the wanted lanes, and at what."""
        hopeless = slope <= HOPELESS * self.tolerance[wanted]
        near = np.where(hopeless, max(self.gtol, NEAR), self.gtol)
        multiple = (slope <= self.closest[wanted]) | hopeless
        scale = reach(self.window, x)
        found = Found(*x.shape)
        zero, power = self.zero[wanted], self.power[wanted]
        away, limit = widest(x - zero), scale * near**power
        known = (away <= self.gap[wanted]) & (slope > 0)
        there = np.flatnonzero(known & (power == 1) & (away < (1 - BRINK) * limit))
        there = there[straight(lanes.some(there), zero[there], scale[there])]
        known &= away > np.where(power == 1, 1 + BRINK, 2) * limit
        found.word[there], found.at[there], found.holds[there] = self.kind[wanted[there]], zero[there], True
        left = ~known
        left[there] = False
        if (rest := np.flatnonzero(left)).size:
            some = places(lanes.some(rest), x[rest], scale[rest], near[rest], multiple[rest],
                          lambda i: exact(int(rest[i])), self.window)  # fmt: skip
            found.take(rest, some)
            if not lanes.kinks:
                own = wanted[rest]
                self.zero[own], self.kind[own], self.power[own] = some.beside, some.kind, some.power
                self.gap[own] = widest(x[rest] - some.beside)
        plateau = found.word == NUMBER["plateau"]
        found.ends = np.where(plateau, False, hopeless | found.holds)
        asked = np.flatnonzero(plateau & hopeless)
        found.ends[asked] = _level(lanes, x, scale, asked)
        return found

    def at_last(self, x: np.ndarray, level: Level, lanes: Lanes, exact: Exact) -> Found:
        """Whether walks that used all their steps ended where it is flat, at x (m, n)."""
        scale = reach(self.window, x)
        everywhere = np.full(len(x), max(self.gtol, NEAR))
        found = places(lanes, x, scale, everywhere, np.ones(len(x), dtype=bool), exact, self.window)
        plateau = found.word == NUMBER["plateau"]
        found.ends = ~plateau
        asked = np.flatnonzero(plateau)
        asked = asked[level(asked)]
        found.ends[asked] = _level(lanes, x, scale, asked)
        return found

    def at_rest(self, x: np.ndarray, lanes: Lanes, exact: Exact) -> Found:
        """Whether walks that find nothing better any more are near a critical point."""
        everywhere = np.full(len(x), max(self.gtol, NEAR))
        found = places(lanes, x, reach(self.window, x), everywhere, np.ones(len(x), dtype=bool), exact, self.window)
        found.ends = found.word != NUMBER["plateau"]
        return found


@np.errstate(all="ignore")
def _level(lanes: Lanes, x: np.ndarray, scale: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """`judge.flat.levels` of the points asked about, by number; where f is above at once it is not."""
    if not asked.size:
        return np.zeros(0, dtype=bool)
    lanes, x, scale = lanes.some(asked), x[asked], scale[asked]
    f, g = lanes(x), lanes.grad(x)
    at_once = lanes(x - scale[:, None] * DOWNHILL[0] * (g / norm(g)[:, None])) > f + 8 * EPS * np.abs(f)
    found, rest = np.zeros(len(asked), dtype=bool), np.flatnonzero(~at_once)
    if rest.size:
        found[rest] = levels(lanes.some(rest), x[rest], scale[rest])
    return found


class Found:
    """What points (m, n) are: `word` (m,), numbers of `labels.WORDS`, `at` (m, n), `holds` (m,), and who `ends`.

    beside: (m, n), the zero of ∇f to which Newton's method plainly leads, but that is still too far; nan elsewhere.
    kind, power: what a simple one is; 1 for it, for others what `near` is raised to.
    """

    def __init__(self, m: int, n: int) -> None:
        self.word = np.full(m, NUMBER["plateau"])
        self.at = np.full((m, n), np.nan)
        self.holds = np.zeros(m, dtype=bool)
        self.ends = np.zeros(m, dtype=bool)
        self.beside, self.kind, self.power = np.full((m, n), np.nan), np.zeros(m, dtype=int), np.ones(m)

    def take(self, which: np.ndarray, some: Found) -> None:
        """What some of the points are, by number."""
        for name in ("word", "at", "holds", "ends"):
            getattr(self, name)[which] = getattr(some, name)

    def put(self, i: int, place: Place) -> None:
        self.word[i] = NUMBER[f"{place.kind} {place.reason}".strip()]
        if place.at is not None:
            self.at[i] = place.at
        self.holds[i] = place.holds


def places(
    lanes: Lanes,
    x: np.ndarray,
    scale: np.ndarray,
    near: np.ndarray,
    multiple: np.ndarray,
    exact: Exact,
    window: np.ndarray,
) -> Found:
    """`judge.kind.place_of` of points (m, n)."""
    m, n = x.shape
    found = Found(m, n)
    plain, far, z, kind = newton(lanes, x, scale)
    gap = widest(x - z)
    with np.errstate(all="ignore"):
        plain &= ~(np.abs(gap / (scale * near) - 1) <= BRINK)
    here = plain & (gap <= scale * near)
    ends = np.flatnonzero(here)
    if ends.size:
        plain[ends] = here[ends] = straight(lanes.some(ends), z[ends], scale[ends])
    lost = np.flatnonzero(far)
    if lost.size:
        far[lost] = heard(lanes.some(lost), x[lost], scale[lost])
    found.word[here], found.at[here], found.holds[here] = kind[here], z[here], True
    found.beside[plain & ~here], found.kind = z[plain & ~here], kind
    for own in () if lanes.kinks else (lanes, lanes.wide()):
        rest = np.flatnonzero(~plain & ~far)
        if own is None or not rest.size:
            break
        points = x if own is lanes else x.astype(WIDE)
        rest = rest[own.some(rest).known(points[rest])]
        far[rest], found.beside[rest], found.power[rest] = nowhere(
            own.some(rest), points[rest], scale[rest], near[rest], multiple[rest]
        )
    rest = np.flatnonzero(~plain & ~far)
    if rest.size and n > 1 and not (lanes.kinks or lanes.letters.size or lanes.formula.summed):
        own = lanes.some(rest)
        there, off, at = beside(own, x[rest], scale[rest], near[rest], window, lambda i: exact(int(rest[i])))
        found.word[rest[there]], found.at[rest[there]] = NUMBER["degenerate valley"], at[there]
        found.holds[rest[there]] = True
        rest = rest[~there & ~off]
    for i in rest:
        found.put(int(i), place_of(exact(int(i)), x[i], float(scale[i]), float(near[i]), bool(multiple[i])))
    return found


@np.errstate(all="ignore")
def newton(lanes: Lanes, x: np.ndarray, scale: np.ndarray) -> tuple[np.ndarray, ...]:
    """(which points lie plainly beside a simple zero of ∇f, which are plainly too far from any, the zero, its kind)."""
    n = x.shape[1]
    begun, away = lanes.hess(x), scale * NEAR ** (1 / MOST)
    z, bend, first = x, begun, np.zeros(len(x))
    size = np.full(len(x), np.inf)
    for k in range(ROUNDS):
        step = solve(bend, lanes.grad(z))
        size = widest(step)
        first = size if k == 0 else first
        z = z - step
        bend = lanes.hess(z)
        if (size <= CONVERGED * scale).all():
            break
    unit = 1 / np.sqrt(np.abs(np.diagonal(bend, axis1=-2, axis2=-1)))
    units = unit[:, :, None] * unit[:, None, :]
    scaled, before = bend * units, begun * units
    changed = widest((scaled - before).reshape(len(x), -1))
    fine = np.isfinite(changed) & np.isfinite(widest(scaled.reshape(len(x), -1)))
    values = scaled[:, 0] if n == 1 else np.linalg.eigvalsh(np.where(fine[:, None, None], scaled, np.eye(n)))
    low, high = values[:, 0], values[:, -1]
    least = np.abs(values[:, 0])
    for i in range(1, n):
        least = np.minimum(least, np.abs(values[:, i]))
    plain = fine & (size <= CONVERGED * scale) & (least > REGULAR * np.maximum(np.abs(low), np.abs(high)))
    plain &= changed <= ALIKE * least
    kind = np.where(low > 0, NUMBER["minimum"], np.where(high < 0, NUMBER["maximum"], NUMBER["saddle"]))
    far = np.isfinite(first) & (first > 2.2 * away) & (n > 1 and not lanes.kinks)
    return plain, far & ~plain, z, kind


@np.errstate(all="ignore")
def straight(lanes: Lanes, z: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Whether ∇f goes straight through zeros (m, n), as neither at a kink nor at a multiple zero: (m,)."""
    bend, found = lanes.hess(z), np.ones(len(z), dtype=bool)
    for i in range(z.shape[1]):
        aside = np.zeros(z.shape)
        aside[:, i] = BESIDE * scale
        wanted = bend[:, :, i] * (BESIDE * scale)[:, None]
        room = ALIKE * widest(wanted)
        for side in (1, -1):
            found &= widest(lanes.grad(z + side * aside) - side * wanted) <= room
    return found


@np.errstate(all="ignore")
def heard(lanes: Lanes, x: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Whether ∇f at points (m, n) is more than what rounding leaves of the slopes around them: (m,)."""
    loudest = np.zeros(len(x))
    for i in range(x.shape[1]):
        for side in (1, -1):
            beside = x.copy()
            beside[:, i] += side * 0.01 * scale
            loudest = np.fmax(loudest, widest(lanes.grad(beside)))
    return widest(lanes.grad(x)) > QUIET * loudest


@np.errstate(all="ignore")
def nowhere(
    lanes: Lanes, x: np.ndarray, scale: np.ndarray, near: np.ndarray, multiple: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(Whether points (m, n) are plainly no critical points to `judge.kind.place_of`, the multiple zero that is known
    to be too far, 1/(1.1·k) of its order k): (m,), (m, n), (m,); nan and 1 where none is known.

    With p Newton's step: a critical point that counts lies within near^(1/k) of the scale, k the order of its zero,
    and k·p leads there to within a fifth in one variable; k is 1.1 at most unless a multiple zero may be told.
    """
    zero, power = np.full(x.shape, np.nan), np.ones(len(x))
    if not len(x):
        return np.zeros(0, dtype=bool), zero, power
    g, h = lanes.grad(x), lanes.hess(x)
    least = np.max(np.abs(g) / np.abs(h).sum(axis=2), axis=1)  # ≤ max |pᵢ|, for g = H·p
    simple = least > 4 * scale * near ** (1 / SIMPLE)
    if x.shape[1] > 1:
        rest = np.flatnonzero(~simple | multiple)
        simple &= ~multiple
        if rest.size:
            aside, zero[rest], power[rest] = _aside(lanes.some(rest), x[rest], scale[rest], near[rest], multiple[rest])
            simple[rest] |= aside
        return simple & np.isfinite(least), zero, power
    u = np.abs(g[:, 0] / h[:, 0, 0])
    far = np.where(multiple, u > 1.3 / np.e / -np.log(near) * scale, simple) | _steep(lanes, x, scale, near)
    return np.isfinite(u) & far, zero, power


def _steep(lanes: Lanes, x: np.ndarray, scale: np.ndarray, near: np.ndarray) -> np.ndarray:
    """Whether Newton's method on u = f′/f″ in one variable plainly goes too far, has no way to go, or ends at a simple
    zero that is too far: (m,)."""
    away, limit = scale * NEAR ** (1 / MOST), scale * near
    z, found, going = x[:, 0], np.zeros(len(x), dtype=bool), np.ones(len(x), dtype=bool)
    for _ in range(ROUNDS):
        u, rate = _rate(lanes, z)
        step = u / rate
        known = going & np.isfinite(step)
        found |= known & ((rate < 1 / (4 * MOST)) | (np.abs(z - step - x[:, 0]) > 2 * away))
        gap = np.abs(z - step - x[:, 0])
        there = known & (np.abs(step) <= 1e-4 * gap) & (np.abs(rate - 1) < 0.05)
        found |= there & (gap > 2 * limit)
        going = known & ~there & ~found
        if not going.any():
            break
        z = np.where(going, z - step, z)
    return found


def _rate(lanes: Lanes, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(u = f′/f″, u′ by a difference) at z (m,)."""

    def ratio(z: np.ndarray) -> np.ndarray:
        point = z[:, None]
        return np.asarray(lanes.grad(point)[:, 0] / lanes.hess(point)[:, 0, 0])

    u = ratio(z)
    beside = z + 1e-5 * np.abs(u)
    return u, (ratio(beside) - u) / (beside - z)


def _aside(
    lanes: Lanes, x: np.ndarray, scale: np.ndarray, near: np.ndarray, multiple: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(Whether Newton's method in several variables plainly goes to a multiple zero that is too far, or to none; the
    zero and the power of `near`, as `nowhere` has them).

    Two steps whose second is the share 1 − 1/k of the first tell the order k and, at once, the zero.
    """
    one, sure = _scaled_step(lanes, x)
    two, sure_too = _scaled_step(lanes, x - one)
    share = (one * two).sum(axis=1) / (one * one).sum(axis=1)
    simple, slow = np.abs(share) < 0.08, (share > 0.2) & (share < 0.9)
    order = np.where(slow, 1 / (1 - share), 1.0)
    z = x - one - order[:, None] * two
    left, regular = _scaled_step(lanes, z)
    gap = widest(x - z)
    settled = (widest(left) * order < 0.1 * gap) | (slow & ~regular)
    power = np.where(slow, 1 / (1.1 * order), 1.0)
    wide = gap > 2 * scale * near**power
    astray = (share >= 1 - 0.3 / MOST) | (share < -0.6)
    sure &= sure_too
    zero = np.where((sure & slow & settled & wide)[:, None], z, np.nan)
    wide |= slow & ~multiple & (gap > BESIDE * scale)
    return sure & (((simple | slow) & settled & wide) | astray), zero, power


def _scaled_step(lanes: Lanes, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(H⁻¹∇f at points (m, n), whether H is regular with every variable in units of its own curvature)."""
    g, h = lanes.grad(x), lanes.hess(x)
    unit = 1 / np.sqrt(np.abs(np.diagonal(h, axis1=-2, axis2=-1)))
    scaled, along = (h * unit[:, :, None] * unit[:, None, :]).astype(float), (g * unit).astype(float)
    fine = np.isfinite(widest(scaled.reshape(len(x), -1))) & np.isfinite(widest(along))
    scaled = np.where(fine[:, None, None], scaled, np.eye(x.shape[1]))
    values = np.abs(spread(scaled))
    regular = fine & (values.min(axis=1) > RATHER * values.max(axis=1))
    return unit * solve(scaled, along), regular
