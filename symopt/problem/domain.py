"""Where f is finite: an interval or a box cut to it, and the search for it where a sample sees none."""

from __future__ import annotations

import numpy as np

from symopt.loss import Loss
from symopt.methods.base import Smooth
from symopt.program.namespace import round_up

SAMPLES, COARSE, WORK = 4001, 201, 400_000
"""Places on an interval, at least so many, and operations that they may take together."""
FAR = 20 * 1.02 ** np.arange(1251)
"""Where to look for what does not lie within ±20: up to 1e12."""
NEARER = 0.8 ** np.arange(90)
"""Parts of a way, from all of it to 2e-9."""
SPREAD, SMALL, MANY = 4096, 16, 200
"""Points of the sample of a box; up to how many variables all of them are taken; from where axes are not followed."""


CROWD, FEW = 1_000, 4
"""From how many variables on samples are of so few points, for memory and time grow with points × variables."""


def many(n: int, usual: int) -> int:
    """How many points a sample of n variables has: as many as usual, or a few."""
    return usual if n <= CROWD else FEW


def fine(loss: Smooth) -> int:
    """How many places of an interval are looked at: 4001, fewer where f takes more than a hundred operations."""
    return max(COARSE, min(SAMPLES, WORK // max(getattr(loss, "operations", 1), 1)))


def interval_of(loss: Loss, low: float, high: float, given: np.ndarray) -> tuple[float, float]:
    """An interval cut to where f is finite; where a fine sample of it does not see any such place, one elsewhere."""
    x = np.linspace(low, high, fine(loss))
    finite = np.isfinite(loss(x[:, None]))
    finite &= np.append(finite[1:], False) | np.append(False, finite[:-1])  # a lonely one is a place, not an interval
    if not finite.any():
        return _elsewhere(loss, given) or (low, high)
    first, last = np.flatnonzero(finite)[[0, -1]]
    return (
        x[first] if first == 0 else _edge(loss, x[first], x[first - 1]),
        x[last] if last == len(x) - 1 else _edge(loss, x[last], x[last + 1]),
    )


def _elsewhere(loss: Loss, given: np.ndarray) -> tuple[float, float] | None:
    """Where f is finite around the start, or nearest to 0: of a needle both ends, of a half-line its first part."""
    tiny = 400 / FAR
    far = FAR[:: SAMPLES // fine(loss)]
    x = np.unique(np.concatenate([-far, -tiny, [0.0], tiny, far, given]))
    finite = np.isfinite(loss(x[:, None]))
    if not finite.any():
        return None
    nearest = np.abs(x - given[0]) if len(given) else np.abs(x)
    at = int(np.argmin(np.where(finite, nearest, np.inf)))
    gaps = np.flatnonzero(~finite)
    before, after = gaps[gaps < at], gaps[gaps > at]
    low = _edge(loss, x[before[-1] + 1], x[before[-1]]) if len(before) else -np.inf
    high = _edge(loss, x[after[0] - 1], x[after[0]]) if len(after) else np.inf
    size = round_up(1.5 * max(abs(x[at]), 1e-100))
    low, high = (max(low, min(-size, 2 * high)), high) if np.isinf(low) else (low, high)
    low, high = (low, min(high, max(size, 2 * low))) if np.isinf(high) else (low, high)
    return (float(low), float(high)) if low < high else None


def _edge(loss: Smooth, inside: float, outside: float) -> float:
    """The end of where f is finite, by bisection, rounded inwards from a short decimal."""
    for _ in range(60):
        middle = (inside + outside) / 2
        if np.isfinite(loss(np.array([middle]))):
            inside = middle
        else:
            outside = middle
    short = 0.0 if abs(inside) < 1e-12 else float(f"{inside:.3g}")
    return short if abs(short - inside) < 1e-9 * max(1.0, abs(inside)) else inside


def box_of(loss: Loss, box: np.ndarray, given: np.ndarray) -> np.ndarray:
    """A box cut to where f is finite, each side rounded outwards; elsewhere, if a sample of the box sees no such place.

    The sides are those of points found: in a fixed sample, and from there by trying ever smaller steps outwards.
    """
    n, random = loss.n, np.random.default_rng(0)
    x = random.uniform(box[:, 0], box[:, 1], (many(n, SPREAD if n <= SMALL else SPREAD // 16), n))
    finite = np.isfinite(loss(x))
    if finite.all():
        return box
    given = given[np.isfinite(loss(given))]
    x = x[finite]
    if not len(x):
        box, x = _somewhere(loss, box, given)
        if not len(x):
            return box
    x = np.concatenate([x, given])
    low, high = x.min(axis=0), x.max(axis=0)
    if n <= SMALL:
        size = np.maximum(high - low, 1e-9 * np.ptp(box, axis=1))
        for outwards in (*np.eye(n), *-np.eye(n)):
            best = x[np.argmax(x @ outwards)]
            for halving in range(16):
                tried = best + 0.5**halving * size * random.standard_normal((64, n))
                tried = np.clip(tried, box[:, 0], box[:, 1])
                tried = tried[np.isfinite(loss(tried))]
                if len(tried) and (tried @ outwards).max() > best @ outwards:
                    best = tried[np.argmax(tried @ outwards)]
            low, high = np.minimum(low, best), np.maximum(high, best)
    width = high - low
    near = 0.02 * width  # of the side of the box: that is not the end of the domain
    step = 10.0 ** np.floor(np.log10(np.where(width > 0, width, 1.0) / 10))
    ends = [np.where(width > 0, each, side) for each, side in zip(
        (np.floor(low / step + 0.02) * step, np.ceil(high / step - 0.02) * step), box.T, strict=True)]  # fmt: skip
    return np.stack([
        np.where(low - box[:, 0] > near, ends[0], box[:, 0]), np.where(box[:, 1] - high > near, ends[1], box[:, 1])
    ], axis=1)  # fmt: skip


def _somewhere(loss: Loss, box: np.ndarray, given: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(a box, points in it where f is finite), where a sample of the box has none: (m, n), empty if there are none.

    From the start, or a place on the diagonal, near or far, along each axis as far as f is finite.
    """
    n, size = loss.n, float(np.abs(box).max())
    every = 1 if n <= CROWD else 16
    lines = [np.concatenate([np.zeros(1), s, -s])[::every, None] * np.ones(n) for s in (size * NEARER, FAR[::every])]
    near, far = (line[np.isfinite(loss(line))] for line in lines)
    if len(given) or len(near):
        inner = given[0] if len(given) else near[len(near) // 4]
    elif len(far):
        inner = far[0]
        half = round_up(1.5 * float(np.abs(inner).max()))
        box = np.tile([-half, half], (n, 1))
    else:
        return box, far
    if n > MANY:
        return box, np.concatenate([inner[None], near, given])

    def moved(side: np.ndarray, t: np.ndarray | float) -> np.ndarray:
        """A point for each axis, moved along it by a part of the way to a side: (n, n)."""
        x = np.tile(inner, (n, 1))
        np.fill_diagonal(x, inner + t * (side - inner))
        return x

    ends = [inner[None]]
    for side in box.T:
        reached, alive = np.zeros(n), np.ones(n, dtype=bool)
        for t in NEARER[::-1]:
            alive &= np.isfinite(loss(moved(side, t)))
            reached[alive] = t
        beyond = np.minimum(1, np.where(reached > 0, reached / NEARER[1], NEARER[-1]))
        for _ in range(8):
            middle = (reached + beyond) / 2
            alive = np.isfinite(loss(moved(side, middle)))
            reached, beyond = np.where(alive, middle, reached), np.where(alive, beyond, middle)
        ends.append(moved(side, reached))
    return box, np.concatenate(ends)
