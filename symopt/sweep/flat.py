"""When walks in lanes are flat: the rules of `judge.flat` and `judge.kind`, over many points at once.

A point beside a simple zero of the gradient is told by Newton's method in floats: there is nothing to be decided by
more digits. Whatever is not plain (multiple zeros, kinks, plateaus, a distance on the brink) is asked of the judge
itself, point by point.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from symopt.judge import place_of
from symopt.judge.flat import DOWNHILL, EARLY, EPS, FAR, FURTHER, HOPELESS, LEVELS, SAMPLES, STEEP
from symopt.judge.kind import NEAR
from symopt.judge.place import MOST, Place
from symopt.loss import Loss
from symopt.methods.linear import norm, solve, spread
from symopt.problem.domain import CROWD, many
from symopt.sweep.formula import DIGITS, Lanes
from symopt.sweep.labels import NUMBER
from symopt.sweep.valley import beside

Exact = Callable[[int], Loss]
"""The loss of a lane, its letters at their values."""
ROUNDS = 6
CONVERGED, BRINK, ALIKE, REGULAR = 1e-12, 1e-4, 0.1, 1e-6
"""What a last Newton step may be, in half-widths; how near to a limit is too near; by how much the Hessian may differ
between a point and the zero beside it; the least eigenvalue of a regular one beside the largest."""
BESIDE, QUIET = 1e-7, 1e-11
"""How far from a zero slopes are looked at, in half-widths; the share of the slopes around that may be rounding."""
SIMPLE, RATHER = 1.1, 1e-10
"""The order up to which a zero is simple; the least eigenvalue, beside the largest, with which a step is known."""
BLOCK = 64  # rows of samples at a time


def measure(lanes: Lanes, window: np.ndarray, f: np.ndarray, slope: np.ndarray) -> tuple[np.ndarray, ...]:
    """(G, least, usual) of each start, (N,) each, as `judge.flat.slope_units` has them."""
    n = len(window)
    if n == 1:
        share = np.linspace(0, 1, SAMPLES + 1)[:, None]
    else:
        turns = np.arange(1, many(n, SAMPLES) + 1)[:, None]
        share = turns * np.sqrt(np.arange(n) + 1.5) % 1
    points = window[:, 0] + share * np.ptp(window, axis=1)
    letters, row = np.unique(lanes.letters, axis=1, return_inverse=True)
    row = row.reshape(-1)
    rows = letters.shape[1] if len(letters) else 1
    row = row if len(letters) else np.zeros(len(f), dtype=int)
    scale, least, usual = np.empty(len(f)), np.empty(len(f)), np.empty(len(f))
    order = np.argsort(row, kind="stable")
    cuts = np.searchsorted(row[order], np.arange(0, rows + BLOCK, BLOCK))
    for k in range(0, rows, BLOCK):
        here = order[cuts[k // BLOCK] : cuts[k // BLOCK + 1]]
        block = letters[:, k : k + BLOCK]
        every = Lanes(lanes.formula, block[:, :, None])
        shape = (block.shape[1] if len(letters) else 1, *points.shape)
        grid = np.ascontiguousarray(np.broadcast_to(points, shape))
        values, slopes = every(grid), norm(every.grad(grid))
        known = np.isfinite(values) & np.isfinite(slopes)
        values, slopes = np.where(known, values, np.inf), np.where(known, slopes, 0.0)
        count, top = known.sum(axis=1), slopes.max(axis=1)
        eighth = np.sort(values, axis=1)[np.arange(len(count)), count // 8]
        own = row[here] - k
        level = np.maximum(eighth[own], f[here])
        low = known[own] & (values[own] <= level[:, None])
        usual[here] = np.where(low, slopes[own], 0.0).max(axis=1)
        start = slope[here]
        least[here] = np.where(np.isfinite(start), np.minimum(start, top[own]), top[own])
        scale[here] = np.where(start < FAR * usual[here], usual[here], least[here])
        nothing = top[own] == 0
        for made, otherwise in ((scale, start), (least, start), (usual, 0.0)):
            made[here] = np.where(nothing, otherwise, made[here])
    return scale, least, usual


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
    """`judge.flat.Flat` of many walks: state in arrays, one entry a lane."""

    def __init__(
        self, window: np.ndarray, gtol: float, needed: int, lanes: Lanes, f: np.ndarray, slope: np.ndarray
    ) -> None:
        self.window, self.gtol, self.needed = window, gtol, needed
        scale, least, usual = measure(lanes, window, f, slope) if gtol else (np.zeros(len(f)),) * 3
        self.tolerance, self.closest = gtol * scale, gtol * least
        self.early = np.maximum(EARLY * np.maximum(self.tolerance, 1e-4 * gtol * usual), self.tolerance)
        self.run, self.below = np.zeros(len(f), dtype=int), np.zeros(len(f), dtype=int)
        self.asked = np.full(len(f), np.inf)
        self.any = False

    def some(self, which: np.ndarray) -> None:
        """Keeps some lanes."""
        for name in ("tolerance", "closest", "early", "run", "below", "asked"):
            setattr(self, name, getattr(self, name)[which])

    def ask(self, slope: np.ndarray) -> np.ndarray:
        """In which lanes it is now to be looked whether the walk ends, by number."""
        low = slope <= self.early
        if not low.any():
            if self.any:
                self.run[:], self.below[:], self.any = 0, 0, False
            return np.empty(0, dtype=int)
        self.any = True
        self.below = np.where(slope <= self.tolerance, self.below + 1, 0)
        self.run = np.where(low, self.run + 1, 0)
        wanted = np.flatnonzero(low & (self.run >= self.needed) & ((slope == 0) | (slope <= FURTHER * self.asked)))
        self.asked[wanted] = slope[wanted]
        return wanted

    def ends(self, wanted: np.ndarray, x: np.ndarray, slope: np.ndarray, lanes: Lanes, exact: Exact) -> Found:
        """Whether the walks end at x (m, n) in the wanted lanes, and at what."""
        hopeless = slope <= HOPELESS * self.tolerance[wanted]
        near = np.where(hopeless, max(self.gtol, NEAR), self.gtol)
        multiple = (slope <= self.closest[wanted]) | hopeless
        scale = reach(self.window, x)
        found = places(lanes, x, scale, near, multiple, exact, self.window)
        plateau = found.word == NUMBER["plateau"]
        found.ends = np.where(plateau, False, hopeless | found.holds)
        asked = np.flatnonzero(plateau & hopeless)
        found.ends[asked] = levels(lanes.some(asked), x[asked], scale[asked])
        return found

    def at_last(self, steps: int, x: np.ndarray, which: np.ndarray, lanes: Lanes, exact: Exact) -> Found:
        """Whether walks that used all their steps ended where it is flat: those lanes, at x (m, n)."""
        scale = reach(self.window, x)
        everywhere = np.full(len(x), max(self.gtol, NEAR))
        found = places(lanes, x, scale, everywhere, np.ones(len(x), dtype=bool), exact, self.window)
        plateau = found.word == NUMBER["plateau"]
        found.ends = ~plateau
        asked = np.flatnonzero(plateau & (2 * self.below[which] > steps))
        found.ends[asked] = levels(lanes.some(asked), x[asked], scale[asked])
        return found

    def at_rest(self, x: np.ndarray, lanes: Lanes, exact: Exact) -> Found:
        """Whether walks that find nothing better any more are near a critical point."""
        everywhere = np.full(len(x), max(self.gtol, NEAR))
        found = places(lanes, x, reach(self.window, x), everywhere, np.ones(len(x), dtype=bool), exact, self.window)
        found.ends = found.word != NUMBER["plateau"]
        return found


@np.errstate(all="ignore")
def levels(lanes: Lanes, x: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """`judge.flat.is_level` of points (m, n): (m,)."""
    if not len(x):
        return np.zeros(0, dtype=bool)
    f, g = np.asarray(lanes(x)), lanes.grad(x)
    slope = norm(g)
    rays = DOWNHILL if x.shape[1] <= CROWD else DOWNHILL[::8]
    points = x[:, None] - scale[:, None, None] * rays * (g / slope[:, None])[:, None]
    every = Lanes(lanes.formula, lanes.letters[:, :, None])
    above = every(points) > (f + 8 * EPS * np.abs(f))[:, None]
    any_above = above.any(axis=1)
    before = np.arange(len(rays)) < np.where(any_above, above.argmax(axis=1), len(rays))[:, None]
    ahead = norm(every.grad(points))
    before &= np.isfinite(ahead)
    largest = np.where(before, ahead, 0.0).max(axis=1)
    last = len(rays) - 1 - before[:, ::-1].argmax(axis=1)
    on = before.any(axis=1) & (ahead[np.arange(len(x)), last] > LEVELS * slope)
    level = (slope <= STEEP * largest) | ~(any_above | on)
    return np.asarray(~((slope > 0) & np.isfinite(slope)) | level)


class Found:
    """What points (m, n) are: `word` (m,), numbers of `labels.WORDS`, `at` (m, n), `holds` (m,), and who `ends`."""

    def __init__(self, m: int, n: int) -> None:
        self.word = np.full(m, NUMBER["plateau"])
        self.at = np.full((m, n), np.nan)
        self.holds = np.zeros(m, dtype=bool)
        self.ends = np.zeros(m, dtype=bool)

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
    if (rest := np.flatnonzero(~plain & ~far)).size and not lanes.kinks:
        rest = rest[lanes.some(rest).known(x[rest])]
        far[rest] = nowhere(lanes.some(rest), x[rest], scale[rest], near[rest], multiple[rest])
    found.word[here], found.at[here], found.holds[here] = kind[here], z[here], True
    rest = np.flatnonzero(~plain & ~far)
    if rest.size and n > 1 and not (lanes.kinks or lanes.letters.size or lanes.formula.summed):
        own = lanes.some(rest)
        there, off, at = beside(own, x[rest], scale[rest], near[rest], window, lambda i: exact(int(rest[i])))
        found.word[rest[there]], found.at[rest[there]] = NUMBER["degenerate valley"], at[there]
        found.holds[rest[there]] = True
        rest = rest[~there & ~off]
    for i in rest:
        with DIGITS:
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
def nowhere(lanes: Lanes, x: np.ndarray, scale: np.ndarray, near: np.ndarray, multiple: np.ndarray) -> np.ndarray:
    """Whether points (m, n) are plainly no critical points to `judge.kind.place_of`: (m,).

    With p Newton's step: a critical point that counts lies within near^(1/k) of the scale, k the order of its zero,
    and k·p leads there to within a fifth in one variable; k is 1.1 at most unless a multiple zero may be told.
    """
    g, h = lanes.grad(x), lanes.hess(x)
    least = np.max(np.abs(g) / np.abs(h).sum(axis=2), axis=1)  # ≤ max |pᵢ|, for g = H·p
    simple = least > 4 * scale * near ** (1 / SIMPLE)
    if not len(x):
        return np.zeros(0, dtype=bool)
    if x.shape[1] > 1:
        rest = np.flatnonzero(~simple | multiple)
        simple &= ~multiple
        if not rest.size:
            return simple
        simple[rest] |= _aside(lanes.some(rest), x[rest], scale[rest], near[rest], multiple[rest])
        return simple & np.isfinite(least)
    u = np.abs(g[:, 0] / h[:, 0, 0])
    return np.isfinite(u) & (
        np.where(multiple, u > 1.3 / np.e / -np.log(near) * scale, simple) | _steep(lanes, x, scale, near)
    )


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


def _aside(lanes: Lanes, x: np.ndarray, scale: np.ndarray, near: np.ndarray, multiple: np.ndarray) -> np.ndarray:
    """Whether Newton's method in several variables plainly goes to a multiple zero that is too far, or to none: (m,).

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
    limit = scale * near ** np.where(slow, 1 / (1.1 * order), 1.0)
    wide = (gap > 2 * limit) | (slow & ~multiple & (gap > BESIDE * scale))
    astray = (share >= 1 - 0.3 / MOST) | (share < -0.6)
    return np.asarray(sure & sure_too & (((simple | slow) & settled & wide) | astray))


def _scaled_step(lanes: Lanes, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(H⁻¹∇f at points (m, n), whether H is regular with every variable in units of its own curvature)."""
    g, h = lanes.grad(x), lanes.hess(x)
    unit = 1 / np.sqrt(np.abs(np.diagonal(h, axis1=-2, axis2=-1)))
    scaled = h * unit[:, :, None] * unit[:, None, :]
    fine = np.isfinite(widest(scaled.reshape(len(x), -1))) & np.isfinite(widest(g * unit))
    scaled = np.where(fine[:, None, None], scaled, np.eye(x.shape[1]))
    values = np.abs(spread(scaled))
    regular = fine & (values.min(axis=1) > RATHER * values.max(axis=1))
    return unit * solve(scaled, g * unit), regular
