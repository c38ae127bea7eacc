"""Places that tell something of f, found by samples: where it turns, where Newton finds ∇f = 0, how steep it is."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from symopt.loss import Loss
from symopt.methods.base import Smooth
from symopt.methods.linear import norm, solve
from symopt.problem.domain import FAR, SAMPLES, fine, many

SEEN = 2400
"""Points of a curve in a picture."""
DEAREST = 10**9
"""Operations that a look for wiggles may take."""
MANY = 10


def turns(loss: Loss, low: float, high: float) -> np.ndarray:
    """Where f′ changes its sign on a fine sample."""
    x = np.linspace(low, high, fine(loss))

    def slope(points: np.ndarray) -> np.ndarray:
        return loss.grad(points[:, None])[:, 0]

    return sign_changes(x, slope(x), slope)


def far_turn(loss: Loss) -> float | None:
    """The distance of the first sign change of f′ beyond ±20 that is no rounding."""
    found = []
    for side in (-1.0, 1.0):
        x = side * FAR[:: SAMPLES // fine(loss), None]
        slope, f = loss.grad(x)[:, 0], loss(x)
        with np.errstate(invalid="ignore", over="ignore"):
            turned = np.isfinite(f[:-1]) & np.isfinite(f[1:]) & (slope[:-1] * np.sign(slope[1:]) < 0)
            known = np.minimum(np.abs(slope[:-1]), np.abs(slope[1:])) * np.diff(np.abs(x[:, 0]))
            turned &= known > 1e3 * np.nan_to_num(loss.rounding(x)[1:], nan=np.inf)
        at = np.flatnonzero(turned)
        if len(at):
            inner, outer = float(x[at[0], 0]), float(x[at[0] + 1, 0])
            sign = np.sign(slope[at[0]])
            for _ in range(48):
                middle = (inner + outer) / 2
                same = np.sign(loss.grad(np.array([middle]))[0]) == sign
                inner, outer = (middle, outer) if same else (inner, middle)
            found.append(abs(outer))
    return min(found, default=None)


def moves(loss: Loss, low: float, high: float) -> bool:
    """Whether f changes on an interval by more than its rounding."""
    if not low < high:
        return False
    x = np.linspace(low, high, 101)[:, None]
    f, noise = loss(x), loss.rounding(x)
    seen = np.isfinite(f) & np.isfinite(noise)
    return bool(seen.any() and np.ptp(f[seen]) >= 100 * np.median(noise[seen]))


def sign_changes(
    x: np.ndarray, y: np.ndarray, function: Callable[[np.ndarray], np.ndarray] | None = None
) -> np.ndarray:
    """Places where a sampled function changes its sign, zeros among the samples included.

    With the function itself they are bisected, which finds jumps too; else interpolated.
    """
    sign = np.sign(y)
    known = np.isfinite(y) & (sign != 0)
    x_known, s_known, y_known = x[known], sign[known], y[known]
    if len(x_known) < 2:
        return np.array([])
    turns = np.flatnonzero(s_known[1:] != s_known[:-1])
    left, right, below, above = x_known[turns], x_known[turns + 1], y_known[turns], y_known[turns + 1]
    cross = left + (right - left) * np.abs(below) / (np.abs(below) + np.abs(above))
    if function is not None and 0 < len(left) <= 1000:
        low, high = left.copy(), right.copy()
        for _ in range(48):
            middle = (low + high) / 2
            same = np.sign(function(middle)) == np.sign(below)
            low, high = np.where(same, middle, low), np.where(same, high, middle)
        cross = (low + high) / 2
    spacing = np.median(np.diff(x)) if len(x) > 1 else 0.0
    nearby = right - left <= 3 * spacing
    smallest = (1e-9 if function is None else 1e-14) * np.abs(x).max()
    return np.where(np.abs(cross) < smallest, 0.0, cross)[nearby]


def critical_points(loss: Smooth, box: np.ndarray) -> np.ndarray:
    """Points where Newton, from a fixed seeded sample of the box, finds ∇f = 0: (m, n), an estimate, each once."""
    random = np.random.default_rng(0)
    n = len(box)
    x = random.uniform(box[:, 0], box[:, 1], (256, n))
    with np.errstate(all="ignore"):
        slopes = np.abs(loss.grad(x))
        scale = np.median(slopes[np.isfinite(slopes)]) if np.isfinite(slopes).any() else 0.0
        moving = np.arange(len(x))
        for _ in range(40):
            at = x[moving]
            x[moving] = at - solve(loss.hess(at), loss.grad(at))
            moving = moving[np.isfinite(x[moving]).all(axis=1) & (x[moving] != at).any(axis=1)]
            if not len(moving):
                break
        slope = norm(loss.grad(x))
        last = norm(solve(loss.hess(x), loss.grad(x)))
        size = np.abs(box).max()
        good = np.isfinite(x).all(axis=1) & (slope <= 1e-8 * scale) & (last <= 1e-8 * np.maximum(size, norm(x)))
    kept: list[np.ndarray] = []
    left = x[good & np.isfinite(loss(x))]
    while len(left):
        kept.append(np.where(np.abs(left[0]) < 1e-12 * size, 0.0, left[0]))
        left = left[np.abs(left - kept[-1]).max(axis=1) > 1e-5 * size]
    return np.array(kept).reshape(-1, n)


def slope_scale(loss: Smooth, window: np.ndarray) -> np.ndarray:
    """Typical size of the gradient on the window, from its diagonal, where it is finite and not underflown: (n,)."""
    t = np.linspace(0, 1, many(len(window), 32) + 1)[:, None]
    slopes = np.abs(loss.grad(window[:, 0] + t * (window[:, 1] - window[:, 0])))
    finite = slopes[np.isfinite(slopes).all(axis=1)]
    if not len(finite):
        return np.zeros(len(window))
    seen = finite[finite.max(axis=1) > 1e-16 * finite.max()]
    return np.median(seen if len(seen) else finite, axis=0)


def wiggles(loss: Loss, window: np.ndarray) -> str | None:
    """A note that f turns between the points of any picture of the window, if it does: else None.

    Along each axis, through the middle of the other sides, f is looked at in 2,400 and in sixteen times as many
    points: what a picture shows turns about as often in both. An f that takes too long for that is not looked at.
    """
    window, loss = np.asarray(window, dtype=float), loss.sketch
    looked = loss.n <= MANY and loss.n * loss.operations * 16 * SEEN <= DEAREST
    for i, name in enumerate(loss.names if looked else ()):
        x = np.tile(window.mean(axis=1), (SEEN * 16 + 1, 1))
        x[:, i] = np.linspace(window[i, 0], window[i, 1], len(x))
        f, noise = loss(x), loss.rounding(x)
        coarse, fine = (_turned(f[::every], noise[::every]) for every in (16, 1))
        if fine > 2 * coarse + 100 or coarse > SEEN / 4:
            low, high = window[i]
            width = float(f"{(high - low) * 10 / max(fine, 1):.1g}")
            return (
                f"f turns at least {fine:,} times for {name} in [{low:.6g}, {high:.6g}], finer than a picture shows: "
                f"a window about {width:g} wide would show it"
            )
    return None


def _turned(f: np.ndarray, noise: np.ndarray) -> int:
    """How often sampled values turn, up or down by more than their rounding."""
    with np.errstate(invalid="ignore"):
        steps = np.diff(f)
        steps = steps[np.isfinite(steps) & (np.abs(steps) > 4 * (noise[1:] + noise[:-1]))]
    return int(np.count_nonzero(np.sign(steps[1:]) != np.sign(steps[:-1])))


def touched(grid: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Where |y| is least among its neighbours and small: a zero without a change of sign, perhaps."""
    size = np.abs(y)
    with np.errstate(invalid="ignore"):
        low = (size[1:-1] <= size[:-2]) & (size[1:-1] <= size[2:])
        typical = np.nanmedian(size) if np.isfinite(size).any() else 0.0
        return np.asarray(grid[1:-1][low & (size[1:-1] <= 1e-2 * typical)])
