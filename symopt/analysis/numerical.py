"""The report without proofs: dense samples and bisection. Every word of it is an estimate."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from symopt.analysis.records import CriticalPoint, Interval
from symopt.analysis.report import Analysis

SAMPLES = 8001


def estimate(loss: Any, window: np.ndarray, warnings: tuple[str, ...] = (), start: float | None = None) -> Analysis:
    """Critical points, curvature and constants of a loss of one variable from samples on the window."""
    low, high = map(float, window[0])
    xs = grid(low, high)
    f, _, h = _sampled(loss, xs)
    points = estimated_points(loss, low, high)
    known = np.isfinite(f)
    curve = h[known & np.isfinite(h)]
    top = float(np.abs(curve).max()) if curve.size else math.nan
    least = float(curve.min()) if curve.size else math.nan
    values = [p.f for p in points] + [float(v) for v in f[[0, -1]] if math.isfinite(v)]
    lowest = min([*values, *f[known]], default=math.nan)
    scale = max(1e-9, float(np.ptp(f[known]))) if known.any() else 1.0
    at = [p.x[0] for p in points if p.lowest and p.f <= lowest + 1e-9 * scale]
    at += [x for x, v in ((low, f[0]), (high, f[-1])) if v <= lowest + 1e-9 * scale and x not in at]
    smooth = not any(p.kink for p in points) and not loss.kinks
    return Analysis(
        loss=loss, window=window, status="estimated", critical_points=tuple(points), minimum=(lowest, lowest),
        at=tuple(sorted(at)), L=(top, top), mu=(least, least),
        safe_lr=2 / top if smooth and top > 0 else None,
        best_lr=2 / (top + least) if smooth and least > 0 else None,
        direction_alpha=max(0.0, -least) if curve.size else None,
        descent_alpha=max(0.0, top / 2 - least) if smooth and curve.size else None,
        convex=tuple(_runs(xs, known & (h > 0))), concave=tuple(_runs(xs, known & (h < 0))),
        warnings=warnings, undefined=tuple(_runs(xs, ~known)), start=start,
    )  # fmt: skip


def grid(low: float, high: float) -> np.ndarray:
    """Sample points, the ends among them."""
    return np.linspace(low, high, SAMPLES)


def estimated_points(loss: Any, low: float, high: float) -> list[CriticalPoint]:
    """Places where f′ changes its sign or touches zero on a fine grid, refined by bisection."""
    xs = grid(low, high)
    f, g, _ = _sampled(loss, xs)
    g = np.where(np.isfinite(f), g, np.nan)
    finite = np.isfinite(g)
    scale = float(np.abs(g[finite]).max()) if finite.any() else 0.0
    tiny = 64 * np.finfo(float).eps * scale
    found: list[CriticalPoint] = []
    zero = finite & (np.abs(g) <= tiny)
    for a, b in _spans(zero):
        found.append(_touching(loss, xs, f, g, a, b))
    with np.errstate(invalid="ignore"):
        turns = np.flatnonzero(finite[1:] & finite[:-1] & (g[1:] * g[:-1] < 0) & ~zero[1:] & ~zero[:-1])
    for i in turns:
        point = _crossing(loss, xs[i], xs[i + 1], float(g[i]), scale)
        if point is not None:
            found.append(point)
    return sorted(found, key=lambda p: p.x)


def _touching(loss: Any, xs: np.ndarray, f: np.ndarray, g: np.ndarray, a: int, b: int) -> CriticalPoint:
    """Samples a … b at which f′ is zero to rounding."""
    before = float(np.sign(g[a - 1])) if a > 0 and np.isfinite(g[a - 1]) else 0.0
    behind = float(np.sign(g[b + 1])) if b + 1 < len(xs) and np.isfinite(g[b + 1]) else 0.0
    middle = (a + b) // 2
    x, edge = float(xs[middle]), bool(a == 0 or b == len(xs) - 1)
    curve = float(loss.hess(np.array([x]))[0, 0])
    turn = {(-1.0, 1.0): "minimum", (1.0, -1.0): "maximum"}.get((before, behind), "")
    if b - a > 3:
        kind = "degenerate"
    elif edge and curve:
        kind, turn = ("minimum" if curve > 0 else "maximum"), ""
    elif curve and turn:
        kind, turn = turn, ""
    elif turn:
        kind = "degenerate"
    else:
        kind = "inflection"
    box = (float(xs[max(a - 1, 0)]), float(xs[min(b + 1, len(xs) - 1)])) if b - a <= 3 else (float(xs[a]), float(xs[b]))
    return CriticalPoint((x,), (box,), float(f[middle]), kind, False, edge, None, False, turn, 1, b - a > 3)


def _crossing(loss: Any, a: float, b: float, left: float, scale: float) -> CriticalPoint | None:
    """A sign change of f′ by bisection: a zero, or a kink where f′ does not come near zero."""
    low, high = float(a), float(b)
    for _ in range(80):
        middle = low + (high - low) / 2
        if not low < middle < high:
            break
        value = float(loss.grad(np.array([middle]))[0])
        if not math.isfinite(value):
            return None
        low, high = (middle, high) if value * left > 0 else (low, middle)
    x = low + (high - low) / 2
    ends = np.abs(loss.grad(np.array([[low], [high]]))[:, 0])
    value = float(loss(np.array([x])))
    if not math.isfinite(value) or not np.isfinite(ends).all():
        return None
    around = np.array([[low - (b - a)], [high + (b - a)]])
    if abs(value) > 1e3 * (1 + float(np.nanmax(np.abs(loss(around))))):
        return None  # a pole
    kink = bool(ends.min() > 1e-6 * scale)
    kind = "minimum" if left < 0 else "maximum"
    if abs(x) < 1e-13 * max(abs(a), abs(b), 1e-300) or abs(x) < 1e-15:
        x = 0.0
    return CriticalPoint((x,), ((low, high),), value, kind, kink, False, None, False, "", 0 if kink else 1)


def _sampled(loss: Any, xs: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    points = xs[:, None]
    return np.asarray(loss(points)), loss.grad(points)[:, 0], loss.hess(points)[:, 0, 0]


def _spans(mask: np.ndarray) -> list[tuple[int, int]]:
    steps = np.diff(np.concatenate([[False], mask, [False]]).astype(int))
    return list(zip(np.flatnonzero(steps == 1).tolist(), (np.flatnonzero(steps == -1) - 1).tolist(), strict=True))


def _runs(xs: np.ndarray, mask: np.ndarray) -> list[Interval]:
    return [(float(xs[a]), float(xs[b])) for a, b in _spans(mask) if b > a]
