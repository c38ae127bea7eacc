"""Where to look and where to start, when the user does not say: each rule in one function."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from symopt.errors import StartError
from symopt.loss import Loss
from symopt.methods.linear import norm, solve
from symopt.methods.method import Smooth

HALF_WIDTH = 20.0
BOX = 5.0
SAMPLES = 4001
MOST = 12
START_FRACTIONS = (-1.0, -0.75, -0.5, -0.25, 0.25, 0.5, 0.75, 1.0, -0.9, -0.6, -0.35, -0.1, 0.1, 0.0)


def default_window(loss: Loss, starts: Sequence[Any] = (), minima: Sequence[Any] = ()) -> np.ndarray:
    """The box to look at, (n, 2), from the loss and the starts alone.

    One variable: [−20, 20] cut to where f is finite; narrower if f′ changes sign and all those
    places lie within ±a, 0 < a ≤ 5: then ±1.5a rounded up to 1, 2 or 5·10^k. More variables:
    [−5, 5]ⁿ, widened to the critical points that Newton finds from a fixed seeded sample, the twelve
    nearest the middle. Both widened to the starts.
    """
    box = _interval(loss) if loss.n == 1 else _box(loss, loss.n)
    for start in starts:
        x = np.asarray(start, dtype=float)
        box[:, 0], box[:, 1] = np.minimum(box[:, 0], x), np.maximum(box[:, 1], x)
    return box


def _interval(loss: Smooth) -> np.ndarray:
    x = np.linspace(-HALF_WIDTH, HALF_WIDTH, SAMPLES)
    finite = np.isfinite(loss(x[:, None]))
    lonely = finite & ~np.append(finite[1:], False) & ~np.append(False, finite[:-1])
    finite &= ~lonely
    if not finite.any():
        return np.array([[-HALF_WIDTH, HALF_WIDTH]])
    first, last = np.flatnonzero(finite)[[0, -1]]
    low = x[first] if first == 0 else _edge(loss, x[first], x[first - 1])
    high = x[last] if last == SAMPLES - 1 else _edge(loss, x[last], x[last + 1])
    slope = loss.grad(x[:, None])[:, 0]
    places = sign_changes(x, slope, lambda points: loss.grad(points[:, None])[:, 0])
    reach = np.abs(places).max() if len(places) else 0.0
    if 1e-6 < reach <= 5 and (abs(places) <= reach).all():
        half = round_up(1.5 * reach)
        low, high = max(low, -half), min(high, half)
    return np.array([[low, high]])


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
    return np.where(np.abs(cross) < 1e-9 * np.abs(x).max(), 0.0, cross)[nearby]


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


def round_up(value: float) -> float:
    """The next of 1, 2, 5 times a power of ten, at or above a positive value."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 5, 10) if value <= step * power * (1 + 1e-12))


def _box(loss: Smooth, n: int) -> np.ndarray:
    box = np.tile([-BOX, BOX], (n, 1))
    found = critical_points(loss, box) if n <= 10 else np.empty((0, n))
    reach = np.abs(found).max(axis=1, initial=0.0)
    # of a lattice without end only a part is to be seen, or nothing is
    near = found[np.argsort(reach, kind="stable")][:MOST]
    for x in near[(np.abs(near) <= 5 * BOX).all(axis=1)]:
        if (np.abs(x) > BOX).any():
            reach = np.array([round_up(1.2 * abs(c)) if abs(c) > BOX else BOX for c in x])
            box[:, 0], box[:, 1] = np.minimum(box[:, 0], -reach), np.maximum(box[:, 1], reach)
    return box


def critical_points(loss: Smooth, box: np.ndarray, starts: int = 256, steps: int = 40) -> np.ndarray:
    """Points where Newton, from a fixed seeded sample of the box, finds ∇f = 0: (m, n), an estimate, each once."""
    random = np.random.default_rng(0)
    n = len(box)
    x = random.uniform(box[:, 0], box[:, 1], (starts, n))
    with np.errstate(all="ignore"):
        scale = np.nanmedian(np.abs(loss.grad(x)))
        for _ in range(steps):
            x = x - solve(loss.hess(x), loss.grad(x))
        slope = norm(loss.grad(x))
        last = norm(solve(loss.hess(x), loss.grad(x)))
        size = np.abs(box).max()
        good = np.isfinite(x).all(axis=1) & (slope <= 1e-8 * (1 + scale)) & (last <= 1e-8 * size)
    kept: list[np.ndarray] = []
    for point in x[good & np.isfinite(loss(x))]:
        if all(np.abs(point - other).max() > 1e-5 * size for other in kept):
            kept.append(np.where(np.abs(point) < 1e-12 * size, 0.0, point))
    return np.array(kept).reshape(-1, n)


def default_start(loss: Smooth, window: np.ndarray, gtol: float = 1e-8) -> np.ndarray:
    """The first of the left end, three quarters out, … where f and ∇f are finite and not flat.

    Raises StartError if f is finite at none of them.
    """
    center, half = window.mean(axis=1), (window[:, 1] - window[:, 0]) / 2
    candidates = [window[:, 0] if c == -1 else window[:, 1] if c == 1 else center + c * half for c in START_FRACTIONS]
    fallback = None
    for x in candidates:
        slope = loss.grad(x)
        if np.isfinite(loss(x)) and np.isfinite(slope).all():
            # A slope that is zero up to the rounding of π is a critical point too.
            rounding = 1e-14 * max(1.0, float(np.abs(slope_scale(loss, window)).max()))
            if norm(slope) > max(gtol, rounding):
                return x
            fallback = x if fallback is None else fallback
    if fallback is None:
        raise StartError("f is finite at no point tried in the window", "give a start with -s, or a window with -w")
    return fallback


def slope_scale(loss: Smooth, window: np.ndarray) -> np.ndarray:
    """Typical size of the gradient on the window, from its diagonal, where it is finite: (n,)."""
    t = np.linspace(0, 1, 33)[:, None]
    slopes = np.abs(loss.grad(window[:, 0] + t * (window[:, 1] - window[:, 0])))
    finite = slopes[np.isfinite(slopes).all(axis=1)]
    return np.median(finite, axis=0) if len(finite) else np.zeros(len(window))
